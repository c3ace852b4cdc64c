"""The waveform over the player: one path of bars, drawn from the file of peaks that goes to the public."""

import json
from math import sqrt

BARS = 160
PITCH = 3
"""From one bar to the next; a bar is two wide."""
HALF = 32
"""Height of the loudest bar above the middle, and below it."""


def outline(peaks: bytes) -> str:
    """The `d` of an SVG path in a box of 479 by 64, to be stroked two wide; empty where there is no sound.

    peaks: JSON of audiowaveform, one channel, 8 bits. A bar shows how loud its part of the sound is on average, since
    the peaks themselves would stand equally high all along a long conversation; by its square root, as ears do.
    """
    data = json.loads(peaks)["data"]
    levels = [max(-low, high) for low, high in zip(data[::2], data[1::2], strict=True)]
    means = [_mean(levels, number) for number in range(BARS)] if levels else []
    loudest = max(means, default=0) or 1
    heights = [max(1, round(HALF * sqrt(mean / loudest))) for mean in means]
    return "".join(f"M{PITCH * number + 1} {HALF - height}v{2 * height}" for number, height in enumerate(heights))


def _mean(levels: list[int], number: int) -> float:
    """Of the levels that the bar stands for; a short sound has fewer of them than bars."""
    start, end = (len(levels) * edge // BARS for edge in (number, number + 1))
    part = levels[start : max(end, start + 1)]
    return sum(part) / len(part)
