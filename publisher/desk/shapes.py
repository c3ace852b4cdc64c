"""Which stretches of a sound changed, as far as two waveforms tell. Pure.

The peaks of tenths of a second are compared where the same words, or the beginning and the end, lay one on the other. A
shift is seldom a whole number of tenths; but whatever it is, the loudest of three tenths now lies between the loudest
of the two tenths before that are wholly in it and the loudest of the four that touch it. What is outside of that has
changed. A change that is as loud as what was there, or shorter than that, is not seen.
"""

import json
from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from publisher.desk.comparing import Pair
from publisher.workflow.heard import Stretch

RATE: Final = 10
"""Peaks a second."""
_SLACK: Final = 2.0
"""Of 128: what rounding to 8 bits leaves."""
_GAIN: Final = 0.08
"""Of a level: by so much a new measurement of the loudness turns all of it up or down, three quarters of a decibel."""
_JOIN: Final = 1.0
"""Seconds between two stretches that are told as one."""

Levels = NDArray[np.float64]


def levels_of(peaks: bytes) -> Levels:
    """The loudest sample of each tenth of a second, 0 to 128. peaks: JSON of audiowaveform."""
    data = np.array(json.loads(peaks)["data"], np.float64)
    return np.maximum(-data[::2], data[1::2])


def changed(old: Levels, new: Levels, anchors: Sequence[Pair]) -> list[Stretch]:
    """Stretches of the new sound that are nowhere in the old one where they should be, in order."""
    if not len(new):
        return []
    same = np.zeros(len(new), bool)
    for shift in _shifts(old, new, anchors):
        same |= _is_same(old, new, shift)
    # A tenth stands for what is around it: it is the middle one of three.
    return joined([(step / RATE, (step + 1) / RATE) for step in np.flatnonzero(~same)])


def _shifts(old: Levels, new: Levels, anchors: Sequence[Pair]) -> list[Levels]:
    """For each tenth of the new sound, how many tenths later it may be than it was, for each way to lay them."""
    steps = np.arange(len(new), dtype=np.float64)
    ways = [np.zeros(len(new)), np.full(len(new), float(len(new) - len(old)))]
    if anchors:
        starts = np.array([anchor.start for anchor in anchors]) * RATE
        shifts = np.array([anchor.shift for anchor in anchors]) * RATE
        before = np.clip(np.searchsorted(starts, steps, side="right") - 1, 0, len(starts) - 1)
        ways += [shifts[before], shifts[np.clip(before + 1, 0, len(starts) - 1)]]
    return ways


def _is_same(old: Levels, new: Levels, shift: Levels) -> NDArray[np.bool_]:
    padded = np.pad(new, 1)
    loudest = np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])
    first = np.arange(len(new)) - 1 - shift
    whole = np.floor(first).astype(int)
    most = np.max([_at(old, whole + step) for step in range(4)], axis=0)
    least = np.max([_at(old, whole + step) for step in (1, 2)], axis=0)
    inside = (whole + 1 >= 0) & (whole + 1 < len(old))
    is_between = (loudest <= most * (1 + _GAIN) + _SLACK) & (loudest >= least * (1 - _GAIN) - _SLACK)
    found: NDArray[np.bool_] = inside & is_between
    return found


def _at(levels: Levels, steps: NDArray[np.int_]) -> Levels:
    """Levels at steps; silence outside."""
    if not len(levels):
        return np.zeros(len(steps))
    inside = (steps >= 0) & (steps < len(levels))
    return np.where(inside, levels[np.clip(steps, 0, len(levels) - 1)], 0.0)


def joined(stretches: Sequence[Stretch]) -> list[Stretch]:
    """Those that are close to each other as one, in order."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start - found[-1][1] < _JOIN:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found
