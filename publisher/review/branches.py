"""Joining branches: two people appended to the ledger on two branches of a repository, and git merged them.

With `ledger.jsonl merge=union` in `.gitattributes`, git leaves all lines of both branches; without, it puts marks
between them. Whatever the order in which they came, their digests say which follows from which.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from publisher.review.chain import broken
from publisher.review.lineage import Lineage
from publisher.review.records import MERGE, Record, parse_record

_MARK: Final = re.compile(rb"(<{7}|\|{7}|={7}|>{7})( .*)?\n")
"""What git writes between the sides of a conflict (git-merge, "How conflicts are presented")."""


@dataclass(frozen=True)
class Joined:
    """A ledger of which one tip is left."""

    lines: tuple[bytes, ...]
    """In their order."""
    merges: tuple[Record, ...]
    """The lines that were appended for it; none where there was nothing to merge."""
    brought_in: tuple[Record, ...]
    """The lines of other branches than the first, in order."""


def join(lines: Sequence[bytes], name: str, by: str, now: datetime) -> Joined:
    """Put the lines of all branches into one chain, and append what joins their ends.

    lines: as they stand in the file, each with its line feed. name: what errors call the file. now: with a zone.
    Errors: a line is damaged, or what it follows from is missing.
    """
    numbered = _read(lines, name)
    lineage, records = Lineage(), [record for _, record in numbered]
    for number, record in numbered:
        if not lineage.add(record, record.digest):
            raise broken(f"{name}, line {number}")
    brought_in: list[int] = []
    while len(lineage.tips) > 1:
        # What was joined so far is first, then whatever stands first in the file.
        first, other, *_ = sorted(lineage.tips, key=lambda tip: numbered[tip][0] if tip < len(numbered) else 0)
        record, added = _merge(lineage, (first, other), by, now)
        lineage.add(record, record.digest)
        records.append(record)
        brought_in += added
    order = lineage.upto(lineage.tips[0]) if records else []
    return Joined(
        tuple(records[place].to_line() for place in order),
        tuple(records[len(numbered) :]),
        tuple(records[place] for place in brought_in),
    )


def _read(lines: Sequence[bytes], name: str) -> list[tuple[int, Record]]:
    """Each line once, with its number in the file, and behind those that it follows from: these are fewer."""
    found: dict[bytes, tuple[int, Record]] = {}
    for number, line in enumerate(lines, 1):
        if line in found or _MARK.fullmatch(line):
            continue
        record = parse_record(line)
        if record is None:
            raise broken(f"{name}, line {number}")
        found[line] = number, record
    return sorted(found.values(), key=lambda one: one[1].seq)


def _merge(lineage: Lineage, tips: tuple[int, int], by: str, now: datetime) -> tuple[Record, list[int]]:
    """The line that joins two tips, and the places of what it brings in."""
    added = list(lineage.brought_in(tips))
    first, other = (lineage.digests[tip] for tip in tips)
    time = now.astimezone(UTC).isoformat(timespec="seconds")
    size = lineage.before(tips[0]) + 1 + len(added)
    return Record(size, time, MERGE, "", by, {"other": other}, first), added
