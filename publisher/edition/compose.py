"""compose(approved pieces, now) -> Edition: whole feeds, pages and lists around the approved parts.

Those stand in them unchanged: the page holds the approved body byte for byte, the feed the approved entry.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from publisher.edition import pages
from publisher.edition.feeds import FORMATS
from publisher.edition.feeds.model import Format, Member
from publisher.edition.model import Edition, Phase, PublicFile
from publisher.edition.surroundings import FOREVER, Surroundings, text_file, theme
from publisher.errors import PublisherError
from publisher.rendering.model import Card, page_key
from publisher.review.gate import Approved
from publisher.review.manifest import Entry, short

FEED_BYTES = 5_000_000
"""Feed rule 6: directories read no more."""
_TOO_LONG = {
    "episode": "move the oldest episodes to a show of their own",
    "post": "take the oldest posts' folders out of posts/",
}
"""What to do about a feed that is too long, by kind of piece."""

Locate = Callable[[Entry], Path]
"""Where the bytes of an approved file lie; they are read, and digested again, only if they are sent."""


@dataclass(frozen=True)
class _Piece:
    card: Card
    approved: Approved

    def part(self, name: str) -> bytes:
        parts = self.approved.revision.parts
        if name not in parts:
            raise PublisherError(
                f"the approved revision {short(self.approved.revision.name)} has no {name}",
                where=self.page,
                hint="submit the piece again",
            )
        return parts[name]

    @property
    def page(self) -> str:
        """Key of its page, by the manifest: that is what legal signed for."""
        manifest = self.approved.revision.manifest
        return page_key(manifest.kind, manifest.slug)

    @property
    def date(self) -> datetime:
        return datetime.fromisoformat(self.card.date)


def compose(
    approved: Iterable[Approved], surroundings: Surroundings, locate: Locate, notices: Iterable[PublicFile] = ()
) -> Edition:
    """Everything that the public sees at `surroundings.now`, the same bytes for the same input, in any order.

    notices: pages in the place of pieces that were taken down; see `edition.notice`.
    Errors: a piece whose show is not there any more, two with one address or guid, or a feed that is too long.
    """
    pieces = _published(approved, surroundings)
    assets = theme()
    files = [
        *assets.values(),
        *(_cover_file(surroundings, show) for show in surroundings.shows_of(piece.card for piece in pieces)),
        *(_media_file(entry, locate) for piece in pieces for entry in piece.approved.revision.manifest.files),
        *_pages(pieces, surroundings, assets),
        *_feeds(pieces, surroundings),
        *notices,
    ]
    return Edition(_by_key(files))


def _by_key(files: Iterable[PublicFile]) -> dict[str, PublicFile]:
    """Files in the order of their keys; pieces may share a picture, but no file may stand in another's place."""
    found: dict[str, PublicFile] = {}
    for file in sorted(files, key=lambda file: file.key):
        if found.setdefault(file.key, file).sha256 != file.sha256:
            raise PublisherError(
                "two files with other bytes would have this address",
                where=file.key,
                hint="look into revisions/ for the piece that brings a file under a page's or feed's name",
            )
    return found


def _published(approved: Iterable[Approved], surroundings: Surroundings) -> list[_Piece]:
    """Pieces whose window holds, newest first; at the same moment, by their slugs."""
    pieces = [_Piece(_card(one, surroundings), one) for one in approved]
    due = [piece for piece in pieces if piece.card.window.holds(surroundings.now)]
    _addresses_differ(due)
    _guids_differ(due)
    return sorted(due, key=lambda piece: (piece.date, piece.card.slug), reverse=True)


def _card(approved: Approved, surroundings: Surroundings) -> Card:
    """The approved card, less a division that is not in publisher.toml any more."""
    card = approved.revision.card
    if card.show is not None and card.show not in surroundings.config.shows:
        raise PublisherError(
            f"it was approved for the show {card.show!r}, which is not in publisher.toml any more",
            where=f"{card.kind}s/{card.slug}",
            hint=f"write [shows.{card.show}] again, or name another show and submit the piece again",
        )
    return card if card.division in surroundings.config.divisions else replace(card, division=None)


def _addresses_differ(pieces: Sequence[_Piece]) -> None:
    by_page: dict[str, _Piece] = {}
    for piece in pieces:
        other = by_page.setdefault(piece.page, piece)
        if other is not piece:
            both = sorted(short(one.approved.revision.name) for one in (other, piece))
            raise PublisherError(
                f"the approved revisions {both[0]} and {both[1]} would both have this address",
                where=piece.page,
                hint="let one of them go: a piece has one page",
            )


def _guids_differ(pieces: Sequence[_Piece]) -> None:
    counts = Counter(piece.card.guid for piece in pieces)
    for piece in pieces:
        if counts[piece.card.guid] > 1:
            raise PublisherError(
                "another approved piece has the same guid, and apps would take the two for one (feed rule 21)",
                where=f"{piece.card.kind}s/{piece.card.slug}",
                hint="give the newer one a guid of its own and submit it again",
            )


def _media_file(entry: Entry, locate: Locate) -> PublicFile:
    return PublicFile(entry.name, entry.sha256, entry.size, entry.type, FOREVER, Phase.MEDIA, locate(entry))


def _cover_file(surroundings: Surroundings, show: str) -> PublicFile:
    cover = surroundings.covers[show]
    digest = cover.digest
    return PublicFile(cover.key, digest.sha256, digest.size, cover.content_type, FOREVER, Phase.MEDIA, cover.path)


def _pages(pieces: Sequence[_Piece], surroundings: Surroundings, assets: dict[str, PublicFile]) -> list[PublicFile]:
    site = pages.Site(surroundings, {name: file.key for name, file in assets.items()}, [one.card for one in pieces])
    own = [(one.page, site.piece(one.card, one.part(pages.PART))) for one in pieces]
    return [
        *(text_file(key, data, Phase.PAGES, pages.HTML) for key, data in own),
        *(text_file(key, data, Phase.INDEXES, pages.type_of(key)) for key, data in site.indexes().items()),
    ]


def _feeds(pieces: Sequence[_Piece], surroundings: Surroundings) -> list[PublicFile]:
    cards = [piece.card for piece in pieces]
    channels = {"episode": surroundings.shows_of(cards), "post": [""] * surroundings.has_blog(cards)}
    return [_feed(format_, channel, pieces, surroundings) for format_ in FORMATS for channel in channels[format_.kind]]


def _feed(format_: Format, show: str, pieces: Sequence[_Piece], surroundings: Surroundings) -> PublicFile:
    members = [
        Member(piece.card, piece.part(format_.part))
        for piece in pieces
        if piece.card.kind == format_.kind and (piece.card.show or "") == show
    ]
    key = format_.key.format(show=show)
    data = format_.compose(show, surroundings.config.house.url + key, members, surroundings)
    if len(data) > FEED_BYTES:
        raise PublisherError(
            f"the feed has {len(data):,} bytes, and directories read at most {FEED_BYTES:,} (feed rule 6)",
            where=key,
            hint=_TOO_LONG[format_.kind],
        )
    return text_file(key, data, Phase.FEEDS, format_.content_type)
