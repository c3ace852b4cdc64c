"""Finished feeds, parsed: short ways to what stands in them."""

from lxml import etree
from lxml.etree import _Element

from feeds.approving import Press, data
from publisher.edition.model import Edition
from publisher.review.gate import Approved

NAMES = {
    "itunes": "http://www.itunes.com/dtds/podcast-1.0.dtd",
    "podcast": "https://podcastindex.org/namespace/1.0",
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
}


def feed(edition: Edition, show: str = "aloud") -> _Element:
    """The root of a show's feed."""
    return etree.fromstring(data(edition, f"feeds/{show}.xml"))


def channel(press: Press, *approved: Approved, show: str = "aloud") -> _Element:
    """The channel of a show's feed."""
    return one(feed(press.compose(*approved), show), "channel")


def item(press: Press, approved: Approved) -> _Element:
    """The only item of a feed."""
    return one(channel(press, approved), "item")


def one(element: _Element, path: str) -> _Element:
    """The one element at a path."""
    (found,) = element.findall(path, NAMES)
    return found


def text(element: _Element, path: str) -> str:
    """The text of the one element at a path."""
    return one(element, path).text or ""


def texts(element: _Element) -> dict[str, list[str]]:
    """Every text in an element and below it, by the tag that it stands in."""
    found: dict[str, list[str]] = {}
    for part in element.iter():
        if len(part) == 0 and part.text:
            found.setdefault(str(part.tag), []).append(part.text)
    return found


def attributes(element: _Element, path: str) -> dict[str, str]:
    """The attributes of the one element at a path."""
    return {str(name): str(value) for name, value in one(element, path).attrib.items()}
