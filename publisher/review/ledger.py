"""The ledger: an append-only file of JSON lines, each holding the digest of the line before it.

Changing, removing, inserting or reordering a line breaks the chain from there on. An append is locked and flushed to disk; a line
that a kill left without its end was never acknowledged, and the next append takes it away.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import rfc8785
from filelock import FileLock

from publisher.errors import PublisherError
from publisher.files import digest_bytes

GENESIS = "0" * 64
"""What the first line holds in place of a digest."""

Value = str | int
Data = Mapping[str, Value]


@dataclass(frozen=True)
class Record:
    """One line of the ledger."""

    seq: int
    """0, 1, 2, …"""
    time: str
    """ISO 8601 in UTC."""
    event: str
    """`submit`, `approve`, `reject`, `withdraw` or `release`."""
    slug: str
    """The piece it is about; empty for a release."""
    by: str
    """Id of the person, or what they called themselves."""
    data: Data
    """What belongs to the event: `revision`, `envelope`, `edition`, `target`."""
    previous: str
    """Digest of the line before."""

    def to_line(self) -> bytes:
        """Canonical JSON and a line feed."""
        return rfc8785.dumps({**vars(self), "data": dict(self.data)}) + b"\n"


class Ledger:
    """The file `ledger.jsonl` of a workspace."""

    def __init__(self, path: Path, lock: Path) -> None:
        self._path = path
        self._lock = lock

    def records(self) -> tuple[Record, ...]:
        """Every record, the chain verified.

        Errors: the line at which the chain breaks.
        """
        return tuple(self._verified(self._whole_lines()))

    def append(self, event: str, slug: str, by: str, now: datetime, data: Data) -> Record:
        """Write one record at the end, and flush it to disk before returning it."""
        with self._locked():
            self._mend()
            records = self.records()
            previous = digest_bytes(records[-1].to_line()).sha256 if records else GENESIS
            time = now.astimezone(UTC).isoformat(timespec="seconds")
            record = Record(len(records), time, event, slug, by, data, previous)
            with self._path.open("ab") as stream:
                stream.write(record.to_line())
                stream.flush()
                os.fsync(stream.fileno())
        return record

    def _whole_lines(self) -> list[bytes]:
        """Lines up to the last line feed: what follows it was never acknowledged."""
        if not self._path.exists():
            return []
        return self._path.read_bytes().split(b"\n")[:-1]

    def _mend(self) -> None:
        """Take away the beginning of a line that a kill left at the end."""
        if self._path.exists():
            whole = sum(len(line) + 1 for line in self._whole_lines())
            if whole < self._path.stat().st_size:
                os.truncate(self._path, whole)

    def _verified(self, lines: list[bytes]) -> Iterator[Record]:
        previous = GENESIS
        for number, line in enumerate(lines):
            record = _parse(line)
            if (
                record is None
                or record.seq != number
                or record.previous != previous
                or record.to_line() != line + b"\n"
            ):
                raise PublisherError(
                    "the ledger was changed here: this line does not follow from the one before it",
                    where=f"{self._path.name}, line {number + 1}",
                    hint="restore the file from git; nothing is released while the chain is broken",
                )
            previous = digest_bytes(line + b"\n").sha256
            yield record

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._lock.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(self._lock):
            yield


def _parse(line: bytes) -> Record | None:
    try:
        return Record(**json.loads(line))
    except (ValueError, TypeError):
        return None
