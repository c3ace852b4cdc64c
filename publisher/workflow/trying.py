"""Try a vault before it is needed: what its store really does, and what it does not promise."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from publisher.errors import PublisherError
from publisher.release.locked import LockedBucket
from publisher.workflow.admitting import MARK, mark
from publisher.workflow.context import Context
from publisher.workflow.vaulted import open_vault, settings_of


@dataclass(frozen=True)
class Tried:
    """One thing that was tried."""

    name: str
    """`lock`, `kept`, `firm`, `private`, `policy`, `barred`, `mode`."""
    said: str
    holds: bool | None
    """False: no evidence may be sent there. None: it could not be found out, or is not as good as it could be."""


def try_vault(context: Context) -> Iterator[Tried]:
    """Try one thing after another, with one small object that is no secret and stays locked.

    A bucket without Object Lock takes no lock, so nothing more is tried there.
    Errors: it cannot be reached.
    """
    bucket = open_vault(context)
    locks = bucket.has_lock()
    yield _answered("lock", answer=locks)
    if locks is False:
        return
    try:
        found = mark(context, bucket)
    except PublisherError as error:
        yield Tried("kept", f"{error.what}: {error.hint}" if error.hint else error.what, holds=False)
        return
    yield Tried("kept", f"what is sent is locked until {found.until:%Y-%m-%d} ({found.mode}), read back", holds=True)
    gave_way = bucket.gives_way(MARK, found)
    text = (
        f"it could be {gave_way} all the same"
        if gave_way
        else "it can be neither shortened nor deleted with these rights"
    )
    yield Tried("firm", text, holds=gave_way is None)
    yield _answered("private", answer=not bucket.is_read_by_anybody(MARK))
    public = bucket.has_public_policy()
    yield _answered("policy", answer=None if public is None else not public)
    yield _barred(bucket)
    if settings_of(context).mode == "GOVERNANCE":
        yield Tried(
            "mode",
            "GOVERNANCE: whoever has s3:BypassGovernanceRetention can delete it; SEC 17a-4 wants COMPLIANCE",
            holds=None,
        )


def _barred(bucket: LockedBucket) -> Tried:
    barred = bucket.is_barred()
    return Tried("barred", _SAID["barred"][barred], holds=True if barred else None)


def _answered(name: str, *, answer: bool | None) -> Tried:
    return Tried(name, _SAID[name][answer], answer)


_SAID: Final[dict[str, dict[bool | None, str]]] = {
    "lock": {
        True: "the bucket was made with Object Lock",
        False: "the bucket was made without Object Lock: make another with it, as docs/vault.md shows, and name that "
        "as vault.target in publisher.toml",
        None: "the store does not say whether the bucket was made with Object Lock",
    },
    "private": {True: "who has no credentials cannot read it", False: "anybody can read it", None: ""},
    "policy": {
        True: "no policy opens it to anybody",
        False: "its policy opens it to anybody",
        None: "the store does not say whether its policy opens it to anybody",
    },
    "barred": {
        True: "public access is blocked, so no later policy can open it",
        False: "public access is not blocked: a later policy could open it",
        None: "the store does not say whether a later policy could open it",
    },
}
