"""A post's item in the blog's JSON Feed (https://www.jsonfeed.org/version/1.1/)."""

import json

from publisher.rendering.feeds.atom import entry_id
from publisher.rendering.model import Ingredients
from publisher.workspace.pieces import Post

PART = "item.json"


def json_item(post: Post, parts: Ingredients, content: str) -> bytes:
    """The item as JSON, known by the same id as in Atom; `content` is the post as HTML with whole addresses."""
    card, base = parts.card, parts.base
    item = {
        "id": entry_id(card.guid, parts.config.house.guid),
        "url": base + card.page,
        "title": card.title,
        "summary": card.summary,
        "content_html": content,
        "date_published": post.matter.date.isoformat(),
        "authors": [{"name": name} for name in card.people],
        "tags": list(card.tags),
        **({"image": base + card.picture} if card.picture else {}),
    }
    return json.dumps(item, ensure_ascii=False, sort_keys=True).encode()
