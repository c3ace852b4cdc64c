"""Parts of a result that are finished, so that a run that was stopped goes on where it was.

Each part is a file with the digest of its content in front: one that a kill or a dead disk cut short counts for
nothing. When the whole is done, the shelf is taken away.
"""

import hashlib
import shutil
import time
from contextlib import suppress
from pathlib import Path

DIGEST_BYTES = 32
SUFFIX = ".parts"
KEPT = 7 * 24 * 3600.0
"""Seconds after which nobody comes back for an unfinished result."""


class Shelf:
    """A folder of parts, for one result that is made of one recording with one set of settings."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def below(self, name: str) -> "Shelf":
        """A shelf of its own for one step."""
        return Shelf(self._folder / name)

    def get(self, name: str) -> bytes | None:
        """A part; None if it is not there, or not whole."""
        try:
            data = (self._folder / name).read_bytes()
        except (FileNotFoundError, NotADirectoryError):
            return None
        digest, part = data[:DIGEST_BYTES], data[DIGEST_BYTES:]
        return part if hashlib.sha256(part).digest() == digest else None

    def put(self, name: str, part: bytes) -> None:
        """Keep a part."""
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / f"{name}.draft"
        # Not flushed to the disk: the digest tells whether it got there, and making it again costs seconds.
        draft.write_bytes(hashlib.sha256(part).digest() + part)
        draft.replace(self._folder / name)

    def clear(self) -> None:
        """Take it away with all that is on it."""
        shutil.rmtree(self._folder, ignore_errors=True)


def clear_old(folder: Path) -> None:
    """Take away the shelves in `folder` that nobody has used for KEPT seconds."""
    for shelf in folder.glob(f"*{SUFFIX}"):
        with suppress(FileNotFoundError):
            newest = max(path.stat().st_mtime for path in (shelf, *shelf.rglob("*")))
            if time.time() - newest > KEPT:
                Shelf(shelf).clear()
