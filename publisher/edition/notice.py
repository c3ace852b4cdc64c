"""The page in the place of a piece that was taken down, if whoever took it down leaves one.

It stands alone, in the theme's colours but without its files, lists or the other pieces: it must be there at once, also
where nothing else can be put together. Its words are those that were signed.
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
<title>Taken down · {house}</title>
<style>
:root {{ color-scheme: light dark; --paper: #faf6ee; --ink: #14213d; --soft: #4b5670; --accent: #b13a16; }}
@media (prefers-color-scheme: dark) {{
  :root {{ --paper: #0c1325; --ink: #f1ece1; --soft: #b3bccf; --accent: #ff9a7b; }}
}}
body {{
  margin: 15vh auto; padding: 0 1.5rem; max-width: 38rem; background: var(--paper); color: var(--ink);
  font: 1.125rem/1.6 Inter, system-ui, sans-serif; overflow-wrap: break-word;
}}
h1 {{ font: 600 2.5rem/1.15 "Iowan Old Style", Palatino, P052, Georgia, serif; }}
footer {{ margin-top: 3rem; color: var(--soft); }}
a {{ color: var(--accent); }}
</style>
</head>
<body>
<main>
<h1>This was taken down</h1>
{words}
</main>
<footer><a href="{url}">{house}</a>, <time datetime="{day}">{day}</time></footer>
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
