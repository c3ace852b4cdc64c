"""The sound as bars. Whole numbers throughout: a sum of floating-point numbers depends on the order of its terms."""

from itertools import pairwise
from math import isqrt

import numpy as np

from publisher.audio.feed import Samples

FULL = 32_768
"""What a sample of 1.0 counts as."""


def bars(samples: Samples, count: int) -> list[int]:
    """How loud each of `count` equal parts of the sound is: 0 to 1000, the loudest part 1000, all 0 for silence.

    It is the mean of the amplitude, under a square root: the eye wants to see soft words too.
    """
    levels = (np.abs(samples) * np.float32(FULL)).astype(np.int64).sum(axis=1)
    edges = [len(levels) * number // count for number in range(count + 1)]
    means = [int(levels[start:end].sum()) // (end - start) for start, end in pairwise(edges)]
    loudest = max(means)
    return [isqrt(1_000_000 * mean // loudest) if loudest else 0 for mean in means]
