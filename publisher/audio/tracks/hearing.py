"""What is kept of a track to compare it with others: a few stretches, at a low rate.

A recording of twelve hours is not held: whoever compares says which stretches are wanted, and the listener keeps those.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from publisher.audio.feed import Samples, mono
from publisher.audio.model import SAMPLE_RATE

RATE = 8_000
"""Hz at which tracks are compared: of a voice that reached another microphone, little is left above 4 kHz."""
HEAD = 600.0
"""Seconds from the beginning of each track in which it is placed: twice what one may begin after the other."""

Mono: TypeAlias = NDArray[np.float32]
"""Of shape (n,)."""

_FACTOR = SAMPLE_RATE // RATE
_FRAME, _HOP = 512, 256
_LOW, _HIGH = 200, 3600  # Hz that count: below is hum, above is what averaging folded
SILENCE = 1e-9
"""A frequency of a frame that is weaker than this is digital silence and not sound."""


@dataclass(frozen=True)
class Stretch:
    """A part of a track."""

    start: float
    """Seconds from the track's beginning; what is before that is left out."""
    end: float
    """Seconds; later than `start`."""


@dataclass(frozen=True)
class Kept:
    """What has been kept of a track."""

    stretches: tuple[tuple[int, Mono], ...]
    """Where each begins, in samples of RATE, and its samples; in order, and none touches another."""

    def cut(self, start: int, count: int) -> Mono | None:
        """The `count` samples from `start`, or None when not all of them were kept."""
        for begins, samples in self.stretches:
            if begins <= start and start + count <= begins + len(samples):
                return samples[start - begins : start - begins + count]
        return None


class Listener:
    """Hears a track from its beginning and keeps the stretches that are wanted of it, at RATE."""

    def __init__(self, stretches: Iterable[Stretch]) -> None:
        self._wanted = _joined(stretches)
        self._kept: list[list[Mono]] = [[] for _ in self._wanted]
        self._rest = np.zeros(0, np.float32)
        self._at = self._first = 0

    @property
    def done(self) -> bool:
        """Whether nothing that comes now would be kept."""
        return self._first == len(self._wanted)

    def add(self, block: Samples) -> None:
        """Hear the next samples of the track, in blocks of any size."""
        sound = np.concatenate([self._rest, mono(block)])
        whole = len(sound) // _FACTOR * _FACTOR
        self._rest = sound[whole:]
        self._keep(_averaged(sound[:whole]))

    def heard(self) -> Kept:
        """What has been kept by now."""
        kept = zip(self._wanted, self._kept, strict=True)
        return Kept(tuple((start, np.concatenate(parts)) for (start, _), parts in kept if parts))

    def _keep(self, samples: Mono) -> None:
        end = self._at + len(samples)
        for index in range(self._first, len(self._wanted)):
            start, stop = self._wanted[index]
            if start >= end:
                break
            self._kept[index].append(samples[max(start - self._at, 0) : max(stop - self._at, 0)].copy())
            self._first += stop <= end
        self._at = end


def whitened(samples: Mono, rate: int) -> Mono:
    """The samples at `rate` (RATE or half of it), each frequency of each frame brought to one strength."""
    count = max(1, 1 + -(-(len(samples) - _FRAME) // _HOP))
    padded = np.zeros((count + 1) * _HOP, np.float32)
    padded[: len(samples)] = samples[: len(padded)]
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_HOP] * _BELL
    spectrum = np.fft.rfft(frames)[:, : _FRAME * rate // RATE // 2 + 1]
    strength = np.abs(spectrum)
    spectrum *= _BAND[: spectrum.shape[1]] * (strength > SILENCE) / np.maximum(strength, SILENCE)
    length = _FRAME * rate // RATE
    made = np.fft.irfft(spectrum, length).astype(np.float32) * _BELL[:: RATE // rate]
    half = length // 2
    out = np.zeros((count + 1, half), np.float32)
    out[:-1] += made[:, :half]
    out[1:] += made[:, half:]
    return out.ravel()[: len(samples) * rate // RATE]


_BELL = np.array([math.sin(math.pi * (at + 0.5) / _FRAME) for at in range(_FRAME)], np.float32)
_BAND = np.array([_LOW <= at * RATE / _FRAME <= _HIGH for at in range(_FRAME // 2 + 1)], np.float32)


def _averaged(samples: Mono) -> Mono:
    """The mean of every _FACTOR samples, added up in one order wherever it runs."""
    total = samples[0::_FACTOR].copy()
    for index in range(1, _FACTOR):
        total += samples[index::_FACTOR]
    return total * np.float32(1 / _FACTOR)


def _joined(stretches: Iterable[Stretch]) -> list[tuple[int, int]]:
    """In samples of RATE, in order; those that touch are one."""
    joined: list[tuple[int, int]] = []
    for stretch in sorted(stretches, key=lambda stretch: stretch.start):
        start, end = max(0, math.floor(stretch.start * RATE)), math.ceil(stretch.end * RATE)
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        elif end > start:
            joined.append((start, end))
    return joined
