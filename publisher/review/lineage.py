"""Which line of the ledger follows from which: a chain, or branches that were merged.

Two people who append on two branches of a repository leave lines that know nothing of each other. What came before
what is therefore asked of the digests that lines hold, never of where they stand in the file or of their times: of two
lines on two branches, neither came first, and whoever judges by them takes the worse.

The lines that one follows from, and it, have one order, whatever file they stand in: first those of the branch that
`previous` names, then what a merge brought in besides, then the line itself.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from publisher.review.head import Head
from publisher.review.records import GENESIS, MERGE, Record


class Order(Protocol):
    """What came before what, and who saw what."""

    def precedes(self, one: Record, other: Record) -> bool:
        """Whether `other` follows from `one`, directly or through others."""

    def saw(self, record: Record, head: Head) -> bool:
        """Whether a line follows from all that stood in the ledger that has this head."""


class Lineage:
    """The lines of a ledger by their places in the file, which begin with 0."""

    def __init__(self) -> None:
        self.digests: list[str] = []
        """By place."""
        self.parents: list[tuple[int, ...]] = []
        """By place, the places of the lines that it follows from; none for one that begins the ledger."""
        self._before: list[int] = []
        """By place, how many lines it follows from."""
        self._places: dict[str, int] = {}
        self._tips: dict[int, None] = {}
        self.is_straight = True
        """Whether every line follows from the one before it."""

    def add(self, record: Record, digest: str) -> bool:
        """Take up the next line of the file, or say that it does not follow from lines before it."""
        if digest in self._places or not self._take_parents(record):
            return False
        place, parents = len(self.digests), self.parents[-1]
        if record.seq != self._count(parents):
            self.parents.pop()
            return False
        for parent in parents:
            self._tips.pop(parent, None)
        self._tips[place] = None
        self.is_straight = self.is_straight and record.seq == place
        self._places[digest] = place
        self.digests.append(digest)
        self._before.append(record.seq)
        return True

    def _take_parents(self, record: Record) -> bool:
        if record.event == MERGE:
            return self._take_branches(record)
        place = self._places.get(record.previous)
        if place is None and record.previous != GENESIS:
            return False
        self.parents.append(() if place is None else (place,))
        return True

    def _take_branches(self, merge: Record) -> bool:
        """Only what is forked can be merged: none of the two lines follows from the other."""
        places = tuple(place for digest in merge.parents if (place := self._places.get(digest)) is not None)
        first, last = min(places, default=0), max(places, default=0)
        if len(places) < len(merge.parents) or first == last or self.is_before(first, last):
            return False
        self.parents.append(places)
        return True

    def _count(self, parents: tuple[int, ...]) -> int:
        match parents:
            case ():
                return 0
            case (first,):
                return self._before[first] + 1
            case (first, *_):
                return self._before[first] + 1 + sum(1 for _ in self.brought_in(parents))
        return 0

    @property
    def tips(self) -> tuple[int, ...]:
        """Places of the lines that none follows from: one, but where branches wait to be merged."""
        return tuple(self._tips)

    def place(self, digest: str) -> int | None:
        """Where a line stands, or None."""
        return self._places.get(digest)

    def before(self, place: int) -> int:
        """How many lines one follows from."""
        return self._before[place]

    def is_before(self, one: int, other: int) -> bool:
        """Whether the line at `other` follows from that at `one`."""
        waiting, seen = [other], set[int]()
        while waiting:
            place = waiting.pop()
            if place <= one or place in seen:
                continue
            seen.add(place)
            # A line that follows from as many as stand above it follows from each of them.
            if self._before[place] == place or one in self.parents[place]:
                return True
            waiting += self.parents[place]
        return False

    def brought_in(self, parents: tuple[int, ...]) -> Iterator[int]:
        """What a merge adds to the lines of its first branch, in order."""
        first, other = parents
        return self._upto(other, lambda place: place == first or self.is_before(place, first))

    def upto(self, place: int) -> list[int]:
        """The lines that one follows from, and it, in their order."""
        return list(self._upto(place, lambda _: False))

    def _upto(self, place: int, is_known: Callable[[int], bool]) -> Iterator[int]:
        waiting, seen = [(place, False)], set[int]()
        while waiting:
            at, is_ready = waiting.pop()
            if is_ready:
                yield at
            elif at not in seen and not is_known(at):
                seen.add(at)
                waiting.append((at, True))
                waiting += [(parent, False) for parent in reversed(self.parents[at])]

    def first_misplaced(self) -> int | None:
        """The first place at which another line should stand, where one tip is left; None if all stand in order."""
        if self.is_straight:
            return None
        order = self.upto(self.tips[0])
        return next((place for place, right in enumerate(order) if place != right), None)

    def precedes(self, one: Record, other: Record) -> bool:
        """As `Order` has it; a line that is not there precedes none."""
        places = self.place(one.digest), self.place(other.digest)
        return places[0] is not None and places[1] is not None and self.is_before(places[0], places[1])

    def saw(self, record: Record, head: Head) -> bool:
        """As `Order` has it."""
        if head.size == 0:
            return head.tip == GENESIS
        tip, place = self.place(head.tip), self.place(record.digest)
        if tip is None or place is None:
            return False
        return self._before[tip] + 1 == head.size and self.is_before(tip, place)


class Straight:
    """A ledger in which every line follows from the one before it: what came first has the lower number."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records

    def precedes(self, one: Record, other: Record) -> bool:
        """As `Order` has it."""
        return one.seq < other.seq

    def saw(self, record: Record, head: Head) -> bool:
        """As `Order` has it."""
        if head.size > record.seq:
            return False
        return (self._records[head.size].previous if head.size else GENESIS) == head.tip


class Listed:
    """Lines of which only some are at hand, as they stand in a list: an earlier one precedes a later one."""

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records  # kept, so that no other object takes the place of one of them
        self._places = {id(record): place for place, record in enumerate(records)}

    def precedes(self, one: Record, other: Record) -> bool:
        """As `Order` has it."""
        return self._places[id(one)] < self._places[id(other)]

    def saw(self, record: Record, head: Head) -> bool:  # noqa: ARG002 - as `Order` has it
        """Whatever is said: without the other lines nobody can tell."""
        return True


def order_of(records: Sequence[Record]) -> Order:
    """The order of the records of a whole ledger, which was verified."""
    if all(record.seq == place for place, record in enumerate(records)):
        return Straight(records)
    lineage = Lineage()
    for record in records:
        lineage.add(record, record.digest)
    return lineage
