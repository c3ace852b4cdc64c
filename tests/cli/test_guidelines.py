"""`publish guidelines test`: rules are held against their own examples by what checks pieces."""

from pathlib import Path

import pytest
from support.commands import REPOSITORY, publish
from support.house import GUIDELINES, House

RULE = """
[rules.respect]
says = "We do not run others down."
why = "They listen too."
lists = ["others"]
all_of = [["slow", "a joke"]]
unless = ["just kidding"]
applies_to = ["transcript"]
bad = ["Globex is slow.", "Initech is a joke."]
good = ["Globex is here. The bus is slow.", "Globex is slow. I am just kidding."]

[lists.others]
terms = [{ term = "Globex" }]
"""


def test_a_rule_whose_examples_go_as_they_should_takes_a_line(house: House) -> None:
    house.write("guidelines.toml", RULE.replace(', "Initech is a joke."', ""))
    ran = publish("guidelines", "test", at=house.root)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.splitlines() == [
        "✓ respect: 1 of 1 bad found, 2 of 2 good left alone",
        "",
        "1 rule, 0 with examples that went otherwise",
    ]


def test_every_sentence_that_went_otherwise_is_shown_with_what_happened(house: House) -> None:
    house.write("guidelines.toml", RULE.replace("I am just kidding", "No joke"))
    ran = publish("guidelines", "test", at=house.root)
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "… respect: 1 of 2 bad found, 1 of 2 good left alone",
        "    not found: Initech is a joke.",
        "    found “Globex is slow”: Globex is slow. No joke.",
        "",
        "1 rule, 1 with examples that went otherwise",
    ]


def test_a_rule_without_a_bad_example_is_told(house: House) -> None:
    ran = publish("guidelines", "test", "secrets", at=house.root)
    assert ran.code == 0
    assert ran.out.splitlines()[:2] == [
        "… secrets: 0 of 0 bad found, 0 of 0 good left alone",
        "    no bad example: nothing shows what it finds",
    ]


def test_only_the_rules_that_are_named_are_tried_and_a_name_must_be_there(house: House) -> None:
    house.write("guidelines/respect.toml", RULE.replace("[rules.respect]\n", "").partition("[lists")[0])
    house.write("guidelines/lists/others.toml", 'terms = [{ term = "Globex" }, { term = "Initech" }]\n')
    house.write("guidelines.toml", GUIDELINES)
    assert publish("guidelines", "test", "respect", at=house.root).out.count("bad found") == 1
    assert publish("guidelines", "test", at=house.root).out.count("bad found") == 3
    ran = publish("guidelines", "test", "respct", at=house.root)
    assert ran.code == 1
    assert "use one of code-names, secrets, respect" in ran.err


def test_an_expression_that_takes_for_ever_fails_its_own_rule_only(house: House) -> None:
    greedy = f'[rules.greedy]\nsays = "x"\nwhy = "x"\ntokens = ["(?:a|aa)+[bc]"]\nbad = ["{"a" * 100}d"]\n'
    house.write("guidelines.toml", GUIDELINES + greedy)
    ran = publish("guidelines", "test", at=house.root)
    assert ran.code == 1
    assert "found no end" in ran.out
    assert "secrets: " in ran.out


def test_a_new_workspace_says_whose_rules_it_has(tmp_path: Path) -> None:
    (tmp_path / "ours").mkdir()
    (tmp_path / "ours/guidelines.toml").write_text(GUIDELINES)

    assert "guidelines.toml: put in yours" in publish("init", "theirs", at=tmp_path).out
    assert "those that you brought, and no others" in publish("init", "ours", at=tmp_path).out


@pytest.mark.slow
def test_the_house_s_own_rules_and_those_of_a_new_workspace_do_what_they_say(tmp_path: Path) -> None:
    publish("init", "voices", at=tmp_path)
    for root in (REPOSITORY, tmp_path / "voices"):
        ran = publish("guidelines", "test", at=root)
        assert ran.code == 0, ran.text
        assert "no bad example" not in ran.out
