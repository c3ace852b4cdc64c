"""The ledger: an append-only file of JSON lines, each holding the digest of the line before it.

Changing, removing, inserting or reordering a line breaks the chain from there on. An append is locked and flushed to
disk. A line that a kill left unfinished was never acknowledged: reading passes over it, and the next append takes it
away; one that lacks nothing but its end counts, so that cutting a single byte hides nothing.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.review import canonical
from publisher.review.durable import cut, flush_folder, write_at

GENESIS: Final = "0" * 64
"""What the first line holds in place of a digest."""
PATIENCE: Final = 60
"""Seconds to wait for another command that writes."""

Value = str | int
Data = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the ledger."""

    seq: int
    """0, 1, 2, …"""
    time: str
    """ISO 8601 in UTC, whole seconds: `2026-11-03T07:00:00+00:00`."""
    event: str
    """`submit`, `waive`, `unwaive`, `approve`, `reject`, `withdraw`, `people` or `release`."""
    slug: str
    """The piece it is about; empty for people and a release."""
    by: str
    """Id of the person, or what they called themselves."""
    data: Data
    """What belongs to the event: `revision`, `envelope`, `finding`, `rule`, `reason`, `edition`, `target`,
    `version`, `roster`."""
    previous: str
    """Digest of the line before."""

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
    def revision(self) -> str:
        """Name of the revision that it is about, or empty."""
        return str(self.data.get("revision", ""))

    @property
    def envelope(self) -> str:
        """Digest of the signed file that it is about, or empty."""
        return str(self.data.get("envelope", ""))


class Ledger:
    """The file `ledger.jsonl` of a workspace."""

    def __init__(self, path: Path, lock: Path) -> None:
        self._path = path
        self._lock = lock
        self._known: tuple[bytes, tuple[Record, ...]] = (b"", ())
        """Lines that were verified before, and their records: an append-only file is verified once."""

    def records(self) -> tuple[Record, ...]:
        """Every record, the chain verified.

        Errors: the line at which the chain breaks; the file is not a plain one.
        """
        return self._verified(self._lines())

    def append(self, event: str, slug: str, by: str, now: datetime, data: Data) -> Record:
        """Write one record at the end, and flush it to disk before returning it.

        now: with a zone. Errors: as `records`; another command writes for too long. Whatever goes wrong, the file is
        as it was.
        """
        with self._locked():
            lines = self._lines()
            records = self._verified(lines)
            previous = digest_bytes(records[-1].to_line()).sha256 if records else GENESIS
            time = now.astimezone(UTC).isoformat(timespec="seconds")
            record = Record(len(records), time, event, slug, by, data, previous)
            self._write(lines, _sound_line(record))
        return record

    def _lines(self) -> bytes:
        """The file up to the end of its last whole line."""
        data = self._read()
        whole, feed, rest = data.rpartition(b"\n")
        return whole + feed + _finished(rest)

    def _read(self) -> bytes:
        """Errors: it is a folder, a link or a device; these are nothing that `publish` made."""
        if self._path.is_symlink() or (self._path.exists() and not self._path.is_file()):
            raise PublisherError(
                "the ledger is not a plain file", where=self._path.name, hint="restore the file from git"
            )
        try:
            return self._path.read_bytes()
        except FileNotFoundError:
            return b""

    def _verified(self, lines: bytes) -> tuple[Record, ...]:
        known, records = self._known
        if not lines.startswith(known):
            known, records = b"", ()
        fresh = lines[len(known) :].split(b"\n")[:-1]
        self._known = lines, (*records, *self._chained(fresh, records))
        return self._known[1]

    def _chained(self, lines: list[bytes], before: tuple[Record, ...]) -> Iterator[Record]:
        previous = digest_bytes(before[-1].to_line()).sha256 if before else GENESIS
        for number, line in enumerate(lines, len(before)):
            record = _parse(line + b"\n")
            if record is None or record.seq != number or record.previous != previous:
                raise _broken(f"{self._path.name}, line {number + 1}")
            previous = digest_bytes(line + b"\n").sha256
            yield record

    def _write(self, lines: bytes, line: bytes) -> None:
        """Put `line` after `lines`, in place of what a kill left there; on any error take it back."""
        end = len(lines)
        start = max(0, end - 1)  # the last line's end is written again: a kill may have kept it off the disk
        handle = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_NOFOLLOW, 0o644)
        try:
            cut(handle, end)
            try:
                write_at(handle, lines[start:] + line, start)
                os.fsync(handle)
            except BaseException:
                cut(handle, end)
                raise
        finally:
            os.close(handle)
        if not lines:
            flush_folder(self._path.parent)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._lock, timeout=PATIENCE):
                yield
        except Timeout as error:
            raise PublisherError(
                "another command has been writing for a minute", where=self._path.name,
                hint="wait for it, or end it, then run this again",
            ) from error  # fmt: skip


def open_ledger(root: Path) -> Ledger:
    """The ledger of the workspace in a folder."""
    return Ledger(root / "ledger.jsonl", root / ".publisher" / "locks" / "ledger.lock")


def _parse(line: bytes) -> Record | None:
    try:
        record = Record(**canonical.parse(line))
        return record if _is_sound(record) and record.to_line() == line else None
    except (TypeError, ValueError):
        return None


def _is_sound(record: Record) -> bool:
    """Whether every field has its type, so that nobody who reads a record meets another."""
    return (
        canonical.is_count(record.seq)
        and canonical.is_moment(record.time)
        and all(isinstance(text, str) for text in (record.event, record.slug, record.by))
        and isinstance(record.data, dict)
        and all(key.isascii() and _is_value(value) for key, value in record.data.items())
        and canonical.is_sha256(record.previous)
    )


def _is_value(value: object) -> bool:
    return isinstance(value, str) or canonical.is_count(value)


def _sound_line(record: Record) -> bytes:
    """The record's line; an error instead of one that could not be read again."""
    try:
        line = record.to_line()
    except ValueError:
        line = b""
    if _parse(line) != record:
        raise PublisherError(
            "the ledger cannot hold this", where=f"{record.event} {record.slug}".strip(),
            hint=f"say {record.by!a} and the rest in plain text",
        )  # fmt: skip
    return line


def _finished(rest: bytes) -> bytes:
    """What follows the last line feed: with its end if a whole record is there, nothing if it is a piece.

    A record and something after it, which no kill leaves, thereby becomes a line that breaks the chain.
    """
    try:
        json.JSONDecoder().raw_decode(rest.decode(errors="replace"))
    except (ValueError, RecursionError):
        return b""
    return rest + b"\n"


def _broken(where: str) -> PublisherError:
    return PublisherError(
        "the ledger was changed here: this line does not follow from the one before it",
        where=where,
        hint="restore the file from git; nothing is released while the chain is broken",
    )
