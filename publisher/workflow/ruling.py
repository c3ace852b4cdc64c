"""The gate's rules, put together from what the workspace says."""

from publisher.review.people import Demand, Rules
from publisher.workspace.config import Review, Tighter
from publisher.workspace.loading import Workspace


def rules_of(workspace: Workspace) -> Rules:
    """What the gate asks for, and whom it trusts."""
    config = workspace.config
    divisions = {id_: _demand(division.review) for id_, division in config.divisions.items()}
    tags = {tag: _demand(tighter) for tag, tighter in config.review.tags.items()}
    return Rules(config.house.url, _demand(config.review), workspace.people, divisions, tags)


def _demand(asked: Review | Tighter) -> Demand:
    return Demand(asked.required, asked.expires_days)
