"""The bytes of a public file on their way out: read once, digested, and handed on from the same buffer."""

import hashlib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, Self

from publisher.edition.model import PublicFile
from publisher.errors import PublisherError
from publisher.release import proof
from publisher.release.compression import encoded


@dataclass(frozen=True)
class Body:
    """What is sent of a file in one request."""

    data: bytes
    sha256: str
    """Digest of `data`, 64 hexadecimal digits: of what is sent, not of what was approved."""
    md5: bytes
    content_encoding: str
    """The header that goes with it; empty for none."""

    @classmethod
    def of(cls, file: PublicFile, data: bytes) -> Self:
        """What is sent of a file with these bytes, which were found to be those of its digest."""
        sent, coding = encoded(data, file.content_encoding)
        return cls(sent, hashlib.sha256(sent).hexdigest() if coding else file.sha256, proof.md5(sent), coding)


def approved_blocks(file: PublicFile, block: int) -> Iterator[bytes]:
    """Give the bytes of `file` in blocks of at most `block` bytes, in constant memory.

    Raises PublisherError after the last block if the whole isn't what was approved, and at once if it is longer:
    so whoever takes the blocks makes them visible only after the iteration came to its end.
    """
    sha = hashlib.sha256()
    size = 0
    try:
        with _opened(file) as stream:
            while data := stream.read(block):
                sha.update(data)
                size += len(data)
                if size > file.size:
                    break
                yield data
    except OSError as error:
        raise PublisherError(
            f"can't read what is to be sent: {error.strerror or error}",
            where=f"{file.key}, from {error.filename}",
            hint="run the same command again: what is missing is made anew",
        ) from error
    if size != file.size or sha.hexdigest() != file.sha256:
        raise PublisherError(
            "its bytes are not what legal approved",
            where=file.key,
            hint="nothing of it was made public; run the same command again, and submit the piece again if it stays",
        )


def _opened(file: PublicFile) -> BinaryIO:
    return io.BytesIO(file.source) if isinstance(file.source, bytes) else file.source.open("rb")
