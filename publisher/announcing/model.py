"""What is told, and to whom one can tell it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from publisher.workspace.announce import Announce


@dataclass(frozen=True)
class News:
    """What a release changed."""

    house: str
    """Address of the site, with a slash at its end."""
    edition: str
    """Digest of what is public now."""
    moment: str
    """ISO 8601 in UTC, whole seconds."""
    feeds: tuple[str, ...]
    """Keys of feeds that changed or came."""
    changed: tuple[str, ...]
    """Keys of all that was there before and is another now, or is gone: what caches may hold."""
    pieces: Mapping[str, str]
    """Pieces that came, changed or went: slug to the first twelve digits of the revision, or empty."""

    def address(self, key: str) -> str:
        """Where the public finds a key."""
        return self.house + key


@dataclass(frozen=True)
class Told:
    """That somebody was told."""

    whom: str
    """In a few words: `the hub at hub.example.com`."""


Channel = Callable[[News, Announce, Mapping[str, str]], Told | None]
"""Tells one kind of listener, by its settings and the environment, which alone holds secrets; None if nobody wants
it, or there is nothing to tell them. Errors: it did not work, with whom it was about and what to do."""
