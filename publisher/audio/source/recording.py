"""A recording as ffmpeg gets it: its tracks, and what was found out about their files."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from publisher.audio.model import Track
from publisher.audio.source.probe import Probe, probe


@dataclass(frozen=True)
class Recording:
    """The audio as it came from the microphones, ready to be read."""

    tracks: tuple[Track, ...]
    found: tuple[Probe, ...]
    """One for each track, in the same order."""

    @classmethod
    def of(cls, tracks: Sequence[Track]) -> Self:
        """Probe every track; PublisherError for the first that cannot be used."""
        return cls(tuple(tracks), tuple(probe(track.path) for track in tracks))

    @property
    def heard(self) -> tuple[int, ...]:
        """Numbers of the tracks that are no guide."""
        return tuple(number for number, track in enumerate(self.tracks) if not track.guide)

    @property
    def path(self) -> Path:
        """The file that an error is about when it could be any of them."""
        return self.tracks[0].path

    @property
    def longest(self) -> float:
        """Seconds of the longest track; 0 when no file tells."""
        return max(found.duration or 0 for found in self.found)
