"""What rendering gives: the parts and files of one piece, as the public gets them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from publisher.files import Digest, digest_bytes
from publisher.workspace.pieces import Piece

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


@dataclass(frozen=True)
class MediaFile:
    """A file of a piece that the public gets as it is: audio, transcript, chapters, a picture."""

    role: str
    """`audio`, `transcript`, `chapters`, `artwork` or `picture`."""
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


def page_key(kind: str, slug: str) -> str:
    """Key of a piece's page, `posts/legal-in-a-day.html`: it opens from a folder, a bucket and any server alike."""
    return f"{kind}s/{slug}.html"


def media_file(role: str, name: str, data: bytes) -> MediaFile:
    """A small file from its bytes."""
    return MediaFile(role, name, digest_bytes(data), data)


def guid_of(piece: Piece, parent: UUID) -> str:
    """What feed readers know a piece by: it outlives changes of title, audio and address (feed rule 21).

    parent: the guid of its show, or of the house for a post.
    """
    return piece.matter.guid or str(uuid5(parent, f"{piece.kind}:{piece.slug}"))
