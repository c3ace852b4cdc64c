"""The Markdown that authors write: CommonMark with tables and strikethrough, without raw HTML."""

from collections.abc import Iterator
from functools import cache
from urllib.parse import unquote, urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token


@cache
def parser() -> MarkdownIt:
    """The one parser: what is checked is what is rendered."""
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


def local_picture(address: str) -> str | None:
    """The file that a picture's address in a text names; None if it lies elsewhere, on the net or in the address."""
    parts = urlsplit(address)
    return None if parts.scheme or parts.netloc else unquote(address)


def pictures(text: str) -> tuple[str, ...]:
    """The local files that a text shows with `![…](file)`, in order, each once."""
    return tuple(dict.fromkeys(filter(None, map(local_picture, _addresses(text)))))


def foreign_pictures(text: str) -> tuple[str, ...]:
    """The addresses of pictures that do not come with the piece, in order, each once."""
    return tuple(dict.fromkeys(address for address in _addresses(text) if local_picture(address) is None))


def _addresses(text: str) -> Iterator[str]:
    if "![" not in text:
        return  # no picture begins otherwise, and to parse ten thousand posts takes its time
    for token in _all(parser().parse(text)):
        if token.type == "image":
            yield str(token.attrs["src"])


def _all(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from _all(token.children or [])
