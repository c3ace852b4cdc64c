"""What a feed format is."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from publisher.edition.surroundings import Surroundings
from publisher.rendering.model import Card


@dataclass(frozen=True)
class Member:
    """An approved piece in a feed."""

    card: Card
    entry: bytes
    """Its approved entry in the feed's format."""


@dataclass(frozen=True)
class Format:
    """One feed format: which pieces it holds, under which key, and how it is put together."""

    kind: str
    """`episode` (one feed a show) or `post` (one feed for the house)."""
    part: str
    """Name of the part of a piece that stands in it."""
    key: str
    """Key of the feed, with `{show}` for the show's id."""
    content_type: str
    compose: Callable[[str, str, Sequence[Member], Surroundings], bytes]
    """(show id or "", the feed's own address, members newest first, surroundings) to the feed's bytes."""
