"""Whether a bucket is one for evidence: it keeps a lock, and the public cannot read it."""

from typing import Final

from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.release.locked import Item, Kept, LockedBucket
from publisher.review import canonical
from publisher.workflow.context import Context
from publisher.workflow.vaulted import MONTH, end_of, settings_of

MARK: Final = "vault.json"
"""The first object of a vault, which is no secret."""
_WHAT: Final = "Evidence of what this house made public, kept by corporate-voices. Nobody may read here."


def admit(context: Context, bucket: LockedBucket) -> tuple[str, ...]:
    """Put the first object, read its lock back, and see that the public cannot read it; give what cannot be told.

    Errors: the bucket has no lock, or the store keeps none; anybody can read there.
    """
    if bucket.has_lock() is False:
        raise PublisherError(
            "this bucket was made without Object Lock",
            where=bucket.address,
            hint="make a private bucket with Object Lock, as docs/vault.md shows",
        )
    mark(context, bucket)
    policy = bucket.has_public_policy()
    if policy or bucket.is_read_by_anybody(MARK):
        raise PublisherError(
            "anybody can read in this bucket, so nothing was sent there but an object that is no secret",
            where=bucket.address,
            hint="make it private: block public access, take the policy away; publish vault check",
        )
    answers = {
        "whether its policy opens it to anybody": policy,
        "whether a later policy could": bucket.is_barred(),
    }
    return tuple(text for text, answer in answers.items() if answer is None)


def mark(context: Context, bucket: LockedBucket) -> Kept:
    """Have the first object there, with a lock that was read back; give what is there."""
    settings = settings_of(context)
    until = end_of(context.today().date(), settings.years)
    data = canonical.dump_plain({"house": context.workspace.config.house.url, "what": _WHAT})
    found = bucket.look(MARK)
    if found is None or not bucket.holds(found, until - MONTH):
        bucket.put(Item(MARK, digest_bytes(data).sha256, data, "application/json"), until)
        found = bucket.look(MARK)
    if found is None:
        raise PublisherError("it was sent and is not there", where=bucket.address + MARK, hint="publish vault check")
    return found
