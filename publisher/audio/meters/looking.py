"""What is found out from the samples themselves, beside how loud they are: each look answers one question.

Looking takes longer than ffmpeg takes to measure, so a meter looks only at what somebody wants to know.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from publisher.audio.feed import Samples
from publisher.audio.meters.oversampling import Peaks
from publisher.audio.meters.waveform import extremes
from publisher.audio.model import BLOCK

Found: TypeAlias = Mapping[str, NDArray[Any]]
"""By the names of `metering.Heard`."""


class Passage(Protocol):
    """A segment, and from where on there is something to hear of it."""

    start: int
    """Its first sample, counted from the sound's."""
    end: int
    """Behind its last sample; where that is not known beforehand, it is once all was heard."""
    first: int
    """The first sample that is heard, `start` or before it."""


class Look(Protocol):
    """One question about a passage."""

    def add(self, block: Samples) -> None:
        """Take the next samples, from `first` on: a whole number of tenths of a second but at the sound's end."""

    def found(self) -> Found:
        """The answer, once all was added."""


Looking: TypeAlias = Callable[[Passage], Look]
"""Begins to look at a passage."""


class Peaking:
    """How high it goes between its samples, and where it goes above a limit."""

    def __init__(self, limit: float, passage: Passage) -> None:
        wanted = range(passage.start // BLOCK, -(-passage.end // BLOCK))
        self._peaks = Peaks(passage.first // BLOCK, wanted, limit)

    def add(self, block: Samples) -> None:
        """Look."""
        self._peaks.add(block)

    def found(self) -> Found:
        """The points."""
        blocks, points, best = self._peaks.end()
        return {"high_blocks": blocks, "high_points": points, "points": np.array([best])}


class Rows:
    """What is one number for every so many samples of the passage itself, without its surroundings."""

    def __init__(
        self, names: tuple[str, ...], work: Callable[[Samples], tuple[NDArray[np.float32], ...]], passage: Passage
    ) -> None:
        self._names, self._work, self._passage = names, work, passage
        self._at = passage.first
        self._rows: list[tuple[NDArray[np.float32], ...]] = []

    def add(self, block: Samples) -> None:
        """Work them out."""
        own = block[max(0, self._passage.start - self._at) : max(0, self._passage.end - self._at)]
        self._at += len(block)
        if len(own):
            self._rows.append(self._work(own))

    def found(self) -> Found:
        """All of them, one after the other."""
        return dict(zip(self._names, map(np.concatenate, zip(*self._rows, strict=True)), strict=True))


def _power(samples: Samples) -> tuple[NDArray[np.float32]]:
    width = BLOCK * samples.shape[1]
    row = samples.reshape(-1)
    if missing := -len(row) % width:
        row = np.append(row, np.zeros(missing, np.float32))
    return (np.mean(np.square(row.reshape(-1, width)), axis=1, dtype=np.float32),)


POWER: Looking = partial(Rows, ("power",), _power)
"""Where somebody speaks: the mean square of each BLOCK, the last one filled up with silence."""
OUTLINE: Looking = partial(Rows, ("lowest", "highest"), extremes)
"""How players draw it."""


def peaks_above(limit: float) -> Looking:
    """How high it goes, and where it goes above `limit`; 1 is full scale."""
    return partial(Peaking, limit)
