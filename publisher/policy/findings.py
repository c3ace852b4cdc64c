"""Findings: the places in a piece that the house's guidelines point at."""

import itertools
import re
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TypeAlias

from publisher.transcript.model import Transcript
from publisher.transcript.timecode import format_timecode
from publisher.workspace.guidelines import Guideline, Where, fold, whole_words
from publisher.workspace.pieces import Episode, Piece

_MARKUP = re.compile(r"^[\s>]+|[*`]+|(?<!\w)_+|_+(?!\w)|~~")
"""What Markdown puts between words without parting them: a quotation's mark, emphasis, code, strikethrough."""


@dataclass(frozen=True)
class Finding:
    """A place in a piece that a guideline points at."""

    rule: str
    """Id of the guideline."""
    level: str
    """`advice` or `blocks`."""
    says: str
    """What the guideline says to a person."""
    place: str
    """`0:28` in a transcript; `title`, `summary`, `chapter 2`, `line 12` (of the file) in a text."""
    time: float | None
    """Seconds into the master, for a finding in a transcript: everybody listens to that."""
    phrase: str
    """The words that were found."""
    context: str
    """The cues or lines that they stand in."""
    recorded: float | None = None
    """Seconds into the recording, where they are known and others than `time`: hosts write their edits by them."""


@dataclass(frozen=True)
class Segment:
    """A cue or line: the smallest stretch of words that has a place."""

    place: str
    time: float | None
    """Seconds into the master, of a cue."""
    text: str


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


Span: TypeAlias = tuple[int, int]
"""Where a phrase begins in a text, and where it ends: the first character after it."""


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
    """The lines of the text, joined where no empty line parts them."""
    # Not splitlines(), which knows more ends of lines than an editor counts.
    lines = enumerate(piece.text.split("\n"), piece.text_line)
    for has_words, group in itertools.groupby(lines, key=lambda line: bool(line[1].strip())):
        if has_words:
            yield Passage("text", tuple(Segment(f"line {number}", None, _words(line)) for number, line in group))


def _words(line: str) -> str:
    return fold(_MARKUP.sub("", line)).strip()


def check(
    piece: Piece,
    transcript: Transcript | None,
    guidelines: Mapping[str, Guideline],
    *,
    chapters: Collection[str] | None = None,
) -> tuple[Finding, ...]:
    """Hold the guidelines against a piece; findings come in the order of the piece, then of the guidelines.

    transcript: as the public gets it. chapters: titles of those that are left after the edits; all if not said.
    """
    return check_passages(passages(piece, transcript, chapters), guidelines)


def check_passages(found: Iterable[Passage], guidelines: Mapping[str, Guideline]) -> tuple[Finding, ...]:
    """Hold the guidelines against words that come from elsewhere than a piece's own files."""
    return tuple(finding for passage in found for finding in _passage_findings(passage, guidelines))


def spoken(transcript: Transcript) -> Iterator[Passage]:
    """What is said, a passage a turn."""
    for turn in transcript.turns():
        cues = (Segment(format_timecode(cue.start), cue.start, fold(cue.text)) for cue in turn.cues)
        yield Passage("transcript", tuple(cues))


def written(place: str, text: str) -> Passage:
    """Words that stand at one place."""
    return Passage("text", (Segment(place, None, fold(text)),))


def _passage_findings(passage: Passage, guidelines: Mapping[str, Guideline]) -> list[Finding]:
    found = [
        (span, id_)
        for id_, rule in guidelines.items()
        if passage.where in rule.applies_to
        for span in spans(rule, passage.text)
    ]
    # A stable sort: at the same place, the guidelines keep their order.
    return [_finding(passage, span, id_, guidelines[id_]) for span, id_ in sorted(found, key=lambda one: one[0][0])]


def _finding(passage: Passage, span: Span, id_: str, rule: Guideline) -> Finding:
    covered = passage.cover(*span)
    first = covered[0]
    context = " ".join(segment.text for segment in covered)
    return Finding(id_, rule.level, rule.says, first.place, first.time, passage.text[slice(*span)], context)


def phrases(rule: Guideline, text: str) -> Iterator[str]:
    """The words in `text` that a guideline points at."""
    folded = fold(text)
    for start, end in spans(rule, folded):
        yield folded[start:end]


def spans(rule: Guideline, text: str) -> list[Span]:
    """Where a guideline points in a folded text, in order; of phrases that overlap, the first and longest."""
    matches = (match.span() for token in rule.tokens for match in _pattern(token, rule.ignorecase).finditer(text))
    kept: list[Span] = []
    for start, end in sorted(matches, key=lambda span: (span[0], -span[1])):
        if start < end and (not kept or start >= kept[-1][1]):
            kept.append((start, end))
    return kept


@cache
def _pattern(token: str, ignorecase: bool) -> re.Pattern[str]:  # noqa: FBT001 - the rule's own flag
    return whole_words(token, ignorecase=ignorecase)
