"""A post's entry in the blog's Atom feed (RFC 4287)."""

from feedgen.feed import FeedGenerator

from publisher.rendering.feeds.xml import canonical, parse
from publisher.rendering.model import Card
from publisher.workspace.pieces import Post

PART = "entry.atom.xml"


def atom_entry(post: Post, card: Card, base: str, content: str) -> bytes:
    """The entry in exclusive canonical XML; `content` is the post as HTML with whole addresses."""
    feed = FeedGenerator()
    feed.id("-")
    feed.title("-")
    feed.updated(post.matter.date)
    entry = feed.add_entry()
    entry.id(f"urn:uuid:{card.guid}" if post.matter.guid is None else card.guid)
    entry.title(card.title)
    entry.link(href=base + card.page, rel="alternate", type="text/html")
    entry.published(post.matter.date)
    entry.updated(post.matter.date)
    entry.summary(card.summary)
    entry.content(content, type="html")
    entry.author([{"name": name} for name in card.people])
    entry.category([{"term": tag} for tag in card.tags])
    return canonical(parse(feed.atom_str()).find("{http://www.w3.org/2005/Atom}entry"))
