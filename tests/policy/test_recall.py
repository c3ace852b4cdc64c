"""What was looked at once is recalled, for as long as nothing changed that it depends on."""

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from publisher.policy.matching import Found
from publisher.policy.recall import Recalling


class Counting:
    """Finds a card where a text has a digit, and counts how often it was opened and asked."""

    def __init__(self) -> None:
        self.opened = self.asked = 0

    def open(self) -> "Counting":
        """As a model is opened."""
        self.opened += 1
        return self

    def look(self, texts: Sequence[str], /) -> list[Found]:
        """Where the digits stand."""
        self.asked += 1
        return [_digits(text) for text in texts]


def _digits(text: str) -> Found:
    there = [(number, number + 1) for number, character in enumerate(text) if character.isdigit()]
    return {"CREDIT_CARD": there} if there else {}


def recalling(looker: Counting, folder: Path, *marks: str) -> Recalling[Found]:
    """As another run of the command would have it."""
    return Recalling(looker.open, TypeAdapter(list[Found]), folder, marks or ("a model",))


def plain(found: Sequence[Found]) -> list[Mapping[str, list[tuple[int, int]]]]:
    """Without the difference between lists and tuples."""
    return [{name: [*spans] for name, spans in one.items()} for one in found]


@given(texts=st.lists(st.text(max_size=9), max_size=4), others=st.lists(st.text(max_size=9), max_size=4))
@settings(max_examples=50, deadline=None)
def test_what_is_recalled_is_what_was_found_for_just_these_texts(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], others: list[str]
) -> None:
    folder, looker = tmp_path_factory.mktemp("found"), Counting()
    for said in (texts, others, texts, others):
        assert plain(recalling(looker, folder).look(said)) == [_digits(text) for text in said]
    assert looker.opened == looker.asked == 1 + (texts != others)


def test_nothing_is_recalled_that_depends_on_what_changed(tmp_path: Path) -> None:
    looker = Counting()
    for marks in (("a model",), ("another model",), ("a model", "a rule"), ("a modela rule",)):
        recalling(looker, tmp_path, *marks).look(["4"])
    assert looker.asked == 4


@pytest.mark.parametrize("damage", [b"", b"[]", b'[{"CREDIT_CARD": [["a", 1]]}]', b"\xff", b'[{"NAMELESS": []}]'])
def test_what_is_damaged_is_looked_for_again(tmp_path: Path, damage: bytes) -> None:
    looker = Counting()
    recalling(looker, tmp_path).look(["4"])
    (path,) = tmp_path.iterdir()
    path.write_bytes(damage)
    assert plain(recalling(looker, tmp_path).look(["4"])) == [{"CREDIT_CARD": [(0, 1)]}]
    recalling(looker, tmp_path).look(["4"])
    assert looker.asked == 2


def test_what_nobody_asked_for_in_a_month_is_forgotten(tmp_path: Path) -> None:
    looker = Counting()
    for text in ("1", "2"):
        recalling(looker, tmp_path).look([text])
    old = time.time() - 31 * 24 * 3600
    for path in tmp_path.iterdir():
        os.utime(path, (old, old))
    recalling(looker, tmp_path).look(["1"])
    assert looker.asked == 2, "recalled once more"
    recalling(looker, tmp_path).look(["3"])
    assert len([*tmp_path.iterdir()]) == 2
