"""How loud a file is that can be entered anywhere: its segments are decoded and measured side by side.

That spares the way through one decoder and through files in between (see `segments`), which `metering` takes for what
has to be made from its beginning on: mixes, edits, and files that find a place in themselves only roughly.
"""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np

from publisher.audio import ffmpeg, piped
from publisher.audio.feed import Samples, raw
from publisher.audio.formats import CAF, FLAC, W64, WAV
from publisher.audio.graph import FLOAT
from publisher.audio.meters.metering import METER, NOTHING, NOWHERE, REACH, Heard, Meter, heard, join
from publisher.audio.model import ENCODER_DELAY, FRAME, SAMPLE_RATE, Settings, Track
from publisher.audio.segments import BLOCK, Round, Signals
from publisher.audio.source.damage import Decoded, decoded, encoded, refuse_no_numbers
from publisher.audio.source.decoding import refuse_changed
from publisher.audio.source.probe import Probe

EXACT = (WAV, W64, CAF, FLAC)
"""Formats in which ffmpeg finds each sample by its time."""
DECODER_DELAY = ENCODER_DELAY + 529
"""Samples by which what a decoder of MP3 gives lies behind what LAME was given."""
WARM = 3
"""Frames of an MP3 that are decoded before the one that is wanted: each is overlaid with the one before it."""

FOREVER = 1 << 62
"""Samples: behind the end of anything."""


class Entrance(Protocol):
    """A file of sound that can be entered anywhere."""

    @property
    def track(self) -> Track:
        """The file, for messages."""

    @property
    def channels(self) -> int:
        """1 or 2, of what comes out."""

    @property
    def rate(self) -> int:
        """Samples a second of the file itself."""

    @property
    def samples(self) -> int:
        """Its length at SAMPLE_RATE; the last segment goes on to the end all the same."""

    def arguments(self, first: int, end: int) -> tuple[list[ffmpeg.Argument], str]:
        """Input for ffmpeg, and the filters that give its samples from `first` on, to `end` or behind it."""

    def mark(self, first: int, end: int) -> str:
        """What tells the samples from `first` to `end` from what may have stood there before."""


@dataclass(frozen=True)
class TrackEntrance:
    """A track of a recording."""

    track: Track
    found: Probe
    filters: str
    channels: int

    @classmethod
    def is_there(cls, found: Probe) -> bool:
        """Whether a file can be entered anywhere, and says how long it is."""
        return found.format in EXACT and found.claimed and bool(found.duration)

    @property
    def rate(self) -> int:
        """As its file says."""
        return self.found.sample_rate

    @property
    def samples(self) -> int:
        """As its file says."""
        return round((self.found.duration or 0.0) * SAMPLE_RATE)

    def arguments(self, first: int, end: int) -> tuple[list[ffmpeg.Argument], str]:  # noqa: ARG002 - as Entrance has it
        """By its time, of which every rate has whole samples: `first` is a tenth of a second."""
        enter = ["-ss", f"{first / SAMPLE_RATE:.1f}"] if first else []
        return [*enter, *ffmpeg.source(self.track.path, self.found.format)], self.filters

    def mark(self, first: int, end: int) -> str:  # noqa: ARG002 - as Entrance has it
        """Nothing: a recording stays as it is, and parts of another take are on another shelf."""
        return ""


