"""A target in memory that behaves as a bucket does: etags that aren't SHA-256, headers, whole objects only."""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from threading import Lock
from typing import NamedTuple

from publisher.edition.model import PublicFile
from publisher.release.compression import decoded
from publisher.release.source import Body, approved_blocks
from publisher.release.target import ANYTHING, Found, Headed, Listed, Over, Overtaken, Promises, Sent, unheard


class Stored(NamedTuple):
    """An object, its bytes as they are kept."""

    data: bytes
    content_type: str
    cache_control: str
    content_encoding: str = ""


class Memory:
    """Objects by key."""

    address = "memory"
    promises = Promises(conditional_create=True, conditional_replace=True, delete_many=True, object_lock=False)

    def __init__(self) -> None:
        self._lock = Lock()
        self.objects: dict[str, Stored] = {}

    def exclusive(self) -> AbstractContextManager[None]:
        return nullcontext()

    def listing(self) -> Mapping[str, Listed]:
        return {key: Listed(len(one.data), _etag(one.data)) for key, one in self.objects.items()}

    def read(self, key: str) -> Iterator[bytes]:
        if key not in self.objects:
            raise FileNotFoundError(key)
        yield from decoded([self.objects[key].data], self.objects[key].content_encoding)

    def peek(self, key: str) -> Found | None:
        return Found(b"".join(self.read(key)), _etag(self.objects[key].data)) if key in self.objects else None

    def head(self, key: str) -> Headed | None:
        if key not in self.objects:
            return None
        data, content_type, cache_control, coding = self.objects[key]
        return Headed(len(data), _etag(data), content_type, cache_control, coding or None)

    def put(self, file: PublicFile, sent: Sent = unheard, over: Over = ANYTHING) -> str:
        body = Body.of(file, b"".join(approved_blocks(file, 1 << 20)))
        if over is not ANYTHING:
            self._refuse_overtaken(file.key, over)
        self.objects[file.key] = Stored(body.data, file.content_type, file.cache_control, body.content_encoding)
        sent(file.size)
        return _etag(body.data)

    def swap(self, key: str, data: bytes, seen: str | None) -> str:
        with self._lock:
            self._refuse_overtaken(key, seen)
            self.objects[key] = Stored(data, "application/json", "no-store")
        return _etag(data)

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)

    def delete_many(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.delete(key)

    def _refuse_overtaken(self, key: str, seen: str | None) -> None:
        there = self.head(key)
        if (there.etag if there else None) != seen:
            raise Overtaken(key)


def _etag(data: bytes) -> str:
    return f"{hashlib.sha256(data).hexdigest()[:32]}-1"
