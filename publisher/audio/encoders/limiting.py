"""A look-ahead limiter of true peaks: it turns the sound down just before a peak, and softly up again behind it.

How far it turns down is counted in whole steps of a decibel, so that every sum and maximum is exact and the same sound
gives the same samples on every processor. In front of a peak the gain falls within LOOK_AHEAD, in an S-shaped curve, so
that nobody hears a click; behind it the gain rises by RELEASE. Where nothing is too high, nothing is touched.
"""

from collections.abc import Mapping
from functools import cache

import numpy as np
from numpy.typing import NDArray

from publisher.audio.feed import Samples
from publisher.audio.meters import oversampling
from publisher.audio.meters.oversampling import SPAN, SPANS
from publisher.audio.model import BLOCK, SAMPLE_RATE

STEPS = 2400
"""In a decibel."""
DEEPEST = 30
"""Decibels that it turns down at most."""
LOOK_AHEAD = 256
"""Samples, 5 ms, a power of two: the gain is at its lowest where the peak is."""
RELEASE = 80
"""Decibels a second by which the gain rises: a peak that was 4 dB too high is over after 50 ms."""
RISE = RELEASE * STEPS // SAMPLE_RATE
"""Steps a sample."""
MEMORY = DEEPEST * STEPS // RISE
"""Samples behind which a peak is forgotten."""

_ROUND = 2 * (LOOK_AHEAD // 2).bit_length() - 2
"""Bits by which a sum over half a LOOK_AHEAD of sums over half a LOOK_AHEAD is too large."""

Steps = NDArray[np.int32]


@cache
def factors() -> NDArray[np.float32]:
    """What each number of steps multiplies a sample by."""
    return np.array([10 ** (-step / STEPS / 20) for step in range(DEEPEST * STEPS + 1)], np.float32)


@cache
def _excesses() -> NDArray[np.float64]:
    """How many times too high a point may be for each number of steps; ascending."""
    return np.array([10 ** (step / STEPS / 20) for step in range(DEEPEST * STEPS)])


class Limiter:
    """Takes sound block by block and gives it back as much later as it looks ahead."""

    def __init__(self, ceiling: float, lower: Mapping[int, float] | None = None) -> None:
        """Let no point above `ceiling` (a factor of full scale).

        lower: ceilings of single BLOCKs that are lower still, by the block's number, counted from the first sample.
        """
        self._ceiling = ceiling
        self._lower = lower or {}
        self._sound: Samples | None = None
        """From BLOCK before what `_turned` counts from."""
        self._block = 0
        """The next block whose points are computed."""
        self._last = 0
        """Steps that the last point before it asks for."""
        self._falling = 0
        """Steps that the release still has at the end of what was computed."""
        self._turned: Steps = np.zeros(LOOK_AHEAD, np.int32)
        """Steps for each sample, from LOOK_AHEAD before the next one that is given out."""
        self._given = 0
        """Samples that were given out."""

    def push(self, samples: Samples) -> Samples:
        """Take more sound; give what is ready."""
        if self._sound is None:
            self._sound = np.zeros((BLOCK, samples.shape[1]), np.float32)
        self._sound = np.concatenate((self._sound, samples))
        return self._give(samples.shape[1])

    def end(self) -> Samples:
        """Give the rest: in all, as many samples came out as went in."""
        if self._sound is None:
            return np.zeros((0, 1), np.float32)
        rest = self._first() + len(self._sound) - self._given
        channels = self._sound.shape[1]
        return self.push(np.zeros((4 * BLOCK, channels), np.float32))[:rest]

    def _first(self) -> int:
        """Number of the first sample in `_sound`."""
        return self._given // BLOCK * BLOCK - BLOCK

    def _give(self, channels: int) -> Samples:
        sound, first = self._sound, self._first()
        if sound is None:
            return np.zeros((0, channels), np.float32)
        known = max(self._block, (first + len(sound)) // BLOCK - 1)
        self._turned = np.concatenate((self._turned, self._released(self._asked(sound, first, known))))
        self._block = known
        end = max(self._given, known * BLOCK - LOOK_AHEAD)
        count = end - self._given
        out = sound[self._given - first : end - first]
        if count and self._turned.any():
            out = _turned_down(out, factors().take(self._smooth(count)))
        self._turned = self._turned[count:]
        self._given = end
        self._sound = sound[self._first() - first :]
        return out

    def _asked(self, sound: Samples, first: int, known: int) -> Steps:
        """Steps that the points of the blocks up to `known` ask for, each for the samples on both its sides."""
        count = known - self._block
        asked = np.zeros(count * BLOCK + 1, np.int32)
        asked[0] = self._last
        if count:
            # One block more on both sides, since points are computed from their surroundings.
            around = sound[(self._block - 1) * BLOCK - first : (known + 1) * BLOCK - first]
            self._ask(around, asked[1:])
        self._last = int(asked[-1])
        np.maximum(asked[1:], asked[:-1].copy(), out=asked[1:])
        return asked[1:]

    def _ask(self, around: Samples, asked: Steps) -> None:
        """Set the steps of the blocks `asked`, around which there is one block more."""
        ceilings = self._ceilings(len(asked) // BLOCK)
        lowest = ceilings.min()
        blocks = np.flatnonzero(oversampling.limits(around, lowest) > ceilings) + 1
        for spans, highest in oversampling.points(around, blocks, lowest):
            excess = highest / ceilings[spans // SPANS - 1, np.newaxis]
            steps, high = np.zeros(excess.shape, np.int32), excess > 1
            steps[high] = np.searchsorted(_excesses(), excess[high])
            asked.reshape(-1, SPAN)[spans - SPANS] = steps

    def _ceilings(self, count: int) -> NDArray[np.float64]:
        """Of the next `count` blocks."""
        ceilings = np.full(count, self._ceiling)
        for block in self._lower.keys() & range(self._block, self._block + count):
            ceilings[block - self._block] = self._lower[block]
        return ceilings

    def _released(self, asked: Steps) -> Steps:
        """Steps with the release behind each peak: at least what is asked, falling by RISE a sample."""
        if not self._falling and not asked.any():
            return asked
        slope = np.arange(1, len(asked) + 1, dtype=np.int32) * RISE
        held = np.maximum(np.maximum.accumulate(asked + slope), self._falling) - slope
        released = np.maximum(held, 0)
        self._falling = int(released[-1]) if len(released) else self._falling
        return released

    def _smooth(self, count: int) -> Steps:
        """Steps for the next `count` samples: the deepest of what comes within LOOK_AHEAD, its corners rounded."""
        half = LOOK_AHEAD // 2
        deepest = _sliding(np.maximum, self._turned, LOOK_AHEAD)
        # At most DEEPEST * STEPS * half * half, for which 32 bits are enough.
        summed = _sliding(np.add, _sliding(np.add, deepest, half), half)
        return summed[1 : count + 1] >> _ROUND


def _turned_down(samples: Samples, factor: NDArray[np.float32]) -> Samples:
    """Each sample by its factor, channel by channel: long vectors, not many of two numbers."""
    out = np.empty_like(samples)
    for channel in range(samples.shape[1]):
        np.multiply(samples[:, channel], factor, out=out[:, channel])
    return out


def _sliding(join: np.ufunc, values: Steps, width: int) -> Steps:
    """The maximum, or the sum, of each value and the `width` - 1 behind it; `width` is a power of two.

    There are `width` - 1 fewer of them than values.
    """
    reach = 1
    while reach < width:
        values = join(values[:-reach], values[reach:])
        reach *= 2
    return values
