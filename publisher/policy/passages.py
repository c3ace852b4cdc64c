"""The words of a piece: every stretch that a guideline is held against, with its place."""

import html
import itertools
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from publisher.transcript.model import Cue, Transcript
from publisher.transcript.timecode import format_timecode
from publisher.workspace.guidelines import Where, fold
from publisher.workspace.pieces import Episode, Piece

_MARKUP = re.compile(r"^(?:[\s>]|[-+*]\s|#{1,6}\s)+|[*`]+|(?<!\w)_+|_+(?!\w)|~~|!?\[|\]|\\(?=[!-/:-@\[-`{-~]|$)")
"""What Markdown puts between words without parting them: marks of quotations, lists and headings, emphasis, code,
brackets of links and pictures, escapes."""
_LEADS_TO = re.compile(r"(?<=\])(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\)|\[([^\[\]]*)\])")
"""Where a link leads, with its title: in the middle of a sentence, and nothing that is read there."""


@dataclass(frozen=True)
class Segment:
    """A cue or line: the smallest stretch of words that has a place."""

    place: str
    time: float | None
    """Seconds into the master, of a cue."""
    text: str
    line: int | None = None
    """Of the file, in a text below its front matter."""
    end: float | None = None
    """Seconds into the master at which a cue ends."""
    speaker: str | None = None
    """The name of who says it, where that is known."""


@dataclass(frozen=True)
class Passage:
    """Words that follow each other, in one paragraph or by one speaker: a phrase may run over the end of a segment."""

    where: Where
    segments: tuple[Segment, ...]

    @cached_property
    def text(self) -> str:
        """The whole, with a space between segments."""
        return " ".join(segment.text for segment in self.segments)

    @cached_property
    def _starts(self) -> list[int]:
        return list(itertools.accumulate((len(segment.text) + 1 for segment in self.segments), initial=0))[:-1]

    def cover(self, start: int, end: int) -> tuple[Segment, ...]:
        """The segments that a stretch of `text` touches."""
        first, last = (bisect_right(self._starts, place) - 1 for place in (start, end - 1))
        return self.segments[first : last + 1]


def passages(piece: Piece, transcript: Transcript | None, chapters: Collection[str] | None = None) -> Iterator[Passage]:
    """Everything in a piece that is made of words.

    chapters: titles of those that are left after its edits; all if not said.
    """
    for place, text in _headings(piece, chapters):
        yield written(place, text)
    yield from _paragraphs(piece)
    if transcript:
        yield from spoken(transcript)


def _headings(piece: Piece, chapters: Collection[str] | None) -> Iterator[tuple[str, str]]:
    """The words of the front matter, with the key that they stand under."""
    yield "title", piece.matter.title
    yield "summary", piece.matter.summary
    yield from (("tags", tag.replace("-", " ")) for tag in piece.matter.tags)
    if isinstance(piece, Episode):
        for number, chapter in enumerate(piece.matter.chapters, 1):
            if chapters is None or chapter.title in chapters:
                yield f"chapter {number}", chapter.title
        yield from ((f"soundbite {number}", bite.title) for number, bite in enumerate(piece.matter.soundbites, 1))
    elif piece.matter.picture is not None:
        yield "picture", piece.matter.picture.alt


def _paragraphs(piece: Piece) -> Iterator[Passage]:
    """The lines of the text, joined where no empty line parts them; behind them where their links lead."""
    # Not splitlines(), which knows more ends of lines than an editor counts.
    lines = enumerate(piece.text.split("\n"), piece.text_line)
    for has_words, group in itertools.groupby(lines, key=lambda line: bool(line[1].strip())):
        if has_words:
            paragraph = list(group)
            yield Passage("text", tuple(_segment(number, _LEADS_TO.sub("", line)) for number, line in paragraph))
            yield from (Passage("text", (_segment(number, to),)) for number, line in paragraph for to in _links(line))


def _links(line: str) -> Iterator[str]:
    yield from filter(None, ("".join(found) for found in _LEADS_TO.findall(line)))


def _segment(number: int, line: str) -> Segment:
    return Segment(f"line {number}", None, _words(line), number)


def _words(line: str) -> str:
    return fold(html.unescape(_MARKUP.sub("", line))).strip()


def spoken(transcript: Transcript) -> Iterator[Passage]:
    """What is said, a passage a turn."""
    for turn in transcript.turns():
        yield Passage("transcript", tuple(_heard(cue) for cue in turn.cues))


def _heard(cue: Cue) -> Segment:
    return Segment(format_timecode(cue.start), cue.start, fold(cue.text), end=cue.end, speaker=cue.speaker)


def written(place: str, text: str) -> Passage:
    """Words that stand at one place."""
    return Passage("text", (Segment(place, None, fold(text)),))
