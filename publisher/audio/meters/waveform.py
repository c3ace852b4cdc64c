"""How loud the sound is from tenth to tenth of a second, as players draw it. Pure.

The format is that of BBC audiowaveform, JSON version 2 (github.com/bbc/audiowaveform `doc/DataFormat.md`), which
peaks.js and wavesurfer.js read: for each step the lowest and the highest sample, in 8 bits.
"""

import json

import numpy as np
from numpy.typing import NDArray

from publisher.audio.feed import Samples, mono
from publisher.audio.model import SAMPLE_RATE

STEP = SAMPLE_RATE // 10
"""Samples that one pair of peaks stands for."""
FULL_SCALE = 128
"""What a sample of 1.0 becomes; the highest that is written is one less, as in any signed byte."""


def extremes(samples: Samples) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The lowest and the highest sample, in mono, of each STEP; the last step may be a short one."""
    if not len(samples):
        return np.empty(0, np.float32), np.empty(0, np.float32)
    sound, starts = mono(samples), np.arange(0, len(samples), STEP)
    return np.minimum.reduceat(sound, starts), np.maximum.reduceat(sound, starts)


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
