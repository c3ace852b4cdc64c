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
"""The module of each scheme, imported when an address asks for it."""
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
    has_other_headers: bool = False
    """Whether it is served with other headers than it was sent with; False where nobody asked."""


@dataclass(frozen=True)
class Found:
    """A small object as it was at one moment."""

    data: bytes
    """All of its bytes."""
    etag: str
    """The target's own name for them; what `swap` takes as `seen`."""


@dataclass(frozen=True)
class Headed:
    """What a target serves with a key's bytes. A header is None where the target doesn't keep it."""

    size: int
    """Bytes."""
    etag: str
    """As in `Listed`."""
    content_type: str | None
    """The header as the public gets it."""
    cache_control: str | None
    """As `content_type`."""
    content_encoding: str | None
    """As `content_type`; None also where there is no such header."""


@dataclass(frozen=True)
class Promises:
    """What a target is known to do. False also where nobody knows: `publish target check` finds out."""

    conditional_create: bool
    """Of any number that write to a free key at the same time, exactly one succeeds."""
    conditional_replace: bool
    """Of any number that replace the same content at the same time, exactly one succeeds."""
    delete_many: bool
    """Many keys go in one request."""
    object_lock: bool
    """It can keep an object from being changed or deleted until a date."""
    locks: bool = False
    """`Target.exclusive` keeps every other release out by itself: no lease is needed."""
    keeps_encoding: bool = True
    """Text may be kept compressed there, since its Content-Encoding goes with it. A folder has no headers."""
    shows_digests: bool = False
    """A listing tells the digest of every file, and costs next to nothing."""


class Anything(Enum):
    """The type of `ANYTHING`, so that no etag can be taken for it."""

    ANYTHING = "anything"


ANYTHING: Final = Anything.ANYTHING
"""Put over whatever is there, or nothing."""
Over = str | None | Anything
"""What a put may replace: only the content of this etag, only nothing (None), or `ANYTHING`."""


class Overtaken(PublisherError):  # noqa: N818  it tells what happened, which is no mistake
    """Somebody else wrote meanwhile: what is there is neither what was seen nor what was to be written."""

    def __init__(self, where: str) -> None:
        super().__init__(
            "somebody else wrote this meanwhile",
            where=where,
            hint="let the other release end, then run the same command again",
        )


class NoConditions(PublisherError):  # noqa: N818  as Overtaken
    """The store can't be told to write only if nobody else did. Nothing was written."""

    def __init__(self, where: str) -> None:
        super().__init__(
            "this store takes no conditional writes, so two releases at the same time could mix",
            where=where,
            hint="if one machine alone releases here, say so: single_writer = true under [release] in publisher.toml",
        )


@dataclass(frozen=True)
class TargetOptions:
    """What a target may need besides its address. Credentials are not among it: botocore finds them by itself."""

    digest_cache: Path | None = None
    """Where a directory's digests are kept between runs; None reads every file each time."""
    endpoint: str | None = None
    """Address of an S3-compatible store (`https://s3.example.com`); None for what the environment says, or AWS."""
    region: str | None = None
    """Region of the bucket; None for what the environment says."""
    workers: int = 8
    """Requests at the same time, at most."""
    attempts: int = 8
    """How often one request is tried before it counts as failed, beside a first time that costs next to nothing."""
    profile: str | None = None
    """What kind of store it is (`publisher.release.profiles`); None to tell by the endpoint's name."""
    single_writer: bool = False
    """Whether nobody else ever releases there at the same time, which a store without conditional writes needs."""
    journal: Path | None = None
    """Folder that remembers uploads which a kill stopped, so that they go on; None begins each anew."""
    aws_profile: str | None = None
    """The profile of `~/.aws` with the credentials; None for those that boto3 finds by itself."""


def unheard(_size: int) -> None:
    """Tell nobody how much was sent."""


class Target(Protocol):
    """A place that an edition can be released to. Keys are paths below it, as in an edition.

    All but `exclusive` and `listing` may be called from several threads at once. Everything raises PublisherError, with
    the place and a hint, for what a user can mend: rights, room, credentials, the network.
    """

    @property
    def address(self) -> str:
        """The place as a user would write it, for messages."""

    @property
    def promises(self) -> Promises:
        """What the place is known to do."""

    def exclusive(self) -> AbstractContextManager[None]:
        """Hold the place for one release, and clear away what a killed one left half-written."""

    def listing(self) -> Mapping[str, Listed]:
        """Everything that is there, ours or not, by key; empty if the place doesn't exist yet."""

    def read(self, key: str) -> Iterator[bytes]:
        """Give the bytes of a key, as they were before they were compressed, in blocks of at most 1 MiB.

        Raises FileNotFoundError if there are none, and GzipError if they can't be read again.
        """

    def peek(self, key: str) -> Found | None:
        """Give a small object whole, as `read` does, in one request if it isn't compressed; None if there is none."""

    def head(self, key: str) -> Headed | None:
        """Say what is served with a key, without its bytes; None if it isn't there."""

    def put(self, file: PublicFile, sent: Sent = unheard, over: Over = ANYTHING) -> str:
        """Make `file` public in one step, whole or not at all, and give its etag as `listing` will.

        Its source is read once, and compressed only then. Raises PublisherError, and shows nothing of it, if the bytes
        aren't those of `file.sha256`; and Overtaken if something else is there than `over` says, unless it is this very
        file.
        """

    def swap(self, key: str, data: bytes, seen: str | None) -> str:
        """Replace a small JSON object, if its etag is still `seen` (None: if there is none); give the new etag.

        It counts as written if exactly `data` is there afterwards, since the answer to a write can get lost: so
        `data` says whose it is. Raises Overtaken if something else is there.
        """

    def delete(self, key: str) -> None:
        """Take a key away; nothing happens if it isn't there."""

    def delete_many(self, keys: Sequence[str]) -> None:
        """Take keys away, in as few requests as the target can. Some may be gone if it raises PublisherError."""


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
