"""Markdown to HTML that is safe to publish: markdown-it-py without raw HTML, then nh3 with an allow-list."""

from collections.abc import Callable, Iterator, Mapping
from functools import cache
from urllib.parse import unquote, urljoin, urlsplit

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

PAGE: Mapping[str, set[str]] = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "th": {"align"},
    "td": {"align"},
    **{
        tag: set()
        for tag in (
            "p h2 h3 h4 ul ol li blockquote pre code strong em s hr br table thead tbody tr".split()  # noqa: SIM905
        )
    },
}
"""Tags and attributes of a page's text."""

NOTES: Mapping[str, set[str]] = {"a": {"href"}, **{tag: set() for tag in ("p", "ol", "ul", "li", "strong", "em")}}
"""Tags and attributes of show notes in a podcast feed (feed rule 4)."""

_SCHEMES = {"https", "http", "mailto"}


def pictures(text: str) -> tuple[str, ...]:
    """The local files that a text shows with `![…](file)`, in order, each once."""
    return tuple(dict.fromkeys(_picture_files(_parser().parse(text))))


def _picture_files(tokens: list[Token]) -> Iterator[str]:
    for token in tokens:
        if token.type == "image" and not urlsplit(str(token.attrs["src"])).scheme:
            yield unquote(str(token.attrs["src"]))
        yield from _picture_files(token.children or [])


def to_page(text: str, base: str, locate: Callable[[str], str]) -> str:
    """HTML for a page: `base` is the site's address, `locate` gives the address of a local picture."""
    return _render(text, base, locate, PAGE)


def to_notes(text: str, base: str) -> str:
    """HTML for the notes in a podcast feed: a heading becomes a paragraph in bold, pictures and tables go."""
    tokens = _parser().parse(text)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = "p"
        elif token.type == "inline" and token.level and _is_heading(tokens, token):
            token.children = [
                Token("strong_open", "strong", 1),
                *(token.children or []),
                Token("strong_close", "strong", -1),
            ]
    return _clean(_parser().renderer.render(_absolute(tokens, base, lambda _: ""), _parser().options, {}), NOTES)


def _is_heading(tokens: list[Token], token: Token) -> bool:
    return tokens[tokens.index(token) - 1].type == "heading_open"


def _render(text: str, base: str, locate: Callable[[str], str], allowed: Mapping[str, set[str]]) -> str:
    tokens = _absolute(_parser().parse(text), base, locate)
    for token in tokens:
        # The page's title is its only h1.
        if token.tag == "h1":
            token.tag = "h2"
    return _clean(_parser().renderer.render(tokens, _parser().options, {}), allowed)


def _absolute(tokens: list[Token], base: str, locate: Callable[[str], str]) -> list[Token]:
    """Give every link its whole address (feed rule 4: no relative URL), every local picture its public one."""
    for token in tokens:
        if token.type == "link_open":
            token.attrs["href"] = urljoin(base, str(token.attrs["href"]))
        elif token.type == "image" and not urlsplit(str(token.attrs["src"])).scheme:
            token.attrs["src"] = locate(unquote(str(token.attrs["src"])))
        _absolute(token.children or [], base, locate)
    return tokens


def _clean(html: str, allowed: Mapping[str, set[str]]) -> str:
    return nh3.clean(
        html,
        tags=set(allowed),
        attributes={tag: set(names) for tag, names in allowed.items()},
        url_schemes=_SCHEMES,
        link_rel="noopener" if "img" in allowed else None,
    ).strip()


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
