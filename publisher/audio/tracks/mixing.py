"""Several feeds as one: each with its gain, from its moment on, turned down where its speaker is silent.

Every sample is made by the same few multiplications and additions, in the same order, wherever a block begins. So the
mix is the same bytes in blocks of any size.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from publisher.audio.feed import Feed, Samples
from publisher.audio.model import BLOCK
from publisher.audio.tracks.voices import STEPS, Steps

MONO, STEREO = 1, 2
_PASS = 64 * BLOCK  # samples worked on at once: few enough to stay in the processor's cache
_RISE = (np.arange(BLOCK, dtype=np.float32) / np.float32(BLOCK))[np.newaxis, :]


@dataclass(frozen=True)
class Part:
    """A feed as it goes into a mix, which closes it."""

    feed: Feed
    """Mono sounds from both sides of a stereo mix; the sides of stereo go into a mono mix by halves."""
    gain: float = 0.0
    """dB."""
    offset: int = 0
    """Samples of silence before it; if negative, so many of its first samples are dropped."""
    gates: Steps | None = None
    """Steps that it is turned down at the beginning of each block of the mix, never negative; between two of them
    straight from one to the other, behind the last one as that. None for not at all."""


class Mix:
    """A feed of several parts, one over the other. As long as the longest of them, or as is asked for."""

    def __init__(self, parts: Sequence[Part], channels: Literal[1, 2], *, samples: int | None = None) -> None:
        """Take the parts.

        samples: of the whole; what is longer is cut off, and silence follows on what is shorter.
        """
        self._parts = [_Placed(part) for part in parts]
        self._channels = channels
        self._samples = samples
        self._at = 0

    @property
    def channels(self) -> int:
        """1 or 2."""
        return self._channels

    def read(self, count: int) -> Samples:
        """The next samples of the mix."""
        if self._samples is not None:
            count = min(count, self._samples - self._at)
        mixed = np.zeros((count, self._channels), np.float32)
        filled = max((part.add_to(mixed, self._at) for part in self._parts), default=0)
        if self._samples is None:
            mixed = mixed[:filled]
        self._at += len(mixed)
        return mixed

    def close(self) -> None:
        """Close every part."""
        for part in self._parts:
            part.close()


class _Placed:
    """A part at its place in the mix."""

    def __init__(self, part: Part) -> None:
        self._feed = part.feed
        self._silence = max(0, part.offset)
        self._surplus = max(0, -part.offset)
        self._loudness = _Loudness(part.gain, part.gates)

    def add_to(self, mixed: Samples, at: int) -> int:
        """Add the next samples of this part to those of the mix from `at` on; give how many of those are its own."""
        self._drop()
        quiet = min(max(0, self._silence - at), len(mixed))
        own = self._feed.read(len(mixed) - quiet) if quiet < len(mixed) else mixed[:0]
        for start in range(0, len(own), _PASS):
            block = own[start : start + _PASS]
            here = quiet + start
            mixed[here : here + len(block)] += self._loudness.of(_shaped(block, mixed.shape[1]), at + here)
        return quiet + len(own)

    def close(self) -> None:
        """Close the feed."""
        self._feed.close()

    def _drop(self) -> None:
        while self._surplus and (dropped := len(self._feed.read(min(self._surplus, _PASS)))):
            self._surplus -= dropped
        self._surplus = 0


class _Loudness:
    """What the samples of a part are multiplied by."""

    def __init__(self, gain: float, gates: Steps | None) -> None:
        self._gain = np.float32(10 ** (gain / 20))
        # Behind the last gate its factor stays; the table is this part's own, so that its gain is in it already.
        self._gates = gates if gates is not None and len(gates) else None
        deepest = 0 if self._gates is None else int(self._gates.max())
        self._factors = np.array([10 ** ((gain - step / STEPS) / 20) for step in range(deepest + 1)], np.float32)

    def of(self, block: Samples, at: int) -> Samples:
        """The samples of a block that begins at `at` of the mix, as loud as they shall be."""
        if self._gates is None:
            return block * self._gain
        first, end = at // BLOCK, at + len(block)
        places = np.arange(first, -(-end // BLOCK) + 1)
        factors = self._factors[self._gates[np.minimum(places, len(self._gates) - 1)]]
        curve = factors[:-1, np.newaxis] + (factors[1:] - factors[:-1])[:, np.newaxis] * _RISE
        loud: Samples = block * curve.reshape(-1, 1)[at - first * BLOCK : end - first * BLOCK]
        return loud


def _shaped(block: Samples, channels: int) -> Samples:
    """Stereo as mono for a mono mix; mono stays one column, which adds to both sides."""
    if block.shape[1] == STEREO and channels == MONO:
        block = np.float32(0.5) * block[:, :1] + np.float32(0.5) * block[:, 1:]
    return block
