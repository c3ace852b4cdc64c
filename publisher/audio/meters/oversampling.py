"""Peaks between the samples: where a wave goes higher than any of its samples (ITU-R BS.1770-4, annex 2).

Four times as many points are computed by a windowed sinc, the one that ffmpeg's meter uses, so that both agree. That is
most of the cost of a loudness measurement, hence it is done only where a peak can matter: a point between two samples
lies above the line between them only as far as the wave bends there (see `bend_bound`).

Every sum is made in one fixed order, element by element, so that all processors come to the same bits.
"""

import math
from collections.abc import Iterator
from functools import cache

import numpy as np
from numpy.typing import NDArray

from publisher.audio.feed import Samples
from publisher.audio.model import BLOCK

PHASES = 4
"""Points for each sample."""
TAPS = 32
"""Samples that a point is computed from."""
BEFORE, AFTER = TAPS // 2 - 1, TAPS // 2
"""Samples before and behind a stretch that its points need."""
SPAN = 60
"""Samples whose points are computed together: 1.25 ms, so that of a voice's every swing only the top is."""
SPANS = BLOCK // SPAN
BATCH = 32
"""Spans computed at once: what fits into a processor's nearest cache."""
_BETA = 9.0
"""Of the Kaiser window."""
_ROUNDING = 1e-5
"""What the sums of a point may be off by, in units of the highest sample around it: TAPS roundings to 24 bits."""


@cache
def kernels() -> tuple[NDArray[np.float32], ...]:
    """For each point between two samples, the TAPS factors of the samples around it; their sum is 1."""
    return tuple(_kernel(phase / PHASES) for phase in range(1, PHASES))


def _kernel(fraction: float) -> NDArray[np.float32]:
    offsets = [tap - BEFORE - fraction for tap in range(TAPS)]
    factors = [_sinc(offset) * _kaiser(2 * offset / TAPS) for offset in offsets]
    total = math.fsum(factors)
    return np.array([factor / total for factor in factors], np.float32)


def _sinc(x: float) -> float:
    return math.sin(math.pi * x) / (math.pi * x)


def _kaiser(x: float) -> float:
    return _bessel(_BETA * math.sqrt(max(0.0, 1 - x * x)))


def _bessel(x: float) -> float:
    """I0 by its power series."""
    return math.fsum((x / 2) ** (2 * k) / math.factorial(k) ** 2 for k in range(40))


@cache
def bend_bound() -> float:
    """How far a point can lie above the line between its two samples, in units of the sharpest bend around it.

    A bend is a second difference, x[n-1] - 2 x[n] + x[n+1]. A kernel is a line between its two middle samples plus a
    filter of second differences, exactly, since both its sums (of the factors, and of factor times place) can be met by
    the line; the sum of that filter's absolute factors is the bound.
    """
    return max(_bends(kernel.astype(np.float64)) for kernel in kernels())


def _bends(kernel: NDArray[np.float64]) -> float:
    place = float((kernel * (np.arange(TAPS) - BEFORE)).sum())
    rest = kernel.copy()
    rest[BEFORE] -= 1 - place
    rest[BEFORE + 1] -= place
    # Summed up twice, a second difference is what it was made from.
    return float(np.abs(np.cumsum(np.cumsum(rest))).sum())


def limits(samples: Samples, above: float) -> NDArray[np.float32]:
    """For each BLOCK of `samples` but the first and the last what none of its points can be higher than: (blocks,).

    samples: whole blocks in one piece of memory, the first and the last of which are surroundings only.
    In speech this is mostly near to the highest sample, so that few blocks have to be computed to know the highest
    point of all. Where all stays under `above` anyhow it is rougher.
    """
    channels, row = samples.shape[1], samples.reshape(-1)
    blocks = row.reshape(-1, BLOCK * channels)
    highest = np.maximum(blocks.max(axis=1), -blocks.min(axis=1))
    around = _around(highest, highest, highest)
    # No bend is sharper than four times the highest sample.
    rough: NDArray[np.float32] = around * np.float32(1 + 4 * bend_bound())
    if not (rough[1:-1] > above).any():
        return rough[1:-1]
    # The last point lies between this block's last sample and the next one's first.
    np.maximum(highest[:-1], np.abs(blocks[1:, :channels]).max(axis=1), out=highest[:-1])
    bends = _bends_of(row, channels).reshape(blocks.shape)
    first, last = bends[:, : AFTER * channels].max(axis=1), bends[:, -AFTER * channels :].max(axis=1)
    return _bound(highest, _around(last, bends.max(axis=1), first), around)[1:-1]


def _bends_of(row: NDArray[np.float32], channels: int) -> NDArray[np.float32]:
    """How much the wave bends at each sample of a row in which channels take turns; not known of its two ends."""
    slopes = row[channels:] - row[:-channels]
    bends = np.zeros_like(row)
    np.subtract(slopes[channels:], slopes[:-channels], out=bends[channels:-channels])
    return np.abs(bends, out=bends)


