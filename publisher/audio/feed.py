"""Sound as it flows through the room: samples, read from the beginning to the end and never held whole."""

from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Samples: TypeAlias = NDArray[np.float32]
"""Of shape (n, channels), at SAMPLE_RATE; full scale is 1.0, and more may come of a recorder in floating point."""


def raw(samples: Samples) -> memoryview:
    """The samples' own memory as bytes, for pipes and files; `samples` must lie in one piece."""
    return samples.reshape(-1).view(np.uint8).data


def mono(samples: Samples) -> NDArray[np.float32]:
    """Both channels as one, by halves: shape (n,)."""
    if samples.shape[1] == 1:
        return samples[:, 0]
    # Column by column: a sum along an axis may add up in another order on another machine.
    half: NDArray[np.float32] = np.float32(0.5) * (samples[:, 0] + samples[:, 1])
    return half


class Feed(Protocol):
    """Sound that can be read once, forward. Whoever gets one closes it."""

    @property
    def channels(self) -> int:
        """1 or 2, the same from beginning to end."""

    def read(self, count: int) -> Samples:
        """The next `count` samples of each channel; fewer at the end only, and then none.

        The array is the caller's: it does not change any more. Raises PublisherError where the sound cannot be read.
        """

    def close(self) -> None:
        """End what works behind it. A feed may be closed before its end, and more than once."""


class Held:
    """Sound that is in memory already: for short sounds and for tests."""

    def __init__(self, samples: Samples) -> None:
        self._samples = samples
        self._at = 0

    @property
    def channels(self) -> int:
        """1 or 2."""
        return int(self._samples.shape[1])

    def read(self, count: int) -> Samples:
        """The next samples."""
        found = self._samples[self._at : self._at + count]
        self._at += len(found)
        return found

    def close(self) -> None:
        """Nothing works behind it."""
