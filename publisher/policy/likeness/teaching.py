"""From a house's examples to the tier that looks for what resembles them.

What was read and what was learnt is kept in a folder, a cache like any other: deleting it costs time only.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zipfile import BadZipFile

from publisher.files import atomic_path
from publisher.policy.likeness.judgement import SETTINGS, Judgement, learn
from publisher.policy.likeness.lessons import Neutral, lessons
from publisher.policy.likeness.looking import Likeness
from publisher.policy.likeness.reading import SIZE, Reader, mark, name_of, shipped
from publisher.workspace.exemplars import Exemplars
from publisher.workspace.guidelines import Guideline

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from publisher.policy.likeness.encoder import Encoder

    Array = NDArray[np.float32]

READ, LEARNT = "read.npz", "learnt.npz"
_READING = 0.9
"""The part of the work, about, that reading is where all is new; the rest is learning."""


def teach(
    encoder: "Encoder",
    guidelines: Mapping[str, Guideline],
    exemplars: Mapping[str, Exemplars],
    cache: Path,
    told: Callable[[float], None],
) -> Likeness:
    """Learn from all examples. What came of them is kept in the folder `cache`: a new one costs its own time only."""
    taught = lessons(guidelines, exemplars)
    reader, neutral = Reader(encoder), Neutral(guidelines)
    told(0.0)
    rows = _rows(reader, [neutral(one) for one in taught.bad], cache / READ, lambda done: told(_READING * done))
    told(_READING)
    judgement = _judgement(rows, taught.verdicts, cache / LEARNT)
    told(1.0)
    return Likeness(reader, taught, judgement, guidelines, exemplars)


def _rows(reader: Reader, sentences: Sequence[str], path: Path, told: Callable[[float], None]) -> "Array":
    """A row a sentence; those that neither ship nor were seen before are read, and are all that is kept."""
    import numpy as np

    ships, names = shipped().rows, [name_of(one) for one in sentences]
    known = _known(path)
    if new := [number for number, name in enumerate(names) if name not in ships and name not in known]:
        made = reader.rows([sentences[number] for number in new], told=told)
        known |= {names[number]: row for number, row in zip(new, made, strict=True)}
    kept = {name: known[name] for name in names if name not in ships}
    if new or len(known) > len(kept):
        _keep(path, names=np.array([*kept], "S32"), rows=np.array([*kept.values()], np.float16).reshape(-1, SIZE))
    return np.stack([ships[name] if name in ships else kept[name] for name in names])


def _judgement(rows: "Array", verdicts: "Array", path: Path) -> Judgement:
    """What is learnt, from `path` if just this was learnt before."""
    import numpy as np

    lesson = hashlib.sha256(repr(rows.shape).encode() + rows.tobytes() + verdicts.tobytes()).hexdigest()
    kept = _kept(path)
    if kept.get("lesson") == lesson:
        return Judgement.of(rows, kept["weights"])
    learnt = learn(rows, verdicts)
    _keep(path, lesson=np.array(lesson), weights=learnt.weights)
    return learnt


def _known(path: Path) -> "dict[str, Array]":
    """The rows of the cache by the names of their sentences."""
    import numpy as np

    kept = _kept(path)
    return dict(zip(kept["names"].astype(str).tolist(), kept["rows"].astype(np.float32), strict=True)) if kept else {}


def _kept(path: Path) -> "dict[str, NDArray[Any]]":
    """What is kept at `path`, if it is whole, and by what reads and learns today."""
    import numpy as np

    damaged = (OSError, ValueError, KeyError, EOFError, BadZipFile)
    with suppress(*damaged), np.load(BytesIO(path.read_bytes()), allow_pickle=False) as kept:
        if kept["mark"] == _mark():
            return {name: kept[name] for name in kept.files}
    return {}


def _keep(path: Path, **arrays: "NDArray[Any]") -> None:
    import numpy as np

    with atomic_path(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, **{"mark": np.array(_mark()), **arrays})  # type: ignore[arg-type]
    # What earlier versions kept under other names.
    for old in {*path.parent.glob("*.npz")} - {path.with_name(READ), path.with_name(LEARNT)}:
        old.unlink(missing_ok=True)


def _mark() -> str:
    """What changes when sentences are read, or is learnt from them, in another way."""
    return f"{mark()} {SETTINGS}"
