"""How loud a sound is: ffmpeg's meter (EBU R 128) hears each moment of it, segments side by side.

What is heard of a segment is small and is kept, so that a run that was stopped does not hear it again.
"""

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import astuple, dataclass, fields
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from publisher.audio import ffmpeg
from publisher.audio.feed import Feed, Samples, raw
from publisher.audio.meters import loudness
from publisher.audio.meters.loudness import Moments
from publisher.audio.meters.oversampling import Peaks
from publisher.audio.meters.waveform import STEP, extremes
from publisher.audio.model import BLOCK, SAMPLE_RATE, Loudness
from publisher.audio.segments import Crew, Reach, Segment
from publisher.audio.shelf import Shelf

MOMENT = STEP
"""Samples between two values of loudness, a tenth of a second; players draw the same."""
MOMENTARY, SHORT_TERM = 4, 30
"""Moments over which loudness is taken: 400 ms and 3 s."""
REACH = Reach(SHORT_TERM * MOMENT, BLOCK)

METER = r"ebur128=metadata=1:framelog=quiet,ametadata=mode=print:file=pipe\\:{}"
"""Measures what goes through, and prints VALUEs into the pipe of that number."""
VALUE = re.compile(rb"^lavfi\.r128\.([MS])=(\S+)$", re.MULTILINE)


@dataclass(frozen=True)
class Heard:
    """What was heard of a sound, or of a part of it. All arrays are of one dimension."""

    momentary: Moments
    """LUFS of the 400 ms that end with each moment, from the fourth moment of the sound on."""
    short_term: Moments
    """LUFS of the 3 s that end with each moment, from the thirtieth on."""
    power: NDArray[np.float32]
    """Mean square of all channels in each BLOCK."""
    lowest: NDArray[np.float32]
    """The lowest sample of each moment, in mono: for drawing."""
    highest: NDArray[np.float32]
    """The highest one."""
    high_blocks: NDArray[np.int64]
    """Numbers of the BLOCKs that go above a limit, if one was given, ascending."""
    high_points: NDArray[np.float64]
    """The highest point of each of them; 1 is full scale."""
    lengths: NDArray[np.int64]
    """Samples of each part."""
    points: NDArray[np.float64]
    """The highest point of each part."""

    @property
    def samples(self) -> int:
        """How long it is."""
        return int(self.lengths.sum())

    @property
    def loudness(self) -> Loudness:
        """Of the whole."""
        point = self.points.max(initial=0.0)
        peak = round(float(20 * np.log10(point)), 2) if point > 0 else -np.inf
        return Loudness(loudness.integrated(self.momentary), loudness.span(self.short_term), peak)

    def to_bytes(self) -> bytes:
        """For the shelf."""
        stream = io.BytesIO()
        np.savez(stream, *astuple(self))
        return stream.getvalue()

    @classmethod
    def from_bytes(cls, data: bytes) -> "Heard":
        """What `to_bytes` gave."""
        with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
            return cls(*arrays.values())


NOTHING = Heard(*(np.zeros(0, kind) for kind in ("f8", "f8", "f4", "f4", "f4", "i8", "f8", "i8", "f8")))
"""Of no sound at all."""


def join(parts: Iterable[Heard]) -> Heard:
    """What was heard of all parts together, in their order."""
    heard = [NOTHING, *parts]
    return Heard(*(np.concatenate([getattr(part, each.name) for part in heard]) for each in fields(Heard)))


@dataclass(frozen=True)
class Meter:
    """Hears how loud sounds are."""

    crew: Crew
    shelf: Shelf
    """Where what was heard of segments is kept."""
    about: Path
    """The file that errors are about."""
    limit: float = np.inf
    """Blocks that go above it are listed; 1 is full scale."""

    def listen(self, feed: Feed) -> Heard:
        """Read `feed` to its end and hear how loud it is.

        Raises PublisherError where the feed does.
        """
        found: dict[int, Heard] = {}

        def is_new(number: int) -> bool:
            if number not in found and (kept := self.shelf.get(str(number))) is not None:
                found[number] = Heard.from_bytes(kept)
            return number not in found

        found |= dict(self.crew.work(feed, REACH, self._hear, is_new))
        return join(found[number] for number in sorted(found))

    def _hear(self, segment: Segment) -> tuple[int, Heard]:
        heard = self._heard(segment)
        self.shelf.put(str(segment.number), heard.to_bytes())
        return segment.number, heard

    def _heard(self, segment: Segment) -> Heard:
        facts = Facts(segment, self.limit)
        shape = ["-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", str(segment.channels), "-i", "pipe:0"]
        with ffmpeg.Process(
            [*shape, "-af", METER.format(1), "-f", "null", "-"], about=self.about, feeding=True
        ) as process:
            process.gather()
            for block in segment.blocks():
                process.write(raw(block))
                facts.add(block)
            process.end_input()
            values = VALUE.findall(process.gathered())
            process.finish()
        return facts.heard(values)


def _moments(values: Sequence[tuple[bytes, bytes]], name: bytes) -> Moments:
    return np.array([float(value) for found, value in values if found == name])


class Passage(Protocol):
    """A segment, and from where on there is something to hear of it."""

    start: int
    """Its first sample, counted from the sound's."""
    end: int
    """Behind its last sample."""
    first: int
    """The first sample that is heard, `start` or before it."""


class Facts:
    """What is found out about a segment without ffmpeg."""

    def __init__(self, segment: Passage, limit: float) -> None:
        self._segment = segment
        self._at = segment.first
        self._peaks = Peaks(segment.first // BLOCK, range(segment.start // BLOCK, -(-segment.end // BLOCK)), limit)
        self._rows: list[tuple[NDArray[np.float32], ...]] = []

    def add(self, block: Samples) -> None:
        """Take the next samples, a whole number of moments but at the sound's end."""
        self._peaks.add(block)
        own = block[max(0, self._segment.start - self._at) : max(0, self._segment.end - self._at)]
        self._at += len(block)
        if len(own):
            self._rows.append((_power(own), *extremes(own)))

    def heard(self, values: Sequence[tuple[bytes, bytes]]) -> Heard:
        """All of it, with the VALUEs that ffmpeg said: one of each kind for each moment since the run-up began."""
        momentary, short_term = (_moments(values, name) for name in (b"M", b"S"))
        segment = self._segment
        run_up = (segment.start - segment.first) // MOMENT
        blocks, points, best = self._peaks.end()
        power, lowest, highest = (np.concatenate(columns) for columns in zip(*self._rows, strict=True))
        whole = (segment.end - segment.first) // MOMENT
        return Heard(
            momentary=momentary[max(run_up, MOMENTARY - 1) : whole],
            short_term=short_term[max(run_up, SHORT_TERM - 1) : whole],
            power=power,
            lowest=lowest,
            highest=highest,
            high_blocks=blocks,
            high_points=points,
            lengths=np.array([segment.end - segment.start]),
            points=np.array([best]),
        )


def _power(samples: Samples) -> NDArray[np.float32]:
    squares = np.square(_rows(samples.reshape(-1), BLOCK * samples.shape[1]))
    mean: NDArray[np.float32] = np.mean(squares, axis=1, dtype=np.float32)
    return mean


def _rows(values: NDArray[np.float32], width: int) -> NDArray[np.float32]:
    """Rows of `width`, the last one filled up with silence."""
    missing = -len(values) % width
    return np.append(values, np.zeros(missing, np.float32)).reshape(-1, width) if missing else values.reshape(-1, width)
