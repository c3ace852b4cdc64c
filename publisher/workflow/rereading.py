"""Read back from the vault all that must be there by the ledger, and say what is not as it must be."""

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher.errors import PublisherError
from publisher.files import digest_blocks, digest_bytes
from publisher.release.locked import Kept, LockedBucket
from publisher.workflow.context import Context
from publisher.workflow.uses import uses
from publisher.workflow.vaulted import (
    MONTH,
    Holding,
    Line,
    bytes_key,
    end_of,
    kept_lines,
    open_vault,
    owed_since,
    read_holding,
    settings_of,
)


@dataclass(frozen=True)
class Flaw:
    """Something that is not as it must be."""

    key: str
    """Below the vault's address."""
    what: str


@dataclass(frozen=True)
class Reread:
    """What reading it all back came to."""

    address: str
    objects: int
    flaws: tuple[Flaw, ...]
    owed: str | None
    """The day of a release that is not in the vault at all, by the ledger."""


@dataclass(frozen=True)
class Due:
    """What one object must be."""

    sha256: str
    until: datetime
    """It must be locked so long at least."""


def reread(context: Context, slug: str | None = None) -> Reread:
    """Read everything back, or what belongs to one piece. Errors: nothing was sent yet; the vault is out of reach."""
    bucket = open_vault(context)
    if not lasting(context, bucket):
        raise PublisherError("the ledger tells of nothing in it", where=bucket.address, hint="publish vault send")
    due, flaws = due_by_ledger(context, bucket, slug)
    if slug is not None and not due:
        raise PublisherError("the vault holds nothing of it", where=slug, hint="publish status shows every piece")
    flaws += read_flaws(context, bucket, due)
    return Reread(bucket.address, len(due), tuple(sorted(flaws, key=lambda one: one.key)), owed_since(context))


def due_by_ledger(context: Context, bucket: LockedBucket, slug: str | None = None) -> tuple[dict[str, Due], list[Flaw]]:
    """What must be there by key, of one piece or all, and what is wrong with the documents that name it."""
    due: dict[str, Due] = {}
    before: dict[str, str] = {}
    flaws: list[Flaw] = []
    years = settings_of(context).years
    lines = [line for line, _ in lasting(context, bucket)]
    for line in lines:
        try:
            holding = _holding(bucket, line)
        except PublisherError as error:
            flaws.append(Flaw(line.key, error.what))
            continue
        now = {line.key: line.holding, **holding.digests} if slug is None else _own(holding, slug)
        gone = {key: sha256 for key, sha256 in before.items() if key not in now}
        due |= _later(due, gone, end_of(line.day, years))
        before = now
        if slug is None and line is lines[-1]:
            flaws += _lacking(context, holding)
    # What is public is locked for longer once a month, by whoever releases: so much may be lacking.
    due |= _later(due, before, end_of(context.today().date(), years) - 2 * MONTH - timedelta(days=1))
    return due, flaws


def lasting(context: Context, bucket: LockedBucket) -> list[tuple[Line, datetime]]:
    """The releases of which anything must be there still, and until when at least, in order."""
    lines = kept_lines(context.ledger.records(), context.workspace.config.release.target, bucket.address)
    years, now = settings_of(context).years, context.today()
    ends = [*(end_of(after.day, years) for after in lines[1:]), end_of(now.date(), years)]
    return [(line, until) for line, until in zip(lines, ends, strict=False) if until > now]


def _holding(bucket: LockedBucket, line: Line) -> Holding:
    blocks = bucket.read(line.key)
    data = b"".join(blocks) if blocks else b""
    if digest_bytes(data).sha256 != line.holding:
        raise PublisherError("it is not what the ledger says was sent" if data else "it is not there", where=line.key)
    return read_holding(data, bucket.address + line.key)


def _later(due: Mapping[str, Due], digests: Mapping[str, str], until: datetime) -> dict[str, Due]:
    """What these add: the younger digest counts, and the later date."""
    return {key: Due(sha256, max(until, due[key].until) if key in due else until) for key, sha256 in digests.items()}


def _own(holding: Holding, slug: str) -> dict[str, str]:
    """What belongs to one piece: its evidence with all that this names, and its days of use."""
    evidence = {key: digests for key, digests in holding.evidence.items() if key.startswith(f"evidence/{slug}/")}
    members = {bytes_key(one): one for _, *rest in evidence.values() for one in rest}
    use = {key: sha256 for key, sha256 in holding.use.items() if key.startswith(f"use/{slug}/")}
    return {key: index for key, (index, *_) in evidence.items()} | members | use


def _lacking(context: Context, holding: Holding) -> Iterator[Flaw]:
    """What the latest document does not name although the ledger says that it is public."""
    for use in uses(context.ledger.records(), context.workspace.config.release.target):
        place = f"evidence/{use.slug}/{use.revision}/"
        if use.is_public and not any(key.startswith(place) for key in holding.evidence):
            yield Flaw(place, "there is no evidence of it, and it is public")


def read_flaws(context: Context, bucket: LockedBucket, due: Mapping[str, Due]) -> Iterator[Flaw]:
    """Read these back, and give what is wrong with them."""

    def read(key: str) -> str:
        return _flaw(bucket, key, due[key])

    with ThreadPoolExecutor(8, thread_name_prefix="reread") as pool:
        for number, (key, what) in enumerate(zip(due, pool.map(read, due), strict=True), 1):
            context.progress("reread", number / len(due))
            if what:
                yield Flaw(key, what)


def _flaw(bucket: LockedBucket, key: str, due: Due) -> str:
    """What is wrong with one object; empty if nothing is."""
    found, blocks = bucket.look(key), bucket.read(key)
    if found is None or blocks is None:
        return "it is not there"
    if digest_blocks(blocks).sha256 != due.sha256:
        return "other bytes lie over it"
    return _unlocked(bucket, found, due.until)


def _unlocked(bucket: LockedBucket, found: Kept, until: datetime) -> str:
    if bucket.holds(found, until):
        return ""
    if found.until is None:
        return "it is not locked"
    return f"it is locked until {found.until:%Y-%m-%d} ({found.mode}), and must be until {until:%Y-%m-%d}"
