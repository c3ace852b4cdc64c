"""Take trust out of a key, from an entry of the ledger on: what it signed before that goes on counting."""

from publisher.errors import PublisherError
from publisher.review.humans import live_keys
from publisher.review.keys import fingerprint, tier_of
from publisher.review.trust import place_of
from publisher.workflow.context import Context
from publisher.workspace.config import Tier
from publisher.workspace.people import Revoked

REPLACED = "replaced by another key"


def live(context: Context, person: str, tier: Tier | None = None) -> list[str]:
    """Fingerprints of somebody's keys that are not revoked, those of one kind if it is said. person: id."""
    lines = live_keys(context.workspace.people[person])
    return [fingerprint(line) for line in lines if tier in {None, tier_of(line)}]


def revocation(context: Context, key: str, reason: str, since: int | None = None) -> Revoked:
    """What `people.toml` says of a key that is not trusted from an entry of the ledger on; from now on if not said.

    key: its fingerprint. Errors: the ledger has no such entry; the reason is none.
    """
    records = context.ledger.records()
    since = len(records) if since is None else since
    after = place_of(records, since)
    if not after:
        raise PublisherError(
            f"the ledger has {len(records)} entries, from 0 on", where="--from",
            hint="name one of them, or leave it away",
        )  # fmt: skip
    try:
        return Revoked(key=key, since=since, after=after, reason=reason)
    except ValueError as error:
        raise PublisherError("the reason is not usable", where="--reason", hint="say why in one plain line") from error


def replaced(context: Context, person: str, tier: Tier) -> list[Revoked]:
    """What becomes of somebody's keys of one kind when another takes their place. person: id."""
    return [revocation(context, key, REPLACED) for key in live(context, person, tier)]
