"""Findings: the places in a piece that the house's guidelines point at."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from publisher.transcript.model import Transcript
from publisher.transcript.timecode import format_timecode
from publisher.workspace.guidelines import Guideline, Where
from publisher.workspace.pieces import Piece


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
    """`0:28` in a transcript; `title`, `summary`, `line 12` in a text."""
    time: float | None
    """Seconds into the audio, for a finding in a transcript."""
    phrase: str
    """The words that were found."""
    context: str
    """The cue or line that they stand in."""


@dataclass(frozen=True)
class Passage:
    """A stretch of words that guidelines are held against."""

    where: Where
    place: str
    time: float | None
    text: str


def passages(piece: Piece, transcript: Transcript | None) -> Iterator[Passage]:
    """Everything in a piece that is made of words, each with its place."""
    yield Passage("text", "title", None, piece.matter.title)
    yield Passage("text", "summary", None, piece.matter.summary)
    for number, line in enumerate(piece.text.splitlines(), 1):
        yield Passage("text", f"line {number}", None, line)
    for cue in transcript.cues if transcript else ():
        yield Passage("transcript", format_timecode(cue.start), cue.start, cue.text)


def check(piece: Piece, transcript: Transcript | None, guidelines: Mapping[str, Guideline]) -> tuple[Finding, ...]:
    """Hold the guidelines against a piece; findings come in the order of the piece, then of the guidelines."""
    return tuple(
        Finding(id_, rule.level, rule.says, passage.place, passage.time, phrase, passage.text)
        for passage in passages(piece, transcript)
        for id_, rule in guidelines.items()
        if passage.where in rule.applies_to
        for phrase in phrases(rule, passage.text)
    )


def phrases(rule: Guideline, text: str) -> Iterator[str]:
    """The words in `text` that a guideline points at."""
    for match in _pattern(rule.tokens, rule.ignorecase).finditer(text):
        yield match.group()


@cache
def _pattern(tokens: tuple[str, ...], ignorecase: bool) -> re.Pattern[str]:  # noqa: FBT001 - the rule's own flag
    """One expression of all tokens, each a whole word, as Vale's `existence` rule joins them."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(tokens)})(?!\w)", re.IGNORECASE if ignorecase else 0)
