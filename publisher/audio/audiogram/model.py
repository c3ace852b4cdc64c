"""A stretch of a master that is shown around, and the video that comes of it."""

from dataclasses import dataclass
from math import isfinite
from pathlib import Path
from typing import Literal, TypeAlias

from publisher.audio.model import SAMPLE_RATE
from publisher.errors import PublisherError

SHORTEST, LONGEST = 15, 120
"""Seconds: the Podcasting 2.0 namespace recommends them for `podcast:soundbite`."""
FRAME_RATE = 30
"""Pictures a second, what the social networks ask for."""

Shape: TypeAlias = Literal["square", "vertical"]
"""1080 x 1080 for a feed of posts, or 1080 x 1920 for a whole telephone."""


@dataclass(frozen=True)
class Soundbite:
    """A stretch of a master that stands for itself."""

    start: float
    """Seconds of the master."""
    end: float
    """Seconds of the master; SHORTEST to LONGEST later than `start`."""
    title: str
    """What it is about. It is shown in large letters until the first words are, and above them from then on."""

    def __post_init__(self) -> None:
        """Refuse what no audiogram comes of; PublisherError says which value."""
        where = f"soundbite “{self.title}”"
        if not self.title.strip():
            raise PublisherError("a soundbite needs a title", hint="give one")
        if not (isfinite(self.start) and isfinite(self.end) and self.start >= 0):
            raise PublisherError("starts before the episode does", where=where, hint="give a start of 0 or later")
        if not SHORTEST <= self.samples / SAMPLE_RATE <= LONGEST:
            what = f"is {self.end - self.start:.1f} seconds long"
            raise PublisherError(what, where=where, hint=f"choose {SHORTEST} to {LONGEST} seconds")

    @property
    def first_sample(self) -> int:
        """Where it starts, in samples of SAMPLE_RATE."""
        return round(self.start * SAMPLE_RATE)

    @property
    def samples(self) -> int:
        """Its length in samples of SAMPLE_RATE."""
        return round(self.end * SAMPLE_RATE) - self.first_sample

    @property
    def frames(self) -> int:
        """How many pictures it takes; the last may be shown for a little longer than the sound lasts."""
        return -(-self.samples * FRAME_RATE // SAMPLE_RATE)


@dataclass(frozen=True)
class Made:
    """An audiogram: the file that legal sees and the public gets."""

    path: Path
    """In the cache, an MP4; whoever publishes it gives it its name."""
    sha256: str
    """Digest of its bytes, 64 hexadecimal digits."""
    size: int
    """Bytes."""
