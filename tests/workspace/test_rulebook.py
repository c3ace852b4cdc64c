"""The guidelines of a house: one file, a file a rule, or both."""

import pytest
from support.house import GUIDELINES, House

from publisher.errors import WorkspaceError
from publisher.workspace.loading import load

RULE = 'says = "Say it."\nwhy = "So."\n'
LIST = 'terms = [{ term = "Globex" }]\n'


def problems(house: House) -> list[str]:
    """Everything that is wrong with the house's own files."""
    with pytest.raises(WorkspaceError) as caught:
        load(house.root)
    return [str(problem) for problem in caught.value.problems]


def test_rules_in_files_of_their_own_come_after_those_of_the_one_file(house: House) -> None:
    house.write("guidelines/rivals.toml", RULE + 'lists = ["rivals"]\n')
    house.write("guidelines/buzzwords.toml", RULE + 'tokens = ["synergy"]\n')
    house.write("guidelines/lists/rivals.toml", LIST)
    house.write("guidelines/README.md", "For people.")
    house.write("guidelines/.draft.toml", "not yet")

    rules = load(house.root).guidelines
    assert list(rules) == ["code-names", "secrets", "buzzwords", "rivals"]
    assert [term.term for term in rules["rivals"].held[0].terms] == ["Globex"]


def test_a_folder_of_rules_stands_instead_of_the_one_file(house: House) -> None:
    (house.root / "guidelines.toml").unlink()
    house.write("guidelines/buzzwords.toml", RULE + 'tokens = ["synergy"]\n')
    assert list(load(house.root).guidelines) == ["buzzwords"]


@pytest.mark.parametrize("also", ["", "guidelines/README.md", "guidelines/lists/rivals.toml"])
def test_a_house_without_a_rule_file_has_forgotten_it(house: House, also: str) -> None:
    (house.root / "guidelines.toml").unlink()
    if also:
        house.write(also, LIST)
    (problem,) = problems(house)
    assert problem.startswith("guidelines.toml: is missing")


def test_a_rule_in_the_one_file_uses_a_list_of_the_folder_and_the_other_way_round(house: House) -> None:
    house.write("guidelines.toml", f"[lists.own]\n{LIST}[rules.a]\n{RULE}lists = ['shared']\n")
    house.write("guidelines/lists/shared.toml", LIST)
    house.write("guidelines/b.toml", RULE + "lists = ['own', 'shared']\n")
    assert [len(rule.held) for rule in load(house.root).guidelines.values()] == [1, 2]


def test_what_stands_twice_is_told_at_both_places(house: House) -> None:
    house.write("guidelines.toml", f"{GUIDELINES}[lists.rivals]\n{LIST}")
    house.write("guidelines/code-names.toml", RULE + 'tokens = ["Kestrel"]\n')
    house.write("guidelines/lists/rivals.toml", LIST)
    assert problems(house) == [
        "guidelines.toml: lists.rivals: the list 'rivals' stands in guidelines/lists/rivals.toml too; keep one",
        "guidelines.toml: rules.code-names: the rule 'code-names' stands in guidelines/code-names.toml too; keep one",
        "guidelines/code-names.toml: the rule 'code-names' stands in guidelines.toml: rules.code-names too; keep one",
        "guidelines/lists/rivals.toml: the list 'rivals' stands in guidelines.toml: lists.rivals too; keep one",
    ]


def test_everything_wrong_with_rules_is_told_at_once_with_what_is_wrong_elsewhere(house: House) -> None:
    house.write("people.toml", "[people.ben]\nnam = 'x'\nname = 'Ben'\n")
    house.write("guidelines/Big.toml", RULE + 'tokens = ["x"]\n')
    house.write("guidelines/a.toml", 'token = ["x"]\n' + RULE)
    house.write("guidelines/aa.toml", RULE)
    house.write("guidelines/ab.toml", 'tokens = ["x"]\napplies_to = ["audio"]\n' + RULE)
    house.write("guidelines/b.toml", 'tokens = ["("]\n' + RULE)
    house.write("guidelines/lists/c.toml", "terms = []\n")
    house.write("guidelines/old/d.toml", RULE + 'tokens = ["x"]\n')
    assert problems(house) == [
        "guidelines/Big.toml: rename the file: its name is the id, 1 to 80 of a-z, 0-9 and '-'",
        "guidelines/a.toml: token: is not known here; did you mean tokens?",
        "guidelines/aa.toml: looks for nothing; give it tokens, lists, entities or all_of",
        "guidelines/ab.toml: applies_to.0: use one of 'transcript' or 'text'",
        "guidelines/b.toml: tokens.0: is not a regular expression: missing ), unterminated subpattern at position 0",
        "guidelines/lists/c.toml: terms: needs at least 1",
        "guidelines/old/d.toml: is not read here; rules stand in guidelines/, lists in guidelines/lists/",
        "people.toml: people.ben.nam: is not known here; did you mean name?",
    ]


def test_a_list_that_is_not_there_is_named_with_those_that_are(house: House) -> None:
    house.write("guidelines/a.toml", RULE + 'lists = ["custmers"]\n')
    assert problems(house) == ["guidelines/a.toml: lists: there is no list 'custmers'; none is defined"]
    house.write("guidelines/lists/rivals.toml", LIST)
    assert problems(house) == ["guidelines/a.toml: lists: there is no list 'custmers'; use one of rivals"]
