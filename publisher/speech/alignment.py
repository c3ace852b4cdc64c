"""Words that somebody wrote down, with the times at which a recogniser heard them.

The words stay as they were written: a person knows better what was said, and the recogniser when. What it heard
otherwise gets its times from the words around it.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from publisher.errors import PublisherError
from publisher.speech.model import Heard, Span
from publisher.speech.writing import SHORTEST
from publisher.transcript.formats.reading import plain, read_text
from publisher.transcript.joining import join_words
from publisher.transcript.model import Cue, Doubt, Transcript, Word

FOREIGN = 0.2
"""Share of the words that has to be heard in the recording, or they belong to another one."""
HEARD = 0.5
"""Share of the words of a cue that has to be heard, or it is in doubt."""
RATE = 3.0
"""Words a second where nothing is known of their times."""

_NAMED = re.compile(r"([^\W\d_][\w.'\u2019-]*(?: [\w.'\u2019-]+){0,4}):(?:\s+|$)")
_HINT = "write a line a turn: Name: what they say"


@dataclass(frozen=True)
class Line:
    """What somebody says, as it was written down."""

    speaker: str | None
    words: tuple[str, ...]


def read_lines(path: Path, where: str, speakers: Collection[str]) -> tuple[Line, ...]:
    """The lines of a text file. `Name: ` before the words says who speaks, up to the next name.

    speakers: names of those who are known to speak.
    Errors: those of `read_text`, no words, and a name of nobody who speaks.
    """
    known = {name.casefold(): name for name in speakers}
    speaker: str | None = None
    found: list[Line] = []
    for number, line in enumerate(read_text(path, where, _HINT).split("\n"), 1):
        text = plain(line)
        if match := _NAMED.match(text):
            speaker = known.get(match.group(1).casefold())
            if speaker is None:
                hint = f"write the name as in people.toml ({', '.join(speakers)}), or the colon in another way"
                raise PublisherError(
                    f"{match.group(1)} does not stand in speakers", where=f"{where}, line {number}", hint=hint
                )
            text = text[match.end() :]
        if words := tuple(text.split()):
            found.append(Line(speaker, words))
    if not found:
        raise PublisherError("the transcript has no words", where=where, hint=_HINT)
    return tuple(found)


def timed(lines: Sequence[Line], heard: Heard, where: str) -> Transcript:
    """The lines as cues. One of which most words were not heard is in doubt, and one in another language.

    Errors: hardly any of the words are heard in the recording.
    """
    spoken = [(line.speaker, word) for line in lines for word in line.words]
    anchors = _anchors([word for _, word in spoken], heard.words)
    if len(anchors) < FOREIGN * len(spoken):
        raise PublisherError(
            f"of {len(spoken)} words, only {len(anchors)} are heard in the recording",
            where=where,
            hint="is it the transcript of another recording?",
        )
    times = _times(len(spoken), anchors, heard)
    words = (
        Word(*span, text, anchors[at].probability if at in anchors else None)
        for at, (span, (_, text)) in enumerate(zip(times, spoken, strict=True))
    )
    cues = join_words(zip((speaker for speaker, _ in spoken), words, strict=True))
    return Transcript(tuple(_marked(cue, [span for span, _ in heard.foreign]) for cue in cues))


def _anchors(written: Sequence[str], heard: Sequence[Word]) -> dict[int, Word]:
    """What was heard of the words that were written, by their number."""
    ours, theirs = [_key(word) for word in written], [_key(word.text) for word in heard]
    blocks = SequenceMatcher(None, ours, theirs).get_matching_blocks()
    return {
        block.a + number: heard[block.b + number]
        for block in blocks
        for number in range(block.size)
        if ours[block.a + number]
    }


def _key(word: str) -> str:
    return "".join(letter for letter in word.casefold() if letter.isalnum())


def _times(count: int, anchors: dict[int, Word], heard: Heard) -> Iterator[tuple[float, float]]:
    """Start and end of each word, none before the one above it; between two that were heard, evenly."""
    last = max([heard.words[-1].end, *(span.end for span in heard.speech)])
    latest, at = 0.0, 0
    for known in (*sorted(anchors), count):
        heard_next = anchors.get(known)
        if run := known - at:
            end = heard_next.start if heard_next else last
            begin = max(latest, anchors[at - 1].end) if at else max(latest, end - run / RATE)
            step = min(max(end - begin, 0.0) / run, 1.0 if heard_next else 1 / RATE)
            for number in range(run):
                latest = round(begin + number * step, 3)
                yield latest, round(begin + (number + 1) * step, 3)
        if heard_next:
            latest = max(heard_next.start, latest)
            yield latest, max(latest, heard_next.end)
        at = known + 1


def _marked(cue: Cue, foreign: Sequence[Span]) -> Cue:
    """The cue, in doubt where it is in another language, or most of its words were not heard."""
    share = sum(word.probability is not None for word in cue.words) / len(cue.words)
    shown = replace(cue, end=max(cue.end, round(cue.start + SHORTEST, 3)))
    if any(span.holds(cue.start) for span in foreign):
        return replace(shown, doubts=(Doubt(0, len(cue.text), "language"),))
    return shown if share >= HEARD else replace(shown, doubts=(Doubt(0, len(cue.text)),))
