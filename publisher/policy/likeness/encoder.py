"""Sentences as vectors: the forward pass of a small BERT, in numpy.

The model is all-MiniLM-L6-v2 (Apache-2.0): six layers of 384 numbers a word piece, twelve heads; a vector is the mean
over the word pieces. Source of the arithmetic: Devlin et al. 2018 (BERT) and Vaswani et al. 2017; of the pooling:
Reimers and Gurevych 2019.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Encoding

    Array: TypeAlias = NDArray[np.float32]

HEADS = 12
LAYERS = 6
SIZE = 384
"""Numbers of a word piece."""
READ = (2, 3, 4, 5, 6)
"""Layers behind which a sentence is read: the earlier ones show how something is said, the last one what it is about.

Together they tell bad from good better than any of them (docs/decisions/0031-what-examples-teach.md).
"""
LONGEST = 128
"""Word pieces that are looked at, as in the model's own tokenizer; a sentence of 60 words has fewer."""
_TOKENS_A_BATCH = 1024
"""So that what a layer holds stays within a processor's cache."""
_EPSILON = 1e-12
"""`layer_norm_eps` of the model's config.json."""


def _nobody(_done: float) -> None:
    """Tell nobody."""


class Encoder:
    """Gives each sentence its vector, whatever stands beside it in a batch."""

    def __init__(self, folder: Path) -> None:
        """Read `tokenizer.json` and `model.safetensors` from a folder that was checked."""
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        self._weights: Mapping[str, Array] = load_file(folder / "model.safetensors")
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(LONGEST)

    def vectors(
        self, sentences: Sequence[str], after: Sequence[int] = READ, told: Callable[[float], None] = _nobody
    ) -> "Array":
        """A row a sentence: for each layer that it is asked for, `SIZE` numbers of length 1, side by side.

        told: how far it is, from 0 to 1.
        """
        import numpy as np

        pieces = self._tokenizer.encode_batch(list(sentences))
        rows = np.zeros((len(sentences), len(after) * SIZE), np.float32)
        done = 0
        for batch in _batches([len(one.ids) for one in pieces]):
            rows[batch] = self._forward([pieces[number] for number in batch], after)
            done += len(batch)
            told(done / len(sentences))
        return rows

    def _forward(self, pieces: "Sequence[Encoding]", after: Sequence[int]) -> "Array":
        """The vectors of one batch, padded to its longest sentence; what is padded is masked everywhere."""
        import numpy as np

        most = max(len(one.ids) for one in pieces)
        ids = np.zeros((len(pieces), most), np.int64)
        mask = np.zeros((len(pieces), most), np.float32)
        for row, one in enumerate(pieces):
            ids[row, : len(one.ids)] = one.ids
            mask[row, : len(one.ids)] = 1
        hidden, means = self._embedded(ids), []
        away = (1 - mask)[:, None, None, :] * np.float32(-1e9)
        for number, layer in enumerate(self._layers[: max(after)], 1):
            hidden = layer(hidden, away)
            if number in after:
                means.append(_of_length_one((hidden * mask[:, :, None]).sum(1)))
        return np.concatenate(means, axis=1)

    def _embedded(self, ids: "NDArray[np.int64]") -> "Array":
        said = "embeddings."
        words = self._weights[f"{said}word_embeddings.weight"][ids]
        places = self._weights[f"{said}position_embeddings.weight"][: ids.shape[1]]
        kind = self._weights[f"{said}token_type_embeddings.weight"][0]
        return _norm(words + places + kind, self._weights, f"{said}LayerNorm")

    @cached_property
    def _layers(self) -> "list[_Layer]":
        return [_Layer(self._weights, f"encoder.layer.{number}.") for number in range(LAYERS)]


