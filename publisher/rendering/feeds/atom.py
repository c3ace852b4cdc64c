"""A post's entry in the blog's Atom feed (RFC 4287)."""

from urllib.parse import urlsplit
from uuid import UUID, uuid5

from feedgen.feed import FeedGenerator

from publisher.rendering.feeds.xml import canonical, parse
from publisher.rendering.model import Ingredients
from publisher.workspace.pieces import Post

PART = "entry.atom.xml"


def entry_id(guid: str, house: UUID) -> str:
    """A post's guid as the IRI that Atom asks for (RFC 4287, 4.2.6).

    A bare UUID is a `urn:uuid:`. Any other word, which some old RSS feed may have given, becomes one, always the same.
    """
    if urlsplit(guid).scheme:
        return guid
    try:
        return UUID(guid).urn
    except ValueError:
        return uuid5(house, guid).urn


def atom_entry(post: Post, parts: Ingredients, content: str) -> bytes:
    """The entry in exclusive canonical XML; `content` is the post as HTML with whole addresses."""
    card = parts.card
    feed = FeedGenerator()
    feed.id("-")
    feed.title("-")
    feed.updated(post.matter.date)
    entry = feed.add_entry()
    entry.id(entry_id(card.guid, parts.config.house.guid))
    entry.title(card.title)
    entry.link(href=parts.base + card.page, rel="alternate", type="text/html")
    entry.published(post.matter.date)
    entry.updated(post.matter.date)
    entry.summary(card.summary)
    entry.content(content, type="html")
    entry.author([{"name": name} for name in card.people])
    entry.category([{"term": tag} for tag in card.tags])
    return canonical(parse(feed.atom_str()).find("{http://www.w3.org/2005/Atom}entry"))
