"""What is at a target now: its record and its listing, which is all that a plan looks at."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace

from publisher.edition.model import Edition
from publisher.release.record import NOTHING, RECORD_KEY, Record, parse_record
from publisher.release.target import Listed, Target


@dataclass(frozen=True)
class Survey:
    """What was found at a target."""

    record: Record
    """What earlier releases say they put there; `NOTHING` if none did."""
    listing: Mapping[str, Listed]
    """What is there, by key, without the record itself."""


def survey(target: Target, edition: Edition) -> Survey:
    """Look at a target: one read of the record, one listing.

    Where a key of the edition is taken by something that is not in the record, its bytes are read back and digested,
    so that a lost record can be written anew but a stranger's file is never replaced.
    Raises PublisherError if the record is damaged, or the target can't be read.
    """
    record = read_record(target)
    listing = {key: listed for key, listed in target.listing().items() if key != RECORD_KEY}
    for key in listing.keys() & edition.files.keys() - record.files.keys():
        if listing[key].size == edition.files[key].size:
            listing[key] = _identified(target, key, listing[key])
    return Survey(record, listing)


def read_record(target: Target) -> Record:
    """Give the record at a target, or `NOTHING`. Raises PublisherError if it is damaged."""
    try:
        data = b"".join(target.read(RECORD_KEY))
    except FileNotFoundError:
        return NOTHING
    return parse_record(data, where=f"{target.address.rstrip('/')}/{RECORD_KEY}")


def _identified(target: Target, key: str, listed: Listed) -> Listed:
    if listed.sha256 is not None:
        return listed
    sha = hashlib.sha256()
    for block in target.read(key):
        sha.update(block)
    return replace(listed, sha256=sha.hexdigest())
