"""The stretches of a text that are looked at: its sentences, as long as those that people give as examples.

A short answer is read with what was said before it ("By a mile."); a long sentence, or speech in which nobody wrote
full stops, in windows that overlap, because a few bad words do not stand out among sixty.
"""

import re
from collections.abc import Iterator

from publisher.policy.matching import Span, sentences

SHORT = 4
"""Words below which a sentence says nothing by itself."""
LONG = 32
"""Words of a window at most."""
STEP = 16
"""Words from the beginning of a window to that of the next."""
_WORD = re.compile(r"\S+\s*")


def windows(text: str) -> Iterator[Span]:
    """Spans of a folded text, in order; every word is in one of them."""
    before: Span | None = None
    for start, end in sentences(text):
        words = [match.start() for match in _WORD.finditer(text, start, end)]
        if len(words) > LONG:
            yield from _overlapping(words, end)
        elif len(words) < SHORT and before is not None:
            yield before[0], end
        else:
            yield start, end
        before = (words[-STEP:][0] if words else start), end


def _overlapping(words: list[int], end: int) -> Iterator[Span]:
    """Windows over words, by where each begins; the last one ends with them and is no shorter than the others."""
    borders = [*words, end]
    for first in range(0, len(words) - LONG, STEP):
        yield borders[first], borders[first + LONG]
    yield borders[len(words) - LONG], end
