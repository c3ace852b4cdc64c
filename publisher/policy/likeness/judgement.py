"""What is learnt from examples: how much a sentence looks like the bad ones of each rule, and unlike all others.

Kernel ridge regression: each example pulls the likeness of what is near it towards 1 (bad by this rule) or 0 (good,
bad by another rule, or plain talk). It is solved in one step, the same on every run, for all rules at once, and says
what each example would have got had it not been learnt from. Source: Rasmussen and Williams 2006, 2.2 and 5.4.2.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array: TypeAlias = NDArray[np.float32]

_NEAR = 1.5
"""How fast what is further away counts less: by exp(-distance² / _NEAR)."""
_COMMON = 0.15
"""What all sentences have in common, whatever their distance: a level that rules need not learn each."""
_DOUBT = 0.25
"""How little a single example is trusted; tried from 0.05 to 1 on the examples, each held out in turn."""

SETTINGS = (_NEAR, _COMMON, _DOUBT)
"""All that the result depends on beside the examples."""


@dataclass(frozen=True)
class Judgement:
    """Gives the likeness of a sentence for every rule: 1 is an example's own, 0 is plain talk."""

    middle: "Array"
    """The mean of the examples: what all sentences share says nothing."""
    examples: "Array"
    """A row an example, centred and of length 1."""
    weights: "Array"
    """A row an example, a column a rule."""

    @classmethod
    def of(cls, rows: "Array", weights: "Array") -> Self:
        """What was learnt from a row an example, by its weights."""
        middle = rows.mean(0)
        return cls(middle, _placed(rows, middle), weights)

    def likeness(self, rows: "Array") -> "Array":
        """A row a sentence, a column a rule."""
        found: Array = _near(_placed(rows, self.middle), self.examples) @ self.weights
        return found

    def nearest(self, rows: "Array", which: "NDArray[np.intp]") -> "NDArray[np.intp]":
        """For each sentence, the number of the example among `which` that it is nearest to."""
        products = _placed(rows, self.middle) @ self.examples[which].T
        found: NDArray[np.intp] = which[products.argmax(1)]
        return found

    def held_out(self, verdicts: "Array") -> "Array":
        """The likeness of each example by what all the others teach, of the `verdicts` that were learnt."""
        import numpy as np

        inverse = np.linalg.inv(_trusted(self.examples).astype(np.float64))
        return (verdicts - (inverse @ verdicts) / np.diag(inverse)[:, None]).astype(np.float32)


def learn(rows: "Array", verdicts: "Array") -> Judgement:
    """Learn from a row an example and its verdicts: a row an example, a column a rule, 1 for bad by it, else 0."""
    import numpy as np

    return Judgement.of(rows, np.linalg.solve(_trusted(_placed(rows, rows.mean(0))), verdicts))


def _trusted(examples: "Array") -> "Array":
    """How near all examples are to each other, and to themselves a little more.

    Single precision is enough: by it, and by double, likenesses differ in the seventh place.
    """
    import numpy as np

    near = _near(examples, examples)
    near[np.diag_indices_from(near)] += np.float32(_DOUBT)
    return near


def _placed(rows: "Array", middle: "Array") -> "Array":
    import numpy as np

    moved = rows - middle
    placed: Array = moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), np.float32(1e-9))
    return placed


def _near(some: "Array", others: "Array") -> "Array":
    """Of rows of length 1, so that the square of their distance is 2 - 2 times their product."""
    import numpy as np

    near: Array = np.exp((2 * (some @ others.T) - 2) / np.float32(_NEAR)) + np.float32(_COMMON)
    return near
