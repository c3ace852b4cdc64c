"""The lines of a ledger, each verified against those before it as it is taken up."""

from collections.abc import Iterable, Sequence
from hashlib import sha256

from publisher.errors import PublisherError
from publisher.review.heads import Heads
from publisher.review.lineage import Lineage, Order, Straight
from publisher.review.records import Record, parse_record


class Chain:
    """Lines that follow from each other."""

    def __init__(self, name: str) -> None:
        """name: what errors call the file."""
        self._name = name
        self.lines: list[bytes] = []
        """Each with its line feed."""
        self.records: tuple[Record, ...] = ()
        self.lineage = Lineage()
        self._by_slug: dict[str, list[Record]] = {}

    def extend(self, lines: Iterable[bytes]) -> None:
        """Take up lines. Errors: the first that does not follow; then the chain is of no use any more."""
        fresh = []
        for number, line in enumerate(lines, len(self.lines) + 1):
            record = parse_record(line)
            if record is None or not self.lineage.add(record, sha256(line).hexdigest()):
                raise broken(f"{self._name}, line {number}")
            self.lines.append(line)
            fresh.append(record)
            self._by_slug.setdefault(record.slug, []).append(record)
        self.records = (*self.records, *fresh)

    def of(self, slug: str) -> Sequence[Record]:
        """The records of one piece, in order; those of an empty slug are about none."""
        return tuple(self._by_slug.get(slug, ()))

    def check_whole(self) -> None:
        """Errors: branches wait to be merged, or lines of branches stand in another order than that of their merge."""
        tips = self.lineage.tips
        if len(tips) > 1:
            raise PublisherError(
                "people appended on two branches, and these are not merged yet",
                where=f"{self._name}, lines {' and '.join(str(place + 1) for place in tips)}",
                hint="merge them: publish ledger merge",
            )
        place = self.lineage.first_misplaced()
        if place is not None:
            raise broken(f"{self._name}, line {place + 1}")

    @property
    def order(self) -> Order:
        """What came before what among its records."""
        return Straight(self.records) if self.lineage.is_straight else self.lineage

    @property
    def heads(self) -> Heads:
        """Its heads, worked out anew: two hashes a line."""
        return Heads(self.lineage, self.lines)


def broken(where: str) -> PublisherError:
    """A line that somebody changed, or put there."""
    return PublisherError(
        "the ledger was changed here: this line does not follow from the one before it",
        where=where,
        hint="restore the file from git; nothing is released while the chain is broken",
    )
