"""How loud a sound is: ffmpeg's meter (EBU R 128) hears each moment of it, segments side by side.

What is heard of a segment is small and is kept, so that a run that was stopped does not hear it again.
"""

import io
import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass, fields, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from publisher.audio import ffmpeg, piped
from publisher.audio.feed import Feed, raw
from publisher.audio.meters import loudness
from publisher.audio.meters.looking import Look, Looking, Passage
from publisher.audio.meters.loudness import Moments
from publisher.audio.meters.waveform import STEP
from publisher.audio.model import BLOCK, Loudness
from publisher.audio.segments import Crew, Reach, Segment
from publisher.audio.shelf import Shelf

MOMENT = STEP
"""Samples between two values of loudness, a tenth of a second; players draw the same."""
MOMENTARY, SHORT_TERM = 4, 30
"""Moments over which loudness is taken: 400 ms and 3 s."""
REACH = Reach(SHORT_TERM * MOMENT, BLOCK)

METER = r"ebur128=metadata=1:framelog=quiet:peak=sample,ametadata=mode=print:file=pipe\\:{}"
"""Measures what goes through, and prints VALUEs into the pipe of that number."""
VALUE = re.compile(rb"^lavfi\.r128\.(M|S|sample_peak)=(\S+)$", re.MULTILINE)
NOWHERE = ("-c:a", "pcm_f64le", "-f", "null")
"""Where the sound goes that is only measured: as it comes out of the meter, since converting it would take time."""


@dataclass(frozen=True)
class Heard:
    """What was heard of a sound, or of a part of it. All arrays are of one dimension."""

    momentary: Moments
    """LUFS of the 400 ms that end with each moment, from the fourth moment of the sound on."""
    short_term: Moments
    """LUFS of the 3 s that end with each moment, from the thirtieth on."""
    power: NDArray[np.float32]
    """Mean square of all channels in each BLOCK, if the meter looks for it (see `looking.POWER`)."""
    lowest: NDArray[np.float32]
    """The lowest sample of each moment, in mono, if the meter looks for it (see `looking.OUTLINE`)."""
    highest: NDArray[np.float32]
    """The highest one."""
    high_blocks: NDArray[np.int64]
    """Numbers of the BLOCKs above a limit, ascending, if the meter looks for them (see `looking.peaks_above`)."""
    high_points: NDArray[np.float64]
    """The highest point of each of them; 1 is full scale."""
    lengths: NDArray[np.int64]
    """Samples of each part."""
    points: NDArray[np.float64]
    """The highest point of each part if the meter looks for points, else its highest sample, a little lower mostly."""

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
    looks: tuple[Looking, ...] = ()
    """What else is to be found out."""

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
        looks = [look(segment) for look in self.looks]
        filters = ["-af", METER.format(1), *NOWHERE, "pipe:1"]
        with ffmpeg.Process([*piped.SAMPLES, "-i", "pipe:0", *filters], about=self.about, feeding=True) as process:
            process.gather()
            process.write(piped.samples_header(segment.channels))
            for block in segment.blocks():
                process.write(raw(block))
                for look in looks:
                    look.add(block)
            process.end_input()
            said = process.gathered()
            process.finish()
        return heard(segment, said, looks)


def heard(passage: Passage, said: bytes, looks: Iterable[Look]) -> Heard:
    """All about a passage: from the VALUEs `said` since its first sample, and the looks."""
    values = VALUE.findall(said)
    momentary, short_term, peaks = (
        np.array([float(value) for found, value in values if found == name]) for name in (b"M", b"S", b"sample_peak")
    )
    run_up, whole = ((at - passage.first) // MOMENT for at in (passage.start, passage.end))
    found = {
        "momentary": momentary[max(run_up, MOMENTARY - 1) : whole],
        "short_term": short_term[max(run_up, SHORT_TERM - 1) : whole],
        "lengths": np.array([passage.end - passage.start]),
        # It is told to a thousandth of full scale: enough to know beforehand how much there will be to limit.
        "points": np.array([peaks.max(initial=0.0)]),
    }
    for look in looks:
        found |= look.found()
    return replace(NOTHING, **found)
