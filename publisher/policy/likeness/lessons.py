"""What a house teaches: every example of every rule, and plain talk, which is bad by none."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain

from publisher.policy.matching import heard
from publisher.workspace.exemplars import Exemplars
from publisher.workspace.guidelines import Guideline, TermList


@dataclass(frozen=True)
class Lessons:
    """Examples with their verdicts."""

    rules: tuple[str, ...]
    """Ids of the rules that have exemplars."""
    bad: Mapping[str, frozenset[str]]
    """By sentence, the rules that it is bad by: each sentence once, good ones with none."""


def lessons(guidelines: Mapping[str, Guideline], exemplars: Mapping[str, Exemplars]) -> Lessons:
    """Gather them: exemplars, the examples of the same rules, and sentences as people in every house say them."""
    bad: dict[str, set[str]] = {}
    for id_, own in exemplars.items():
        for sentence in chain(own.bad, guidelines[id_].bad):
            bad.setdefault(sentence, set()).add(id_)
    good = chain.from_iterable(chain(own.good, guidelines[id_].good) for id_, own in exemplars.items())
    for sentence in chain(good, _plain_talk()):
        bad.setdefault(sentence, set())
    return Lessons(tuple(exemplars), {sentence: frozenset(rules) for sentence, rules in bad.items()})


@cache
def _plain_talk() -> tuple[str, ...]:
    return tuple(files(__package__).joinpath("plain.txt").read_text(encoding="utf-8").splitlines())


class Neutral:
    """Reads names as what they stand for, so that a sentence about one resembles a sentence about another."""

    def __init__(self, guidelines: Mapping[str, Guideline]) -> None:
        held = {id(one): one for rule in guidelines.values() for one in rule.held if one.stands_for}
        self._names = [(_written(one), one.stands_for or "") for one in held.values()]

    def __call__(self, text: str) -> str:
        """The text with other words where names stood."""
        for names, words in self._names:
            text = names.sub(words.replace("\\", r"\\"), text)
        return text


def _written(terms: TermList) -> "re.Pattern[str]":
    """Terms that are found alone, in any letters; those that mean other things too, as the list writes them."""
    return re.compile("|".join(_alone(one.term, anyhow=one.context == "strong") for one in terms.terms))


def _alone(term: str, *, anyhow: bool) -> str:
    return rf"(?{'i' if anyhow else ''}:(?<!\w)(?:{heard(term)})(?!\w))"


def names_of(lists: Iterable[TermList]) -> "re.Pattern[str] | None":
    """What finds the terms of lists, however they are meant; None if there are none."""
    terms = [heard(one.term) for each in lists for one in each.terms]
    return re.compile("|".join(rf"(?<!\w)(?:{one})(?!\w)" for one in terms), re.IGNORECASE) if terms else None
