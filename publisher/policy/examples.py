"""The examples of guidelines are their tests: what is `bad` must be found, what is `good` left alone."""

from collections.abc import Iterable
from dataclasses import dataclass

from publisher.errors import PublisherError
from publisher.policy.findings import Finding, check_passages
from publisher.policy.passages import Passage, Segment
from publisher.policy.tiers import RULES_ONLY, Tiers
from publisher.workspace.guidelines import Guideline, fold


@dataclass(frozen=True)
class Surprise:
    """An example that went otherwise than the rule's author meant."""

    sentence: str
    happened: str
    """`not found`, `found “…”`, or why it could not be tried."""


@dataclass(frozen=True)
class Trial:
    """A guideline, held against its own examples."""

    rule: str
    """Its id."""
    bad: int
    """How many sentences it must find."""
    found: int
    """How many of them it found."""
    good: int
    """How many sentences it must leave alone."""
    left: int
    """How many of them it left alone."""
    surprises: tuple[Surprise, ...]
    """The others, each with what happened."""
    blind: bool = False
    """Whether nobody looks for entities that it asks for: what it did not find without them is no surprise."""


def try_rule(id_: str, rule: Guideline, tiers: Tiers = RULES_ONLY) -> Trial:
    """Hold a rule against its examples, each as if it were all the words of a piece.

    tiers: of them entities alone look; without those, an example that shows nothing else is not found.
    """
    missed = [one for said in rule.bad for one in _surprises(id_, rule, said, tiers, bad=True)]
    alarms = [one for said in rule.good for one in _surprises(id_, rule, said, tiers, bad=False)]
    bad, good = len(rule.bad), len(rule.good)
    blind = not {*rule.entities} <= tiers.names
    surprises = (*(one for one in missed if not blind or one.happened != _NOT_FOUND), *alarms)
    return Trial(id_, bad, bad - len(missed), good, good - len(alarms), surprises, blind)


_NOT_FOUND = "not found"


def _surprises(id_: str, rule: Guideline, sentence: str, tiers: Tiers, *, bad: bool) -> Iterable[Surprise]:
    try:
        found = check_passages([_passage(rule, sentence)], {id_: rule}, Tiers(entities=tiers.entities))
    except PublisherError as error:
        return [Surprise(sentence, error.what)]
    if bool(found) is bad:
        return []
    return [Surprise(sentence, _said(found) if found else _NOT_FOUND)]


def _passage(rule: Guideline, sentence: str) -> Passage:
    return Passage(rule.applies_to[0], (Segment("example", None, fold(sentence)),))


def _said(found: Iterable[Finding]) -> str:
    return f"found {', '.join(f'“{one.phrase}”' for one in found)}"
