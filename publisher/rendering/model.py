"""What rendering gives: the parts and files of one piece, as the public gets them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from slugify import slugify

from publisher.errors import PublisherError
from publisher.files import Digest, digest_bytes
from publisher.workspace.config import Config
from publisher.workspace.people import Person

CONTENT_TYPES = {
    ".mp3": "audio/mpeg",
    ".vtt": "text/vtt; charset=utf-8",
    ".json": "application/json+chapters",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
"""What a piece may bring to the public, by its ending."""

_NAME_LENGTH = 80


@dataclass(frozen=True)
class MediaFile:
    """A file of a piece that the public gets as it is: audio, transcript, chapters, a picture."""

    role: str
    """`audio`, `transcript`, `chapters`, `artwork`, or `picture:NAME` with the name that the text uses."""
    name: str
    """Its public name: `trust-before-campaigns.mp3`."""
    digest: Digest
    source: bytes | Path
    """The bytes (small), or the file that holds them."""

    @property
    def key(self) -> str:
        """Path below the site's address; it holds the digest, so that other bytes have another address."""
        return f"media/{self.digest.sha256}/{self.name}"

    @property
    def content_type(self) -> str:
        """As the header says it."""
        return CONTENT_TYPES[Path(self.name).suffix]


@dataclass(frozen=True)
class Rendering:
    """One piece as the public gets it."""

    parts: Mapping[str, bytes]
    """By name: what the finished pages and feeds are put together from."""
    media: tuple[MediaFile, ...]
    """What the parts point at."""


@dataclass(frozen=True)
class Card:
    """What lists and pages say of a piece around its body: one part of it, so that legal approves it too."""

    kind: str
    slug: str
    title: str
    summary: str
    date: str
    """ISO 8601 with zone."""
    guid: str
    people: tuple[str, ...]
    """Names, as shown."""
    tags: tuple[str, ...]
    division: str | None
    """Id."""
    show: str | None
    """Id, of an episode."""
    number: int | None
    duration: int | None
    """Whole seconds, of an episode."""
    picture: str | None
    """Key of its cover or picture."""
    audio: str | None
    """Key of its master."""

    def to_bytes(self) -> bytes:
        """As the part `card.json`: the same bytes for the same card."""
        return json.dumps(vars(self), ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"

    @classmethod
    def from_bytes(cls, data: bytes) -> "Card":
        """Read what `to_bytes` wrote."""
        fields = json.loads(data)
        return cls(**{**fields, "people": tuple(fields["people"]), "tags": tuple(fields["tags"])})

    @property
    def page(self) -> str:
        """Key of its page."""
        return page_key(self.kind, self.slug)


def public_name(path: Path) -> str:
    """The name of an author's file on the site: ASCII letters, digits and '-', and its ending (feed rule 5).

    Errors: an ending that is not in CONTENT_TYPES.
    """
    suffix = path.suffix.lower()
    if suffix not in CONTENT_TYPES:
        known = ", ".join(sorted(CONTENT_TYPES))
        raise PublisherError("this kind of file has no place on the site", where=path.name, hint=f"use {known}")
    return f"{slugify(path.stem, max_length=_NAME_LENGTH) or 'file'}{suffix}"


@dataclass(frozen=True)
class Ingredients:
    """What page bodies and feed entries are made of, besides the piece."""

    config: Config
    people: Mapping[str, Person]
    """By id."""
    card: Card
    media: Mapping[str, MediaFile]
    """By role; pictures in the text, of which there may be many, by the name that the text uses."""

    @property
    def base(self) -> str:
        """The site's address, with a slash at its end."""
        return self.config.house.url


def page_key(kind: str, slug: str) -> str:
    """Key of a piece's page, `posts/legal-in-a-day.html`: it opens from a folder, a bucket and any server alike."""
    return f"{kind}s/{slug}.html"


def media_file(role: str, name: str, data: bytes) -> MediaFile:
    """A small file from its bytes."""
    return MediaFile(role, name, digest_bytes(data), data)
