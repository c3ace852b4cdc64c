"""Pauses of a talk: where nobody speaks for long, and what to take out so that the pause is as long as it may be.

What is quiet follows from the talk itself. Of 100 blocks in the order of their power, the 10th is how quiet it gets,
and the 95th how loud speech is. A block is quiet if it is at most a quarter of the way up from the one to the other, in
decibels, and at least 20 dB below speech. In a noisy room that finds few pauses or none, rather than take a soft voice
for one.

A pause is quiet from end to end, and only its middle is taken out: half of what may stay, a quarter of a second or
more, stays at each of its ends, with the last sound of one word and the breath before the next.
"""

import numpy as np
from numpy.typing import NDArray

from publisher.audio.edits.timeline import SEAM, Range
from publisher.audio.model import BLOCK, SAMPLE_RATE

SHORTEST = 0.5
"""Seconds that a pause must be allowed at least."""
_SPEECH, _QUIET = 95, 10
"""Of 100 blocks in the order of their power, the one that stands for all like it."""
_RANGE = np.float64(1e-6)
"""Quiet counts as at most 60 dB below speech, so that digital silence somewhere does not make all else loud."""
_BELOW_SPEECH = np.float64(0.01)
"""20 dB: as power."""


def pauses(levels: NDArray[np.float32], longest: float) -> tuple[Range, ...]:
    """What to remove so that pauses of more than `longest` seconds become that long.

    levels: mean square of each BLOCK of the levelled talk, of shape (n,). longest: SHORTEST or more.
    """
    if longest < SHORTEST:
        raise ValueError(f"pauses of {longest} s would cut into words; allow {SHORTEST} s")
    # What the seam's two sides share is heard once.
    keep = round(longest * SAMPLE_RATE) + SEAM
    found = (Range(int(start) * BLOCK, int(end) * BLOCK) for start, end in _runs(levels <= _threshold(levels)))
    return tuple(_middle(pause, keep) for pause in found if pause.length > keep)


def _threshold(levels: NDArray[np.float32]) -> np.float64:
    """The highest power that is quiet."""
    if not len(levels):
        return np.float64(0)
    ordered = np.sort(levels).astype(np.float64)
    speech, quiet = (ordered[(len(ordered) - 1) * part // 100] for part in (_SPEECH, _QUIET))
    quiet = max(quiet, speech * _RANGE)
    # The square root of a product is half of the way in decibels; twice that is a quarter.
    quarter = np.sqrt(quiet * np.sqrt(quiet * speech))
    return np.float64(min(quarter, speech * _BELOW_SPEECH))


def _runs(quiet: NDArray[np.bool_]) -> NDArray[np.intp]:
    """First block and first block behind, of each run of true ones; of shape (runs, 2)."""
    edges = np.diff(np.concatenate([[False], quiet, [False]]).astype(np.int8))
    return np.stack([np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)], axis=1)


def _middle(pause: Range, keep: int) -> Range:
    start = pause.start + keep // 2
    return Range(start, start + pause.length - keep)
