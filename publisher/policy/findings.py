"""Findings: the places in a piece that the house's guidelines point at."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from publisher.errors import PublisherError
from publisher.policy.matching import SECONDS, Span, TooSlowError, sentence_around, silences, spans
from publisher.policy.passages import Passage, passages
from publisher.transcript.model import Transcript
from publisher.workspace.guidelines import Guideline, Where, fold
from publisher.workspace.pieces import Piece

_ID_DIGITS = 32
"""Half of SHA-256: with less, somebody could write two sentences of one id, and have the harmless one waived."""


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
    sentence: str
    """The sentence that they stand in, by which the finding is known again."""
    id: str = ""
    """32 hexadecimal digits, of the rule, the words and their sentence: they stay while those do, wherever they stand.

    Capitals and white space do not count. The same words in the same sentence, again, have an id of their own.
    """
    line: int | None = None
    """Of the file, in a text below its front matter."""
    recorded: float | None = None
    """Seconds into the recording, where they are known and others than `time`: hosts write their edits by them."""


def check(
    piece: Piece,
    transcript: Transcript | None,
    guidelines: Mapping[str, Guideline],
    *,
    chapters: Collection[str] | None = None,
) -> tuple[Finding, ...]:
    """Hold the guidelines against a piece; findings come in the order of the piece, then of the guidelines.

    transcript: as the public gets it. chapters: titles of those that are left after the edits; all if not said.
    Errors: an expression that takes too long.
    """
    return check_passages(passages(piece, transcript, chapters), guidelines)


def check_passages(found: Iterable[Passage], guidelines: Mapping[str, Guideline]) -> tuple[Finding, ...]:
    """Hold the guidelines against words that come from elsewhere than a piece's own files.

    All passages together are what `unless` of a rule looks through. Errors: an expression that takes too long.
    """
    words = tuple(found)
    held = {id_: (rule, _heard(id_, rule, words)) for id_, rule in guidelines.items()}
    return tuple(numbered(one for passage in words for one in _passage_findings(passage, held)))


def _heard(id_: str, rule: Guideline, words: Iterable[Passage]) -> set[Where]:
    """Where a rule speaks up: it does not in all that is said, or in all that is written, with its `unless` in it."""
    silent = {one.where for one in words if rule.unless and _silences(id_, rule, one)}
    return {*rule.applies_to} - silent


def _passage_findings(passage: Passage, held: Mapping[str, tuple[Guideline, set[Where]]]) -> list[Finding]:
    found = [
        (span, _finding(passage, span, id_, rule))
        for id_, (rule, heard) in held.items()
        if passage.where in heard
        for span in _spans(id_, rule, passage)
    ]
    # A stable sort: at the same place, the guidelines keep their order.
    return [finding for _, finding in sorted(found, key=lambda one: one[0][0])]


def _spans(id_: str, rule: Guideline, passage: Passage) -> list[Span]:
    try:
        return spans(rule, passage.text)
    except TooSlowError as error:
        raise _too_slow(id_, error) from error


def _silences(id_: str, rule: Guideline, passage: Passage) -> bool:
    try:
        return silences(rule, passage.text)
    except TooSlowError as error:
        raise _too_slow(id_, error) from error


def _too_slow(id_: str, error: TooSlowError) -> PublisherError:
    return PublisherError(
        f"the expression {error.args[0]!r} looked for {SECONDS:g} seconds at one passage and found no end",
        where=f"guidelines: {id_}",
        hint="let nothing that repeats match the same letters in two ways, as (?:a|aa)+ does",
    )


def _finding(passage: Passage, span: Span, id_: str, rule: Guideline) -> Finding:
    covered = passage.cover(*span)
    first = covered[0]
    return Finding(
        rule=id_,
        level=rule.level,
        says=rule.says,
        place=first.place,
        time=first.time,
        phrase=passage.text[slice(*span)],
        context=" ".join(segment.text for segment in covered),
        sentence=sentence_around(passage.text, span),
        line=first.line,
    )


def numbered(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Findings with their ids: no line and no time is in them, so that an edit elsewhere changes none."""
    seen: Counter[tuple[str, ...]] = Counter()
    for finding in findings:
        said = (finding.rule, _plain(finding.phrase), _plain(finding.sentence))
        seen[said] += 1
        text = json.dumps([*said, seen[said]], ensure_ascii=False)
        yield replace(finding, id=hashlib.sha256(text.encode()).hexdigest()[:_ID_DIGITS])


def _plain(text: str) -> str:
    return fold(text).casefold().strip()
