"""Some lines of the ledger with proof that they stand in it, without the others: what `ledger.json` of evidence holds.

Every line is shown under the ledger's root. What a signature says of the ledger is shown, too: of each statement that
holds a head, which of these lines stand under it, and that the ledger only added to what the signer saw. Where the
signer stood on a branch that was merged later, the second can't be: then their lines are shown, and no more.

`Placed` is what is sure of their order.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.review import canonical
from publisher.review.chain import Chain
from publisher.review.head import Head
from publisher.review.heads import Heads
from publisher.review.manifest import short
from publisher.review.records import GENESIS, Record, parse_record
from publisher.review.tree import LENGTH, Path, Tree, extends, includes, leaf

_AT_MOST: Final = 64
"""Hashes of a path: no ledger has 2^64 lines."""


@dataclass(frozen=True)
class Shown:
    """A line, and where it stands under a head."""

    line: bytes
    """With its line feed."""
    place: int
    """0, 1, 2, …"""
    path: Path

    def is_under(self, root: str, size: int) -> bool:
        """Whether the path leads to the root of so many lines."""
        return includes(bytes.fromhex(root), size, self.place, leaf(self.line), self.path)


@dataclass(frozen=True)
class Seen:
    """What stood in the ledger that somebody signed."""

    envelope: str
    """Digest of the signed file."""
    lines: tuple[Shown, ...]
    consistency: Path | None
    """That the ledger begins with what they saw; None where it does not, because branches were merged."""

    def holds(self, head: Head, root: str, size: int) -> bool:
        """Whether all of it does. head: the one that was signed. root, size: of the ledger."""
        if not all(line.is_under(head.root, head.size) for line in self.lines):
            return False
        if self.consistency is None:
            return True
        return extends(bytes.fromhex(root), size, bytes.fromhex(head.root), head.size, self.consistency)


@dataclass(frozen=True)
class Proofs:
    """Lines of a ledger, shown."""

    root: str
    """Of the whole ledger when this was written, 64 hexadecimal digits; nobody signed it."""
    size: int
    """Its lines."""
    lines: tuple[Shown, ...]
    """In order."""
    seen: tuple[Seen, ...]

    @property
    def records(self) -> tuple[Record, ...]:
        """Of the lines. ValueError if one is none."""
        found = tuple(parse_record(shown.line) for shown in self.lines)
        if None in found:
            raise ValueError("not a line of a ledger")
        return tuple(record for record in found if record is not None)

    def to_bytes(self) -> bytes:
        """Canonical JSON; a path is a list of hashes in hexadecimal digits."""
        index = {shown.line: number for number, shown in enumerate(self.lines)}
        lines = [{"line": one.line.decode(), "place": one.place, "path": _hexed(one.path)} for one in self.lines]
        seen = [
            {
                "envelope": one.envelope,
                "lines": [{"line": index[on.line], "place": on.place, "path": _hexed(on.path)} for on in one.lines],
                "consistency": None if one.consistency is None else _hexed(one.consistency),
            }
            for one in self.seen
        ]
        return canonical.dump_plain({"root": self.root, "size": self.size, "lines": lines, "seen": seen})

    @classmethod
    def from_bytes(cls, data: bytes) -> "Proofs":
        """Read what `to_bytes` wrote. ValueError, TypeError or LookupError for anything else."""
        found = canonical.parse(data)
        lines = tuple(Shown(one["line"].encode(), _place(one), _path(one["path"])) for one in found["lines"])
        seen = tuple(_seen(one, lines) for one in found["seen"])
        proofs = cls(found["root"], found["size"], lines, seen)
        if not canonical.is_sha256(proofs.root) or not canonical.is_count(proofs.size):
            raise ValueError("not a root")
        if proofs.to_bytes() != data:
            raise ValueError("not as it was written")
        return proofs


class Placed:
    """The order of lines that are shown without the others: one came before another only where that is sure.

    A line that follows from as many as stand above it follows from each of them; one that names a signed file follows
    from all that its signer saw; and each from the one that it names. Of any others, on branches that were merged,
    nobody can tell who has not the whole ledger: then neither came first.
    """

    def __init__(self, proofs: Proofs) -> None:
        self._places = {_digest(one): one.place for one in proofs.lines}
        self._seen = {one.envelope: {*map(_digest, one.lines)} for one in proofs.seen}

    def precedes(self, one: Record, other: Record) -> bool:
        """As `Order` has it, where it is sure."""
        first, place = self._places.get(one.digest), self._places.get(other.digest)
        if first is None or place is None or first >= place:
            return False
        return other.seq == place or other.previous == one.digest or one.digest in self._seen.get(other.envelope, ())

    def saw(self, record: Record, head: Head) -> bool:
        """As `Order` has it, as far as numbers tell; that the ledger has this head is for `Seen.holds` to say."""
        return head.size <= record.seq and (head.size > 0 or head.tip == GENESIS)


def _digest(shown: Shown) -> str:
    return digest_bytes(shown.line).sha256


def _place(found: Mapping[str, Any]) -> int:
    if not canonical.is_count(found["place"]):
        raise ValueError("not a place")
    return int(found["place"])


def _path(found: Sequence[str]) -> list[bytes]:
    path = [bytes.fromhex(one) for one in found]
    if len(path) > _AT_MOST or any(len(one) != LENGTH for one in path):
        raise ValueError("not a path")
    return path


def _hexed(path: Path) -> list[str]:
    return [one.hex() for one in path]


def _seen(found: Mapping[str, Any], lines: Sequence[Shown]) -> Seen:
    shown = tuple(Shown(lines[one["line"]].line, _place(one), _path(one["path"])) for one in found["lines"])
    consistency = found["consistency"]
    return Seen(found["envelope"], shown, None if consistency is None else _path(consistency))


def prove(chain: Chain, wanted: Iterable[Record], heads: Mapping[str, Head]) -> Proofs:
    """Show lines of a ledger.

    chain: the whole ledger. wanted: its records to show, in any order. heads: by the digest of the signed file, what it
    says that the ledger was. Errors: the ledger never had such a head.
    """
    known = chain.heads
    _, tree = known.tree(len(chain.lines) - 1)
    places = sorted({place for record in wanted if (place := chain.lineage.place(record.digest)) is not None})
    size = len(chain.lines)
    lines = tuple(Shown(chain.lines[place], place, tree.inclusion(place, size)) for place in places)
    seen = (_proved(chain, known, tree, places, one) for one in heads.items() if one[1].size)
    return Proofs(known.last.root, size, lines, tuple(seen))


def _proved(chain: Chain, known: Heads, tree: Tree, places: Sequence[int], said: tuple[str, Head]) -> Seen:
    envelope, head = said
    tip = known.place(head)
    if tip is None:
        raise PublisherError(
            "this is not the ledger that they saw: lines of it are missing or changed",
            where=f"ledger.jsonl, as signed in {short(envelope)}",
            hint="restore the file from git: publish ledger verify",
        )
    # A line that follows from all that stand above it ended the whole ledger once.
    is_beginning = tip == head.size - 1
    order, below = (list(range(head.size)), tree) if is_beginning else known.tree(tip)
    index = {place: number for number, place in enumerate(order)}
    shown = tuple(
        Shown(chain.lines[place], index[place], below.inclusion(index[place], head.size))
        for place in places
        if place in index
    )
    return Seen(envelope, shown, tree.consistency(head.size, len(chain.lines)) if is_beginning else None)
