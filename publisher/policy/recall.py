"""What a tier found in words that it looked at before; to load what it looks with takes seconds, to recall it none.

It is a cache: deleting its folder costs time only. What is kept is known by all that it depends on (the words, the
models, what taught them, the code that looks), so that nothing old is taken for new.
"""

import hashlib
import json
import os
import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from publisher.files import digest_blocks, write_atomically

if TYPE_CHECKING:
    from pydantic import TypeAdapter

T = TypeVar("T")
Found_co = TypeVar("Found_co", covariant=True)
_KEPT: Final = 30 * 24 * 3600.0
"""Seconds for which what nobody asks for is kept."""


class Looker(Protocol[Found_co]):
    """Who looks at texts."""

    def look(self, texts: Sequence[str], /) -> Sequence[Found_co]:
        """For each folded text what is found in it."""
        ...


class Recalling(Generic[T]):
    """Looks as another does, who is opened for words that were not looked at yet."""

    def __init__(
        self, open_looker: Callable[[], Looker[T]], shape: "TypeAdapter[list[T]]", folder: Path, marks: Iterable[str]
    ) -> None:
        """Take who looks, what is found for each text, where that is kept, and all that it depends on but the words."""
        self._open, self._shape, self._folder = open_looker, shape, folder
        self._marks = [*marks, _code()]

    def look(self, texts: Sequence[str], /) -> list[T]:
        """For each folded text what is found in it. Errors: those of opening who looks."""
        name = hashlib.sha256(json.dumps([self._marks, [*texts]]).encode()).hexdigest()
        path = self._folder / f"{name}.json"
        known = self._recalled(path)
        if known is not None and len(known) == len(texts):
            os.utime(path)
            return known
        found = [*self._looker.look(texts)]
        write_atomically(path, self._shape.dump_json(found))
        _forget(self._folder, time.time() - _KEPT)
        return found

    @cached_property
    def _looker(self) -> Looker[T]:
        return self._open()

    def _recalled(self, path: Path) -> list[T] | None:
        """None, too, for a file that somebody damaged."""
        with suppress(OSError, ValueError):
            return self._shape.validate_json(path.read_bytes())
        return None


@cache
def _code() -> str:
    """Digest of the code that looks, and of what it was made with: another version may find something else."""
    files = (path for path in sorted(Path(__file__).parent.rglob("*")) if path.suffix in {".py", ".txt", ".npz"})
    return digest_blocks(path.read_bytes() for path in files).sha256


def _forget(folder: Path, before: float) -> None:
    for path in folder.glob("*.json"):
        with suppress(FileNotFoundError):  # another run forgets, too
            if path.stat().st_mtime < before:
                path.unlink()
