"""Cut one piece out of what is public, file by file, where the pages and feeds cannot be put together anew.

Everything else in a file stays as it is: a list loses a row, a page its link to a neighbour, a feed an entry.
"""

import json
import re
from collections.abc import Callable, Mapping
from pathlib import PurePosixPath
from typing import Any, Final
from xml.sax.saxutils import escape

from lxml import etree


def cut(key: str, data: bytes, page: str, house: str) -> bytes:
    """A public text without one piece; the same bytes, if it does not stand there.

    key: of the text. page: key of the piece's page. house: the site's address.
    """
    how = _HOW.get(PurePosixPath(key).suffix)
    return how(data, page, house) if how and page.encode() in data else data


def _html(data: bytes, page: str, _house: str) -> bytes:
    href = rb'href="(?:\.\./)*' + re.escape(page.encode()) + rb'"'
    row = re.compile(rb"<li[^>]*>(?:(?!</li>).)*?<h\d><a " + href + rb".*?</li>\n?", re.DOTALL)
    neighbour = re.compile(rb'<a class="(?:earlier|later)" rel="(?:prev|next)" ' + href + rb">.*?</a>\n?", re.DOTALL)
    return neighbour.sub(b"", row.sub(b"", data))


def _xml(data: bytes, page: str, house: str) -> bytes:
    if b"<urlset" in data:
        return re.sub(rb"<url><loc>" + re.escape(escape(house + page).encode()) + rb"</loc>.*?</url>\n?", b"", data)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True, strip_cdata=False)
    root: Any = etree.fromstring(data, parser)
    for entry in [one for one in root.iter() if _tag(one) in _ENTRIES and house + page in _addresses(one)]:
        entry.getparent().remove(entry)
    whole: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return whole + b"\n"


_ENTRIES: Final = frozenset({"item", "entry"})
"""What a piece is in RSS and in Atom."""


def _tag(element: Any) -> str:  # noqa: ANN401 - lxml's element
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _addresses(entry: Any) -> set[str]:  # noqa: ANN401 - lxml's element
    """Where an entry itself leads; what its text links to is not among it."""
    return {child.get("href") or child.text or "" for child in entry if _tag(child) == "link"}


def _json(data: bytes, page: str, house: str) -> bytes:
    feed = json.loads(data)
    feed["items"] = [item for item in feed["items"] if item["url"] != house + page]
    return json.dumps(feed, ensure_ascii=False, indent=1, sort_keys=True).encode() + b"\n"


_HOW: Final[Mapping[str, Callable[[bytes, str, str], bytes]]] = {
    ".html": _html,
    ".xml": _xml,
    ".atom": _xml,
    ".json": _json,
}
"""By how a key ends."""
