"""The page in the place of a piece that was taken down, if whoever took it down leaves one.

It stands alone, without theme, lists or the other pieces: it must be there at once, also where nothing else can be put
together. Its words are those that were signed.
"""

from html import escape
from typing import Final

from publisher.edition.model import Phase, PublicFile
from publisher.edition.pages import HTML
from publisher.edition.surroundings import text_file
from publisher.rendering.model import page_key
from publisher.workspace.config import House

_PAGE: Final = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>Taken down · {house}</title>
<style>body{{margin:15vh auto;padding:0 1.5rem;max-width:36rem;font:1.125rem/1.6 system-ui,sans-serif}}</style>
</head>
<body>
<main>
<h1>This was taken down</h1>
{words}
<p><a href="{url}">{house}</a>, <time datetime="{day}">{day}</time></p>
</main>
</body>
</html>
"""


def notice_file(house: House, kind: str, slug: str, words: str, day: str) -> PublicFile:
    """The page of a piece that was taken down. day: `2026-11-20`, on which that was."""
    paragraphs = (" ".join(one.split()) for one in words.split("\n\n"))
    text = "\n".join(f"<p>{escape(one)}</p>" for one in paragraphs if one)
    named = {"language": house.language, "house": house.name, "url": house.url, "day": day}
    page = _PAGE.format(words=text, **{name: escape(value) for name, value in named.items()})
    return text_file(page_key(kind, slug), page.encode(), Phase.PAGES, HTML)
