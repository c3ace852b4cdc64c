"""The words of a revision as a page shows them: lines with their times, and in them the marks of findings. Pure."""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from lxml import html

from publisher.policy.findings import Finding
from publisher.transcript.model import Cue
from publisher.workspace.guidelines import fold

BLOCK: Final = 40
"""Lines at most that stand in one block: a browser lays out a block when it comes into sight."""
_REACH: Final = 6
"""Cues over which a phrase may run."""
_BLOCKS: Final = {"h2", "h3", "h4", "p", "li", "td", "th", "pre", "dt", "dd"}
"""Elements of a page that are shown as lines of words."""


class Run(NamedTuple):
    """Letters that stand together, and the finding that points at them."""

    text: str
    finding: str
    """Its id; empty for none."""


@dataclass(frozen=True)
class Line:
    """A cue, or a paragraph of what is written."""

    number: int
    start: float | None
    """Seconds into the master, of a cue."""
    end: float | None
    speaker: str
    """Who begins to speak here; empty where the same one goes on."""
    runs: tuple[Run, ...]
    kind: str = "p"
    """`p`, or the heading or item that it is in what is written."""


@dataclass(frozen=True)
class Block:
    """Lines that follow each other."""

    chapter: str
    """Title of the chapter that begins here; empty for none."""
    lines: tuple[Line, ...]


class Span(NamedTuple):
    """Letters of a line that a finding points at."""

    line: int
    start: int
    end: int
    finding: str


def transcript_blocks(
    cues: Sequence[Cue], findings: Iterable[Finding], chapters: Sequence[tuple[float, str]]
) -> tuple[Block, ...]:
    """A transcript, in blocks; a new one begins with each chapter. chapters: start and title, in order."""
    marks = _by_line(_spans_in_cues(cues, findings))
    starts = [start for start, _ in chapters]
    blocks: list[Block] = []
    lines: list[Line] = []
    title, chapter, speaker = "", 0, None
    for number, cue in enumerate(cues):
        reached = bisect_right(starts, (cue.start + cue.end) / 2)
        if lines and (reached != chapter or len(lines) >= BLOCK):
            blocks.append(Block(title, tuple(lines)))
            title, lines = "", []
        if reached != chapter:
            title, chapter, speaker = chapters[reached - 1][1], reached, None
        name = (cue.speaker or "") if cue.speaker != speaker else ""
        speaker = cue.speaker
        lines.append(Line(number, cue.start, cue.end, name, runs(cue.text, marks.get(number, ()))))
    return (*blocks, Block(title, tuple(lines))) if lines else tuple(blocks)


def _spans_in_cues(cues: Sequence[Cue], findings: Iterable[Finding]) -> Iterator[Span]:
    starts = [cue.start for cue in cues]
    for finding in findings:
        if finding.time is None or not cues:
            continue
        first = max(bisect_right(starts, finding.time) - 1, 0)
        yield from _spans([cue.text for cue in cues[first : first + _REACH]], first, finding)


def _spans(texts: Sequence[str], first: int, finding: Finding) -> Iterator[Span]:
    """Where the words of a finding stand in these lines; the whole first one if they cannot be told apart."""
    whole = fold(" ".join(texts))
    phrase = fold(finding.phrase).strip()
    at = whole.casefold().find(phrase.casefold()) if phrase and len(whole) == len(" ".join(texts)) else -1
    if at < 0:
        yield Span(first, 0, len(texts[0]), finding.id)
        return
    begin = 0
    for number, text in enumerate(texts, first):
        start, end = max(at - begin, 0), min(at + len(phrase) - begin, len(text))
        if start < end:
            yield Span(number, start, end, finding.id)
        begin += len(text) + 1


def _by_line(spans: Iterable[Span]) -> Mapping[int, list[Span]]:
    found: dict[int, list[Span]] = {}
    for span in spans:
        found.setdefault(span.line, []).append(span)
    return found


def runs(text: str, spans: Iterable[Span]) -> tuple[Run, ...]:
    """A text, cut where marks begin and end; of marks that overlap, the first one has the letters."""
    found: list[Run] = []
    at = 0
    for span in sorted(spans, key=lambda one: (one.start, one.end)):
        start = max(span.start, at)
        if start < span.end:
            found += [Run(text[at:start], ""), Run(text[start : span.end], span.finding)]
            at = span.end
    return tuple(run for run in (*found, Run(text[at:], "")) if run.text)


def written_lines(page: bytes, findings: Iterable[Finding]) -> tuple[Line, ...]:
    """What is written below the head of a piece's page, a line a paragraph. page: the body of it."""
    body: Any = html.fromstring(page.decode())
    found = [
        (element.tag, " ".join(element.text_content().split()))
        for text in body.xpath("//div[@class='text']") or [body]
        for element in text.iter()
        if element.tag in _BLOCKS and not any(below.tag in _BLOCKS for below in element.iterdescendants())
    ]
    said = [(tag, text) for tag, text in found if text]
    marks = _by_line(_spans_in_text([text for _, text in said], findings))
    return tuple(
        Line(number, None, None, "", runs(text, marks.get(number, ())), tag) for number, (tag, text) in enumerate(said)
    )


def _spans_in_text(texts: Sequence[str], findings: Iterable[Finding]) -> Iterator[Span]:
    """The first line that holds the words of each finding and was not given to the same words before."""
    taken: set[tuple[str, str, int]] = set()
    for finding in findings:
        phrase = fold(finding.phrase).strip().casefold()
        if finding.time is not None or not phrase:
            continue
        for number, text in enumerate(texts):
            folded = fold(text).casefold()
            at = folded.find(phrase)
            if at >= 0 and len(folded) == len(text) and (finding.rule, phrase, number) not in taken:
                taken.add((finding.rule, phrase, number))
                yield Span(number, at, at + len(phrase), finding.id)
                break
