"""The line through what was found of one track in another one: a straight line, since clocks run evenly.

Pieces that lie elsewhere are left out of it while they are few. When they are many, or agree with each other, there is
no line: better none than a wrong one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from publisher.audio.model import SAMPLE_RATE

LARGEST_OFFSET = 300.0
"""Seconds that one track may begin after the other."""
LARGEST_DRIFT = 200.0
"""ppm that two clocks may differ; those of recorders differ by 50 at most, those of cheap computers by 100."""

_SPREAD = 0.02  # seconds around the line: microphones 3 m apart make it 9 ms, a bending clock some more
_TIGHT = 0.0005  # seconds: one way of the sound, from somebody who sits still
_FEWEST = 5
_SHARE = 0.8  # of the pieces that are heard clearly have to agree
_STEEPEST = LARGEST_DRIFT * 1.1e-6  # a little more, since two matches give it roughly
_ROUNDS = 4
_FEWEST_BESIDE = 2
_TWOFOLD = 4.0  # times the spread that two lines have to be away from their middle


@dataclass(frozen=True)
class Alignment:
    """How a track lies on the time of another one.

    What is at second `t` of the other one is at second `(t - offset) * (1 + drift / 1e6)` of this one.
    """

    offset: float
    """Seconds that this track began after the other one, negative if before; in whole samples of SAMPLE_RATE."""
    drift: float
    """ppm that this track's clock is faster, negative if slower: so much longer is what it recorded. To a tenth."""
    doubt: float
    """Standard error of the drift in ppm: a drift of less than three times that may be none."""
    late: float
    """Seconds that a voice is late in the far microphone, if each was heard in the other's; else 0."""
    agreeing: int
    """How many pieces lie on this line."""
    clear: int
    """How many pieces were heard clearly in both tracks."""

    def at(self, seconds: float) -> float:
        """The second of this track at which is what the other one has at `seconds`."""
        return (seconds - self.offset) * (1 + self.drift / 1e6)


@dataclass(frozen=True)
class Match:
    """A piece of the reference that is clearly heard in the track."""

    time: float
    """Seconds of the piece's middle in the reference."""
    lag: float
    """Seconds that it is later in the track."""

    def beside(self, slope: float) -> float:
        """The lag at time 0 of a line of this slope through it."""
        return self.lag - slope * self.time


def line_through(found: Sequence[Match]) -> Alignment | None:
    """The line that nearly all matches lie on; None when they are few, or the others contradict it together."""
    best = _most(found, _SPREAD)
    if len(best) < max(_FEWEST, _SHARE * len(found)):
        return None
    line = _fitted(best)
    rest = sorted(match.beside(line.slope) for match in found if match not in best)
    # Of a call that leaks from both headphones, each voice is late by the way through the network: two lines, not one.
    if any(after - before <= _SPREAD for before, after in pairwise(rest)):
        return None
    return line.alignment(len(best), len(found))


@dataclass(frozen=True)
class _Line:
    """A line of least squares, or two parallel ones."""

    slope: float
    levels: tuple[float, ...]
    """Lag of each line at time 0, in seconds."""
    spread: float
    """RMS of what the matches lie beside their line, in seconds."""
    lever: float
    """Square root of what the times of the matches are apart, squared and added."""

    @property
    def level(self) -> float:
        """In the middle of both lines."""
        return sum(self.levels) / len(self.levels)

    @property
    def apart(self) -> float:
        """Half of what the two lines are apart, in seconds."""
        return (max(self.levels) - min(self.levels)) / 2

    def alignment(self, agreeing: int, clear: int) -> Alignment | None:
        """What it says; None when it is steeper or further off than clocks and people are.

        Rounded, because Fourier transforms differ in their last digits between processors.
        """
        offset = -self.level / (1 + self.slope)
        if abs(self.slope) > _STEEPEST or abs(offset) > LARGEST_OFFSET:
            return None
        return Alignment(
            offset=round(offset * SAMPLE_RATE) / SAMPLE_RATE,
            drift=round(self.slope * 1e6, 1) + 0.0,  # and never -0.0
            doubt=round(self.spread / self.lever * 1e6, 2),
            late=round(self.apart, 5),
            agreeing=agreeing,
            clear=clear,
        )


def _most(found: Sequence[Match], beside: float) -> list[Match]:
    """The most matches that lie at most `beside` seconds from a line through two of them."""
    best: list[Match] = []
    for one, two in combinations(found, 2):
        slope = (two.lag - one.lag) / (two.time - one.time)
        if abs(slope) <= _STEEPEST:
            near = [each for each in found if abs(each.beside(slope) - one.beside(slope)) <= beside]
            best = max(best, near, key=len)
    return best


def _fitted(matches: Sequence[Match]) -> _Line:
    """One line; or two, where both voices are heard in both tracks, each of them late in the far one."""
    near = _most(matches, _TIGHT)
    if len(near) >= len(matches) - 1:
        return _through([near])
    sides = [near, [match for match in matches if match not in near]]
    for _ in range(_ROUNDS):
        line = _through(sides)
        above = [match for match in matches if match.beside(line.slope) > line.level]
        sides = [above, [match for match in matches if match not in above]]
        if min(map(len, sides)) < _FEWEST_BESIDE:
            return _through([matches])
    return line if line.apart > _TWOFOLD * line.spread else _through([matches])


def _through(groups: Sequence[Sequence[Match]]) -> _Line:
    """Parallel lines of least squares, one for each group."""
    middles = [(_mean([each.time for each in group]), _mean([each.lag for each in group])) for group in groups]
    paired = [(each, *middle) for group, middle in zip(groups, middles, strict=True) for each in group]
    square = math.fsum((each.time - time) ** 2 for each, time, _ in paired)
    slope = math.fsum((each.time - time) * (each.lag - lag) for each, time, lag in paired) / square
    beside = _mean([(each.lag - lag - slope * (each.time - time)) ** 2 for each, time, lag in paired])
    return _Line(slope, tuple(lag - slope * time for time, lag in middles), math.sqrt(beside), math.sqrt(square))


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
