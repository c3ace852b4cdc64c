"""What an edition puts around approved pieces: the house's own names, covers and theme."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib.resources import files
from pathlib import Path

from publisher.edition.model import Phase, PublicFile
from publisher.files import Digest, digest_bytes
from publisher.rendering.model import CONTENT_TYPES, Card, public_name
from publisher.workspace.config import Config

FOREVER = "public, max-age=31536000, immutable"
"""For keys that hold a digest: other bytes have another address."""
SHORT = "public, max-age=300"
"""For pages and feeds, which change in place."""

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
"""What a theme may be made of, by its ending."""


@dataclass(frozen=True)
class Cover:
    """The artwork of a show, as it lies in the workspace."""

    path: Path
    """A JPEG or PNG file."""
    digest: Digest

    @property
    def key(self) -> str:
        """Its key, of ASCII whatever its name is (feed rule 5); a new picture has a new one (feed rule 11)."""
        return f"media/{self.digest.sha256}/{public_name(self.path)}"

    @property
    def content_type(self) -> str:
        """As the header says it."""
        return CONTENT_TYPES[self.path.suffix.lower()]


@dataclass(frozen=True)
class Surroundings:
    """Everything of an edition that is not of one piece."""

    config: Config
    """`publisher.toml` as it is now."""
    covers: Mapping[str, Cover]
    """By id of show."""
    now: datetime
    """With a zone. Pieces whose window holds then are in."""
    known: Mapping[str, datetime] = field(default_factory=dict)
    """When the latest of the pieces was to be public that were so once, by show, and by an empty id of the blog.

    Apps know these feeds: they stay, empty, when the last piece is gone.
    """

    def shows_of(self, cards: Iterable[Card]) -> list[str]:
        """Ids of the shows that have an episode among these, or had one, in order."""
        return sorted({*(card.show for card in cards if card.show), *(self.known.keys() & self.config.shows.keys())})

    def has_blog(self, cards: Iterable[Card]) -> bool:
        """Whether a post is among these, or was."""
        return "" in self.known or any(card.kind == "post" for card in cards)


def theme() -> dict[str, PublicFile]:
    """The files of the site's theme, by file name."""
    folder = files("publisher.edition") / "theme"
    found = {file.name: file for file in folder.iterdir() if Path(file.name).suffix in _TYPES}
    return {name: _asset(name, file.read_bytes()) for name, file in sorted(found.items())}


def _asset(name: str, data: bytes) -> PublicFile:
    digest = digest_bytes(data)
    return PublicFile(
        key=f"assets/{digest.sha256[:16]}/{name}",
        sha256=digest.sha256,
        size=digest.size,
        content_type=_TYPES[Path(name).suffix],
        cache_control=FOREVER,
        phase=Phase.MEDIA,
        source=data,
    )


def text_file(key: str, data: bytes, phase: Phase, content_type: str) -> PublicFile:
    """A page, list or feed, which changes in place."""
    digest = digest_bytes(data)
    return PublicFile(key, digest.sha256, digest.size, content_type, SHORT, phase, data)
