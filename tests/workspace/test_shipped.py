"""The house rules that ship: whole from the start, of one copy, and the house's own to change."""

import subprocess
import sys
from pathlib import Path
from shutil import unpack_archive
from typing import Any

import pytest
from support.house import House, snapshot

import publisher.workspace
from publisher.policy.examples import try_rule
from publisher.policy.findings import check_passages
from publisher.policy.passages import written
from publisher.workspace.create import House as NewHouse
from publisher.workspace.create import make_workspace
from publisher.workspace.exemplars import load_exemplars
from publisher.workspace.guidelines import is_plain
from publisher.workspace.loading import load

ROOT = Path(__file__).parents[2]
SHIPPED = Path(publisher.workspace.__file__).parent / "starter" / "guidelines"
RULES = [
    "code-names", "confidential", "endorsement", "forward-looking", "health", "health-of-people", "language",
    "material", "medicines", "music", "numbers", "pay", "personal-data", "promises", "respect", "respect-unnamed",
    "sources",
]  # fmt: skip
SHORT = {"health-of-people", "language", "material", "medicines", "numbers", "respect-unnamed"}
"""Those whose words say it all: they have no exemplars."""


@pytest.fixture
def new(tmp_path: Path) -> House:
    """A workspace as `publish init` leaves it."""
    make_workspace(tmp_path / "new", NewHouse("New", "https://new.example/", "Ann Host", "a@new.example"))
    return House(tmp_path / "new")


def pointed(house: House, text: str) -> list[tuple[str, str]]:
    """The rules that point at a text, and the words."""
    found = check_passages([written("here", text)], load(house.root).guidelines)
    return [(one.rule, one.phrase) for one in found]


def test_a_new_house_has_every_rule_with_its_exemplars_in_the_order_of_their_names(new: House) -> None:
    rules = load(new.root).guidelines
    assert list(rules) == RULES
    assert {*load_exemplars(new.root, rules)} == {*RULES} - SHORT


def test_the_rules_of_this_repository_are_those_that_ship() -> None:
    assert (ROOT / "guidelines").resolve() == SHIPPED.resolve(), "one copy, so that neither is forgotten"
    assert list(load(ROOT).guidelines) == RULES


@pytest.mark.parametrize(
    ("kind", "how"), [("sdist", {"format": "gztar", "filter": "data"}), ("wheel", {"format": "zip"})]
)
def test_every_file_of_the_rules_is_packed(tmp_path: Path, kind: str, how: dict[str, Any]) -> None:
    build = f"from hatchling.build import build_{kind} as build; print(build({str(tmp_path)!r}))"
    made = subprocess.run([sys.executable, "-c", build], cwd=ROOT, capture_output=True, text=True, check=True)
    unpack_archive(tmp_path / made.stdout.split()[-1], tmp_path / "out", **how)
    (packed,) = (tmp_path / "out").rglob("starter/guidelines")
    assert snapshot(packed) == snapshot(SHIPPED)


def test_whoever_deletes_a_rule_hears_no_more_of_it(new: House) -> None:
    for gone, id_ in enumerate(RULES, start=1):
        (new.root / "guidelines" / f"{id_}.toml").unlink()
        rules = load(new.root).guidelines
        assert list(rules) == RULES[gone:]
        assert {*load_exemplars(new.root, rules)} == {*rules} - SHORT


def test_the_examples_of_the_rules_hold_whatever_names_a_house_lists(new: House) -> None:
    own = '[lists.code-names]\nterms = [{ term = "Ostrich" }]\n[lists.others]\nterms = [{ term = "Wonka" }]\n'
    new.write("guidelines.toml", own)
    rules = load(new.root).guidelines
    trials = [try_rule(id_, rule) for id_, rule in rules.items() if not rule.asks]
    assert {one.rule for one in trials if one.surprises} == set()
    assert {one.rule for one in trials if one.blind} == {"health-of-people", "numbers"}, (
        "nobody looks for entities here"
    )
    assert pointed(new, "Ostrich is late, and Wonka is a joke.") == [
        ("code-names", "Ostrich"),
        ("respect", "Wonka is a joke"),
    ]


def test_nobody_listens_for_names_that_stand_in_examples_only(new: House) -> None:
    held = load(new.root).guidelines
    examples = [terms for id_ in ("code-names", "respect") for terms in held[id_].held[1].terms]
    assert len(examples) == 4
    assert not any(is_plain(one.term) for one in examples), "a recogniser would hear them where nobody says them"


def test_a_new_house_keeps_named_projects_inside_before_it_lists_them(new: House) -> None:
    assert pointed(new, "We will launch Project Falcon soon.") == [("code-names", "Project Falcon")]
    assert pointed(new, "Ann is our Project Manager, and the project went well.") == []


def test_the_folder_of_rules_says_to_people_how_to_change_one(new: House) -> None:
    text = (new.root / "guidelines/README.md").read_text()
    for command in (
        "guidelines test",
        "guidelines learn respect --bad",
        "guidelines learn respect --good",
        "check --all",
    ):
        assert f"    publish {command}" in text
    assert load(new.root).guidelines["respect"].says in text