class _Layer:
    """Every word piece looks at the others of its sentence, then is thought over by itself."""

    def __init__(self, weights: "Mapping[str, Array]", name: str) -> None:
        import numpy as np

        self._weights, self._name = weights, name
        looks = [f"{name}attention.self.{one}" for one in ("query", "key", "value")]
        # One product of matrices instead of three.
        self._look = np.concatenate([weights[f"{one}.weight"].T for one in looks], axis=1)
        self._look_bias = np.concatenate([weights[f"{one}.bias"] for one in looks])

    def __call__(self, hidden: "Array", away: "Array") -> "Array":
        seen = self._linear(self._attended(hidden, away), "attention.output.dense")
        seen = _norm(seen + hidden, self._weights, f"{self._name}attention.output.LayerNorm")
        flat = seen.reshape(-1, seen.shape[-1])
        thought = self._linear(_gelu(self._linear(flat, "intermediate.dense")), "output.dense").reshape(seen.shape)
        return _norm(thought + seen, self._weights, f"{self._name}output.LayerNorm")

    def _attended(self, hidden: "Array", away: "Array") -> "Array":
        import numpy as np

        rows, length, size = hidden.shape
        asked = hidden.reshape(-1, size) @ self._look + self._look_bias
        query, key, value = asked.reshape(rows, length, 3, HEADS, size // HEADS).transpose(2, 0, 3, 1, 4)
        scores = query @ key.swapaxes(-1, -2) / np.float32(np.sqrt(size // HEADS)) + away
        scores = np.exp(scores - scores.max(-1, keepdims=True))
        scores /= scores.sum(-1, keepdims=True)
        seen: Array = (scores @ value).swapaxes(1, 2).reshape(rows, length, size)
        return seen

    def _linear(self, values: "Array", name: str) -> "Array":
        weight = self._weights[f"{self._name}{name}.weight"]
        # Over all sentences at once: numpy would multiply them one by one.
        flat = values.reshape(-1, values.shape[-1]) @ weight.T + self._weights[f"{self._name}{name}.bias"]
        return flat.reshape(*values.shape[:-1], -1)


def _batches(lengths: Sequence[int]) -> Iterator[list[int]]:
    """Numbers of sentences that go together: of like length, so that little is padded."""
    batch: list[int] = []
    for number in sorted(range(len(lengths)), key=lambda one: -lengths[one]):
        batch.append(number)
        if len(batch) * lengths[batch[0]] >= _TOKENS_A_BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _norm(values: "Array", weights: "Mapping[str, Array]", name: str) -> "Array":
    values = values - values.mean(-1, keepdims=True)
    spread = (values * values).mean(-1, keepdims=True)
    normal: Array = values / (spread + _EPSILON) ** 0.5 * weights[f"{name}.weight"] + weights[f"{name}.bias"]
    return normal


def _of_length_one(rows: "Array") -> "Array":
    import numpy as np

    unit: Array = rows / np.linalg.norm(rows, axis=-1, keepdims=True)
    return unit


def _gelu(values: "Array") -> "Array":
    """GELU, x Φ(x), the exact one of the model: in place, and so many rows at a time as stay near the processor."""
    for start in range(0, len(values), _ROWS_AT_ONCE):
        part = values[start : start + _ROWS_AT_ONCE]
        part *= _phi(part)
    return values


def _phi(values: "Array") -> "Array":
    """The normal distribution, by the error function to 1.5e-7: as near as float32 comes.

    Source: Abramowitz and Stegun 1964, 7.1.26.
    """
    import numpy as np

    size = np.abs(values)
    size *= np.float32(0.5**0.5)
    near = size * np.float32(0.3275911)
    near += 1
    np.reciprocal(near, out=near)
    sum_ = near * np.float32(_ERROR_FUNCTION[0])
    for factor in _ERROR_FUNCTION[1:]:
        sum_ += np.float32(factor)
        sum_ *= near
    size *= size
    np.negative(size, out=size)
    sum_ *= np.exp(size, out=size)
    np.subtract(1, sum_, out=sum_)
    np.copysign(sum_, values, out=sum_)
    sum_ += 1
    sum_ *= np.float32(0.5)
    return sum_


_ERROR_FUNCTION = (1.061405429, -1.453152027, 1.421413741, -0.284496736, 0.254829592)
_ROWS_AT_ONCE = 32
