"""The blog as Atom (RFC 4287)."""

from collections.abc import Sequence

from feedgen.feed import FeedGenerator

from publisher.edition.feeds.model import Format, Member
from publisher.edition.surroundings import Surroundings
from publisher.rendering.feeds import atom
from publisher.rendering.feeds.xml import insert, parse


def _compose(_: str, address: str, members: Sequence[Member], surroundings: Surroundings) -> bytes:
    house = surroundings.config.house
    feed = FeedGenerator()
    feed.id(f"urn:uuid:{house.guid}")
    feed.title(house.name)
    feed.subtitle(house.description)
    # RFC 4287 asks for one also where no entry is left.
    feed.updated(max((member.card.window.begins for member in members), default=surroundings.known.get("")))
    feed.link(href=address, rel="self", type="application/atom+xml")
    if hub := surroundings.config.announce.websub:
        feed.link(href=hub, rel="hub")
    feed.link(href=f"{house.url}posts.html", rel="alternate", type="text/html")
    feed.author(name=house.name)
    feed.language(house.language)
    feed.generator("corporate-voices")
    root = parse(feed.atom_str())
    return insert(root, root, [member.entry for member in members])


FEED = Format("post", atom.PART, "feeds/blog.atom", "application/atom+xml; charset=utf-8", _compose)
