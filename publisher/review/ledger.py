"""The ledger: an append-only file of JSON lines, each holding the digest of the line before it.

Changing, removing, inserting or reordering a line breaks the chain from there on. An append is locked and flushed to
disk. A line that a kill left unfinished was never acknowledged: reading passes over it, and the next append takes it
away; one that lacks nothing but its end counts, so that cutting a single byte hides nothing.

Where two branches of a repository were appended to, both chains stand in the file, and a line that holds the digests of
both ends joins them (`merge`). Until then nothing is read from it.
"""

import json
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from publisher.errors import PublisherError
from publisher.files import flush, write_atomically
from publisher.review.branches import Joined, join
from publisher.review.chain import Chain
from publisher.review.durable import cut, write_at
from publisher.review.head import Head
from publisher.review.records import GENESIS, Data, Record, sound_line

__all__ = ["GENESIS", "Data", "Ledger", "Record", "open_ledger"]

PATIENCE: Final = 60
"""Seconds to wait for another command that writes."""
QUIET: Final = 2_000_000_000
"""Nanoseconds after which a second change cannot have the time of the first one, on any file system."""

Mark = tuple[int, int, int, int]
"""Size, times of change of the content and of anything, and inode of a file."""


class Ledger:
    """The file `ledger.jsonl` of a workspace."""

    def __init__(self, path: Path, lock: Path) -> None:
        self._path = path
        self._lock = lock
        self._known: tuple[bytes, Chain] = (b"", Chain(path.name))
        """Lines that were verified before: an append-only file is verified once."""
        self._mark: Mark | None = None
        """Of the file when they were read, if it would show that it changed since."""

    def records(self) -> tuple[Record, ...]:
        """Every record, the chain verified.

        Errors: the line at which the chain breaks; branches that are not merged; the file is not a plain one.
        """
        return self.chain().records

    def chain(self) -> Chain:
        """Every line, verified; as it is now, and no longer. Errors: as `records`.

        A file that was not written to since is not read again: a page or a table asks for every piece of it.
        """
        mark = self._marked()
        if mark is None or mark != self._mark:
            self._mark = None  # until all is well
            self._verified(self._lines())
            self._mark = mark
        return self._known[1]

    def of(self, slug: str) -> Sequence[Record]:
        """The records of one piece, in order. Errors: as `records`."""
        return self.chain().of(slug)

    def head(self) -> Head:
        """What whoever looks at the ledger now sees of it. Errors: as `records`."""
        return self.chain().heads.last

    def append(self, event: str, slug: str, by: str, now: datetime, data: Data) -> Record:
        """Write one record at the end, and flush it to disk before returning it.

        now: with a zone. Errors: as `records`; another command writes for too long. Whatever goes wrong, the file is
        as it was.
        """
        with self._locked():
            lines = self._lines()
            chain = self._verified(lines)
            previous = chain.lineage.digests[-1] if chain.lines else GENESIS
            said = now.astimezone(UTC).isoformat(timespec="seconds")
            record = Record(len(chain.lines), said, event, slug, by, data, previous)
            self._write(lines, sound_line(record))
        return record

    def merge(self, by: str, now: datetime) -> Joined:
        """Join branches that people appended to, and write the ledger anew if anything changed.

        now: with a zone. Errors: a line is damaged, or what it follows from is missing.
        """
        with self._locked():
            lines = self._lines()
            found = join(list(BytesIO(lines)), self._path.name, by, now)
            if b"".join(found.lines) != lines:
                write_atomically(self._path, b"".join(found.lines))
        return found

    def _marked(self) -> Mark | None:
        """How the file is on disk; None where it is not, or its time could still hide another change."""
        try:
            stat = self._path.lstat()
        except OSError:
            return None
        is_quiet = time.time_ns() - stat.st_mtime_ns > QUIET
        return (stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino) if is_quiet else None

    def _lines(self) -> bytes:
        """The file up to the end of its last whole line."""
        data = self._read()
        end = data.rfind(b"\n") + 1
        return data if end == len(data) else data[:end] + _finished(data[end:])

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

    def _verified(self, lines: bytes) -> Chain:
        known, chain = self._known
        if not lines.startswith(known):
            known, chain = b"", Chain(self._path.name)
        self._known = b"", Chain(self._path.name)  # what an error leaves half-read is forgotten
        chain.extend(BytesIO(lines[len(known) :]))
        chain.check_whole()
        self._known = lines, chain
        return chain

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
            flush(self._path.parent)

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


def _finished(rest: bytes) -> bytes:
    """What follows the last line feed: with its end if a whole record is there, nothing if it is a piece.

    A record and something after it, which no kill leaves, thereby becomes a line that breaks the chain.
    """
    try:
        json.JSONDecoder().raw_decode(rest.decode(errors="replace"))
    except (ValueError, RecursionError):
        return b""
    return rest + b"\n"
