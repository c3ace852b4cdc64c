"""Words with times, joined into cues that can be read."""

from collections.abc import Iterable, Iterator, Sequence

from publisher.transcript.model import Cue, Word

LONGEST = 130
"""Characters of a cue: two lines on a screen."""
PAUSE = 1.0
"""Seconds of silence behind which a new cue begins."""

_CLOSING = "\"'\u201d\u2019\u00bb)"
"""What may stand behind the end of a sentence: quotation marks and brackets."""


def join_words(spoken: Iterable[tuple[str | None, Word]]) -> Iterator[Cue]:
    """The cues of words that come in their order, each with its speaker.

    A cue ends with its sentence, at a pause, when it is full, and when somebody else begins.
    """
    speaker: str | None = None
    words: list[Word] = []
    for who, word in spoken:
        if words and (who != speaker or _is_over(words, word)):
            yield _cue(speaker, words)
            words = []
        speaker = who
        words.append(word)
    if words:
        yield _cue(speaker, words)


def _is_over(words: Sequence[Word], following: Word) -> bool:
    last = words[-1]
    is_sentence = last.text.rstrip(_CLOSING).endswith((".", "?", "!"))
    length = sum(len(word.text) + 1 for word in words) + len(following.text)
    return is_sentence or length > LONGEST or following.start - last.end >= PAUSE


def _cue(speaker: str | None, words: Sequence[Word]) -> Cue:
    end = max(word.end for word in words)
    return Cue(words[0].start, end, speaker, " ".join(word.text for word in words), tuple(words))
