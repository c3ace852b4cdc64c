"""Findings: the places in a piece that the house's guidelines point at."""

import hashlib
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from publisher.errors import PublisherError
from publisher.policy.matching import NOTHING, SECONDS, Found, Span, TooSlowError, sentence_around, silences, spans
from publisher.policy.passages import Passage, passages
from publisher.policy.tiers import RULES_ONLY, Tiers
from publisher.transcript.model import Transcript
from publisher.workspace.guidelines import Guideline, Where, fold
from publisher.workspace.pieces import Piece

if TYPE_CHECKING:
    # Only for types: an editor that asks for rules alone does not wait for the rest.
    from publisher.policy.likeness.looking import Resemblance

_ID_DIGITS = 32
"""Half of SHA-256: with less, somebody could write two sentences of one id, and have the harmless one waived."""
_SHOWN_DIGITS = 8


@dataclass(frozen=True)
class Waiver:
    """Somebody's word that a finding may stand."""

    by: str
    """Id."""
    name: str
    reason: str
    time: str
    """ISO 8601 in UTC."""


RULE, LOOKS_LIKE = "rule", "looks like"
"""The two tiers by their names."""


@dataclass(frozen=True)
class Finding:
    """A place in a piece that a guideline points at."""

    rule: str
    """Id of the guideline."""
    level: str
    """`advice`, `waiver` or `blocks`."""
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
    end: float | None = None
    """Seconds into the master at which the cue with the last of the words ends."""
    speaker: str | None = None
    """The name of who says the words, where that is known."""
    recorded: float | None = None
    """Seconds into the recording, where they are known and others than `time`: hosts write their edits by them."""
    waiver: Waiver | None = None
    """Who waived it, where that is known, and it must be."""
    tier: str = RULE
    """`rule` for what an expression found; `looks like` for what resembles an exemplar."""
    exemplar: str = ""
    """The example that it resembles most, if it is found by that."""
    likeness: float | None = None
    """How much it looks like the rule's examples: about 1 for one of them, 0 for plain talk."""

    @property
    def short_id(self) -> str:
        """As many digits of the id as people are shown."""
        return self.id[:_SHOWN_DIGITS]

    @property
    def because(self) -> str:
        """What is quoted as the reason: the words that were found, and the example that they look like, if any."""
        words = f"“{self.phrase}”"
        return words if self.likeness is None else f"{words} looks like: “{self.exemplar}” ({self.likeness:.2f})"


def check(
    piece: Piece,
    transcript: Transcript | None,
    guidelines: Mapping[str, Guideline],
    *,
    chapters: Collection[str] | None = None,
    tiers: Tiers = RULES_ONLY,
) -> tuple[Finding, ...]:
    """Hold the guidelines against a piece; findings come in the order of the piece, then of the guidelines.

    At the end come questions that its author did not answer. transcript: as the public gets it. chapters: titles of
    those that are left after the edits; all if not said. tiers: who looks beside expressions.
    Errors: an expression that takes too long.
    """
    found = check_passages(passages(piece, transcript, chapters), guidelines, tiers)
    return (*found, *unanswered(piece.kind, piece.matter.answers, guidelines))


def questions(kind: str, guidelines: Mapping[str, Guideline]) -> dict[str, Guideline]:
    """The rules that ask: those about what is said only of an `episode`, those about what is written of any piece."""
    where = {"transcript", "text"} if kind == "episode" else {"text"}
    return {id_: rule for id_, rule in guidelines.items() if rule.asks and where & {*rule.applies_to}}


def unanswered(kind: str, answers: Collection[str], guidelines: Mapping[str, Guideline]) -> tuple[Finding, ...]:
    """A finding for each rule that asks and has no answer. answers: the ids of rules that have one."""
    asked = ((id_, rule) for id_, rule in questions(kind, guidelines).items() if id_ not in answers)
    return tuple(numbered(_question(id_, rule) for id_, rule in asked))


def _question(id_: str, rule: Guideline) -> Finding:
    nothing = f"nothing under answers.{id_}"
    return Finding(id_, rule.level, rule.says, "answers", None, nothing, nothing, rule.says)


def check_passages(
    found: Iterable[Passage], guidelines: Mapping[str, Guideline], tiers: Tiers = RULES_ONLY
) -> tuple[Finding, ...]:
    """Hold the guidelines against words that come from elsewhere than a piece's own files.

    All passages together are what `unless` of a rule looks through. Errors: an expression that takes too long.
    """
    words = tuple(found)
    texts = [one.text for one in words]
    held = {id_: (rule, _heard(id_, rule, words)) for id_, rule in guidelines.items()}
    alike = tiers.likeness.look(texts) if tiers.likeness else [[] for _ in words]
    asked = any(rule.entities for rule in guidelines.values())
    named = tiers.entities.look(texts) if tiers.entities and asked else [NOTHING for _ in words]
    looked = zip(words, named, alike, strict=True)
    return tuple(numbered(one for own in looked for one in _passage_findings(held, *own)))


def _heard(id_: str, rule: Guideline, words: Iterable[Passage]) -> set[Where]:
    """Where a rule speaks up: it does not in all that is said, or in all that is written, with its `unless` in it."""
    silent = {one.where for one in words if rule.unless and _silences(id_, rule, one)}
    return {*rule.applies_to} - silent


def _passage_findings(
    held: Mapping[str, tuple[Guideline, set[Where]]], passage: Passage, named: Found, alike: "Iterable[Resemblance]"
) -> list[Finding]:
    found = [
        (span, _finding(passage, span, id_, rule))
        for id_, (rule, heard) in held.items()
        if passage.where in heard
        for span in _spans(id_, rule, passage, named)
    ]
    found += _resembling(passage, held, alike, found)
    # A stable sort: at the same place, the guidelines keep their order.
    return [finding for _, finding in sorted(found, key=lambda one: one[0][0])]


def _resembling(
    passage: Passage,
    held: Mapping[str, tuple[Guideline, set[Where]]],
    alike: "Iterable[Resemblance]",
    found: Iterable[tuple[Span, Finding]],
) -> list[tuple[Span, Finding]]:
    """What resembles an exemplar, but for places that the same rule's words point at: they say more."""
    known = [(finding.rule, span) for span, finding in found]
    more = []
    for one in alike:
        rule, heard = held.get(one.rule, (None, set()))
        twice = any(id_ == one.rule and one.span[0] < end and start < one.span[1] for id_, (start, end) in known)
        if rule is not None and passage.where in heard and not twice:
            more.append((one.span, _likeness(passage, one, rule)))
    return more


def _likeness(passage: Passage, found: "Resemblance", rule: Guideline) -> Finding:
    """What only resembles an exemplar never blocks: it may be something else, and then somebody can say so."""
    finding = _finding(passage, found.span, found.rule, rule)
    return replace(
        finding,
        level="waiver" if finding.level == "blocks" else finding.level,
        phrase=finding.phrase.strip(),
        tier=LOOKS_LIKE,
        exemplar=found.exemplar,
        likeness=found.likeness,
    )


def _spans(id_: str, rule: Guideline, passage: Passage, named: Found) -> list[Span]:
    try:
        return spans(rule, passage.text, named)
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
        end=covered[-1].end,
        speaker=first.speaker,
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
