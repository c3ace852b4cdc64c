"""Markdown to HTML: whatever is written, only what is allowed comes out."""

from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.rendering.markdown import NOTES, PAGE, SCHEMES, to_notes, to_page
from publisher.workspace.markdown import foreign_pictures, pictures

BASE = "https://voices.example.com/"
VOID = {"br", "hr", "img"}
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[a](javascript:alert(1))",
    "[a](JaVaScRiPt:alert(1))",
    "[a](&#x6a;avascript:alert(1))",
    "[a](java\tscript:alert(1))",
    "[a](data:text/html;base64,PHNjcmlwdD4=)",
    "[a](vbscript:x)",
    "[a](file:///etc/passwd)",
    "[a](//evil.example/x)",
    "[a](ftp://evil.example/x)",
    "<javascript:alert(1)>",
    "![a](data:image/png;base64,AAAA)",
    "![a](https://evil.example/x.png)",
    "![a](//evil.example/x.png)",
    "![a](local.png)",
    "[![a](b.png)](https://c.example 'title \"quoted\"')",
    "[a]: javascript:alert(1)\n\n[a]",
    "# Head\n\n## **x**",
    "|a|b|\n|-|:-:|\n|[x](y)|<b>|",
    "```html\n<script>\n```",
    "    <script>",
    "> > > deep\n> - a\n>   1. b",
    "a\u202eb\u200b\ufeff",
    "\ud83d\ude00".encode("utf-16", "surrogatepass").decode("utf-16"),
    "a\x00b\x07",
    "<!-- x --> <![CDATA[ x ]]> ]]>",
    "&lt;script&gt; &amp;lt; &#0; &#x1F600; &notanentity;",
    "<svg/onload=alert(1)>",
    '"><script>',
    "~~s~~ `c` **b** *e* ***be***",
    "hard  \nbreak\\\nbreak",
]
PIECES = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=20), max_size=8)


class Checker(HTMLParser):
    """Collects what stands in HTML that must not; every tag must be closed where it was opened."""

    def __init__(self, allowed: dict[str, set[str]]) -> None:
        super().__init__()
        self.allowed = allowed
        self.wrong: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = dict(attrs)
        self.wrong += [] if tag in self.allowed else [tag]
        self.wrong += [f"{tag} {name}" for name in names if name not in self.allowed.get(tag, ()) and name != "rel"]
        if tag not in VOID:
            self.open.append(tag)
        if tag == "a" and "href" in names:
            address = urlsplit(names["href"] or "")
            self.wrong += [] if address.scheme in SCHEMES else [f"scheme {address.scheme!r}"]
        if tag == "img":
            self.wrong += [] if (names.get("src") or "").startswith("../media/") else [f"picture {names.get('src')}"]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append(f"comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.wrong.append(f"declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.wrong.append(f"instruction {data}")


def check(html: str, allowed: dict[str, set[str]]) -> list[str]:
    """What is wrong with it."""
    checker = Checker(allowed)
    checker.feed(html)
    checker.close()
    return [*checker.wrong, *(f"<{tag}> stays open" for tag in checker.open)]


def page(text: str) -> str:
    """A page's text, its pictures in media/."""
    return to_page(text, BASE, lambda name: f"../media/{len(name)}.png")


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_becomes_harmless(text: str) -> None:
    assert check(page(text), dict(PAGE)) == []
    assert check(to_notes(text, BASE), dict(NOTES)) == []


@pytest.mark.slow
@given(pieces=PIECES, glue=st.sampled_from(["", " ", "\n", "\n\n"]))
@settings(max_examples=250, deadline=None)
def test_any_mixture_of_hostile_texts_stays_harmless(pieces: list[str], glue: str) -> None:
    text = glue.join(pieces)

    assert check(page(text), dict(PAGE)) == []
    assert check(to_notes(text, BASE), dict(NOTES)) == []


@pytest.mark.parametrize("text", ["[" * 5_000, "> " * 5_000, "*a " * 5_000, "![" * 5_000, "- " * 5_000, "a" * 500_000])
def test_a_text_made_to_take_long_does_not(text: str) -> None:
    assert check(page(text), dict(PAGE)) == []


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("# A *head*\n\nText.", "<p><strong>A <em>head</em></strong></p>\n<p>Text.</p>"),
        ("- # In a list", "<ul>\n<li>\n<p><strong>In a list</strong></p>\n</li>\n</ul>"),
        ("Same\n\n# Same\n\nSame", "<p>Same</p>\n<p><strong>Same</strong></p>\n<p>Same</p>"),
        ("![A desk](desk.png) here", "<p>A desk here</p>"),
        ("[![A *desk*](desk.png)](https://a.example)", '<p><a href="https://a.example">A desk</a></p>'),
        ("![](desk.png)\n\nText", "<p>Text</p>"),
        ("#\n\nText", "<p>Text</p>"),
        ("| a | b |\n|---|---|\n| c | *d* |", "<p>a · b</p>\n<p>c · <em>d</em></p>"),
        ("```\nx < y\n```", "<p>x &lt; y</p>"),
        ("> quoted", "<p>quoted</p>"),
        ("[r](posts/x)", '<p><a href="https://voices.example.com/posts/x">r</a></p>'),
        ("[m](mailto:a@b.example 'title')", '<p><a href="mailto:a@b.example">m</a></p>'),
        ("---", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_notes_say_in_paragraphs_what_the_text_says(text: str, notes: str) -> None:
    assert to_notes(text, BASE) == notes


def test_a_page_has_one_h1_and_that_is_its_title() -> None:
    assert page("# a\n\n##### b\n\n###### c") == "<h2>a</h2>\n<h4>b</h4>\n<h4>c</h4>"


def test_a_picture_that_does_not_come_along_is_named_and_not_loaded() -> None:
    text = "![A](https://e.example/a.png) ![B](data:image/png;base64,AA) ![C](//e.example/c.png) ![D](my%20d.png)"

    assert foreign_pictures(text) == (
        "https://e.example/a.png",
        "data:image/png;base64,AA",
        "//e.example/c.png",
    )
    assert pictures(f"{text}\n\n> ![D](my%20d.png)") == ("my d.png",)
    assert page(text) == '<p>A B C <img src="../media/8.png" alt="D"></p>'
