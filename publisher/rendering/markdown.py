"""Markdown to HTML that is safe to publish: markdown-it-py without raw HTML, then nh3 with an allow-list.

A page loads nothing from elsewhere: a picture that does not come with the piece is a problem of the workspace, and
should one get here all the same, its description stands in its place.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias
from urllib.parse import urljoin

import nh3
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

from publisher.workspace.markdown import local_picture, parser, pictures

__all__ = ["NOTES", "PAGE", "SCHEMES", "pictures", "to_notes", "to_page"]

Allowed: TypeAlias = Mapping[str, set[str]]
"""Attributes by tag."""

_PAGE_TAGS = "p h2 h3 h4 ul ol li blockquote pre code strong em s hr br table thead tbody tr"
PAGE: Allowed = {
    **{tag: set() for tag in _PAGE_TAGS.split()},
    "a": {"href", "title"},
    "img": {"src", "alt", "title"},
    "ol": {"start"},
    "th": {"align"},
    "td": {"align"},
}
"""Tags and attributes of a page's text."""

NOTES: Allowed = {"a": {"href"}, **{tag: set() for tag in ("p", "ol", "ul", "li", "strong", "em")}}
"""Tags and attributes of show notes in a podcast feed (feed rule 4)."""

SCHEMES = frozenset({"https", "http", "mailto"})
"""Where a link may lead."""

_PARAGRAPHS = {f"{block}_{end}" for block in ("heading", "tr") for end in ("open", "close")}
_NO_TABLES = {f"{block}_{end}" for block in ("table", "thead", "tbody", "th", "td") for end in ("open", "close")}
_CODE = {"fence", "code_block"}
"""Kinds of markdown-it-py's tokens: what becomes a paragraph, what goes, what is taken over as it is."""
_EMPTY = re.compile(r"<p>(?:\s|<strong></strong>)*</p>\n*|\n(?=\n)")
"""Paragraphs in which nothing is left, and empty lines."""

_PAGE_HEADINGS = {"h1": "h2", "h5": "h4", "h6": "h4"}
"""The page's title is its only h1; below h4 nobody sees a difference."""


def to_page(text: str, base: str, locate: Callable[[str], str]) -> str:
    """HTML for a page: `base` is the site's address, `locate` gives the address of a local picture."""
    tokens = _absolute(parser().parse(text), base, locate)
    for token in tokens:
        token.tag = _PAGE_HEADINGS.get(token.tag, token.tag)
    return _clean(_html(tokens), PAGE, rel="noopener")


def to_notes(text: str, base: str) -> str:
    """HTML for the notes in a podcast feed, which knows paragraphs, lists and links only (feed rule 4).

    A heading becomes a paragraph in bold, code and each row of a table a paragraph, a picture its description.
    """
    tokens = _absolute(parser().parse(text), base, None)
    return _EMPTY.sub("", _clean(_html(list(_flat(tokens))), NOTES, rel=None)).strip()


def _absolute(tokens: list[Token], base: str, locate: Callable[[str], str] | None) -> list[Token]:
    """Give every link its whole address (feed rule 4: no relative URL), every local picture its public one.

    A picture without one becomes its description; so do all, if there is no `locate`.
    """
    for token in tokens:
        if token.type == "link_open":
            token.attrs["href"] = urljoin(base, str(token.attrs["href"]))
        elif token.type == "image":
            _place(token, locate)
        _absolute(token.children or [], base, locate)
    return tokens


def _place(image: Token, locate: Callable[[str], str] | None) -> None:
    name = local_picture(str(image.attrs["src"]))
    if name is not None and locate is not None:
        image.attrs["src"] = locate(name)
    else:
        image.content = RendererHTML().renderInlineAsText(image.children, parser().options, {})
        image.type, image.tag, image.attrs, image.children = "text", "", {}, None


def _flat(tokens: list[Token]) -> Iterator[Token]:
    """Blocks that notes do not know, as paragraphs."""
    before = ""
    for token in tokens:
        if token.type in _PARAGRAPHS:
            token.tag = "p"
        # An HTML parser moves what stands in a table between its cells out of it, so the table goes before that.
        token.hidden = token.hidden or token.type in _NO_TABLES
        if token.type == "inline" and before == "heading_open":
            token.children = _bold(token.children or [])
        if token.type in {"th_open", "td_open"} and before in {"th_close", "td_close"}:
            yield _text(" · ")
        before = token.type
        yield from _paragraph(token.content.strip()) if token.type in _CODE else [token]


def _bold(children: list[Token]) -> list[Token]:
    return [Token("strong_open", "strong", 1), *children, Token("strong_close", "strong", -1)]


def _paragraph(content: str) -> list[Token]:
    return [Token("paragraph_open", "p", 1), _text(content), Token("paragraph_close", "p", -1)]


def _text(content: str) -> Token:
    return Token("inline", "", 0, children=[Token("text", "", 0, content=content)])


def _html(tokens: list[Token]) -> str:
    found: str = parser().renderer.render(tokens, parser().options, {})
    return found


def _clean(html: str, allowed: Allowed, rel: str | None) -> str:
    clean = nh3.clean(
        html,
        tags=set(allowed),
        # Not said, "*" would be `lang` and `title`.
        attributes={"*": set(), **{tag: set(names) for tag, names in allowed.items()}},
        url_schemes=set(SCHEMES),
        link_rel=rel,
    )
    return clean.strip()
