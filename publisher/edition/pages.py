"""The pages of the site: a shell around each approved body, and the lists that lead to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
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
        return self._page("piece.html", card.page, title=card.title, summary=card.summary, card=card, body=approved)

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
        """Ids of the shows that have an episode."""
        return sorted({card.show for card in self.cards if card.show})

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
                root="../" * key.count("/"),
                has_posts=any(card.kind == "post" for card in self.cards),
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
