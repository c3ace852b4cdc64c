"""From a house's examples to the tier that looks for what resembles them."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import BadZipFile

from publisher.files import atomic_path
from publisher.policy.likeness.judgement import Judgement, learn
from publisher.policy.likeness.lessons import Lessons, Neutral, lessons
from publisher.policy.likeness.looking import Likeness
from publisher.policy.likeness.model import MINILM
from publisher.workspace.exemplars import Exemplars
from publisher.workspace.guidelines import Guideline

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from publisher.policy.likeness.encoder import Encoder

    Array = NDArray[np.float32]


def teach(
    encoder: "Encoder",
    guidelines: Mapping[str, Guideline],
    exemplars: Mapping[str, Exemplars],
    cache: Path,
    told: Callable[[float], None],
) -> Likeness:
    """Learn from all examples. Their vectors are kept in the folder `cache`, so that a new one costs its own only."""
    taught = lessons(guidelines, exemplars)
    neutral = Neutral(guidelines)
    vectors = _vectors(encoder, [neutral(one) for one in taught.bad], cache / _CACHED, told)
    return Likeness(encoder, taught, _judgement(taught, vectors), guidelines, exemplars)


_CACHED = f"{MINILM.files['model.safetensors'][:16]}.npz"


def _judgement(taught: Lessons, vectors: "Array") -> Judgement:
    import numpy as np

    verdicts = [[float(rule in rules) for rule in taught.rules] for rules in taught.bad.values()]
    return learn(vectors, np.array(verdicts, np.float32))


def _vectors(encoder: "Encoder", sentences: Sequence[str], path: Path, told: Callable[[float], None]) -> "Array":
    """A row a sentence, those that were seen before from the cache, which then holds just these."""
    import numpy as np

    names = [hashlib.sha256(one.encode()).hexdigest() for one in sentences]
    known = _known(path)
    new = [number for number, name in enumerate(names) if name not in known]
    if new:
        made = encoder.vectors([sentences[number] for number in new], told=told)
        known |= {names[number]: row for number, row in zip(new, made, strict=True)}
    rows = np.stack([known[name] for name in names])
    if new or len(known) > len(names):
        with atomic_path(path) as temporary, temporary.open("wb") as stream:
            np.savez(stream, names=np.array(names), rows=rows)
    return rows


def _known(path: Path) -> "dict[str, Array]":
    """The rows of the cache by their sentence's digest; none if it is damaged: it costs time only."""
    import numpy as np

    damaged = (OSError, ValueError, KeyError, EOFError, BadZipFile)
    with suppress(*damaged), np.load(BytesIO(path.read_bytes()), allow_pickle=False) as kept:
        return dict(zip(kept["names"].tolist(), kept["rows"].astype(np.float32), strict=True))
    return {}
