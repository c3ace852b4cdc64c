"""The second pass: level, limit and encode a sound to MP3, segments side by side.

LAME gets a run-up before each segment, whose frames are thrown away: a frame is made of the sound in it and just before
it, and the bit reservoir, by which frames would depend on all the others, is off. What LAME knows of the sound before
the run-up (how loud it was lately) can change which bits it spends at a border, never what is heard; since borders are
fixed, it's always the same bits.
"""

import hashlib
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from publisher.audio import ffmpeg, piped
from publisher.audio.encoders import info_frame
from publisher.audio.encoders.limiting import Limiter
from publisher.audio.feed import Feed, Samples, raw
from publisher.audio.model import BLOCK, FRAME, SAMPLE_RATE, Settings
from publisher.audio.segments import Crew, Reach, Segment
from publisher.audio.shelf import Shelf
from publisher.errors import PublisherError

RUN_UP = 48
"""Frames that are encoded before a segment, and thrown away."""
NEXT = 3
"""Frames that LAME looks at behind a frame."""
REACH = Reach(before=2 * SAMPLE_RATE, behind=SAMPLE_RATE // 10)
"""Enough for RUN_UP and what the limiter remembers before it; for NEXT and what the limiter looks ahead."""

LAME = ("-c:a", "libmp3lame", "-reservoir", "0", "-flags:a", "+bitexact")
BARE = ("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact", "-id3v2_version", "0", "-write_xing", "0")
GATHERED = ("-flush_packets", "0")
"""Written in large blocks, not frame by frame: each write wakes somebody up."""


@dataclass(frozen=True)
class Aim:
    """How a sound is levelled."""

    gain: float
    """dB, the same from beginning to end: a conversation keeps its louder and softer moments."""
    ceiling: float
    """dBTP that the limiter lets through; some way under what the master may have, since encoding adds peaks."""
    lower: tuple[tuple[int, float], ...] = ()
    """Ceilings in dBTP of single BLOCKs that must be lower still, by their numbers, ascending."""


@dataclass(frozen=True)
class Encoder:
    """Makes MP3s."""

    settings: Settings
    crew: Crew
    shelf: Shelf
    """Where finished segments are kept."""
    about: Path
    """The file that errors are about."""

    def encode(
        self,
        opened: Callable[[], Feed],
        samples: int,
        aim: Aim,
        draft: Path,
        written: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Write the MP3 to `draft`, over whatever it holds: constant bit rate, no tags, the Info frame first.

        `opened` gives the sound, which must be `samples` long. `written` is told how many segments are in the file.
        """
        with draft.open("wb") as stream, closing(self._parts(opened, samples, aim)) as parts:
            stream.write(info_frame.blank(self.settings))
            for number, part in enumerate(parts):
                stream.write(part)
                stream.flush()
                written(number + 1)
        info_frame.seal(draft, self.settings, samples)

    def _parts(self, opened: Callable[[], Feed], samples: int, aim: Aim) -> Generator[bytes, None, None]:
        """The MP3 in segments, in order: new ones, and those that were made before."""
        names = [self._name(number, aim) for number in range(-(-samples // self.crew.length))]
        missing = {number for number, name in enumerate(names) if self.shelf.get(name) is None}
        with closing(self._made(opened, samples, aim, missing)) as made:
            for number, name in enumerate(names):
                part = next(made, None) if number in missing else self.shelf.get(name)
                if part is None:
                    raise self._changed()
                yield part

    def _made(
        self, opened: Callable[[], Feed], samples: int, aim: Aim, missing: set[int]
    ) -> Generator[bytes, None, None]:
        def make(segment: Segment) -> bytes:
            part = self._encode(segment, samples, aim)
            self.shelf.put(self._name(segment.number, aim), part)
            return part

        with closing(opened()) as feed:
            yield from self.crew.work(feed, REACH, make, missing.__contains__, until=max(missing) + 1)

    def _encode(self, segment: Segment, samples: int, aim: Aim) -> bytes:
        if segment.end > samples or segment.last != (segment.end == samples):
            raise self._changed()
        begin = max(0, segment.start - RUN_UP * FRAME)
        end = min(samples, segment.end + NEXT * FRAME)
        encoder = [*LAME, "-b:a", f"{self.settings.bitrate_kbps}k", *BARE, *GATHERED, "-f", "mp3", "pipe:1"]
        with ffmpeg.Process([*piped.SAMPLES, "-i", "pipe:0", *encoder], about=self.about, feeding=True) as process:
            process.gather()
            process.write(piped.samples_header(segment.channels))
            at = segment.first
            for block in levelled(segment, aim):
                process.write(raw(block[max(0, begin - at) : max(0, end - at)]))
                at += len(block)
            process.end_input()
            encoded = process.gathered()
            process.finish()
        frames = encoded[(segment.start - begin) // FRAME * self.settings.frame_bytes :]
        return frames if segment.last else frames[: self.crew.length // FRAME * self.settings.frame_bytes]

    def _name(self, number: int, aim: Aim) -> str:
        """Of a segment on the shelf: by its number and by all of the aim that it can notice."""
        start, end = number * self.crew.length, (number + 1) * self.crew.length
        noticed = range((start - REACH.before) // BLOCK, (end + REACH.behind) // BLOCK + 1)
        lower = [pair for pair in aim.lower if pair[0] in noticed]
        digest = hashlib.sha256(repr((aim.gain, aim.ceiling, lower)).encode()).hexdigest()
        return f"{number}-{digest[:16]}"

    def _changed(self) -> PublisherError:
        hint = "run the same command again when the recording is finished"
        return PublisherError("changed while it was read", where=str(self.about), hint=hint)


class Leveller:
    """Brings sound to its level, block by block: what comes out is a little later than what goes in."""

    def __init__(self, aim: Aim, first: int = 0) -> None:
        """Begin at sample `first` of the whole, with which a BLOCK begins."""
        self._factor = np.float32(10 ** (aim.gain / 20))
        lower = {number - first // BLOCK: 10 ** (peak / 20) for number, peak in aim.lower}
        self._limiter = Limiter(10 ** (aim.ceiling / 20), lower)

    def push(self, samples: Samples) -> Samples:
        """Take more sound; give what is ready, as loud as it shall be, no peak too high."""
        return self._limiter.push(samples * self._factor)

    def end(self) -> Samples:
        """Give the rest."""
        return self._limiter.end()


def levelled(segment: Segment, aim: Aim) -> Iterator[Samples]:
    """The blocks of a segment, from its `first` sample on, brought to their level."""
    leveller = Leveller(aim, segment.first)
    yield from map(leveller.push, segment.blocks())
    yield leveller.end()
