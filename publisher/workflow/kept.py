"""The words of a piece as a submitted revision keeps them: what is held against guidelines when its authors went on.

The sentences are those of what the authors wrote, as far as a page still shows how they wrote it, so that a waiver
that was given before an edit counts after it. What differs (the number of a list's item, the row of a table, a
relative link) has another id then, and must be waived anew.
"""

from collections.abc import Iterator
from typing import Any, Final

from lxml import html

from publisher.policy.passages import Passage, written
from publisher.rendering.model import Card

_INLINE: Final = frozenset({"a", "br", "code", "em", "img", "s", "span", "strong", "time"})
"""What stands within a sentence; every other element of a page begins one of its own."""
_BRACKETS: Final = str.maketrans("", "", "[]")
"""In what the authors wrote they may be those of a link, and are no part of its words."""


def kept_words(card: Card, page: bytes) -> Iterator[Passage]:
    """All that is written in a revision, a passage a block. page: the body of its page."""
    yield written("title", card.title)
    yield written("summary", card.summary)
    yield from (written("tags", tag.replace("-", " ")) for tag in card.tags)
    body: Any = html.fromstring(page.decode())
    # Titles of chapters and soundbites; what else stands beside the text is the house's and the template's.
    yield from (written("page", title) for title in body.xpath("//nav//a[@data-time]/span/text()"))
    yield from (written("picture", alt) for alt in body.xpath("//img/@alt") if alt)
    for text in body.xpath("//div[@class='text']") or [body]:
        yield from (written("page", said) for block in text.iter() if (said := _said(block)))
        # Where a link leads is a passage of its own: it is made of words, too.
        yield from (written("page", address) for address in text.xpath(".//a/@href"))


def _said(element: Any) -> str:  # noqa: ANN401 - lxml's element
    """What a block says in itself, without the blocks in it; nothing, for what is no block."""
    return "" if element.tag in _INLINE or not isinstance(element.tag, str) else _plain(_own(element))


def _plain(text: str) -> str:
    return " ".join(text.translate(_BRACKETS).split())


def _own(element: Any) -> str:  # noqa: ANN401 - lxml's element
    inner = ((_inline(child) if child.tag in _INLINE else " ") + (child.tail or "") for child in element)
    return (element.text or "") + "".join(inner)


def _inline(element: Any) -> str:  # noqa: ANN401 - lxml's element
    return " " if element.tag == "br" else _own(element)
