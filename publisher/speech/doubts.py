"""What a recogniser is not sure of, marked in the words themselves: for the host to listen to, and then to correct."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from publisher.speech.model import Span
from publisher.transcript.model import Cue, Doubt, Word

UNSURE = 0.5
"""Probability below which a word is in doubt."""
GAP = 2.0
"""Seconds of speech without a word from which on something is missing."""
LONG = 3.0
"""Seconds that no word lasts: what is around it was not heard."""
MISSING = "[speech not understood]"
"""What stands for speech without words."""

_MOST = 10  # words of a phrase that a recogniser repeats
_TIMES = 3  # how often a phrase stands behind itself before it is no speech; a single word once more
_NEAR = 0.5  # seconds around a word in which speech may be its own


def marked(cues: Iterable[Cue], foreign: Sequence[Span] = ()) -> Iterator[Cue]:
    """The cues of a recogniser with their doubts; each has its words.

    foreign: stretches in another language than was expected.
    """
    held = list(cues)
    repeated = _repeated([word for cue in held for word in cue.words])
    for cue in held:
        is_foreign = any(span.holds(cue.start) for span in foreign)
        yield replace(cue, doubts=tuple(_doubts(cue, lambda word: _kind(word, repeated, foreign=is_foreign))))  # noqa: B023 - used at once


def _kind(word: Word, repeated: set[int], *, foreign: bool) -> str | None:
    """Why a word is in doubt; None where it is not."""
    if id(word) in repeated:
        return "repeats"
    if word.end - word.start > LONG:
        return "long"
    if foreign:
        return "language"
    return "" if word.probability is not None and word.probability < UNSURE else None


def _doubts(cue: Cue, kind_of: Callable[[Word], str | None]) -> Iterator[Doubt]:
    """The words in doubt, those that follow each other for one reason together."""
    at = 0
    open_: Doubt | None = None
    for word in cue.words:
        start, at = at, at + len(word.text) + 1
        kind = kind_of(word)
        if open_ and kind == open_.kind:
            open_ = Doubt(open_.start, start + len(word.text), open_.kind)
            continue
        if open_:
            yield open_
        open_ = None if kind is None else Doubt(start, start + len(word.text), kind)
    if open_:
        yield open_


def _repeated(words: Sequence[Word]) -> set[int]:
    """The words, by identity, of phrases that stand behind themselves again and again."""
    plain = [_plain(word.text) for word in words]
    found: set[int] = set()
    for length in range(1, _MOST + 1):
        times = _TIMES + (length == 1)
        same = 0
        for at in range(length, len(plain)):
            same = same + 1 if plain[at] == plain[at - length] else 0
            if same >= length * (times - 1):
                found |= {id(word) for word in words[at - same - length + 1 : at + 1]}
    return found


def _plain(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def gaps(words: Iterable[Word | Cue], speech: Iterable[Span]) -> Iterator[Span]:
    """Speech of GAP seconds or more, its breaths among them, in which no word stands, or no cue.

    words: in their order.
    """
    yield from (lost for lost in _joined(_lost(words, speech)) if lost.length >= GAP)


def _lost(words: Iterable[Word | Cue], speech: Iterable[Span]) -> Iterator[Span]:
    said = iter([Span(word.start - _NEAR, word.end + _NEAR) for word in words])
    held: list[Span] = []
    nearest = next(said, None)
    for span in speech:
        while nearest and nearest.start < span.end:
            held.append(nearest)
            nearest = next(said, None)
        held = [one for one in held if one.end > span.start]
        yield from _without(span, held)


def _joined(spans: Iterable[Span]) -> Iterator[Span]:
    """Spans with no more than a breath between them as one. A word takes more room, so that none is in between."""
    last: Span | None = None
    for span in spans:
        if last and span.start - last.end < 2 * _NEAR:
            last = Span(last.start, span.end)
            continue
        if last:
            yield last
        last = span
    if last:
        yield last


def _without(span: Span, taken: Iterable[Span]) -> Iterator[Span]:
    start = span.start
    for one in taken:
        if one.start > start:
            yield Span(start, min(one.start, span.end))
        start = max(start, one.end)
    if start < span.end:
        yield Span(start, span.end)


def missing(span: Span, speaker: str | None) -> Cue:
    """The cue that stands for speech without words."""
    return Cue(round(span.start, 3), round(span.end, 3), speaker, MISSING, doubts=(Doubt(0, len(MISSING), "gap"),))
