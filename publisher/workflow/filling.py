"""Have objects in a vault, locked: what is there already is only looked at."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, TypeVar

from publisher.edition.model import Edition
from publisher.errors import PublisherError
from publisher.release import proof
from publisher.release.fetch import fetch
from publisher.release.locked import Item, Kept, LockedBucket
from publisher.release.target import Target
from publisher.workflow.context import Context

_WORKERS: Final = 8
_T = TypeVar("_T")
_R = TypeVar("_R")


@dataclass(frozen=True)
class Wanted:
    """An object that must be there."""

    key: str
    sha256: str
    until: datetime
    """It must be locked so long at least."""
    data: bytes | None = None
    """Its bytes, where they are small and at hand; else they are public."""
    size: int | None = None
    """Bytes, where that is known."""
    content_type: str = "application/octet-stream"


@dataclass(frozen=True)
class Sources:
    """Where bytes come from that are to be kept."""

    context: Context
    target: Target
    edition: Edition | None
    """What was just released, whose bytes are at hand."""
    keys: Mapping[str, str]
    """Keys of public files by digest."""

    @contextmanager
    def open(self, wanted: Wanted) -> Iterator[bytes | Path]:
        """The bytes of an object: those that were just sent, or those that the public has."""
        if wanted.data is not None:
            yield wanted.data
            return
        key = self.keys.get(wanted.sha256, "")
        file = self.edition.files.get(key) if self.edition else None
        if file and file.sha256 == wanted.sha256 and (isinstance(file.source, bytes) or file.source.exists()):
            yield file.source
            return
        path = self.context.cache / "vault" / wanted.sha256
        try:
            if not key or not fetch(self.target, key, wanted.sha256, path):
                raise PublisherError(
                    "what is public there is not what was released, so it cannot be kept",
                    where=self.target.address + (key or wanted.key),
                    hint="publish release --mend, then publish vault send",
                )
            yield path
        finally:
            path.unlink(missing_ok=True)


@dataclass
class Filling:
    """Puts objects into a vault, some at a time, and counts what that took."""

    sources: Sources
    bucket: LockedBucket
    until: datetime
    """How long what is sent, or must be locked for longer, is locked."""
    deep: bool
    """Whether what is there is read back, rather than known by its size."""
    known: Mapping[str, str] = field(default_factory=dict)
    """Digests by key of what was read back already."""
    done: Counter[str] = field(default_factory=Counter)
    """How many were `sent`, `extended` or `there`."""

    def ensure(self, wanted: Iterable[Wanted]) -> None:
        """Have these there, locked."""
        self.done.update(self.each(self._have, list(wanted)))

    def _have(self, wanted: Wanted) -> str:
        """Have one object there, locked; say what that took: `sent`, `extended` or `there`."""
        found = self.bucket.look(wanted.key)
        if found is None or self.bucket.is_weaker(found) or not self._is_it(wanted, found):
            with self.sources.open(wanted) as source:
                self.bucket.put(Item(wanted.key, wanted.sha256, source, wanted.content_type), self.until)
            return "sent"
        if self.bucket.holds(found, wanted.until):
            return "there"
        self.bucket.extend(wanted.key, found, self.until)
        return "extended"

    def _is_it(self, wanted: Wanted, found: Kept) -> bool:
        if wanted.size is not None and found.size != wanted.size:
            return False
        if wanted.data is not None and found.etag == proof.md5(wanted.data).hex():
            return True
        if wanted.data is None and not self.deep:
            return True
        return self._reads(wanted.key, wanted.sha256)

    def _reads(self, key: str, sha256: str) -> bool:
        """Whether what is there has this digest, as was found already or is found now."""
        return self.known.get(key) == sha256 or self.bucket.has(key, sha256)

    def look(self, digests: Mapping[str, str]) -> dict[str, Kept | None]:
        """What is there under these keys, and is what it must be."""

        def look(key: str) -> Kept | None:
            found = self.bucket.look(key)
            is_it = found and not self.bucket.is_weaker(found) and (not self.deep or self._reads(key, digests[key]))
            return found if is_it else None

        return dict(zip(digests, self.each(look, digests), strict=True))

    def extend(self, found: Mapping[str, Kept], least: datetime) -> None:
        """Move the locks on that end before `least`. found: what is there, by key."""
        short = [(key, there) for key, there in found.items() if not self.bucket.holds(there, least)]
        list(self.each(lambda one: self.bucket.extend(*one, self.until), short))
        self.done["extended"] += len(short)

    def each(self, do: Callable[[_T], _R], of: Collection[_T]) -> Iterator[_R]:
        """Do it with each, some at a time; give what came of it, in order."""
        with ThreadPoolExecutor(_WORKERS, thread_name_prefix="vault") as pool:
            for number, did in enumerate(pool.map(do, of), 1):
                self.sources.context.progress("vault", number / len(of))
                yield did
