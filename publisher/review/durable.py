"""Files that must outlive a kill and a full disk: what `publisher.files` has no need of."""

import os


def write_at(handle: int, data: bytes, offset: int) -> None:
    """Write all of `data` at `offset` (bytes); a disk that fills up takes a part of it before it raises OSError."""
    while data:
        count = os.pwrite(handle, data, offset)
        data, offset = data[count:], offset + count


def cut(handle: int, size: int) -> None:
    """Take away what lies beyond `size` (bytes); a shorter file stays as it is."""
    if os.fstat(handle).st_size > size:
        os.ftruncate(handle, size)
