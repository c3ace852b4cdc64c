"""A target in memory that behaves as a bucket does: etags that aren't SHA-256, headers, whole objects only."""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext

from publisher.edition.model import PublicFile
from publisher.release.record import RECORD_KEY
from publisher.release.source import approved_blocks
from publisher.release.target import Listed, Sent, unheard


class Memory:
    """Objects by key, each its bytes and its headers."""

    address = "memory"

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, str, str]] = {}

    def exclusive(self) -> AbstractContextManager[None]:
        return nullcontext()

    def listing(self) -> Mapping[str, Listed]:
        return {key: Listed(len(data), _etag(data)) for key, (data, _, _) in self.objects.items()}

    def read(self, key: str) -> Iterator[bytes]:
        if key not in self.objects:
            raise FileNotFoundError(key)
        yield self.objects[key][0]

    def put(self, file: PublicFile, sent: Sent = unheard) -> str:
        data = b"".join(approved_blocks(file, 1 << 20))
        self.objects[file.key] = (data, file.content_type, file.cache_control)
        sent(len(data))
        return _etag(data)

    def put_record(self, data: bytes) -> None:
        self.objects[RECORD_KEY] = (data, "application/json", "no-store")

    def delete(self, key: str) -> None:
        self.objects.pop(key, None)


def _etag(data: bytes) -> str:
    return f"{hashlib.sha256(data).hexdigest()[:32]}-1"
