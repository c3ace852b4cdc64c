"""Which uploads in parts we began and didn't end, so that the next release goes on with them and no others.

A folder with a small file an upload. It is a cache: without it every upload begins anew, and what a kill left of the
last one stays at the store until a lifecycle rule takes it away.
"""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from publisher.files import digest_bytes, write_atomically

STALE = 7 * 24 * 3600
"""Seconds after which an upload that nobody went on with is given up: its parts are to be paid for."""


@dataclass(frozen=True)
class Begun:
    """An upload: where it goes, and what of. Two are of the same if all but `upload` is equal."""

    endpoint: str
    bucket: str
    name: str
    """Of the object, with the prefix."""
    sha256: str
    """Of the whole file."""
    size: int
    """Bytes of the whole file."""
    content_type: str
    cache_control: str
    part: int
    """Bytes of each part but the last."""
    upload: str = ""
    """The store's name for it; empty where it isn't begun yet."""


class Journal:
    """Uploads by the object that they go to, one each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def is_empty(self) -> bool:
        """Whether no upload was left behind."""
        return not any(self._folder.glob("*.json"))

    def find(self, wanted: Begun) -> Begun | None:
        """Give the upload that was begun to the same object, of the same file or another."""
        return _read(self._path(wanted))

    def note(self, begun: Begun) -> None:
        """Remember an upload."""
        write_atomically(self._path(begun), json.dumps(asdict(begun), sort_keys=True).encode())

    def forget(self, begun: Begun) -> None:
        """Forget the upload to the same object, if there is one."""
        self._path(begun).unlink(missing_ok=True)

    def stale(self, endpoint: str, bucket: str) -> Iterator[Begun]:
        """Give the uploads to a bucket that nobody went on with for a week."""
        for path in self._folder.glob("*.json"):
            with suppress(FileNotFoundError):
                idle = time.time() - path.stat().st_mtime
                begun = _read(path)
                if idle > STALE and begun and (begun.endpoint, begun.bucket) == (endpoint, bucket):
                    yield begun

    def _path(self, begun: Begun) -> Path:
        place = json.dumps([begun.endpoint, begun.bucket, begun.name])
        return self._folder / f"{digest_bytes(place.encode()).sha256[:32]}.json"


def _read(path: Path) -> Begun | None:
    try:
        return Begun(**json.loads(path.read_bytes()))
    except (OSError, ValueError, TypeError):  # none, or damaged: the upload begins anew
        return None
