"""What mastering makes: the sound, and what was found out about it."""

from dataclasses import dataclass
from pathlib import Path

from publisher.audio.edits.timeline import Timeline
from publisher.audio.model import SAMPLE_RATE, Loudness, Shift
from publisher.audio.tracks.voices import Voiced


@dataclass(frozen=True)
class Master:
    """The finished audio that listeners get, before its tags."""

    path: Path
    """In the cache: an MP3 without any tag."""
    sha256: str
    """Digest of its bytes, 64 hexadecimal digits."""
    size: int
    """Bytes."""
    samples: int
    """Length in samples of SAMPLE_RATE, without what the encoder added at the ends."""
    channels: int
    """1 or 2."""
    loudness: Loudness
    """Measured on these bytes, decoded again."""
    timeline: Timeline
    """What of the recording stands where in it."""
    peaks: Path
    """In the cache: how loud it is from tenth to tenth of a second, as players draw it (JSON of audiowaveform)."""
    spoken: tuple[Voiced, ...] = ()
    """Who speaks when, in times of the recording; nothing for a single track."""
    shifts: tuple[Shift, ...] = ()
    """How the tracks lie on each other, for tracks of different files."""
    alternate: Path | None = None
    """In the cache: the same sound as M4A, without words; None if none was asked for."""

    @property
    def duration(self) -> float:
        """Length in seconds."""
        return self.samples / SAMPLE_RATE

    @property
    def whole_seconds(self) -> int:
        """Length in seconds as feeds give it, rounded; at least 1."""
        return max(1, round(self.duration))
