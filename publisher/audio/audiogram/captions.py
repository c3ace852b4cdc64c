"""What stands in large letters, and from when to when. Nothing here draws."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from publisher.audio.audiogram.model import FRAME_RATE, Soundbite
from publisher.audio.audiogram.wrapping import Lines
from publisher.transcript.model import Cue

HOLD = 1.0
"""Seconds that a caption stays after its last word, should nothing follow: eyes are slower than ears."""
SHOWN = 0.5
"""Seconds that words at the edge of an audiogram are heard in it, at least, to be shown: nobody reads faster."""
AT_ONCE = FRAME_RATE
"""Pictures: words that come within so many are there from the first one, instead of after a flash of the title."""


@dataclass(frozen=True)
class Caption:
    """Some lines and the pictures that they are on."""

    first: int
    """Number of the first picture, 0 for the audiogram's first."""
    last: int
    """Number of the picture behind the last one."""
    speaker: str | None
    """Who says it, or None where nobody knows."""
    lines: Lines
    """What is said, one to three lines."""


def captions(cues: Sequence[Cue], soundbite: Soundbite, paged: Callable[[str], Sequence[Lines]]) -> list[Caption]:
    """The captions of an audiogram in their order; no two at once, and each on one picture at least.

    A cue too long for the screen is shown in pages, each for its share of the letters.
    """
    cued = [page for cue in sorted(within(cues, soundbite), key=_start) for page in _pages(cue, paged)]
    pages = [page for page in cued if _is_seen(page.start, page.end, soundbite)]
    found: list[Caption] = []
    for page, following in zip_longest(pages, pages[1:]):
        ends = page.end + HOLD if following is None else min(page.end + HOLD, following.start)
        first, last = (_frame(time, soundbite) for time in (page.start, ends))
        if first < last:
            found.append(Caption(first if found or first >= AT_ONCE else 0, last, page.speaker, page.lines))
    return found


def within(cues: Sequence[Cue], soundbite: Soundbite) -> list[Cue]:
    """The cues of which more than a rag is said in the soundbite."""
    return [cue for cue in cues if _is_seen(cue.start, cue.end, soundbite)]


def _is_seen(start: float, end: float, soundbite: Soundbite) -> bool:
    """Whether the soundbite holds SHOWN seconds of it, or all of what is shorter."""
    inside = min(end, soundbite.end) - max(start, soundbite.start)
    return inside > 0 and inside >= min(SHOWN, end - start)


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
