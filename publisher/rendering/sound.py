"""What there is to hear of an episode. All times are those of the master, never of the recording."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from publisher.rendering.model import MediaFile
from publisher.transcript.model import Transcript
from publisher.workspace.pieces import Chapter


@dataclass(frozen=True)
class Soundbite:
    """A passage worth hearing by itself: apps offer it as a preview (feed rule 29)."""

    start: float
    """Seconds."""
    duration: float
    """Seconds; 15 to 120 are advised."""
    title: str
    """What apps show; at most 128 letters, or they cut it."""
    audiograms: Mapping[str, str] = field(default_factory=dict)
    """Audiograms made of it: the NAME of each (it is the file `audiogram:NAME`) by its form, `square` or `vertical`."""

    @property
    def end(self) -> float:
        """Seconds, to the millisecond: a sum of two such numbers may have a hair more."""
        return round(self.start + self.duration, 3)


@dataclass(frozen=True)
class Sound:
    """What there is to hear of an episode."""

    audio: MediaFile
    """The tagged master."""
    duration: float
    """Seconds."""
    transcript: Transcript | None
    chapters: tuple[Chapter, ...] | None = None
    """None where they are as the authors wrote them: nothing was cut out or put in before."""
    soundbites: tuple[Soundbite, ...] = ()
    """The best one first."""
