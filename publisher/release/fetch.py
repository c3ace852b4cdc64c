"""Getting bytes back from a target, where the machine that made them is gone or its cache was deleted."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

from publisher.errors import PublisherError
from publisher.files import atomic_path
from publisher.release.compression import GzipError
from publisher.release.target import Target


class _Other(Exception):  # noqa: N818  not an error: it leaves `atomic_path` without the rename
    """The bytes at the target are not the wanted ones, or there are none."""


def fetch(target: Target, key: str, sha256: str, destination: Path) -> bool:
    """Copy a key's bytes to `destination` in constant memory, if they are exactly those of `sha256`.

    False, with `destination` as it was, if the key isn't there or holds other bytes.
    Raises PublisherError if the target can't be read or `destination` can't be written.
    """
    try:
        with atomic_path(destination) as temporary, temporary.open("wb") as stream:
            stream.writelines(_exactly(target, key, sha256))
    except _Other:
        return False
    except OSError as error:
        raise PublisherError(
            f"can't be written: {error.strerror or error}",
            where=str(destination),
            hint="make room or give yourself the right to write there, then run the same command again",
        ) from error
    return True


def _exactly(target: Target, key: str, sha256: str) -> Iterator[bytes]:
    """Give the bytes of a key. Raises _Other at the end if they are others than wanted."""
    sha = hashlib.sha256()
    try:
        for block in target.read(key):
            sha.update(block)
            yield block
    except (FileNotFoundError, GzipError):
        raise _Other from None
    if sha.hexdigest() != sha256:
        raise _Other
