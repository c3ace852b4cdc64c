"""The named parts that WAV, W64, CAF and MP4 files are made of. Only their headers are read."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

MOST = 10_000
"""Chunks that are looked at in a row. A recording has ten; a file made to keep us busy may have a hundred million."""


@dataclass(frozen=True)
class Chunk:
    """A part of a file, as its header tells."""

    name: bytes
    """Four letters."""
    start: int
    """Where its content starts, in bytes from the beginning of the file."""
    size: int
    """Bytes of its content, as it says: the file may end before."""


def length(stream: BinaryIO) -> int:
    """Size of the file in bytes."""
    return stream.seek(0, 2)


def unpack(stream: BinaryIO, at: int, layout: str) -> tuple[Any, ...]:
    """Read numbers at `at`, as `struct` has them; zeros where the file ends before."""
    stream.seek(at)
    size = struct.calcsize(layout)
    return struct.unpack(layout, stream.read(size).ljust(size, b"\0"))


def riff(stream: BinaryIO) -> Iterator[Chunk]:
    """Of a WAV: after 12 bytes; sizes of 4 bytes, each chunk filled up to an even number."""
    return _walk(stream, 12, "<4sI", lambda size: (size, size % 2))


def wave64(stream: BinaryIO) -> Iterator[Chunk]:
    """Of a W64: after 40 bytes; names of 16, and sizes of 8 that count the header, filled up to eight."""
    return _walk(stream, 40, "<4s12xQ", lambda size: (size - 24, -size % 8))


def caf(stream: BinaryIO) -> Iterator[Chunk]:
    """Of a CAF: after 8 bytes; sizes of 8 bytes."""
    return _walk(stream, 8, ">4sQ", lambda size: (size, 0))


def _walk(stream: BinaryIO, at: int, layout: str, sizes: Callable[[int], tuple[int, int]]) -> Iterator[Chunk]:
    """Go from header to header; `sizes` tells from a header's number the content's size and what fills it up."""
    end, header = length(stream), struct.calcsize(layout)
    for _ in range(MOST):
        if at + header > end:
            return
        name, number = unpack(stream, at, layout)
        size, filling = sizes(number)
        if size < 0:
            return
        yield Chunk(name, at + header, size)
        at += header + size + filling


def boxes(stream: BinaryIO, parent: Chunk) -> Iterator[Chunk]:
    """Of an MP4, inside `parent` (ISO/IEC 14496-12, 4.2): a size of 1 stands for a longer one, 0 for all the rest."""
    at, end = parent.start, parent.start + parent.size
    for _ in range(MOST):
        if at + 8 > end:
            return
        size, name = unpack(stream, at, ">I4s")
        header = 16 if size == 1 else 8
        if size == 1:
            (size,) = unpack(stream, at + 8, ">Q")
        size = size or end - at
        if size < header:
            return
        yield Chunk(name, at + header, size - header)
        at += size


def box(stream: BinaryIO, parent: Chunk, *path: bytes) -> Chunk:
    """The first box under `parent` that is reached by these names; an empty one where there is none."""
    for name in path:
        parent = next((found for found in boxes(stream, parent) if found.name == name), Chunk(name, 0, 0))
    return parent