def _around(before: NDArray[np.float32], own: NDArray[np.float32], behind: NDArray[np.float32]) -> NDArray[np.float32]:
    """The highest of each one's own, of what is `before` in its left neighbour, and `behind` in its right one."""
    highest = own.copy()
    np.maximum(highest[1:], before[:-1], out=highest[1:])
    np.maximum(highest[:-1], behind[1:], out=highest[:-1])
    return highest


def _bound(highest: NDArray[np.float32], bend: NDArray[np.float32], around: NDArray[np.float32]) -> NDArray[np.float32]:
    """What no point is higher than between samples up to `highest`: no bend is sharper, and no sample around higher."""
    bound: NDArray[np.float32] = highest + np.float32(bend_bound()) * bend + np.float32(_ROUNDING) * around
    return bound


def points(
    samples: Samples, blocks: NDArray[np.intp], above: float = -1.0
) -> Iterator[tuple[NDArray[np.intp], NDArray[np.float32]]]:
    """The highest point of every sample in the named blocks, some spans at a time: (spans, of shape (spans, SPAN)).

    samples: as for `limits`; blocks and spans are counted from the first one, which none of them is.
    A sample's points are itself and those between it and the next one. Spans all of whose points stay under `above`
    anyhow are left out.
    """
    window = np.arange(-BEFORE - 1, SPAN + AFTER)[:, np.newaxis]
    spans = (blocks[:, np.newaxis] * SPANS + np.arange(SPANS)).reshape(-1)
    if len(spans):
        # `take` is ten times as fast as an index of numbers.
        spans = spans[_spans_limits(samples.take(window + spans * SPAN, axis=0)) > above]
    for first in range(0, len(spans), BATCH):
        batch = spans[first : first + BATCH]
        yield batch, _highest(samples.take(window[1:] + batch * SPAN, axis=0)).T


def _spans_limits(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """As `limits`, for spans: from their samples and those around, a row for each time: (times, spans, channels)."""
    heights, bends = np.abs(rows), np.abs(np.diff(rows, 2, axis=0))
    own = heights[BEFORE + 1 : BEFORE + 2 + SPAN]
    return _bound(*(each.max(axis=0).max(axis=1) for each in (own, bends, heights)))


def _highest(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """From rows of shape (SPAN + TAPS - 1, spans, channels), one time in one piece of memory: shape (SPAN, spans)."""
    here = rows[BEFORE : BEFORE + SPAN]
    highest = np.abs(here)
    term, total = np.empty_like(here), np.empty_like(here)
    for kernel in kernels():
        np.multiply(rows[:SPAN], kernel[0], out=total)
        for tap in range(1, TAPS):
            np.multiply(rows[tap : tap + SPAN], kernel[tap], out=term)
            np.add(total, term, out=total)
        np.maximum(highest, np.abs(total, out=total), out=highest)
    of_all: NDArray[np.float32] = highest.max(axis=2)
    return of_all


class Peaks:
    """Finds the highest point of a sound that comes block by block."""

    def __init__(self, first: int, wanted: range, limit: float) -> None:
        """Begin with BLOCK number `first`; look at the `wanted` ones, and list those that go above `limit`."""
        self._wanted = wanted
        self._limit = limit
        self._best = 0.0
        self._high: dict[int, float] = {}
        # From one BLOCK before the next one that is looked at.
        self._sound: Samples | None = None
        self._next = first

    def add(self, samples: Samples) -> None:
        """Take the next samples."""
        before = np.zeros((BLOCK, samples.shape[1]), np.float32) if self._sound is None else self._sound
        sound = np.concatenate((before, samples))
        looked = len(sound) // BLOCK - 2
        if looked > 0:
            self._look(sound[: (looked + 2) * BLOCK])
            sound = sound[looked * BLOCK :]
        self._sound = sound

    def end(self) -> tuple[NDArray[np.int64], NDArray[np.float64], float]:
        """The blocks above the limit, the highest point of each, and the highest of all."""
        if self._sound is not None:
            self.add(np.zeros((2 * BLOCK, self._sound.shape[1]), np.float32))
        blocks, highest = zip(*sorted(self._high.items()), strict=True) if self._high else ((), ())
        return np.array(blocks, np.int64), np.array(highest, np.float64), self._best

    def _look(self, sound: Samples) -> None:
        """Look at all blocks of `sound` but the first and the last one."""
        above = min(self._best, self._limit)
        most = limits(sound, above)
        here = np.arange(self._next, self._next + len(most))
        promising = (here >= self._wanted.start) & (here < self._wanted.stop) & (most > above)
        for spans, found in points(sound, np.flatnonzero(promising) + 1, above):
            for span, highest in zip(spans.tolist(), found.max(axis=1).tolist(), strict=True):
                self._best = max(self._best, highest)
                if highest > self._limit:
                    block = span // SPANS - 1 + self._next
                    self._high[block] = max(self._high.get(block, 0.0), highest)
        self._next += len(most)


def highest_point(samples: Samples) -> float:
    """The highest point of a short sound; 1 is full scale."""
    peaks = Peaks(0, range(-(-len(samples) // BLOCK)), np.inf)
    peaks.add(samples)
    return peaks.end()[2]