@dataclass(frozen=True)
class MasterEntrance:
    """A master: its frames all have one size, and each is understood with the few before it."""

    path: Path
    settings: Settings
    samples: int
    rate: int = SAMPLE_RATE

    @property
    def track(self) -> Track:
        """The master."""
        return Track(self.path)

    @property
    def channels(self) -> int:
        """Those of the settings."""
        return self.settings.channels

    def arguments(self, first: int, end: int) -> tuple[list[ffmpeg.Argument], str]:
        """By the place of its frame; behind it, samples are counted."""
        file = tempfile.TemporaryFile(dir=self.path.parent)  # noqa: SIM115 - closed by whoever gives it to ffmpeg
        file.write(piped.frames_header(self.settings) + self._frames(first, end))
        file.seek(0)
        delay = DECODER_DELAY - self._frame(first) * FRAME
        trim = f"atrim=start_sample={first + delay}:end_sample={self.samples + delay}"
        return [*piped.FRAMES, "-fd", ffmpeg.Lent(file), "-i", "fd:"], f"{FLOAT},{trim}"

    def mark(self, first: int, end: int) -> str:
        """A digest of the frames that they are made of."""
        return hashlib.sha256(self._frames(first, end)).hexdigest()[:16]

    def _frames(self, first: int, end: int) -> bytes:
        """All that a decoder has to have for the samples from `first` to `end`."""
        start, stop = self._place(self._frame(first)), self._place(self._frame(end) + 2 * WARM)
        with self.path.open("rb") as stream:
            stream.seek(start)
            return stream.read(min(stop, self.path.stat().st_size) - start)

    def _frame(self, sample: int) -> int:
        """The frame with which a decoder has to begin."""
        return max(0, (sample + DECODER_DELAY) // FRAME - WARM)

    def _place(self, frame: int) -> int:
        """Bytes before a frame: one frame more, since the Info frame plays nothing."""
        return (1 + frame) * self.settings.frame_bytes


@dataclass
class _Passage:
    """A segment as `looking.Passage` has it."""

    start: int
    end: int
    first: int


def sound(meter: Meter, entrance: Entrance) -> tuple[Heard, Decoded]:
    """Hear how loud a file is, and what came of it; the crew, the shelf and the limit are the meter's.

    Raises PublisherError where it cannot be decoded.
    """
    with sounding(meter, entrance) as found:
        return found.heard()


@contextmanager
def sounding(meter: Meter, entrance: Entrance) -> Iterator["Sounding"]:
    """As `sound`, for a file whose end may still have to be written."""
    count = max(1, -(-entrance.samples // meter.crew.length))
    with meter.crew.round(count, _Ear(meter, entrance, count).hear) as found:
        yield Sounding(found, entrance.rate)


class Sounding:
    """A file being measured. What of it is written is begun with as soon as somebody has nothing else to do."""

    def __init__(self, found: Round[tuple[Heard, int]], rate: int) -> None:
        self._round, self._rate = found, rate
        self._written = 0
        self._spare = False

    def written(self, segments: int) -> None:
        """Know that so many segments are written, each of which is heard together with the beginning of the next."""
        self._written = segments
        self._begin()

    def spare(self) -> None:
        """Know that somebody has time from here on."""
        self._spare = True
        self._begin()

    def heard(self) -> tuple[Heard, Decoded]:
        """Hear what is left, now that all is written; give what was heard of the whole, and what came of the file."""
        found = list(self._round.results())
        heard = join(each for each, _ in found)
        broken = sum(broken for _, broken in found)
        return heard, Decoded(round(heard.samples * self._rate / SAMPLE_RATE), broken)

    def _begin(self) -> None:
        if self._spare:
            self._round.begin(self._written - 1)


@dataclass(frozen=True)
class _Ear:
    """Hears the segments of one file."""

    meter: Meter
    entrance: Entrance
    count: int

    def hear(self, number: int, signals: Signals) -> tuple[Heard, int]:
        """Hear a segment, and count its broken blocks; from the shelf if it was heard before."""
        start = number * self.meter.crew.length
        passage = _Passage(start, start + self.meter.crew.length, max(0, start - REACH.before))
        name = f"{number}-{self.entrance.mark(passage.first, passage.end + REACH.behind)}"
        if (kept := self.meter.shelf.get(name)) is not None:
            count, _, data = kept.partition(b"\n")
            return Heard.from_bytes(data), int(count)
        heard, broken = self._heard(passage, signals, last=number == self.count - 1)
        self.meter.shelf.put(name, b"%d\n" % broken + heard.to_bytes())
        return heard, broken

    def _heard(self, passage: _Passage, signals: Signals, *, last: bool) -> tuple[Heard, int]:
        if last:
            # To the very end, which may lie elsewhere than the file says.
            passage.end = FOREVER
        end = passage.end + REACH.behind
        source, filters = self.entrance.arguments(passage.first, end)
        if not last:
            filters += f",atrim=end_sample={end - passage.first}"
        looks = [look(passage) for look in self.meter.looks]
        # Where nobody looks at them, the samples stay with ffmpeg.
        output = ["-f", "f32le"] if looks else NOWHERE
        measuring = f"{filters},{METER.format(ffmpeg.SIDE)}"
        arguments = [*source, "-map", "0:a:0", "-af", measuring, *output, "pipe:1"]
        at = passage.first
        with ffmpeg.Process(arguments, about=self.meter.about) as process:
            while len(block := self._read(process)):
                refuse_no_numbers(self.entrance.track, block, at)
                for look in looks:
                    look.add(block)
                at += len(block)
                signals.worked(len(block))
            said = process.gathered()
            log = process.finish()
        refuse_changed(self.entrance.track, log)
        if not looks:
            count = encoded(log, self.meter.about)
            at += count
            signals.worked(count)
        passage.end = max(passage.start, min(passage.end, at))
        broken = decoded(log).get(0, Decoded(0, 0)).broken
        return (heard(passage, said, looks) if passage.end > passage.start else NOTHING), broken

    def _read(self, process: ffmpeg.Process) -> Samples:
        channels = self.entrance.channels
        block = np.empty((BLOCK, channels), np.float32)
        filled = process.read_into(raw(block))
        return block[: filled // (block.itemsize * channels)]
