"""From loudness moment by moment to the loudness of the whole: the gates of ITU-R BS.1770-4 and EBU Tech 3342. Pure."""

import numpy as np
from numpy.typing import NDArray

GATE = -70.0
"""LUFS under which anything is taken for silence."""
RELATIVE = -10.0
"""LU under the loudness of what is no silence: quieter moments do not count."""
SPAN_RELATIVE = -20.0
"""The same for the loudness range."""
LOW, HIGH = 0.10, 0.95
"""The loudness range goes from the tenth to the ninety-fifth of a hundred."""

Moments = NDArray[np.float64]
"""LUFS, one value for each tenth of a second."""


def integrated(momentary: Moments) -> float:
    """LUFS of the whole from that of every 400 ms; GATE when all of it is silence."""
    heard = momentary[momentary > GATE]
    if not len(heard):
        return GATE
    heard = heard[heard > _mean(heard) + RELATIVE]
    return round(max(GATE, _mean(heard)), 2)


def span(short_term: Moments) -> float:
    """The loudness range in LU from the loudness of every 3 s; 0 for less than that."""
    heard = short_term[short_term > GATE]
    if not len(heard):
        return 0.0
    heard = np.sort(heard[heard > _mean(heard) + SPAN_RELATIVE])
    low, high = (heard[round((len(heard) - 1) * part)] for part in (LOW, HIGH))
    return round(float(high - low), 2)


def _mean(moments: Moments) -> float:
    """Of powers, not of decibels."""
    return float(10 * np.log10(np.mean(10 ** (moments / 10))))
