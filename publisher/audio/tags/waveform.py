"""How loud the sound is from tenth to tenth of a second, as players draw it. Pure.

The format is that of BBC audiowaveform, JSON version 2 (github.com/bbc/audiowaveform `doc/DataFormat.md`), which
peaks.js and wavesurfer.js read: for each step the lowest and the highest sample, in 8 bits.
"""

import json

import numpy as np
from numpy.typing import NDArray

from publisher.audio.feed import Samples
from publisher.audio.model import SAMPLE_RATE

STEP = SAMPLE_RATE // 10
"""Samples that one pair of peaks stands for."""
FULL_SCALE = 128
"""What a sample of 1.0 becomes; the highest that is written is one less, as in any signed byte."""


class Peaks:
    """The peaks of a sound, collected while it flows by. Twelve hours of sound take less than four megabytes."""

    def __init__(self) -> None:
        self._pairs = [_NOTHING]
        self._rest = np.empty(0, np.float32)

    def add(self, samples: Samples) -> None:
        """Take the next samples, of one channel or of two, which are halved and summed; blocks may have any size."""
        sound = np.concatenate([self._rest, _mono(samples)])
        whole = len(sound) - len(sound) % STEP
        self._pairs.append(_pairs(sound[:whole]))
        self._rest = sound[whole:].copy()

    def to_json(self) -> bytes:
        """The file for what there is so far; the last step may be a short one."""
        lowest, highest = np.concatenate([*self._pairs, _pairs(self._rest)], axis=1)
        return peaks_json(lowest, highest)


def peaks_json(lowest: NDArray[np.float32], highest: NDArray[np.float32]) -> bytes:
    """The file for the lowest and the highest sample of each STEP; the same bytes for the same sound."""
    both = np.stack([lowest, highest], axis=1) * np.float32(FULL_SCALE)
    # Cut towards zero, as audiowaveform does when it divides.
    data = np.clip(np.trunc(both), -FULL_SCALE, FULL_SCALE - 1).astype(np.int8)
    said = {
        "version": 2,
        "channels": 1,
        "sample_rate": SAMPLE_RATE,
        "samples_per_pixel": STEP,
        "bits": 8,
        "length": len(data),
        "data": data.ravel().tolist(),
    }
    return json.dumps(said, separators=(",", ":")).encode()


_NOTHING = np.empty((2, 0), np.float32)


def _mono(samples: Samples) -> NDArray[np.float32]:
    # Column by column: a sum along an axis may add up in another order on another machine.
    half = np.float32(1 / samples.shape[1])
    return sum((samples[:, channel] * half for channel in range(1, samples.shape[1])), start=samples[:, 0] * half)


def _pairs(sound: NDArray[np.float32]) -> NDArray[np.float32]:
    """The lowest samples and the highest ones, a row each, of every STEP and of what is left at the end."""
    if not len(sound):
        return _NOTHING
    starts = np.arange(0, len(sound), STEP)
    return np.stack([np.minimum.reduceat(sound, starts), np.maximum.reduceat(sound, starts)])
