"""Digest a stream, write atomically, find what a package brings: what every room does with files."""

import errno
import hashlib
import json
import os
import re
import stat
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

CHUNK = 1 << 20
TEMPORARY = re.compile(r"^\..+\.[a-z0-9_]{8}\.tmp$")
"""Names of what a killed write leaves behind; see `remove_leftovers`."""


@dataclass(frozen=True)
class Digest:
    """SHA-256 (64 lower-case hexadecimal digits) and size (bytes) of some content."""

    sha256: str
    size: int


def digest_bytes(data: bytes) -> Digest:
    """Digest what is in memory."""
    return Digest(hashlib.sha256(data).hexdigest(), len(data))


def digest_blocks(blocks: Iterable[bytes]) -> Digest:
    """Digest a stream of any size in constant memory."""
    sha, size = hashlib.sha256(), 0
    for block in blocks:
        sha.update(block)
        size += len(block)
    return Digest(sha.hexdigest(), size)


def digest_file(path: Path) -> Digest:
    """Digest a file of any size in constant memory."""
    with path.open("rb") as stream:
        return digest_blocks(iter(lambda: stream.read(CHUNK), b""))


def read_plain(path: str | Path) -> bytes | None:
    """The bytes of a plain file; None for anything else, as a link could lead anywhere and a device never end.

    Errors: OSError, where there is none, or it may not be read.
    """
    try:
        # Without waiting for whoever writes to a pipe. What is looked at is what is read: nobody swaps it in between.
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError as error:
        if error.errno in _NOT_PLAIN:
            return None
        raise
    try:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            return None
        with open(handle, "rb", buffering=0, closefd=False) as stream:
            return stream.read()
    finally:
        os.close(handle)


_NOT_PLAIN = {errno.ELOOP, errno.ENXIO}
"""What opening a link and a socket gives."""


def package_folder(package: str, below: str) -> Path | None:
    """A folder of an installed package, without running anything of it; None where it is not installed."""
    spec = find_spec(package)
    roots = spec.submodule_search_locations if spec else None
    return next((path for root in roots or () if (path := Path(root) / below).is_dir()), None)


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path`; at the end flush it to disk and rename it into place.

    Whatever goes wrong (an exception, Ctrl-C, a full disk), `path` is as it was and the temporary file is gone. After a
    kill only a file named like `TEMPORARY` is left, which `remove_leftovers` takes away.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:80]}.", suffix=".tmp", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        flush(temporary)
        temporary.replace(path)
        flush(path.parent)
    except BaseException:
        with suppress(FileNotFoundError):
            temporary.unlink()
        raise


def write_atomically(path: Path, data: bytes) -> None:
    """Put `data` at `path`: a reader sees the whole old content or the whole new one, never a mix."""
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


def remove_leftovers(folder: Path, *, idle: float = 0) -> None:
    """Take away what writes that were killed left in `folder` and below.

    idle: leave alone what was written to within so many seconds, where another process may still be at it.
    """
    if not folder.is_dir():
        return
    for path in folder.rglob(".*.tmp"):
        with suppress(FileNotFoundError):
            if TEMPORARY.match(path.name) and path.is_file() and time.time() - path.stat().st_mtime >= idle:
                path.unlink()


def flush(path: Path) -> None:
    """Have what was written to a file on the disk, or the names of a folder's new files."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _is_row(row: object) -> bool:
    """Whether an entry of the cache's file is one that we wrote: digest, size, time, inode."""
    match row:
        case [str() as sha256, int(), int(), int()]:
            return re.fullmatch("[0-9a-f]{64}", sha256) is not None
    return False


class DigestCache:
    """Digests of files by name, size and modification time, so that an unchanged file is read once.

    It is a cache: deleting its file costs time only. It is for finding out what to do; whatever is sent to the public
    is read and digested again on its way out.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._known: dict[str, list[str | int]] = {}
        self._changed = False
        with suppress(FileNotFoundError, ValueError, RecursionError):
            loaded = json.loads(path.read_text(encoding="utf-8"))
            if isinstance(loaded, dict):
                self._known = {key: row for key, row in loaded.items() if _is_row(row)}

    def digest(self, path: Path) -> Digest:
        """Digest `path`, reading it only if it changed since it was last read."""
        found = path.stat()
        key = str(path.resolve())
        mark = [found.st_size, found.st_mtime_ns, found.st_ino]
        known = self._known.get(key)
        if known is not None and known[1:] == mark:
            return Digest(str(known[0]), found.st_size)
        digest = digest_file(path)
        self._known[key] = [digest.sha256, *mark]
        self._changed = True
        return digest

    def save(self) -> None:
        """Keep what was learnt for the next run."""
        if self._changed:
            write_atomically(self._path, json.dumps(self._known, sort_keys=True).encode())
            self._changed = False
