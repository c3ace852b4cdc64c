"""What a house teaches: every example of every rule, and plain talk, which is bad by none."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import TYPE_CHECKING

from publisher.errors import PublisherError
from publisher.policy.matching import SECONDS, heard
from publisher.workspace.exemplars import Exemplars
from publisher.workspace.guidelines import Guideline, TermList

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Lessons:
    """Examples with their verdicts."""

    rules: tuple[str, ...]
    """Ids of the rules that have exemplars."""
    bad: Mapping[str, frozenset[str]]
    """By sentence, the rules that it is bad by: each sentence once, good ones with none."""

    @property
    def verdicts(self) -> "NDArray[np.float32]":
        """The same in numbers: a row a sentence, a column a rule, 1 for bad by it, else 0."""
        import numpy as np

        return np.array([[id_ in ids for id_ in self.rules] for ids in self.bad.values()], np.float32)


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
        self._names = [(Names([one], as_written=True), one.stands_for or "") for one in held.values()]

    def __call__(self, text: str) -> str:
        """The text with other words where names stood. Errors: a term that takes too long."""
        for names, words in self._names:
            text = names.replaced(text, words)
        return text


class Names:
    """The terms of lists, found in sentences however they are meant."""

    def __init__(self, lists: Iterable[TermList], *, as_written: bool = False) -> None:
        """as_written: terms that mean other things too count only in the letters of the list."""
        import regex

        terms = [
            rf"(?{'' if as_written and one.context == 'word' else 'i'}:(?<!\w)(?:{heard(one.term)})(?!\w))"
            for each in lists
            for one in each.terms
        ]
        self._pattern = regex.compile("|".join(terms))

    def replaced(self, text: str, words: str) -> str:
        """The text with these words for each name. Errors: a term that takes too long."""
        try:
            # A function, because in a text some letters mean more than themselves.
            return str(self._pattern.sub(lambda _: words, text, timeout=SECONDS))
        except TimeoutError as error:
            raise PublisherError(
                f"a term of a list looked for {SECONDS:g} seconds at one sentence and found no end",
                where="guidelines: lists",
                hint="let nothing that repeats match the same letters in two ways, as (?:a|aa)+ does",
            ) from error

    def stand_in(self, text: str) -> bool:
        """Whether one of them does. Errors: a term that takes too long."""
        return self.replaced(text, "") != text
