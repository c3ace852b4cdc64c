"""A rule can be of a division or a tag: it is held against these pieces, and against no others."""

from typing import Any

import pytest
from support.commands import publish
from support.house import CONFIG, GUIDELINES, House

from publisher.errors import WorkspaceError
from publisher.policy.examples import try_rule
from publisher.workspace.guidelines import Guideline


def write_rule(house: House, keys: str) -> None:
    """A rule for Bluefin with more keys, in a file of its own."""
    house.write("guidelines.toml", "")
    house.write("guidelines/names.toml", f'says = "x"\nwhy = "x"\ntokens = ["Bluefin"]\n{keys}\n')


@pytest.mark.parametrize(
    ("keys", "division", "tags", "holds"),
    [
        ({}, None, [], True),
        ({"divisions": ["service"]}, "service", [], True),
        ({"divisions": ["service", "sales"]}, "sales", [], True),
        ({"divisions": ["service"]}, "sales", [], False),
        ({"divisions": ["service"]}, None, [], False),
        ({"tags": ["financial"]}, None, ["summer", "financial"], True),
        ({"tags": ["financial"]}, None, ["summer"], False),
        ({"tags": ["financial"]}, None, [], False),
        ({"divisions": ["service"], "tags": ["financial"]}, "service", ["financial"], True),
        ({"divisions": ["service"], "tags": ["financial"]}, "service", [], False),
        ({"divisions": ["service"], "tags": ["financial"]}, None, ["financial"], False),
    ],
)
def test_a_rule_holds_where_both_its_divisions_and_its_tags_fit(
    keys: dict[str, Any], division: str | None, tags: list[str], *, holds: bool
) -> None:
    rule = Guideline.model_validate({"says": "x", "why": "x", "tokens": ["x"], **keys})
    assert rule.holds_for(division, tags) is holds


@pytest.mark.parametrize(
    ("keys", "matter", "found"),
    [
        ('divisions = ["service"]', "division: service\n", 1),
        ('divisions = ["service"]', "", 0),
        ('tags = ["launch"]', "tags: [launch]\n", 1),
        ('tags = ["launch"]', "tags: [other]\n", 0),
    ],
)
def test_a_rule_of_others_is_not_even_counted(house: House, keys: str, matter: str, found: int) -> None:
    write_rule(house, keys)
    house.add_post(text="Bluefin.\n", matter=matter)
    last = publish("check", "a-post", at=house.root).out.splitlines()[-1]
    assert last == ("1 finding by 1 rule in 1 piece" if found else "nothing found by 0 rules in 1 piece")
    step = publish("post", "a-post", at=house.root).out
    assert ("1 finding by 1 rule" if found else "nothing found by 0 rules") in step


def test_an_episode_without_a_division_is_of_that_of_its_show(house: House) -> None:
    write_rule(house, 'divisions = ["service"]')
    house.write("publisher.toml", f'{CONFIG}division = "service"\n')
    house.add_episode(text="Bluefin.\n")
    assert "1 finding by 1 rule" in publish("check", "a-talk", at=house.root).out


def test_legal_is_shown_what_the_rules_of_the_piece_find_in_it_also_after_an_edit(house: House) -> None:
    write_rule(house, 'tags = ["launch"]')
    house.add_post(text="Bluefin.\n", matter="tags: [launch, fish]\ndivision: service\n")
    house.submit("a-post")
    for _ in range(2):
        shown = publish("review", "show", "a-post", at=house.root).out
        assert "Guidelines: 1 finding" in shown
        assert "\nDivision service · tags launch, fish\n" in shown
        house.add_post(text="Nothing.\n")


def test_a_division_that_there_is_not_is_a_problem_with_those_that_there_are(house: House) -> None:
    write_rule(house, 'divisions = ["service", "sales"]')
    house.write("guidelines.toml", GUIDELINES.replace("why", 'divisions = ["sevice"]\nwhy', 1))
    with pytest.raises(WorkspaceError) as caught:
        house.context()
    assert [str(problem) for problem in caught.value.problems] == [
        "guidelines.toml: rules.code-names.divisions: there is no division 'sevice'; use one of service",
        "guidelines/names.toml: divisions: there is no division 'sales'; use one of service",
    ]


def test_the_examples_of_a_rule_belong_to_no_piece_and_are_held_against_it_all_the_same() -> None:
    keys = {"says": "x", "why": "x", "tokens": ["Bluefin"], "tags": ["launch"], "bad": ["Bluefin."], "good": ["Tuna."]}
    trial = try_rule("names", Guideline.model_validate(keys))
    assert (trial.found, trial.left) == (1, 1)
