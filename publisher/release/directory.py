"""A directory as a target: for a preview, and for a web server that serves files.

What holds here: no path leaves the root, not by name and not through a symbolic link; a file is there whole or
not at all; one release at a time.
"""

import errno
import fcntl
import os
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from threading import RLock

from publisher.edition.model import PublicFile
from publisher.errors import PublisherError
from publisher.files import (
    CHUNK,
    TEMPORARY,
    DigestCache,
    atomic_path,
    digest_bytes,
    digest_file,
    remove_leftovers,
    write_atomically,
)
from publisher.release.busy import BusyError
from publisher.release.keys import check_key
from publisher.release.source import approved_blocks
from publisher.release.target import (
    ANYTHING,
    Found,
    Headed,
    Listed,
    Over,
    Overtaken,
    Promises,
    Sent,
    Target,
    TargetOptions,
    unheard,
)

_RIGHTS = ("no right to read or write here", "give yourself that right, or release to another directory")
_ROOM = ("there is no room left on the disk", "make room, then run the same command again")
_SHAPE = ("a file stands where a folder is needed, or a folder where a file is", "move it away, then run this again")
ADVICE: Mapping[int, tuple[str, str]] = {
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
    errno.EROFS: ("the disk is read-only", "mount it for writing, or release to another directory"),
    errno.ENOSPC: _ROOM,
    errno.EDQUOT: _ROOM,
    errno.ENOTDIR: _SHAPE,
    errno.EISDIR: _SHAPE,
    errno.EEXIST: _SHAPE,
    errno.ENOENT: (
        "it went away while it was being worked on",
        "run the same command again, and nothing else beside it",
    ),
    errno.ELOOP: ("a symbolic link stands where a file of the site belongs", "remove the link, then run this again"),
    errno.ENAMETOOLONG: ("the name is too long for this disk", "give the piece a shorter slug"),
}
"""What went wrong, and what to do, by error number."""
UNLOCKABLE = frozenset({errno.EBADF, errno.ENOLCK, errno.EOPNOTSUPP})
"""What network disks answer that know no locks for folders; there, taking turns is up to the people."""
STRANGE = Listed(0, "not a plain file")
"""A link, a pipe or a device: never ours, never read."""
PATIENCE = 5.0
"""Seconds that one write waits for another one; a release that holds the directory for longer is told of."""


def open_at(address: str, options: TargetOptions) -> Target:
    """Open the directory that `address` (a path, or `file://` and a path) names; it is made when first released to."""
    return DirectoryTarget(Path(address.removeprefix("file://")).expanduser(), options.digest_cache)


