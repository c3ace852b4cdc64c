"""From sentences to what is compared of them: their vectors, seen from the directions in which examples differ most.

`shipped.npz` holds these directions, and what came of every sentence that ships, so that a new house does not begin by
reading five thousand of them. `make shipped` writes it anew when exemplars that ship change. Principal components:
Pearson 1901.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.files import digest_file
from publisher.policy.likeness.encoder import Encoder

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float32]

PATH = Path(__file__).parent / "shipped.npz"
SIZE = 256
"""Numbers of a sentence, of the encoder's 1,920: nine tenths of what the examples differ in, and more did not help."""


def name_of(sentence: str) -> str:
    """The name under which what came of a sentence is kept."""
    return hashlib.sha256(sentence.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Shipped:
    """What does not have to be found out on each machine."""

    middle: "Array"
    """The mean of the encoder's vectors: what all sentences share says nothing."""
    directions: "Array"
    """A column each of SIZE, of length 1, at right angles to each other."""
    rows: "Mapping[str, Array]"
    """What came of sentences, by their names."""

    def seen(self, vectors: "Array") -> "Array":
        """The encoder's vectors from these directions: a row of SIZE numbers a sentence."""
        import numpy as np

        # As exactly as rows are kept: what is read now and what was read before shall be the same numbers.
        return ((vectors - self.middle) @ self.directions).astype(np.float16).astype(np.float32)


@cache
def shipped() -> Shipped:
    """What lies beside this file."""
    import numpy as np

    with np.load(PATH, allow_pickle=False) as kept:
        rows = kept["rows"].astype(np.float32)
        known = dict(zip(kept["names"].astype(str).tolist(), rows, strict=True))
        return Shipped(kept["middle"].astype(np.float32), kept["directions"].astype(np.float32), known)


@cache
def mark() -> str:
    """What changes when the directions do: rows of others compare with nothing."""
    return digest_file(PATH).sha256[:16]


class Reader:
    """Reads sentences."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder

    def rows(self, sentences: Sequence[str], told: Callable[[float], None] = lambda _: None) -> "Array":
        """A row of SIZE numbers a sentence. told: how far it is, from 0 to 1."""
        return shipped().seen(self._encoder.vectors(sentences, told=told))
