"""A post's item in the blog's JSON Feed (https://www.jsonfeed.org/version/1.1/)."""

import json

from publisher.rendering.model import Card
from publisher.workspace.pieces import Post

PART = "item.json"


def json_item(post: Post, card: Card, base: str, content: str) -> bytes:
    """The item as JSON; `content` is the post as HTML with whole addresses."""
    item = {
        "id": f"urn:uuid:{card.guid}" if post.matter.guid is None else card.guid,
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
