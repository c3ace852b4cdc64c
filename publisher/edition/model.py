"""An Edition: everything that the public will see, as named files with digests and headers."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path


class Phase(IntEnum):
    """When a file is sent. A phase begins only when the one before it is whole: what is pointed at comes first."""

    MEDIA = 1
    """Audio, transcripts, chapters, pictures, style sheets: pointed at, pointing at nothing."""
    PAGES = 2
    """A page a piece."""
    INDEXES = 3
    """Home, lists, site map: they point at pages."""
    FEEDS = 4
    """Subscribers' apps act on these within minutes."""


@dataclass(frozen=True)
class PublicFile:
    """One file of an edition."""

    key: str
    """Path below the site's address, ASCII, forward slashes, no leading slash: `feeds/aloud.xml`."""
    sha256: str
    """Digest of the bytes, 64 hexadecimal digits."""
    size: int
    """Bytes."""
    content_type: str
    """As sent in the header: `audio/mpeg`, `text/html; charset=utf-8`."""
    cache_control: str
    """As sent in the header."""
    phase: Phase
    source: bytes | Path
    """The bytes themselves (small files), or the file that holds them (media); read once, when sent."""
    content_encoding: str = ""
    """As sent in the header: `gzip` for a text that is kept compressed, if that makes it smaller; empty for none.
    Digest and size are always of the bytes before."""


@dataclass(frozen=True)
class Edition:
    """Every file by key."""

    files: Mapping[str, PublicFile]
