"""The Podcasting 2.0 namespace as a feedgen extension, and `itunes:explicit` as Apple wants it.

Sources: github.com/Podcastindex-org/podcast-namespace `docs/tags`, and the numbered rules in docs/feed-rules.md.
feedgen knows no podcast namespace, and its `itunes_explicit` refuses `true` and `false`, the only values that Apple
takes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from feedgen.ext.base import BaseEntryExtension, BaseExtension
from lxml import etree

ITUNES = "http://www.itunes.com/dtds/podcast-1.0.dtd"
PODCAST = "https://podcastindex.org/namespace/1.0"

Attributes = Mapping[str, str]


@dataclass(frozen=True)
class Tag:
    """An element with all that is in it."""

    name: str
    """With its namespace, as lxml writes it: `{https://podcastindex.org/namespace/1.0}source`."""
    text: str | None
    attributes: Attributes
    within: tuple["Tag", ...] = ()

    def write(self, parent: Any) -> None:  # noqa: ANN401 - an lxml element; lxml has no types
        """Append it to an element."""
        element = etree.SubElement(parent, self.name, dict(self.attributes))
        element.text = self.text
        for tag in self.within:
            tag.write(element)


def podcast(
    name: str, text: str | None = None, attributes: Attributes | None = None, within: Iterable[Tag] = ()
) -> Tag:
    """The element `podcast:name`; empty attributes are left out."""
    kept = {key: value for key, value in (attributes or {}).items() if value}
    return Tag(f"{{{PODCAST}}}{name}", text, kept, tuple(within))


class Tags:
    """Tags collected in the order in which they were added."""

    def __init__(self) -> None:
        self._tags: list[Tag] = []

    def tag(
        self, name: str, text: str | None = None, attributes: Attributes | None = None, within: Iterable[Tag] = ()
    ) -> None:
        """Add `podcast:name`, with others within it."""
        self._tags.append(podcast(name, text, attributes, within))

    def explicit(self, *, explicit: bool) -> None:
        """Add `itunes:explicit` as `true` or `false` (feed rule 8)."""
        self._tags.append(Tag(f"{{{ITUNES}}}explicit", "true" if explicit else "false", {}))

    def write(self, parent: Any) -> None:  # noqa: ANN401 - an lxml element; lxml has no types
        """Append the tags to an element."""
        for tag in self._tags:
            tag.write(parent)


class Podcasting20Extension(BaseExtension):  # type: ignore[misc]
    """For a feed."""

    def __init__(self) -> None:
        self.tags = Tags()

    def extend_ns(self) -> dict[str, str]:
        """Declare the namespace at the root (feed rule 1)."""
        return {"podcast": PODCAST}

    def extend_rss(self, feed: Any) -> Any:  # noqa: ANN401 - feedgen's signature
        """Write the channel's tags."""
        self.tags.write(feed[0])
        return feed


class Podcasting20EntryExtension(BaseEntryExtension):  # type: ignore[misc]
    """For an item."""

    def __init__(self) -> None:
        self.tags = Tags()

    def extend_rss(self, entry: Any) -> Any:  # noqa: ANN401 - feedgen's signature
        """Write the item's tags."""
        self.tags.write(entry)
        return entry
