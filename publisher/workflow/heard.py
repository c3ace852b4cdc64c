"""Which stretches of a master a reviewer played at the desk: `.publisher/desk/PERSON/REVISION.heard`, seconds in pairs.

The page says what it played; nobody can know whether somebody listened. It helps a reviewer to leave nothing
out, and the ledger's line of an approval says how much of the sound it rests on.
"""

import json
import math
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeAlias

from publisher.files import write_atomically
from publisher.review.canonical import is_sha256
from publisher.workflow.context import Context

GAP: Final = 0.25
"""Seconds between two stretches that are one: a player tells its time four times a second."""
MOST: Final = 10_000
"""Stretches that are kept; nobody plays so many, but something that is broken might."""

Stretch: TypeAlias = tuple[float, float]
"""Beginning and end, seconds into the master."""


@dataclass(frozen=True)
class Heard:
    """How much of a master was played."""

    stretches: tuple[Stretch, ...]
    """In order, apart from each other."""
    length: float
    """Seconds of the master."""

    @property
    def seconds(self) -> float:
        """Of the master, that were played."""
        return min(sum(end - start for start, end in self.stretches), self.length)

    @property
    def percent(self) -> int:
        """Whole per cent, rounded down: 100 is all of it. The fraction of a second at the end is nobody's loss."""
        if not self.length or self.seconds >= self.length - 1:
            return 100
        return math.floor(100 * self.seconds / self.length)

    @property
    def missing(self) -> tuple[Stretch, ...]:
        """What was not played, in order; nothing that is shorter than a second."""
        edges = [0.0, *(edge for stretch in self.stretches for edge in stretch), self.length]
        gaps = zip(edges[::2], edges[1::2], strict=True)
        return tuple((start, end) for start, end in gaps if end - start >= 1)

    @property
    def noted(self) -> dict[str, int]:
        """As the ledger notes it: whole seconds; nothing for what has no sound."""
        return {"heard": math.floor(self.seconds), "length": math.floor(self.length)} if self.length else {}


def merged(stretches: Iterable[Stretch], length: float) -> tuple[Stretch, ...]:
    """The same stretches in order, within the master, those joined that touch or nearly do. Pure."""
    found: list[Stretch] = []
    for start, end in sorted((max(start, 0.0), min(end, length)) for start, end in stretches):
        if end <= start:
            continue
        if found and start <= found[-1][1] + GAP:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return tuple(found)


def heard_by(context: Context, person: str, revision: str, length: float) -> Heard:
    """What somebody played of a revision here. length: seconds of its master; 0 for a piece without sound."""
    stretches: Sequence[Stretch] = ()
    with suppress(FileNotFoundError, ValueError, TypeError):
        found = json.loads(_file(context, person, revision).read_bytes())
        stretches = [(float(start), float(end)) for start, end in found]
    return Heard(merged(stretches, length), length)


def add_heard(context: Context, person: str, revision: str, length: float, more: Iterable[Stretch]) -> Heard:
    """Remember that somebody played more of a revision."""
    before = heard_by(context, person, revision, length)
    stretches = merged([*before.stretches, *more], length)[:MOST]
    if stretches != before.stretches:
        rounded = [[round(start, 2), round(end, 2)] for start, end in stretches]
        write_atomically(_file(context, person, revision), json.dumps(rounded).encode())
    return Heard(stretches, length)


def _file(context: Context, person: str, revision: str) -> Path:
    if not is_sha256(revision):
        raise ValueError(revision)
    return context.cache / "desk" / person / f"{revision}.heard"