class DirectoryTarget:
    """A directory, by the contract of `Target`. The etag of a file is its SHA-256; headers are the web server's."""

    def __init__(self, root: Path, digest_cache: Path | None = None) -> None:
        self._root = root.resolve()
        self._digest_cache = digest_cache
        self._lock = RLock()
        self._is_held = False

    @property
    def address(self) -> str:
        """The absolute path."""
        return str(self._root)

    @property
    def promises(self) -> Promises:
        """Everything that a lock can give; but who owns the disk can change any file of it."""
        return Promises(
            conditional_create=True, conditional_replace=True, delete_many=False, object_lock=False,
            locks=True, keeps_encoding=False, shows_digests=True,
        )  # fmt: skip

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the directory for one release.

        The lock is on the directory itself, so there is no lock file to publish or to leave behind, it holds for
        every path and user that reaches the directory, and the system gives it back if we are killed.
        """
        with self._locked(patience=0):
            self._is_held = True
            try:
                with _told(self._root):
                    remove_leftovers(self._root)
                yield
            finally:
                self._is_held = False

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """Keep every other conditional write out, of this process and of others, for one of our own."""
        with self._lock:
            if self._is_held:
                yield
            else:
                with self._locked(PATIENCE):
                    yield

    @contextmanager
    def _locked(self, patience: float) -> Iterator[None]:
        with _told(self._root):
            self._root.mkdir(parents=True, exist_ok=True)
            handle = os.open(self._root, os.O_RDONLY | os.O_DIRECTORY)
        try:
            _lock(handle, self._root, patience)
            yield
        finally:
            os.close(handle)

    def listing(self) -> Mapping[str, Listed]:
        """Every file below the root with its digest; read only if it changed since the last time."""
        cache = DigestCache(self._digest_cache) if self._digest_cache else None
        digest = cache.digest if cache else digest_file
        found = {}
        with _told(self._root):
            for entry in _entries(self._root):
                path = Path(entry.path)
                if entry.is_file(follow_symlinks=False):
                    known = digest(path)
                    listed = Listed(known.size, etag=known.sha256, sha256=known.sha256)
                else:
                    listed = STRANGE
                found[path.relative_to(self._root).as_posix()] = listed
        if cache:
            cache.save()
        return found

    def read(self, key: str) -> Iterator[bytes]:
        """Give the bytes of a key in blocks."""
        with _told(self._root / key):
            path = self._path(key)
            there = path.exists()
        if not there:
            raise FileNotFoundError(path)
        with _told(path), os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW), "rb") as stream:
            while block := stream.read(CHUNK):
                yield block

    def peek(self, key: str) -> Found | None:
        """Give a small file whole."""
        try:
            data = b"".join(self.read(key))
        except FileNotFoundError:
            return None
        return Found(data, digest_bytes(data).sha256)

    def head(self, key: str) -> Headed | None:
        """Give a file's size and digest; its headers are the web server's."""
        with _told(self._root / key):
            path = self._path(key)
            if path.is_symlink() or (path.exists() and not path.is_file() and not path.is_dir()):
                return Headed(STRANGE.size, STRANGE.etag, None, None, None)
            known = digest_file(path) if path.is_file() else None
        return Headed(known.size, known.sha256, None, None, None) if known else None

    def put(self, file: PublicFile, sent: Sent = unheard, over: Over = ANYTHING) -> str:
        """Stream the file beside its place while digesting it; rename it into place only if it is right."""
        # The turn is taken when all is written, and given back after the rename.
        with _told(self._root / file.key), ExitStack() as turn:
            path = self._path(file.key)
            try:
                with atomic_path(path) as temporary, temporary.open("wb") as stream:
                    for block in approved_blocks(file, CHUNK):
                        stream.write(block)
                        sent(len(block))
                    if over is not ANYTHING:
                        turn.enter_context(self._turn())
                        self._refuse_overtaken(file.key, over, file.sha256)
            except BaseException:
                self._remove_empty_folders(path)
                raise
        return file.sha256

    def swap(self, key: str, data: bytes, seen: str | None) -> str:
        """Replace a small file if it is still what was seen."""
        path = self._path(key)
        sha256 = digest_bytes(data).sha256
        with self._turn(), _told(path):
            self._refuse_overtaken(key, seen, sha256)
            write_atomically(path, data)
        return sha256

    def _refuse_overtaken(self, key: str, seen: str | None, sha256: str) -> None:
        there = self.head(key)
        etag = there.etag if there else None
        if etag not in {seen, sha256}:
            raise Overtaken(str(self._root / key))

    def delete(self, key: str) -> None:
        """Take a file away, and the folders that it leaves empty."""
        with _told(self._root / key):
            path = self._path(key)
            path.unlink(missing_ok=True)
        self._remove_empty_folders(path)

    def delete_many(self, keys: Sequence[str]) -> None:
        """Take files away one by one."""
        for key in keys:
            self.delete(key)

    def _remove_empty_folders(self, path: Path) -> None:
        """Remove what stands above a file that went, or never came, up to a folder that holds something."""
        for folder in path.parents:
            if folder == self._root:
                break
            with suppress(OSError):  # not empty, or another thread was faster
                folder.rmdir()

    def _path(self, key: str) -> Path:
        check_key(key)
        path = self._root / key
        folders = [each for each in path.parents if each.is_relative_to(self._root) and each != self._root]
        for folder in folders:
            if folder.is_symlink():
                raise PublisherError(
                    "a symbolic link stands where a folder of the site belongs",
                    where=str(folder),
                    hint="remove the link, then run the same command again",
                )
        return path


def _entries(folder: Path) -> Iterator[os.DirEntry[str]]:
    """Every file below `folder` but those of unfinished writes; links are given, never followed."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _entries(Path(entry.path))
            elif not TEMPORARY.match(entry.name):
                yield entry


def _lock(handle: int, root: Path, patience: float) -> None:
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() < until:
                time.sleep(0.01)
                continue
            raise BusyError(
                "another release to this directory is running",
                where=str(root),
                hint="wait until it has ended, then run the same command again",
            ) from error
        except OSError as error:
            if error.errno not in UNLOCKABLE:
                raise
        return


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """Turn what the system says about `path` into what, where and hint."""
    try:
        yield
    except OSError as error:
        what, hint = ADVICE.get(error.errno or 0, (error.strerror or str(error), "mend that, then run this again"))
        raise PublisherError(what, where=str(path), hint=hint) from error
