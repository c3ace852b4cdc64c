"""Where an edition goes: what every target can do, and how an address opens one.

A new kind of target is one module with a function `open_at(address, options)`, and its line in `MODULES`; the
contract in `tests/release/test_target_contract.py` says what it has to do.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol

from publisher.edition.model import PublicFile
from publisher.errors import PublisherError

MODULES: Mapping[str, str] = {
    "file": "publisher.release.directory",
    "s3": "publisher.release.s3",
}
"""The module of each scheme, imported when an address asks for it: boto3 takes longer than `publish --help` may."""
Sent = Callable[[int], None]
"""Told the size in bytes of each block that went out. What it raises stops the file, if that isn't whole yet."""


@dataclass(frozen=True)
class Listed:
    """What a target says about one key without its bytes being fetched."""

    size: int
    """Bytes."""
    etag: str
    """The target's own name for the content: another content, another name."""
    sha256: str | None = None
    """Digest of the bytes, where it is known; else None."""


class Anything(Enum):
    """What a put may replace: whatever is there."""

    ANYTHING = "anything"


ANYTHING: Final = Anything.ANYTHING


class Overtaken(PublisherError):
    """Somebody else wrote meanwhile."""


@dataclass(frozen=True)
class Found:
    """A small object, whole."""

    data: bytes
    etag: str


@dataclass(frozen=True)
class Headed:
    """What a target says about one key that was asked for."""

    size: int
    etag: str
    content_type: str = ""
    cache_control: str = ""
    content_encoding: str = ""


@dataclass(frozen=True)
class Promises:
    """What a place can promise."""

    swaps: bool = True
    locks: bool = False
    shows_digests: bool = False


@dataclass(frozen=True)
class TargetOptions:
    """What a target may need besides its address. Credentials are not among it: boto3 finds them by itself."""

    digest_cache: Path | None = None
    """Where a directory's digests are kept between runs; None reads every file each time."""
    endpoint: str | None = None
    """Address of an S3-compatible store (`https://s3.example.com`); None for what the environment says, or AWS."""
    region: str | None = None
    """Region of the bucket; None for what the environment says."""
    workers: int = 8
    """Requests at the same time, at most."""
    attempts: int = 8
    """How often one request is tried before it counts as failed."""


def unheard(_size: int) -> None:
    """Tell nobody how much was sent."""


class Target(Protocol):
    """A place that an edition can be released to. Keys are paths below it, as in an edition.

    `put`, `read` and `delete` may be called from several threads at once. Everything raises PublisherError, with
    the place and a hint, for what a user can mend: rights, room, credentials, the network.
    """

    @property
    def address(self) -> str:
        """The place as a user would write it, for messages."""

    def exclusive(self) -> AbstractContextManager[None]:
        """Hold the place for one release, and clear away what a killed one left half-written."""

    def listing(self) -> Mapping[str, Listed]:
        """Everything that is there, ours or not, by key; empty if the place doesn't exist yet."""

    def read(self, key: str) -> Iterator[bytes]:
        """Give the bytes of a key in blocks of at most 1 MiB. Raises FileNotFoundError if there are none."""

    @property
    def promises(self) -> Promises:
        """What this place can promise."""

    def peek(self, key: str) -> Found | None:
        """Give a small object whole."""

    def swap(self, key: str, data: bytes, seen: str | None) -> str:
        """Compare and swap."""

    def head(self, key: str) -> Headed | None:
        """Ask for one key."""

    def delete_many(self, keys: Sequence[str]) -> None:
        """Take keys away."""

    def put(self, file: PublicFile, sent: Sent = unheard, over: str | Anything | None = ANYTHING) -> str:
        """Make `file` public in one step, whole or not at all, and give its etag as `listing` will.

        Its source is read once. Raises PublisherError, and shows nothing of it, if the bytes aren't those of
        `file.sha256`.
        """

    def delete(self, key: str) -> None:
        """Take a key away; nothing happens if it isn't there."""


def open_target(address: str, options: TargetOptions) -> Target:
    """Open what an address names: `public`, `/srv/site`, `file:///srv/site` or `s3://bucket/prefix`.

    Nothing is written or asked of the network yet. Raises PublisherError for an address that can't be one.
    """
    scheme = address.partition("://")[0] if "://" in address else "file"
    if scheme not in MODULES:
        raise PublisherError(
            f"there is no target of the kind {scheme!r}",
            where=address,
            hint=f"give a directory, or an address that begins with {' or '.join(f'{each}://' for each in MODULES)}",
        )
    opener: Callable[[str, TargetOptions], Target] = import_module(MODULES[scheme]).open_at
    return opener(address, options)
