"""The gate's rules, put together from what the workspace says."""

from collections.abc import Sequence

from publisher.review.gate import Demand, Rules, read_envelopes, trust_of
from publisher.review.ledger import Record
from publisher.review.trust import FOLDER
from publisher.workspace.config import Review, Tighter
from publisher.workspace.loading import Workspace


def rules_of(workspace: Workspace, records: Sequence[Record]) -> Rules:
    """What the gate asks for, and whom it trusts.

    records: the whole ledger, its chain verified.
    """
    config = workspace.config
    divisions = {id_: _demand(division.review) for id_, division in config.divisions.items()}
    tags = {tag: _demand(tighter) for tag, tighter in config.review.tags.items()}
    trust = trust_of(config.house.url, records, read_envelopes(workspace.root / FOLDER))
    names = {id_: person.name for id_, person in workspace.people.items()}
    return Rules(config.house.url, _demand(config.review), trust, divisions, tags, names)


def _demand(asked: Review | Tighter) -> Demand:
    return Demand(asked.required, asked.expires_days, asked.tier or "passphrase")
