"""One line of the ledger: what it holds, its one form, and reading it strictly."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.review import canonical

if TYPE_CHECKING:
    from pydantic import TypeAdapter

GENESIS: Final = "0" * 64
"""What the first line holds in place of a digest."""
MERGE: Final = "merge"
"""The event of a line that joins two branches; its `data` name the second one by its last line."""

Value = str | int
Data = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the ledger."""

    seq: int
    """How many lines it follows from: 0, 1, 2, …"""
    time: str
    """ISO 8601 in UTC, whole seconds: `2026-11-03T07:00:00+00:00`."""
    event: str
    """`submit`, `waive`, `unwaive`, `approve`, `reject`, `withdraw`, `takedown`, `restore`, `people`, `release`,
    `rollback`, `vault` or `merge`."""
    slug: str
    """The piece it is about; empty for people, a release, a rollback or a merge."""
    by: str
    """Id of the person, or what they called themselves."""
    data: Data
    """What belongs to the event: `revision`, `envelope`, `finding`, `rule`, `reason`, `version`, `roster`, `edition`,
    `target`, `other`."""
    previous: str
    """Digest of the line that it follows from, which is the one before, but where two branches were merged."""

    def to_line(self) -> bytes:
        """Canonical JSON (RFC 8785) and a line feed."""
        said = {
            "seq": self.seq,
            "time": self.time,
            "event": self.event,
            "slug": self.slug,
            "by": self.by,
            "data": dict(self.data),
            "previous": self.previous,
        }
        return canonical.dump_plain(said) + b"\n"

    @property
    def digest(self) -> str:
        """Digest of the line, by which the next one names it."""
        return digest_bytes(self.to_line()).sha256

    @property
    def parents(self) -> tuple[str, ...]:
        """Digests of the lines that it follows from: one, or two for a merge."""
        return (self.previous, self.other) if self.event == MERGE else (self.previous,)

    @property
    def other(self) -> str:
        """Digest of the last line of the branch that a merge brings in, or empty."""
        return str(self.data.get("other", ""))

    @property
    def revision(self) -> str:
        """Name of the revision that it is about, or empty."""
        return str(self.data.get("revision", ""))

    @property
    def pieces(self) -> tuple[tuple[str, str], ...]:
        """What came, changed or went with a release: slug and first digits of the revision, empty for what went."""
        changes = (change.partition("@") for change in str(self.data.get("pieces", "")).split())
        return tuple((slug, revision) for slug, _, revision in changes)

    @property
    def envelope(self) -> str:
        """Digest of the signed file that it is about, or empty."""
        return str(self.data.get("envelope", ""))


def parse_record(line: bytes) -> Record | None:
    """Read what `Record.to_line` wrote; None for anything else, even one space more."""
    try:
        record = _shape().validate_json(line, strict=True)
        return record if _is_sound(record) and record.to_line() == line else None
    except ValueError:
        return None


@cache
def _shape() -> "TypeAdapter[Record]":
    """Reads the fields, each of its type, so that nobody who takes up a record meets another."""
    from pydantic import TypeAdapter

    return TypeAdapter(Record)


def _is_sound(record: Record) -> bool:
    """Whether every field holds what it says; each has its type."""
    return (
        canonical.is_count(record.seq)
        and canonical.is_moment(record.time)
        and canonical.is_sha256(record.previous)
        and "".join(record.data).isascii()
        and all(canonical.is_count(value) for value in record.data.values() if not isinstance(value, str))
    )


def sound_line(record: Record) -> bytes:
    """The record's line. Errors: it could not be read again."""
    try:
        line = record.to_line()
    except ValueError:
        line = b""
    if parse_record(line) != record:
        raise PublisherError(
            "the ledger cannot hold this", where=f"{record.event} {record.slug}".strip(),
            hint=f"say {record.by!a} and the rest in plain text",
        )  # fmt: skip
    return line
