"""Media of revisions, in the cache, each under its digest: what was approved stays while the authors work on."""

import os
import shutil
from pathlib import Path

from publisher.files import Digest, DigestCache, atomic_path, write_atomically
from publisher.rendering.model import MediaFile
from publisher.review.manifest import Entry


class MediaStore:
    """The folder `.publisher/media/`."""

    def __init__(self, folder: Path, digests: DigestCache) -> None:
        self._folder = folder
        self._digests = digests

    def path(self, entry: Entry) -> Path:
        """Where the bytes of an entry lie, or would."""
        return self._folder / entry.sha256[:2] / entry.sha256

    def digest(self, entry: Entry) -> Digest | None:
        """The digest of what lies there, or None."""
        path = self.path(entry)
        return self._digests.digest(path) if path.is_file() else None

    def holds(self, entry: Entry) -> bool:
        """Whether the right bytes are there."""
        return self.digest(entry) == Digest(entry.sha256, entry.size)

    def keep(self, file: MediaFile) -> None:
        """Keep the bytes of a file that was just made or read."""
        path = self._folder / file.digest.sha256[:2] / file.digest.sha256
        if path.is_file() and self._digests.digest(path) == file.digest:
            return
        if isinstance(file.source, bytes):
            write_atomically(path, file.source)
        else:
            with atomic_path(path) as temporary:
                _copy(file.source, temporary)


def _copy(source: Path, destination: Path) -> None:
    """Copy; on file systems that can (Btrfs, XFS, APFS), the copy shares its blocks until one of the two changes."""
    with source.open("rb") as reader, destination.open("wb") as writer:
        try:
            while os.copy_file_range(reader.fileno(), writer.fileno(), 1 << 26):
                pass
        except (AttributeError, OSError):
            reader.seek(0)
            writer.seek(0)
            writer.truncate()
            shutil.copyfileobj(reader, writer)
