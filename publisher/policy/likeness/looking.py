"""The tier that looks for what resembles an example, and says which."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import TYPE_CHECKING

from publisher.policy.likeness.judgement import Judgement
from publisher.policy.likeness.lessons import Lessons, Names, Neutral
from publisher.policy.likeness.windows import windows
from publisher.policy.matching import Span

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from publisher.policy.likeness.reading import Reader
    from publisher.workspace.exemplars import Exemplars
    from publisher.workspace.guidelines import Guideline


@dataclass(frozen=True)
class Resemblance:
    """A stretch of words that looks like an example of a rule."""

    rule: str
    """Its id."""
    span: Span
    """Of the text that was looked at."""
    likeness: float
    """At least the rule's threshold; about 1 for an example itself."""
    exemplar: str
    """The bad example that it is nearest to."""


@dataclass(frozen=True)
class HeldOut:
    """What a rule's exemplars are worth: each is judged by what all the others teach."""

    bad: int
    found: int
    """Of the bad ones."""
    good: int
    """All other sentences: good ones, bad ones of other rules, plain talk."""
    alarms: int
    """Of the good ones."""


class Likeness:
    """What a house's examples teach, at hand to look at any text."""

    def __init__(
        self,
        reader: "Reader",
        lessons: Lessons,
        judgement: Judgement,
        guidelines: "Mapping[str, Guideline]",
        exemplars: "Mapping[str, Exemplars]",
    ) -> None:
        self._reader, self._lessons, self._judgement = reader, lessons, judgement
        self._exemplars, self._neutral = exemplars, Neutral(guidelines)
        self._names = {id_: Names(guidelines[id_].held) for id_, own in exemplars.items() if own.names}

    @property
    def rules(self) -> tuple[str, ...]:
        """Ids of the rules that it looks for."""
        return self._lessons.rules

    def held_out(self, rule: str) -> HeldOut:
        """How well a rule's exemplars are told from the rest, each held out in turn."""
        import numpy as np

        scores = self._held_out[:, self.rules.index(rule)] >= self._exemplars[rule].threshold
        bad = np.zeros(len(scores), bool)
        bad[self._bad[rule]] = True
        return HeldOut(int(bad.sum()), int(scores[bad].sum()), int((~bad).sum()), int(scores[~bad].sum()))

    def look(self, texts: Sequence[str], /) -> list[list[Resemblance]]:
        """For each folded text what in it looks like an example, in its order; of windows that overlap, the likest."""
        spans = [(number, span) for number, text in enumerate(texts) for span in windows(text)]
        said = [texts[number][slice(*span)].strip() for number, span in spans]
        found: list[list[Resemblance]] = [[] for _ in texts]
        if said:
            for row, one in self._judged(said):
                number, span = spans[row]
                found[number].append(Resemblance(one.rule, span, one.likeness, one.exemplar))
        return [list(_apart(one)) for one in found]

    def _judged(self, said: Sequence[str]) -> Iterator[tuple[int, Resemblance]]:
        read = self._reader.rows([self._neutral(one) for one in said])
        scores = self._judgement.likeness(read)
        for column, id_ in enumerate(self._lessons.rules):
            rows = (scores[:, column] >= self._exemplars[id_].threshold).nonzero()[0]
            if not len(rows):
                continue
            for row, example in zip(rows, self._judgement.nearest(read[rows], self._bad[id_]), strict=True):
                if self._is_named(id_, said[int(row)]):
                    score = float(scores[row, column])
                    yield int(row), Resemblance(id_, (0, 0), score, self._sentences[example])

    def _is_named(self, id_: str, sentence: str) -> bool:
        names = self._names.get(id_)
        return names is None or names.stand_in(sentence)

    @cached_property
    def _held_out(self) -> "NDArray[np.float32]":
        return self._judgement.held_out(self._lessons.verdicts)

    @cached_property
    def _sentences(self) -> tuple[str, ...]:
        return tuple(self._lessons.bad)

    @cached_property
    def _bad(self) -> "Mapping[str, NDArray[np.intp]]":
        """By rule, the numbers of its bad examples."""
        import numpy as np

        rows = list(self._lessons.bad.values())
        return {id_: np.array([n for n, rules in enumerate(rows) if id_ in rules]) for id_ in self._lessons.rules}


def _apart(found: Iterable[Resemblance]) -> Iterator[Resemblance]:
    """Of windows of one rule that overlap, the one that is likest."""
    for _, own in groupby(sorted(found, key=lambda one: one.rule), key=lambda one: one.rule):
        kept: list[Resemblance] = []
        for one in sorted(own, key=lambda one: -one.likeness):
            if all(one.span[1] <= other.span[0] or other.span[1] <= one.span[0] for other in kept):
                kept.append(one)
        yield from kept
