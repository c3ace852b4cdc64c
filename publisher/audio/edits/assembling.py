"""A timeline as sound: the talk without what was cut, with what is masked, between the sounds around it.

The talk flows through once, forward: what was removed is read and dropped. Of a seam only its fade is held in memory.
"""

import math
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import cache, lru_cache
from itertools import takewhile

import numpy as np
from numpy.typing import NDArray

from publisher.audio.edits.timeline import TALK, Mask, Timeline
from publisher.audio.feed import Feed, Samples
from publisher.audio.model import SAMPLE_RATE
from publisher.errors import PublisherError

BLOCK = 9600
"""Samples that go through at once: 0.2 s."""
SOFT = 240
"""Samples, 5 ms, in which the talk falls before a mask and rises behind it, and in which a bleep does so within it."""
BLEEP = 0.1
"""The highest sample of a bleep: -20 dBFS, a little quieter than a talk at -16 LUFS."""
PERIOD = SAMPLE_RATE // 1000
"""Samples of one wave of a bleep, a tone of 1 kHz."""

Gains = NDArray[np.float32]
"""What samples are multiplied by: of shape (n, 1), the same for all channels."""


class Assembly:
    """The sound of a timeline, as a Feed of exactly `timeline.samples` samples."""

    def __init__(self, timeline: Timeline, talk: Feed, insert: Callable[[int], Feed], bleep: float = BLEEP) -> None:
        """Read from `talk`, which gives the whole recording.

        insert: opens the insert of a number when its turn comes, as loud as it shall be, with the channels of the talk.
        bleep: the highest sample of a bleep, which depends on how loud the talk is.
        """
        self._talk = talk
        self._insert = insert
        self._blocks = self._assembled(timeline, _Reader(talk, timeline.masks, bleep))
        self._left = np.empty((0, talk.channels), np.float32)

    @property
    def channels(self) -> int:
        """Those of the talk."""
        return self._talk.channels

    def read(self, count: int) -> Samples:
        """The next samples; PublisherError where a sound has fewer than the timeline was made for."""
        found, held = [self._left], len(self._left)
        while held < count and (block := next(self._blocks, None)) is not None:
            found.append(block)
            held += len(block)
        joined = np.concatenate(found)
        self._left = joined[count:]
        return joined[:count]

    def close(self) -> None:
        """Close the talk, and the insert that sounds now."""
        self._blocks.close()
        self._left = self._left[:0]
        self._talk.close()

    def _assembled(self, timeline: Timeline, talk: "_Reader") -> Generator[Samples]:
        """Clip after clip: its seam with the one before it, its body, and its end kept for the next seam."""
        # Before the first clip and behind the last one there is silence, which counts as talk.
        before, tail = TALK, np.zeros((timeline.clips[0].fade_in, self.channels), np.float32)
        for clip in timeline.clips:
            rising = _rising(clip.fade_in, of_talk=before == clip.source == TALK)
            with self._reader(clip.source, talk) as reader:
                reader.skip_to(clip.begin)
                yield tail * rising[::-1] + reader.take(clip.fade_in) * rising
                yield from reader.blocks(clip.length - clip.fade_in - clip.fade_out)
                before, tail = clip.source, reader.take(clip.fade_out)
        yield tail * _rising(len(tail), of_talk=True)[::-1]

    @contextmanager
    def _reader(self, source: int, talk: "_Reader") -> Iterator["_Reader"]:
        """What reads a source; an insert is closed when its clip is over."""
        if source == TALK:
            yield talk
            return
        feed = self._insert(source)
        try:
            yield _Reader(feed)
        finally:
            feed.close()


@lru_cache(maxsize=8)
def _rising(count: int, *, of_talk: bool) -> Gains:
    """How what begins rises in a fade of so many samples; what ends falls by the same, backwards.

    Within a talk, both sides hum alike: such sounds add up by their height, so the two gains add up to 1, and nothing
    swells; what differs gets 3 dB quieter for a moment, which in 10 ms nobody hears. Music and a talk have nothing in
    common, and their fade is long: they add up by their power, so the squares of the gains add up to 1.
    """
    done = (np.arange(count) + 0.5) / max(count, 1)
    gains = done if of_talk else np.sqrt(done * done * (3 - 2 * done))
    return gains.astype(np.float32)[:, np.newaxis]


class _Reader:
    """A feed that gives exactly what is asked for, with its masks on."""

    def __init__(self, feed: Feed, masks: Iterable[Mask] = (), bleep: float = BLEEP) -> None:
        self._feed = feed
        self._masks = deque(masks)
        self._bleep = bleep
        self._at = 0

    def skip_to(self, sample: int) -> None:
        while self._at < sample:
            self._read(min(BLOCK, sample - self._at))

    def blocks(self, count: int) -> Iterator[Samples]:
        for done in range(0, count, BLOCK):
            yield self.take(min(BLOCK, count - done))

    def take(self, count: int) -> Samples:
        first = self._at
        return _masked(self._read(count), first, self._near(first, count), self._bleep)

    def _read(self, count: int) -> Samples:
        found = self._feed.read(count)
        self._at += len(found)
        if len(found) < count:
            what = f"a sound ended after {self._at / SAMPLE_RATE:.1f} s, sooner than when it was measured"
            raise PublisherError(what, hint="was its file changed meanwhile? Run the same command again")
        return found

    def _near(self, first: int, count: int) -> list[Mask]:
        """The masks that change anything of so many samples from `first` on; those behind us are forgotten."""
        while self._masks and self._masks[0].end + SOFT <= first:
            self._masks.popleft()
        return list(takewhile(lambda mask: mask.start - SOFT < first + count, self._masks))


def _masked(samples: Samples, first: int, masks: Iterable[Mask], bleep: float) -> Samples:
    """The samples from `first` on, without what is masked of them, and with the bleeps."""
    masks = list(masks)
    if not masks:
        return samples
    places = np.arange(first, first + len(samples))
    for mask in masks:
        samples = samples * _gains_around(mask, places)
    for mask in masks:
        if mask.kind == "bleep":
            samples = samples + _bleep(mask, places) * np.float32(bleep)
    return samples


def _gains_around(mask: Mask, places: NDArray[np.intp]) -> Gains:
    """0 in a mask, 1 from SOFT samples away from it: the fades lie outside, so that nothing masked is heard."""
    away = np.maximum(mask.start - places, places - mask.end + 1)
    return (np.clip(away, 0, SOFT) / SOFT).astype(np.float32)[:, np.newaxis]


def _bleep(mask: Mask, places: NDArray[np.intp]) -> Samples:
    """A tone of height 1 in a mask, soft at its ends, and nothing around it; of shape (n, 1)."""
    inside = np.minimum(places - mask.start + 1, mask.end - places)
    edges = (np.clip(inside, 0, SOFT) / SOFT).astype(np.float32)
    return (_wave()[(places - mask.start) % PERIOD] * edges)[:, np.newaxis]


@cache
def _wave() -> NDArray[np.float32]:
    """One period of a sine, from a table, so that it is the same on every processor."""
    return np.array([math.sin(2 * math.pi * place / PERIOD) for place in range(PERIOD)], np.float32)
