"""The pages of the site: a shell around each approved body, and the lists that lead to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from markupsafe import Markup

from publisher.edition.surroundings import Surroundings
from publisher.rendering.model import Card
from publisher.rendering.site import body
from publisher.rendering.site.templates import environment

PART = body.PART
HTML = "text/html; charset=utf-8"
_TYPES = {".html": HTML, ".xml": "application/xml; charset=utf-8", ".txt": "text/plain; charset=utf-8"}


def type_of(key: str) -> str:
    """Content-Type of a page or list."""
    return _TYPES[key[key.rindex(".") :]]


@dataclass(frozen=True)
class Site:
    """All pages of an edition."""

    surroundings: Surroundings
    assets: Mapping[str, str]
    """Key of each file of the theme by its name."""
    cards: Sequence[Card]
    """Newest first."""

    def piece(self, card: Card, body_html: bytes) -> bytes:
        """A piece's page: the body as legal approved it, unchanged, in the shell."""
        # The body was rendered from templates with autoescape and is the approved part itself.
        approved = Markup(body_html.decode())  # noqa: S704
        earlier, later = self._neighbours.get(card.page, (None, None))
        return self._page(
            "piece.html",
            card.page,
            title=card.title,
            summary=card.summary,
            card=card,
            body=approved,
            earlier=earlier,
            later=later,
            linked_data=self._linked_data(card),
        )

    def indexes(self) -> dict[str, bytes]:
        """Home, the lists of posts and of each show, the site map, by key."""
        house = self.surroundings.config.house
        posts = [card for card in self.cards if card.kind == "post"]
        found = {
            "index.html": self._page("home.html", "index.html", title=house.name, summary=house.description),
            "posts.html": self._page("posts.html", "posts.html", title="Posts", summary=house.description, posts=posts),
            "404.html": self._page("missing.html", "404.html", title="Not found", summary=house.description),
        }
        for id_ in self.shows():
            show = self.surroundings.config.shows[id_]
            key = f"shows/{id_}.html"
            episodes = [card for card in self.cards if card.show == id_]
            found[key] = self._page(
                "show.html", key, title=show.title, summary=show.description, id=id_, show=show, episodes=episodes
            )
        found["sitemap.xml"] = self._sitemap([key for key in found if key != "404.html"])
        found["robots.txt"] = f"User-agent: *\nAllow: /\nSitemap: {house.url}sitemap.xml\n".encode()
        return found

    def shows(self) -> list[str]:
        """Ids of the shows that have an episode, or had one."""
        return self._shows

    @cached_property
    def _shows(self) -> list[str]:
        return self.surroundings.shows_of(self.cards)

    @cached_property
    def _has_posts(self) -> bool:
        return self.surroundings.has_blog(self.cards)

    @cached_property
    def _neighbours(self) -> dict[str, tuple[Card | None, Card | None]]:
        """The pieces before and after each one, of its show or among the posts, by page.

        Only those: were the newest pieces named on every page, each release would send every page again.
        """
        found: dict[str, tuple[Card | None, Card | None]] = {}
        for place in dict.fromkeys((card.kind, card.show) for card in self.cards):
            row = [card for card in self.cards if (card.kind, card.show) == place]
            for card, earlier, later in zip(row, [*row[1:], None], [None, *row[:-1]], strict=True):
                found[card.page] = (earlier, later)
        return found

    def _root(self, key: str) -> str:
        """The way from a page to the site's folder: relative, so that it opens from a disk as well as from a server."""
        if key == "404.html":
            # Answered at whatever address was asked for, so no relative way leads home from it.
            return urlsplit(self.surroundings.config.house.url).path
        return "../" * key.count("/")

    def _linked_data(self, card: Card) -> dict[str, object]:
        """What search engines read of a piece (schema.org); it says nothing that the card does not."""
        config = self.surroundings.config
        base = config.house.url
        found: dict[str, object] = {
            "@context": "https://schema.org",
            "@type": "PodcastEpisode" if card.show else "BlogPosting",
            "url": base + card.page,
            "name" if card.show else "headline": card.title,
            "description": card.summary,
            "datePublished": card.date,
            "publisher": {"@type": "Organization", "name": config.house.name, "url": base},
        }
        people = [{"@type": "Person", "name": name} for name in card.people]
        found["actor" if card.show else "author"] = people
        if card.picture:
            found["image"] = base + card.picture
        if card.show and card.audio:
            length = f"PT{card.duration}S"
            found["timeRequired"] = length
            found["associatedMedia"] = {"@type": "AudioObject", "contentUrl": base + card.audio, "duration": length}
            found["partOfSeries"] = {
                "@type": "PodcastSeries",
                "name": config.shows[card.show].title,
                "url": f"{base}shows/{card.show}.html",
                "webFeed": f"{base}feeds/{card.show}.xml",
            }
        return found

    def _page(self, template: str, key: str, *, title: str, summary: str, **values: object) -> bytes:
        config = self.surroundings.config
        html = (
            environment("publisher.edition")
            .get_template(template)
            .render(
                house=config.house,
                config=config,
                covers={id_: self.surroundings.covers[id_].key for id_ in self.shows()},
                shows={id_: config.shows[id_] for id_ in self.shows()},
                cards=self.cards,
                assets=self.assets,
                key=key,
                root=self._root(key),
                has_posts=self._has_posts,
                page_title=title,
                summary=summary,
                **values,
            )
        )
        return html.encode()

    def _sitemap(self, keys: Sequence[str]) -> bytes:
        base = self.surroundings.config.house.url
        rows = [f"<url><loc>{escape(base + key)}</loc></url>" for key in keys]
        rows += [
            f"<url><loc>{escape(base + card.page)}</loc><lastmod>{_day(card)}</lastmod></url>" for card in self.cards
        ]
        whole = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
        return (whole + "\n".join(rows) + "\n</urlset>\n").encode()


def _day(card: Card) -> str:
    return datetime.fromisoformat(card.date).date().isoformat()
