"""What rendering gives: the parts and files of one piece, as the public gets them."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from slugify import slugify

from publisher.errors import PublisherError
from publisher.files import Digest, digest_bytes
from publisher.transcript.formats import FORMATS
from publisher.workspace.config import Config
from publisher.workspace.fields import is_slug
from publisher.workspace.people import Person
from publisher.workspace.window import Window

CARD: Final = "card.json"
"""Name of the part that holds the card."""
CONTENT_TYPES = {
    **{f".transcript{format_.suffix}": format_.content_type for format_ in FORMATS},
    ".mp3": "audio/mpeg",
    # RFC 4337, and what the specification of podcast:alternateEnclosure calls AAC in MP4. Apple's `audio/x-m4a` (feed
    # rule 22) is for an enclosure, which is the MP3.
    ".m4a": "audio/mp4",
    ".mp4": "video/mp4",
    ".vtt": "text/vtt; charset=utf-8",
    ".waveform.json": "application/json",
    ".json": "application/json+chapters",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
}
"""What a piece may bring to the public, by its ending; where a name has two of them, the first one here."""

_NAME_LENGTH = 80
_KINDS: Final = ("episode", "post")
_WHERE_SAID: Final = ("publish_at", "unpublish_at")
_MEDIA_KEY: Final = re.compile(r"media/[0-9a-f]{64}/[A-Za-z0-9_-][A-Za-z0-9._-]*")


@dataclass(frozen=True)
class MediaFile:
    """A file of a piece that the public gets as it is: audio, transcript, chapters, waveform, audiogram, picture."""

    role: str
    """`audio` (MP3), `alternate` (M4A), `transcript` (WebVTT), `transcript:KEY` (in another format), `chapters`,
    `waveform`, `artwork`, `audiogram:NAME` (MP4), or `picture:NAME` with the name that the text uses."""
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
        return content_type_of(self.name)


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
    publish_at: str | None = None
    """When the public may have it, if later than its date; ISO 8601 with zone."""
    unpublish_at: str | None = None
    """From when on the public has it no more; ISO 8601 with zone."""

    def to_bytes(self) -> bytes:
        """As the part `card.json`: the same bytes for the same card."""
        # What came later stands only where it is said: a card from before then has the bytes that legal signed.
        said = {key: value for key, value in vars(self).items() if key not in _WHERE_SAID or value is not None}
        lines = (f" {_JSON.encode(key)}: {_indented(value)}" for key, value in sorted(said.items()))
        return "{{\n{}\n}}\n".format(",\n".join(lines)).encode()

    @classmethod
    def from_bytes(cls, data: bytes, where: str = CARD) -> "Card":
        """Read what `to_bytes` wrote; anything else, even one space more, is an error.

        Revisions come through git from other people's machines, and fields of the card become paths and addresses.

        where: what the error says, the file's path.
        """
        try:
            card = cls._from_json(json.loads(data.decode()))
            if card.to_bytes() == data:
                return card
        except (AttributeError, LookupError, TypeError, ValueError, RecursionError) as error:
            raise _damaged(where) from error
        raise _damaged(where)

    @classmethod
    def _from_json(cls, found: dict[str, Any]) -> "Card":
        lists = {key: tuple(found[key]) for key in ("people", "tags")}
        card = cls(**{**found, **lists})
        for key, is_right in _CHECKS.items():
            if not is_right(getattr(card, key)):
                raise ValueError(key)
        if (card.kind == "episode") != (card.show is not None):
            raise ValueError("show")
        return card

    @property
    def page(self) -> str:
        """Key of its page."""
        return page_key(self.kind, self.slug)

    @property
    def window(self) -> Window:
        """When the public may have it."""
        publish_at, unpublish_at = (
            datetime.fromisoformat(said) if said else None for said in (self.publish_at, self.unpublish_at)
        )
        return Window.of(datetime.fromisoformat(self.date), publish_at, unpublish_at)


_JSON: Final = json.JSONEncoder(ensure_ascii=False)


def _indented(value: object) -> str:
    """What `json.dumps` gives with an indent of 1, at a fraction of the time: ten thousand cards are read at once."""
    if isinstance(value, tuple) and value:
        return "[\n  {}\n ]".format(",\n  ".join(map(_JSON.encode, value)))
    return _JSON.encode(value)


def _damaged(where: str) -> PublisherError:
    return PublisherError("this is not a card as it was written", where=where, hint="restore the revision from git")


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_id(value: object) -> bool:
    return isinstance(value, str) and is_slug(value)


def _is_moment(value: object) -> bool:
    """Whether a value is a time with its zone, in the form that Python writes."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    return moment is not None and moment.tzinfo is not None and moment.isoformat() == value


def _is_positive(value: object) -> bool:
    return type(value) is int and value > 0


def _is_media_key(value: object) -> bool:
    return isinstance(value, str) and _MEDIA_KEY.fullmatch(value) is not None


def _each(is_right: "Check") -> "Check":
    return lambda values: all(is_right(value) for value in values)


def _or_none(is_right: "Check") -> "Check":
    return lambda value: value is None or is_right(value)


Check = Callable[[Any], bool]
_CHECKS: Final[Mapping[str, Check]] = {
    "kind": _KINDS.__contains__,
    "slug": _is_id,
    "title": _is_text,
    "summary": _is_text,
    "date": _is_moment,
    "guid": _is_text,
    "people": _each(_is_text),
    "tags": _each(_is_id),
    "division": _or_none(_is_id),
    "show": _or_none(_is_id),
    "number": _or_none(_is_positive),
    "duration": _or_none(_is_positive),
    "picture": _or_none(_is_media_key),
    "audio": _or_none(_is_media_key),
    "publish_at": _or_none(_is_moment),
    "unpublish_at": _or_none(_is_moment),
}
"""What must hold of each field of a card."""


def content_type_of(name: str) -> str:
    """The content type of a file by its public name; KeyError for a kind that has no place on the site."""
    found = next((type_ for ending, type_ in CONTENT_TYPES.items() if name.endswith(ending)), None)
    if found is None:
        raise KeyError(name)
    return found


def public_name(path: Path) -> str:
    """The name of an author's file on the site: ASCII letters, digits and '-', and its ending (feed rule 5).

    Errors: an ending that is not in CONTENT_TYPES.
    """
    suffix = path.suffix.lower()
    if suffix not in CONTENT_TYPES:
        known = ", ".join(sorted(ending for ending in CONTENT_TYPES if ending.count(".") == 1))
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
