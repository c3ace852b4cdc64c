"""Media of revisions, in the cache, each under its digest: what was approved stays while the authors work on.

What lies there under a digest and has another one is taken away: it can be made again, or fetched from a target.
"""

import os
import shutil
from pathlib import Path

from publisher.errors import PublisherError
from publisher.files import DigestCache, atomic_path, digest_file, write_atomically
from publisher.rendering.model import MediaFile
from publisher.review.manifest import Entry


class MediaStore:
    """The folder `.publisher/media/`."""

    def __init__(self, folder: Path, digests: DigestCache) -> None:
        self._folder = folder
        self._digests = digests

    def path(self, entry: Entry) -> Path:
        """Where the bytes of an entry lie, or would."""
        return self._path(entry.sha256)

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256

    def holds(self, entry: Entry, *, anew: bool = False) -> bool:
        """Whether the right bytes are there; wrong ones are taken away.

        anew: read them even if neither size nor time changed since they were last read.
        """
        path = self.path(entry)
        if not path.is_file():
            return False
        found = digest_file(path) if anew else self._digests.digest(path)
        if found == entry.digest:
            return True
        path.unlink()
        return False

    def keep(self, file: MediaFile) -> None:
        """Keep the bytes of a file that was just made or read.

        Errors: it changed since it was read.
        """
        path = self._path(file.digest.sha256)
        if path.is_file() and self._digests.digest(path) == file.digest:
            return
        if isinstance(file.source, bytes):
            write_atomically(path, file.source)
            return
        with atomic_path(path) as temporary:
            copy_file(file.source, temporary)
            if digest_file(temporary) != file.digest:
                raise PublisherError(
                    "the file changed while it was read", where=str(file.source), hint="run the same command again"
                )


def copy_file(source: Path, destination: Path) -> None:
    """Copy; on file systems that can (Btrfs, XFS), the copy shares its blocks until one of the two changes."""
    with source.open("rb") as reader, destination.open("wb") as writer:
        try:
            while os.copy_file_range(reader.fileno(), writer.fileno(), 1 << 26):
                pass
        except (AttributeError, OSError):
            reader.seek(0)
            writer.seek(0)
            writer.truncate()
            shutil.copyfileobj(reader, writer)
