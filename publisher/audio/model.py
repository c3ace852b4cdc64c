"""What goes through this room: the tracks of a recording, how they shall sound, and the master they become."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from publisher.errors import PublisherError

SAMPLE_RATE = 48_000
"""Hz, of every master. At this rate all frames of an MP3 have one size in bytes, whatever the bit rate."""

FRAME = 1152
"""Samples of an MP3 frame."""

ENCODER_DELAY = 576
"""Samples that LAME puts before the sound; a decoder adds 529 of its own and knows it."""
BLOCK = 480
"""Samples that are looked at together: 10 ms, at which voices, pauses and peaks are found."""

BITRATES = (64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
"""kbit/s that a master may have."""


class Progress(Protocol):
    """Told how far a step is."""

    def __call__(self, step: str, done: float, /, seconds: float = 0.0) -> None:
        """Take the step's name (`measure`, `encode`, `check`) and how much of it is done, 0 to 1.

        seconds: the length of the sound that the step works through, from which follows how fast it goes; 0 if unknown.
        """


def no_progress(_step: str, _done: float, /, seconds: float = 0.0) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Track:
    """One microphone of a recording, or all of them."""

    path: Path
    """The file; what is in it is found out from its content, never from its name."""
    channel: Literal["left", "right"] | None = None
    """The one channel of the file that is meant, or None for all that it has."""
    offset: float | None = None
    """Seconds that it begins after the first track that is heard, below 0 before it; None: found out by listening."""
    guide: bool = False
    """Nobody hears it: it heard everybody, and the others are aligned by it."""

    def __str__(self) -> str:
        return f"{self.path} ({self.channel})" if self.channel else str(self.path)


@dataclass(frozen=True)
class Settings:
    """How a master shall be. The defaults are what Apple Podcasts asks for."""

    channels: Literal[1, 2] = 2
    """1 for mono, 2 for stereo. A voice in mono sounds from both sides of a stereo master."""
    bitrate_kbps: int = 128
    """One of BITRATES; constant through the file, so that apps can seek by time."""
    loudness: float | None = None
    """Integrated loudness aimed at, in LUFS; None for what the channels ask for: -16 in stereo, -19 in mono."""
    true_peak: float = -1.0
    """The highest level that is allowed between the samples, in dBTP, after encoding."""
    high_pass: int | None = None
    """Hz below which the sound falls off, by 12 dB an octave: rumble, steps. None: only what nobody hears."""
    noise_reduction: bool = False
    """Turn steady noise down, gently."""
    alternate: Literal["m4a"] | None = None
    """A second file with the same sound, as AAC."""
    gate: bool = True
    """Of several tracks, turn down those whose speaker is silent: they hear the others."""

    def __post_init__(self) -> None:
        """Refuse what cannot be made; PublisherError says which value."""
        if self.channels not in (1, 2):
            raise PublisherError(f"a master has 1 or 2 channels, not {self.channels}", hint="give 1 or 2")
        if self.bitrate_kbps not in BITRATES:
            allowed = ", ".join(map(str, BITRATES))
            raise PublisherError(f"{self.bitrate_kbps} kbit/s is not a bit rate of MP3", hint=f"give one of {allowed}")
        if not -40 <= self.target <= -5:  # noqa: PLR2004 - beyond, the recording would be inaudible or crushed
            raise PublisherError(f"a loudness of {self.target} LUFS makes no sense", hint="give -40 to -5")
        if not -12 <= self.true_peak <= 0:  # noqa: PLR2004 - beyond, the limiter would take the voice itself
            raise PublisherError(f"a true peak of {self.true_peak} dBTP makes no sense", hint="give -12 to 0")
        if self.high_pass is not None and not 20 <= self.high_pass <= 300:  # noqa: PLR2004 - above, voices begin
            raise PublisherError(f"a high-pass at {self.high_pass} Hz makes no sense", hint="give 20 to 300")

    @property
    def target(self) -> float:
        """Integrated loudness aimed at, in LUFS. A voice that plays at -19 in mono plays at -16 from two speakers."""
        if self.loudness is not None:
            return self.loudness
        return -16.0 if self.channels == 2 else -19.0  # noqa: PLR2004 - stereo

    @property
    def frame_bytes(self) -> int:
        """Size of every MP3 frame of the master."""
        return 144 * self.bitrate_kbps * 1000 // SAMPLE_RATE


@dataclass(frozen=True)
class Music:
    """A sound around the talk or in it."""

    role: Literal["intro", "jingle", "outro"]
    """Before the talk, at a place in it, or after it."""
    path: Path
    fade: float = 1.0
    """Seconds that it shares with its neighbours."""
    gain: float = 0.0
    """dB on top of the loudness of the talk, to which it is brought."""
    at: float = 0.0
    """Seconds of the recording at which the talk pauses for a jingle."""


Times = tuple[float, float | None]
"""From one second of the recording up to another one; None is its end."""


@dataclass(frozen=True)
class Edits:
    """What shall become of a recording without touching it. All times are of the recording, in seconds."""

    trim: Times | None = None
    """Keep this only."""
    cuts: tuple[Times, ...] = ()
    """Take these out."""
    bleeps: tuple[Times, ...] = ()
    """Let a tone sound instead."""
    silences: tuple[Times, ...] = ()
    """Let nothing sound instead."""
    music: tuple[Music, ...] = ()
    longest_pause: float | None = None
    """Seconds to which longer pauses are tightened; None leaves them."""


NO_EDITS = Edits()


@dataclass(frozen=True)
class Loudness:
    """How loud some audio is, by EBU R 128, to a hundredth."""

    integrated: float
    """LUFS over the whole; -70 when all of it is under the gate."""
    span: float
    """Loudness range in LU: how far the quiet passages are from the loud ones."""
    true_peak: float
    """dBTP; minus infinity for digital silence."""


@dataclass(frozen=True)
class Shift:
    """How a track lies on the time of the recording, which is that of its first track."""

    track: int
    """Which of the tracks, from 0."""
    offset: float
    """Seconds that it begins after the first one; below 0 before it."""
    drift: float
    """ppm by which its clock is faster."""
    found: bool
    """By listening; else it was said, or nothing in common was heard and all began together."""
