"""The podcast feed of a show (docs/feed-rules.md, rules 1 to 19)."""

from collections.abc import Sequence

from publisher.edition.feeds.model import Format, Member
from publisher.edition.surroundings import Surroundings
from publisher.rendering.feeds import rss
from publisher.rendering.feeds.xml import insert, parse
from publisher.workspace.categories import split_category


def _compose(show_id: str, address: str, members: Sequence[Member], surroundings: Surroundings) -> bytes:
    house, show = surroundings.config.house, surroundings.config.shows[show_id]
    cover = house.url + surroundings.covers[show_id].key
    link = f"{house.url}shows/{show_id}.html"
    feed = rss.new_generator()
    feed.title(show.title)
    feed.description(show.description)
    feed.language(show.language or house.language)
    feed.generator("corporate-voices")
    feed.copyright(show.copyright or house.name)
    # The channel's <link> is the link added last: the page, not the feed itself.
    feed.link(href=address, rel="self", type="application/rss+xml")
    feed.link(href=link, rel="alternate")
    feed.image(url=cover, title=show.title, link=link)
    # Not the moment of composing, which feedgen puts where nothing is said: the same pieces must give the same bytes.
    latest = max((member.card.window.begins for member in members), default=surroundings.known.get(show_id))
    feed.lastBuildDate(latest)
    feed.podcast.itunes_author(show.author or house.name)
    feed.podcast.itunes_owner(name=show.owner.name, email=show.owner.email)
    feed.podcast.itunes_image(cover)
    feed.podcast.itunes_type(show.type)
    feed.podcast.itunes_category([_category(text) for text in show.categories])
    tags = feed.podcasting20.tags
    tags.explicit(explicit=show.explicit)
    tags.tag("guid", str(show.guid))
    tags.tag("medium", "podcast")
    tags.tag("locked", "yes" if show.locked else "no", {"owner": show.owner.email})
    for text, url in show.funding.items():
        tags.tag("funding", text, {"url": url})
    root = parse(feed.rss_str())
    channel = root.find("channel")
    if hub := surroundings.config.announce.websub:
        # feedgen writes none of an RSS feed's links but that to itself.
        itself = channel.find(_LINK)
        itself.addnext(itself.makeelement(_LINK, {"rel": "hub", "href": hub}))
    return insert(root, channel, [member.entry for member in members])


_LINK = "{http://www.w3.org/2005/Atom}link"


def _category(text: str) -> dict[str, str]:
    top, below = split_category(text)
    return {"cat": top, "sub": below} if below else {"cat": top}


FEED = Format("episode", rss.PART, "feeds/{show}.xml", "application/rss+xml; charset=utf-8", _compose)
