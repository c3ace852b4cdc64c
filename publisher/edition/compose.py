"""compose(approved pieces, now) -> Edition: whole feeds, pages and lists around the approved parts, which stand in them unchanged."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from publisher.edition import pages
from publisher.edition.feeds import FORMATS
from publisher.edition.feeds.model import Format, Member
from publisher.edition.model import Edition, Phase, PublicFile
from publisher.edition.surroundings import FOREVER, SHORT, Surroundings, theme
from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.rendering.model import Card
from publisher.rendering.piece import CARD
from publisher.review.gate import Approved
from publisher.review.manifest import Entry

FEED_BYTES = 5_000_000
"""Feed rule 6: directories read no more."""

Locate = Callable[[Entry], Path]
"""Where the bytes of an approved file lie; they are read, and digested again, only if they are sent."""


@dataclass(frozen=True)
class _Piece:
    card: Card
    approved: Approved

    def part(self, name: str) -> bytes | None:
        return self.approved.revision.parts.get(name)


def compose(approved: Iterable[Approved], surroundings: Surroundings, locate: Locate) -> Edition:
    """Everything that the public sees at `surroundings.now`, the same bytes for the same input."""
    pieces = _published(approved, surroundings.now)
    assets = theme()
    files = [
        *assets.values(),
        *(_cover_file(surroundings, show) for show in _shows(pieces)),
        *(_media_file(entry, locate) for piece in pieces for entry in piece.approved.revision.manifest.files),
        *_pages(pieces, surroundings, assets),
        *_feeds(pieces, surroundings),
    ]
    return Edition({file.key: file for file in sorted(files, key=lambda file: file.key)})


def _published(approved: Iterable[Approved], now: datetime) -> list[_Piece]:
    """Pieces whose date has come, newest first."""
    pieces = [_Piece(Card.from_bytes(one.revision.parts[CARD]), one) for one in approved]
    due = [piece for piece in pieces if datetime.fromisoformat(piece.card.date) <= now]
    return sorted(due, key=lambda piece: (datetime.fromisoformat(piece.card.date), piece.card.slug), reverse=True)


def _shows(pieces: Sequence[_Piece]) -> list[str]:
    return sorted({piece.card.show for piece in pieces if piece.card.show})


def _media_file(entry: Entry, locate: Locate) -> PublicFile:
    return PublicFile(entry.name, entry.sha256, entry.size, entry.type, FOREVER, Phase.MEDIA, locate(entry))


def _cover_file(surroundings: Surroundings, show: str) -> PublicFile:
    cover = surroundings.covers[show]
    kind = "image/png" if cover.path.suffix == ".png" else "image/jpeg"
    return PublicFile(cover.key, cover.digest.sha256, cover.digest.size, kind, FOREVER, Phase.MEDIA, cover.path)


def _pages(pieces: Sequence[_Piece], surroundings: Surroundings, assets: dict[str, PublicFile]) -> list[PublicFile]:
    site = pages.Site(surroundings, {name: file.key for name, file in assets.items()}, [p.card for p in pieces])
    own = [
        _text(
            piece.card.page, site.piece(piece.card, piece.approved.revision.parts[pages.PART]), Phase.PAGES, pages.HTML
        )
        for piece in pieces
    ]
    lists = [_text(key, data, Phase.INDEXES, pages.type_of(key)) for key, data in site.indexes().items()]
    return own + lists


def _feeds(pieces: Sequence[_Piece], surroundings: Surroundings) -> list[PublicFile]:
    shows = _shows(pieces)
    return [
        _feed(format_, show, pieces, surroundings)
        for format_ in FORMATS
        for show in (shows if format_.kind == "episode" else [""])
        if any(piece.card.kind == format_.kind for piece in pieces)
    ]


def _feed(format_: Format, show: str, pieces: Sequence[_Piece], surroundings: Surroundings) -> PublicFile:
    members = [
        Member(piece.card, entry)
        for piece in pieces
        if piece.card.kind == format_.kind and (piece.card.show or "") == show
        if (entry := piece.part(format_.part)) is not None
    ]
    key = format_.key.format(show=show)
    data = format_.compose(show, surroundings.config.house.url + key, members, surroundings)
    if len(data) > FEED_BYTES:
        raise PublisherError(
            f"the feed has {len(data)} bytes, and directories read at most {FEED_BYTES}",
            where=key,
            hint="move the oldest episodes to a show of their own",
        )
    return _text(key, data, Phase.FEEDS, format_.content_type)


def _text(key: str, data: bytes, phase: Phase, content_type: str) -> PublicFile:
    digest = digest_bytes(data)
    return PublicFile(key, digest.sha256, digest.size, content_type, SHORT, phase, data)
