"""A new house begins with what was read beforehand, which is what it would read itself."""

from collections.abc import Mapping
from pathlib import Path
from random import Random

import numpy as np
import pytest
from support.sentence_model import encoder

from publisher.policy.likeness.encoder import Encoder
from publisher.policy.likeness.lessons import Lessons, Neutral, lessons
from publisher.policy.likeness.reading import Reader, name_of, shipped
from publisher.policy.likeness.teaching import teach
from publisher.workspace.create import House, make_workspace
from publisher.workspace.exemplars import load_exemplars
from publisher.workspace.guidelines import Guideline
from publisher.workspace.loading import load

ANEW = "exemplars that ship have changed: run `make shipped`"


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """A workspace as `publish init` leaves it."""
    make_workspace(tmp_path / "new", House("New", "https://new.example/", "Ann Host", "a@new.example"))
    return tmp_path / "new"


def taught(root: Path) -> tuple[Mapping[str, Guideline], Lessons]:
    """The rules of a house, and what they teach."""
    rules = load(root).guidelines
    return rules, lessons(rules, load_exemplars(root, rules))


def test_every_sentence_that_ships_is_read_already_whether_a_house_lists_its_companies_or_not(new: Path) -> None:
    rules, ships = taught(new)
    neutral = Neutral(rules)
    missing = [one for one in ships.bad if {name_of(one), name_of(neutral(one))} - {*shipped().rows}]
    assert not missing, ANEW


def test_what_ships_is_what_the_model_reads(new: Path) -> None:
    some = Random(7).sample([*taught(new)[1].bad], 24)  # noqa: S311 - no secret
    read = Reader(encoder()).rows(some)
    assert np.allclose(read, np.stack([shipped().rows[name_of(one)] for one in some]), atol=2e-3), ANEW


def test_a_new_house_learns_without_reading_a_sentence(new: Path, tmp_path: Path) -> None:
    class Unread(Encoder):
        def __init__(self) -> None:
            """Have no model: whoever reads with it fails."""

    rules, ships = taught(new)
    likeness = teach(Unread(), rules, load_exemplars(new, rules), tmp_path / "cache", lambda _: None)
    assert likeness.rules == ships.rules


def test_the_directions_are_of_length_one_and_at_right_angles() -> None:
    directions = shipped().directions
    assert np.allclose(directions.T @ directions, np.eye(directions.shape[1]), atol=2e-3)
