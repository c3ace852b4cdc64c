"""The blog as JSON Feed (https://www.jsonfeed.org/version/1.1/)."""

import json
from collections.abc import Sequence

from publisher.edition.feeds.model import Format, Member
from publisher.edition.surroundings import Surroundings
from publisher.rendering.feeds import json_feed


def _compose(_: str, address: str, members: Sequence[Member], surroundings: Surroundings) -> bytes:
    house, hub = surroundings.config.house, surroundings.config.announce.websub
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": house.name,
        "description": house.description,
        "language": house.language,
        "home_page_url": f"{house.url}posts.html",
        "feed_url": address,
        "authors": [{"name": house.name}],
        **({"hubs": [{"type": "WebSub", "url": hub}]} if hub else {}),
        "items": [json.loads(member.entry) for member in members],
    }
    return json.dumps(feed, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


FEED = Format("post", json_feed.PART, "feeds/blog.json", "application/feed+json; charset=utf-8", _compose)
