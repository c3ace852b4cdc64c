"""Chapters as JSON (podcast-namespace `chapters/jsonChapters.md`; feed rule 28)."""

import json
from collections.abc import Sequence

from publisher.workspace.pieces import Chapter


def chapters_json(chapters: Sequence[Chapter]) -> bytes:
    """The chapters file: `version` is text, `startTime` seconds in ascending order."""
    items = [
        {"startTime": chapter.start, "title": chapter.title, **({"url": chapter.url} if chapter.url else {})}
        for chapter in chapters
    ]
    return json.dumps({"version": "1.2.0", "chapters": items}, ensure_ascii=False, indent=1).encode() + b"\n"
