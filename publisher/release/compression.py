"""Text that a bucket keeps compressed: which it is, how it is written, and how it is read again. Pure.

What is signed, recorded and compared are always the bytes before. A bucket gives what it keeps to whoever asks,
whatever they take (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html knows no Accept-Encoding), so all
that is compressed says so in its Content-Encoding.
"""

import zlib
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from publisher.edition.model import Edition, PublicFile
from publisher.errors import PublisherError
from publisher.files import CHUNK

GZIP: Final = "gzip"
"""The content coding, as the header says it (RFC 9110, 8.4.1.3)."""
SIZES: Final = range(1_000, 10_000_001)
"""Bytes of a text that is compressed: below, little is saved, and above, nothing of ours is text. CloudFront has
the same bounds: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/ServingCompressedFiles.html"""
MOST: Final = SIZES.stop - 1
"""Bytes that are made of what is compressed, where nobody says how many there must be: it is no more of ours."""
TYPES: Final = frozenset(
    {
        "application/javascript",
        "application/json",
        "application/json+chapters",
        "application/manifest+json",
        "application/x-subrip",
        "application/xml",
        "image/svg+xml",
        "text/css",
        "text/html",
        "text/javascript",
        "text/plain",
        "text/vtt",
        "text/xml",
    }
)
"""Content types of text, without parameters. Sounds, films, pictures and fonts are compressed by themselves; feeds are
left as they are, because gPodder reads none that it did not ask for compressed
(https://github.com/gpodder/gpodder/issues/836): no listener is lost for bytes."""
_WRAPPED: Final = 16 + zlib.MAX_WBITS
"""What zlib calls a stream with the header and the checksum of gzip (RFC 1952)."""


class GzipError(PublisherError):
    """What says that it is compressed can't be read, or is more than it may be."""

    def __init__(self, what: str, where: str | None = None) -> None:
        super().__init__(what, where=where, hint="publish release --mend sends it again")


def is_text(content_type: str) -> bool:
    """Whether files of this type are compressed."""
    return content_type.partition(";")[0].strip().lower() in TYPES


def compressed(edition: Edition) -> Edition:
    """The same edition, its texts to be kept compressed. It goes by type and size, so nothing is read for it."""
    return Edition({key: _compressed(file) for key, file in edition.files.items()})


def _compressed(file: PublicFile) -> PublicFile:
    fits = is_text(file.content_type) and file.size in SIZES
    return replace(file, content_encoding=GZIP) if fits else file


def encoded(data: bytes, content_encoding: str) -> tuple[bytes, str]:
    """Bytes as they are to be sent, and the header to send them with; they stay as they are if they would not shrink.

    The same bytes give the same, without a time or a name, as long as zlib is the same; nothing rests on that.
    """
    if content_encoding == GZIP and len(data) < SIZES.stop:  # more is not read again
        packed = zlib.compress(data, wbits=_WRAPPED)
        if len(packed) < len(data):
            return packed, GZIP
    return data, ""


def decoded(blocks: Iterable[bytes], content_encoding: str | None, most: int = MOST) -> Iterator[bytes]:
    """Give the bytes again, in blocks of at most 1 MiB; they come as they are where the header is another.

    most: never is more made of them than this and one byte. Raises GzipError.
    """
    return _unzipped(blocks, most) if says_gzip(content_encoding) else iter(blocks)


def says_gzip(content_encoding: str | None) -> bool:
    """Whether this header says that bytes are compressed as we do it."""
    return (content_encoding or "").strip().lower() in {GZIP, "x-gzip"}


def _unzipped(blocks: Iterable[bytes], most: int) -> Iterator[bytes]:
    stream, left = zlib.decompressobj(_WRAPPED), most + 1
    for block in blocks:
        rest, is_full = block, False
        while (rest or is_full) and not stream.eof:
            limit = min(CHUNK, left)
            data = _more(stream, rest, limit)
            left -= len(data)
            if not left:
                raise GzipError(f"it decompresses to more than {most:,} bytes")
            yield data
            # What was made but had no room comes without anything more being read.
            rest, is_full = stream.unconsumed_tail, len(data) == limit
        if stream.unused_data or (rest and stream.eof):
            raise GzipError("it does not decompress: something follows its end")
    if not stream.eof:
        raise GzipError("it does not decompress: it breaks off")


def _more(stream: "zlib._Decompress", rest: bytes, limit: int) -> bytes:
    try:
        return stream.decompress(rest, limit)
    except zlib.error as error:
        raise GzipError("it does not decompress: it is damaged, or was never compressed") from error
