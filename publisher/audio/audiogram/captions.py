"""What stands in large letters, and from when to when. Nothing here draws."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from publisher.audio.audiogram.model import FRAME_RATE, Soundbite
from publisher.audio.audiogram.wrapping import Lines
from publisher.transcript.model import Cue

HOLD = 1.0
"""Seconds that a caption stays after its last word, should nothing follow: eyes are slower than ears."""


@dataclass(frozen=True)
class Caption:
    """Some lines and the pictures that they are on."""

    first: int
    """Number of the first picture, 0 for the clip's first."""
    last: int
    """Number of the picture behind the last one."""
    speaker: str | None
    """Who says it, or None where nobody knows."""
    lines: Lines
    """What is said, one to three lines."""


def captions(cues: Sequence[Cue], soundbite: Soundbite, paged: Callable[[str], Sequence[Lines]]) -> list[Caption]:
    """The captions of a clip in their order; no two at once, and each on one picture at least.

    A cue too long for the screen is shown in pages, each for its share of the letters.
    """
    pages = [page for cue in sorted(within(cues, soundbite), key=_start) for page in _pages(cue, paged)]
    found = []
    for page, following in zip_longest(pages, pages[1:]):
        ends = page.end + HOLD if following is None else min(page.end + HOLD, following.start)
        first, last = (_frame(time, soundbite) for time in (page.start, ends))
        if first < last:
            found.append(Caption(first, last, page.speaker, page.lines))
    return found


def within(cues: Sequence[Cue], soundbite: Soundbite) -> list[Cue]:
    """The cues of which something is said in the soundbite."""
    return [cue for cue in cues if cue.start < soundbite.end and cue.end > soundbite.start]


@dataclass(frozen=True)
class _Page:
    start: float
    end: float
    speaker: str | None
    lines: Lines


def _pages(cue: Cue, paged: Callable[[str], Sequence[Lines]]) -> Iterator[_Page]:
    found = paged(cue.text)
    lengths = [sum(map(len, lines)) for lines in found]
    shares = [sum(lengths[:count]) / sum(lengths) for count in range(len(found) + 1)]
    for lines, (before, behind) in zip(found, pairwise(shares), strict=True):
        length = cue.end - cue.start
        yield _Page(cue.start + length * before, cue.start + length * behind, cue.speaker, lines)


def _frame(time: float, soundbite: Soundbite) -> int:
    return min(max(round((time - soundbite.start) * FRAME_RATE), 0), soundbite.frames)


def _start(cue: Cue) -> float:
    return cue.start
