"""Sentences become the vectors that the model's makers publish, whatever stands beside them; other files do not."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from support.sentence_model import encoder

from publisher.policy.likeness.encoder import LAYERS, LONGEST, READ, SIZE

WHOLE = (LAYERS,)
"""Behind the last layer, as the makers use it."""
WORDS = st.lists(st.sampled_from(["we", "Globex", "slow", "12", ",", "café", "東京", "unbelievable"]), max_size=12)


def test_likenesses_are_those_that_the_makers_of_the_model_publish() -> None:
    # Source: README of the library sentence-transformers, "Embedding Models".
    said = ["The weather is lovely today.", "It's so sunny outside!", "He drove to the stadium."]
    rows = encoder().vectors(said, WHOLE)
    expected = [[1.0, 0.6660, 0.1046], [0.6660, 1.0, 0.1411], [0.1046, 0.1411, 1.0]]
    assert np.allclose(rows @ rows.T, expected, atol=1e-4)


@settings(max_examples=10, deadline=None)
@given(st.lists(WORDS.map(" ".join), min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_a_sentence_has_one_vector_whatever_stands_beside_it_and_in_what_order(said: list[str], order: object) -> None:
    shuffled = sorted(range(len(said)), key=lambda _: order.random())  # type: ignore[attr-defined]
    together = encoder().vectors([said[number] for number in shuffled])
    for row, number in zip(together, shuffled, strict=True):
        assert np.allclose(row, encoder().vectors([said[number]])[0], atol=1e-5)


def test_what_is_too_long_is_read_as_far_as_the_model_reads() -> None:
    long, longer = ("word " * LONGEST, "word " * LONGEST * 9)
    rows = encoder().vectors([long, longer, ""])
    assert rows.shape == (3, len(READ) * SIZE)
    assert np.allclose(rows[0], rows[1], atol=1e-5)
    assert np.isfinite(rows).all()
