"""The head of a ledger: three values that stand for all its lines, small enough to be signed with every decision."""

from collections.abc import Mapping
from dataclasses import dataclass

from publisher.review import canonical


@dataclass(frozen=True)
class Head:
    """What the ledger was at some moment."""

    size: int
    """Lines."""
    root: str
    """Root of the Merkle tree over them (RFC 6962, SHA-256), 64 hexadecimal digits."""
    tip: str
    """Digest of the last line, 64 hexadecimal digits; 64 zeros where there is none."""

    def __post_init__(self) -> None:
        """ValueError if these are no such values."""
        if not (canonical.is_count(self.size) and canonical.is_sha256(self.root) and canonical.is_sha256(self.tip)):
            raise ValueError("not a head")

    def as_dict(self) -> dict[str, str | int]:
        """As JSON has it."""
        return {"size": self.size, "root": self.root, "tip": self.tip}

    @classmethod
    def from_json(cls, found: object) -> "Head":
        """Read what `as_dict` gave. TypeError or ValueError for anything else."""
        if not isinstance(found, Mapping):
            raise TypeError("not a head")
        return cls(**found)
