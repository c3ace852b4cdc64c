"""What a transcript format is."""

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from publisher.transcript.model import Transcript

Read: TypeAlias = Callable[[Path, str, Collection[str]], Transcript]
"""Reads a file. Takes its path, how messages name it, and the names of those who are known to speak in it.

Raises PublisherError rather than leave out a word.
"""


@dataclass(frozen=True)
class Format:
    """One way to write a transcript down."""

    name: str
    """As people call it: `WebVTT`."""
    suffix: str
    """What names of its files end with: `.vtt`; without the dot, it is the format's key in `publisher.toml`."""
    media_type: str
    """As `podcast:transcript` says it (feed rule 27)."""
    read: Read | None
    """None for a format that does not say when something is said."""
    write: Callable[[Transcript], str]
    """The whole file: the same text for the same transcript."""
    begins: re.Pattern[str] | None = None
    """What its files begin with, by which one with another suffix is known."""

    @property
    def key(self) -> str:
        """`vtt`."""
        return self.suffix.removeprefix(".")

    @property
    def content_type(self) -> str:
        """As the header says it."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type
