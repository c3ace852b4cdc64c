"""A piece's entry as a part of its own, and back into a feed unchanged.

The part is the entry in exclusive canonical XML (https://www.w3.org/TR/xml-exc-c14n/): the form in which the same
content has the same bytes wherever it stands, so that the entry which legal approved can be found again in the finished
feed.
"""

from typing import Any

from lxml import etree

_HTML = ("{http://purl.org/rss/1.0/modules/content/}encoded",)
"""Elements whose text is HTML, which feeds give in CDATA (feed rule 4); canonical XML has none, so it is put back."""


def parse(data: bytes) -> Any:  # noqa: ANN401 - an lxml element; lxml has no types
    """Parse XML that we wrote; entities and the network stay closed all the same."""
    # A feed may grow beyond libxml2's limits; how long it may be is said in the edition, with what to do then.
    return etree.fromstring(data, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def canonical(element: Any) -> bytes:  # noqa: ANN401 - an lxml element
    """The exclusive canonical form of an element, without what follows it."""
    data: bytes = etree.tostring(element, method="c14n", exclusive=True, with_tail=False)
    return data


def insert(feed: Any, parent: Any, entries: list[bytes]) -> bytes:  # noqa: ANN401 - lxml elements
    """Append approved entries to `parent` and give the whole feed as UTF-8 with its declaration."""
    for data in entries:
        entry = parse(data)
        for element in entry.iter(*_HTML):
            element.text = etree.CDATA(element.text)
        entry.tail = "\n"
        parent.append(entry)
    whole: bytes = etree.tostring(feed, xml_declaration=True, encoding="UTF-8")
    return whole + b"\n"
