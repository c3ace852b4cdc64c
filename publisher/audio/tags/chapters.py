"""Chapters of an episode: where each starts is given, where it ends follows. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from publisher.errors import PublisherError
from publisher.transcript.timecode import format_tenths

MOST = 255
"""Chapters that an ID3 table of contents can hold: it counts them in one byte."""
LATEST = 2**32 // 1000
"""Seconds that ID3 can tell: it counts milliseconds in four bytes."""


@dataclass(frozen=True)
class Chapter:
    """A part of the episode that apps show and jump to."""

    start: float
    """Seconds from the beginning."""
    title: str
    """What apps show; not empty."""
    url: str | None = None
    """A page about it, if there is one."""


@dataclass(frozen=True)
class Span:
    """A chapter with both its ends, in whole milliseconds as ID3 has them; `end` is the next one's `start`."""

    start: int
    end: int
    chapter: Chapter


def spans(chapters: Sequence[Chapter], duration: float) -> tuple[Span, ...]:
    """Give each chapter its end: where the next one starts, the last one at `duration` seconds.

    Raises PublisherError for the first chapter that has no title, starts before the beginning, at or behind the end,
    or not after the one before it (to the millisecond), and for more than MOST.
    """
    if len(chapters) > MOST:
        raise PublisherError(f"{len(chapters)} chapters are too many", hint=f"give at most {MOST}")
    starts = [_start(number, chapter, duration) for number, chapter in enumerate(chapters, 1)]
    for number, (before, start) in enumerate(pairwise(starts), 2):
        if start <= before:
            raise PublisherError(
                f"starts at {format_tenths(start / 1000)}, not after chapter {number - 1}",
                where=_name(number, chapters[number - 1]),
                hint="put the chapters in the order of their starts",
            )
    ends = [*starts[1:], round(duration * 1000)]
    return tuple(Span(start, end, chapter) for start, end, chapter in zip(starts, ends, chapters, strict=False))


def _start(number: int, chapter: Chapter, duration: float) -> int:
    """Start in milliseconds of the `number`th chapter, if it is in order by itself."""
    if not chapter.title.strip():
        raise PublisherError("has no title", where=f"chapter {number}", hint="give it a title")
    if not 0 <= chapter.start < LATEST:
        raise PublisherError(f"starts at {chapter.start}", where=_name(number, chapter), hint="give seconds, 0 or more")
    if round(chapter.start * 1000) >= round(duration * 1000):
        raise PublisherError(
            f"starts at {format_tenths(chapter.start)}, but the audio ends at {format_tenths(duration)}",
            where=_name(number, chapter),
            hint="move it or take it out",
        )
    return round(chapter.start * 1000)


def _name(number: int, chapter: Chapter) -> str:
    return f"chapter {number}, “{chapter.title}”"
