"""A talk in stretches that a recogniser hears one by one, cut where nobody speaks.

Where it is cut depends on the talk only. So the words are the same however many stretches are heard at once, and a run
that was stopped finds its finished stretches again.
"""

from collections.abc import Iterator, Sequence

from publisher.speech.model import Span

LONGEST = 180.0
"""Seconds of a stretch. A recogniser takes memory for all of it (54 minutes at once took 3.4 GB, 5 minutes 200 MB)."""
MARGIN = 0.4
"""Seconds around speech that belong to it: the detector of speech misses soft beginnings and ends."""


def stretches(speech: Sequence[Span], longest: float = LONGEST) -> tuple[Span, ...]:
    """Spans that hold all speech, in order, none longer than `longest` seconds and none touching another's speech.

    Each ends in the longest pause of its second half; where it has none, after `longest` seconds, in a word if need be.
    """
    return tuple(_stretches([*speech], longest))


def _stretches(rest: list[Span], longest: float) -> Iterator[Span]:
    free = 0.0
    while rest:
        start = max(free, rest[0].start - MARGIN)
        count = _fitting(rest, start, longest)
        if not count:
            free = start + longest
            yield Span(start, free)
            rest[0] = Span(free, rest[0].end)
            continue
        behind = rest[count].start if count < len(rest) else float("inf")
        end = min(rest[count - 1].end + MARGIN, (rest[count - 1].end + behind) / 2, start + longest)
        yield Span(start, end)
        free, rest = end, rest[count:]


def _fitting(rest: Sequence[Span], start: float, longest: float) -> int:
    """How many of the next spans make a stretch; 0 if not even the first has room in it."""
    fitting = sum(span.end - start <= longest for span in rest)
    if fitting == len(rest):
        return fitting
    late = [number for number in range(1, fitting + 1) if rest[number - 1].end - start >= longest / 2]
    return max(late, key=lambda number: (rest[number].start - rest[number - 1].end, number), default=0)
