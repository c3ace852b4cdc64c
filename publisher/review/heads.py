"""The heads that a ledger had: after each of its lines, as whoever appended the next one saw it."""

from collections.abc import Sequence

from publisher.review.head import Head
from publisher.review.lineage import Lineage
from publisher.review.records import GENESIS
from publisher.review.tree import EMPTY, Peaks, Tree, grow, leaf, root_of

NONE = Head(0, EMPTY.hex(), GENESIS)
"""The head of a ledger without a line."""


class Heads:
    """All heads of a verified ledger, at a few hashes each: those of its branches, too."""

    def __init__(self, lineage: Lineage, lines: Sequence[bytes]) -> None:
        """lines: each with its line feed, as many as the lineage has."""
        self._lineage = lineage
        self._leaves = [leaf(line) for line in lines]
        self._peaks: list[Peaks] = []
        for place in range(len(lines)):
            self._peaks.append(self._grown(place))

    def _grown(self, place: int) -> Peaks:
        parents = self._lineage.parents[place]
        peaks = self._peaks[parents[0]] if parents else ()
        size = self._lineage.before(parents[0]) + 1 if parents else 0
        added = [*self._lineage.brought_in(parents), place] if len(parents) > 1 else [place]
        for count, one in enumerate(added, size):
            peaks = grow(peaks, count, self._leaves[one])
        return peaks

    def at(self, place: int) -> Head:
        """The head that the line at a place made."""
        return Head(self._lineage.before(place) + 1, root_of(self._peaks[place]).hex(), self._lineage.digests[place])

    @property
    def last(self) -> Head:
        """The head of the ledger as it is, of which one tip is left."""
        return self.at(self._lineage.tips[0]) if self._leaves else NONE

    def place(self, head: Head) -> int | None:
        """Where the line stands that made this head; None if none did, so that the head is of another ledger."""
        place = self._lineage.place(head.tip)
        return place if place is not None and self.at(place) == head else None

    def tree(self, place: int) -> tuple[list[int], Tree]:
        """The places of the lines under the head that was made at a place, in their order, and the tree over them."""
        places = self._lineage.upto(place)
        return places, Tree([self._leaves[one] for one in places])
