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
BATCH = 24
"""Blocks computed together: what fits into a processor's cache."""
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
    """For each BLOCK of `samples` what none of its points can be higher than: shape (blocks,).

    What lies outside of `samples` is silence. In speech this is mostly near to the highest sample, so that few blocks
    have to be computed to know the highest point of all. For blocks that stay under `above` anyhow it is rougher.
    """
    count = -(-len(samples) // BLOCK)
    padded = np.zeros((count * BLOCK + TAPS, samples.shape[1]), np.float32)
    padded[BEFORE + 1 : BEFORE + 1 + len(samples)] = samples
    rows = padded[BEFORE + 1 : BEFORE + 1 + count * BLOCK].reshape(count, -1)
    peaks = np.zeros(count + 2, np.float32)
    np.maximum(rows.max(axis=1), -rows.min(axis=1), out=peaks[1:-1])
    around = np.maximum(np.maximum(peaks[:-2], peaks[1:-1]), peaks[2:])
    # No bend is sharper than four times the highest sample.
    most: NDArray[np.float32] = around * np.float32(1 + 4 * bend_bound())
    hot = np.flatnonzero(most > above)
    for first in range(0, len(hot), BATCH):
        batch = hot[first : first + BATCH]
        most[batch] = _exact(_windows(padded, batch, BLOCK + TAPS)) + _ROUNDING * around[batch]
    return most


def _exact(around: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same for some blocks but for roundings, from the samples of their points and one before them."""
    bends = np.diff(around, 2)
    own = around[..., BEFORE + 1 : BEFORE + 2 + BLOCK]
    highest: NDArray[np.float32] = _peak(own) + np.float32(bend_bound()) * _peak(bends)
    return highest


def _windows(padded: Samples, blocks: NDArray[np.intp], width: int) -> NDArray[np.float32]:
    """The `width` samples from the beginning of each of some blocks on: shape (blocks, channels, width)."""
    found: NDArray[np.float32] = np.lib.stride_tricks.sliding_window_view(padded, width, axis=0)[blocks * BLOCK]
    return found


def _peak(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The highest absolute value of each row, over all its channels: shape (rows,)."""
    highest: NDArray[np.float32] = np.maximum(values.max(axis=(1, 2)), -values.min(axis=(1, 2)))
    return highest


def points(samples: Samples, blocks: NDArray[np.intp]) -> Iterator[tuple[NDArray[np.intp], NDArray[np.float32]]]:
    """The highest point of every sample of the named blocks, a batch at a time: (blocks, of shape (blocks, BLOCK)).

    A sample's points are itself and those between it and the next one. What lies outside of `samples` is silence.
    """
    padded = np.zeros((samples.shape[1], -(-len(samples) // BLOCK) * BLOCK + TAPS - 1), np.float32)
    padded[:, BEFORE : BEFORE + len(samples)] = samples.T
    for first in range(0, len(blocks), BATCH):
        batch = blocks[first : first + BATCH]
        yield batch, _highest(np.stack([padded[:, at : at + BLOCK + TAPS - 1] for at in batch * BLOCK]))


def _highest(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Of rows of shape (blocks, channels, BLOCK + TAPS - 1)."""
    here = rows[..., BEFORE : BEFORE + BLOCK]
    highest = np.abs(here)
    term, total = np.empty_like(here), np.empty_like(here)
    for kernel in kernels():
        np.multiply(rows[..., :BLOCK], kernel[0], out=total)
        for tap in range(1, TAPS):
            np.multiply(rows[..., tap : tap + BLOCK], kernel[tap], out=term)
            np.add(total, term, out=total)
        np.maximum(highest, np.abs(total, out=total), out=highest)
    of_all: NDArray[np.float32] = highest.max(axis=1)
    return of_all


class Peaks:
    """Finds the highest point of a sound that comes block by block."""

    def __init__(self, first: int, wanted: range, limit: float) -> None:
        """Begin with BLOCK number `first`; look at the `wanted` ones, and list those that go above `limit`."""
        self._wanted = wanted
        self._limit = limit
        self._best = 0.0
        self._high: list[tuple[int, float]] = []
        # From one BLOCK before the next one that is looked at.
        self._sound: Samples | None = None
        self._next = first

    def add(self, samples: Samples) -> None:
        """Take the next samples."""
        before = np.zeros((BLOCK, samples.shape[1]), np.float32) if self._sound is None else self._sound
        sound = np.concatenate((before, samples))
        known = max(1, (len(sound) - AFTER) // BLOCK)
        self._look(sound, known)
        self._sound = sound[(known - 1) * BLOCK :]

    def end(self) -> tuple[NDArray[np.int64], NDArray[np.float64], float]:
        """The blocks above the limit, the highest point of each, and the highest of all."""
        if self._sound is not None:
            self._look(self._sound, -(-len(self._sound) // BLOCK))
        blocks, highest = zip(*sorted(self._high), strict=True) if self._high else ((), ())
        return np.array(blocks, np.int64), np.array(highest, np.float64), self._best

    def _look(self, sound: Samples, known: int) -> None:
        """Look at all whole blocks of `sound` but the first one, which is the surroundings of the second."""
        numbers = np.arange(1, known)
        here = numbers + (self._next - 1)
        most = limits(sound, min(self._best, self._limit))[1:known]
        numbers = numbers[
            (here >= self._wanted.start) & (here < self._wanted.stop) & (most > min(self._best, self._limit))
        ]
        for blocks, found in points(sound, numbers[np.argsort(-most[numbers - 1], kind="stable")]):
            for block, highest in zip(blocks.tolist(), found.max(axis=1).tolist(), strict=True):
                self._best = max(self._best, highest)
                if highest > self._limit:
                    self._high.append((block + self._next - 1, highest))
        self._next += max(0, known - 1)


def highest_point(samples: Samples) -> float:
    """The highest point of a short sound; 1 is full scale."""
    peaks = Peaks(0, range(-(-len(samples) // BLOCK)), np.inf)
    peaks.add(samples)
    return peaks.end()[2]
