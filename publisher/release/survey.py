"""What is at a target now: its record and what lies there, which is all that a plan looks at.

The record of a release that came to its end says what is there: it is one request, however large the site. Where there
is none, or a release was stopped, everything is listed; and also where somebody asks for it, because others may have
changed what we put there. A target whose listing costs nothing is listed each time.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

from publisher.edition.model import Edition, PublicFile
from publisher.files import digest_blocks
from publisher.release.compression import GzipError, is_text
from publisher.release.lease import LEASE_KEY
from publisher.release.record import NOTHING, RECORD_KEY, Record, Recorded, State, parse_record
from publisher.release.target import Headed, Listed, Target

OURS: Final = frozenset({RECORD_KEY, LEASE_KEY})
"""Keys of the release itself, which are in no edition."""
UNREADABLE: Final = "unreadable"
"""In place of a digest: it is that of no file."""
ASKED: Final = 200
"""Keys that are asked for one by one, at most: more are listed, at a request a thousand of all that is there."""


@dataclass(frozen=True)
class Survey:
    """What was found at a target."""

    record: Record
    """What earlier releases say they put there; `NOTHING` if none did."""
    listing: Mapping[str, Listed]
    """What is there, by key, without the keys of the release itself."""
    etag: str | None = None
    """Of the record; None if there is none."""


def survey(target: Target, edition: Edition, *, anew: bool = False) -> Survey:
    """Look at a target.

    anew: list it, whatever its record says, and ask with which headers each file of the edition is served.
    Where a key of the edition is taken by something that is not in the record, or that a release sent which was
    stopped, its bytes are read back and digested: a lost record can be written anew, what was sent whole is not sent
    again, a stranger's file is never replaced, and nothing that the store kept damaged is taken for ours. So are the
    bytes of what such a release sent and the edition does not have: it may wait to go only if it is what was signed.
    Raises PublisherError if the record is damaged, or the target can't be read.
    """
    record, etag = _record(target)
    is_known = record.state is State.COMPLETE and etag is not None
    if anew or target.promises.shows_digests or not is_known:
        listing = {key: listed for key, listed in target.listing().items() if key not in OURS}
    else:
        listing = _by_record(target, record, edition)
    for key in listing.keys() & edition.files.keys():
        if _may_be(edition.files[key], record.files.get(key), listing[key]):
            listing[key] = _identified(target, key, listing[key])
    for key in _left_by_a_stop(record, edition) & listing.keys():
        listing[key] = _identified(target, key, listing[key])
    if anew and not target.promises.shows_digests:
        kept = sorted(record.files.keys() & edition.files.keys() & listing.keys())
        for key, there in _heads(target, kept).items():
            listing[key] = replace(listing[key], has_other_headers=_has_other_headers(record.files[key], there))
    return Survey(record, listing, etag)


def _has_other_headers(recorded: Recorded, there: Headed) -> bool:
    """Whether something is served with other headers than it was sent with.

    What does not shrink goes uncompressed; and where a store keeps no charset, sending it again would not help.
    """
    coding = recorded.content_encoding if there.size != recorded.size else ""
    types = {recorded.content_type, recorded.content_type.partition(";")[0]}
    return there.content_type not in types or (recorded.cache_control, coding) != (
        there.cache_control, there.content_encoding or "",
    )  # fmt: skip


def read_record(target: Target) -> Record:
    """Give the record at a target, or `NOTHING`. Raises PublisherError if it is damaged."""
    return _record(target)[0]


def _record(target: Target) -> tuple[Record, str | None]:
    found = target.peek(RECORD_KEY)
    if found is None:
        return NOTHING, None
    return parse_record(found.data, where=f"{target.address.rstrip('/')}/{RECORD_KEY}"), found.etag


def _by_record(target: Target, record: Record, edition: Edition) -> dict[str, Listed]:
    """What a record says is there, and what lies where new files are to go."""
    listing = {key: Listed(each.size, each.etag) for key, each in record.files.items() if each.etag is not None}
    # Nobody else's file lies under a key that holds the digest of ours.
    new = [key for key, file in edition.files.items() if key not in record.files and file.sha256 not in key]
    return listing | _asked(target, new)


def _asked(target: Target, keys: Collection[str]) -> dict[str, Listed]:
    if len(keys) > ASKED:
        listing = target.listing()
        return {key: listing[key] for key in keys if key in listing}
    return {key: Listed(each.size, each.etag) for key, each in _heads(target, keys).items()}


def _heads(target: Target, keys: Collection[str]) -> dict[str, Headed]:
    if not keys:
        return {}
    from concurrent.futures import ThreadPoolExecutor  # not needed where nothing is new, and slow to import

    with ThreadPoolExecutor(8, thread_name_prefix="survey") as pool:
        found = dict(zip(keys, pool.map(target.head, keys), strict=True))
    return {key: each for key, each in found.items() if each is not None}


def _left_by_a_stop(record: Record, edition: Edition) -> set[str]:
    """What a release sent that was stopped, and the edition does not have.

    Nothing for an edition of nothing: that is for who only looks, and needs no proof.
    """
    if record.state is State.COMPLETE or not edition.files:
        return set()
    gone = record.files.keys() - edition.files.keys()
    return {key for key in gone if record.files[key].etag is None and record.files[key].sha256 is not None}


def _may_be(file: PublicFile, recorded: Recorded | None, listed: Listed) -> bool:
    """Whether something of which nobody knows what it is may be a file of the edition, perhaps compressed."""
    if recorded is not None and recorded.etag is not None:
        return False
    # Where the record was lost, nobody knows whether texts were compressed then.
    may_be_smaller = file.content_encoding or (recorded is None and is_text(file.content_type))
    return listed.size == file.size or bool(may_be_smaller and listed.size < file.size)


def _identified(target: Target, key: str, listed: Listed) -> Listed:
    if listed.sha256 is not None:
        return listed
    try:
        return replace(listed, sha256=digest_blocks(target.read(key)).sha256)
    except GzipError:
        return replace(listed, sha256=UNREADABLE)
