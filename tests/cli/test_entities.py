"""Entities as a user meets them: asked for by a rule, looked for where that was asked for, and else said not to be."""

import pytest
from support.commands import publish
from support.house import House

from publisher.cli.reports import Where, as_json
from publisher.errors import WorkspaceError
from publisher.policy.examples import try_rule
from publisher.policy.models import Model
from publisher.workflow.checking import check_pieces
from publisher.workflow.tiers import open_tiers, rules_only, rules_with_entities
from publisher.workspace.loading import load

RULES = """
[rules.private]
says = "It is theirs to tell."
why = "They trusted us."
level = "waiver"
entities = ["CREDIT_CARD", "PERSON"]
tokens = ["my boss"]
bad = ["My boss is ill.", "Laura Stein is ill."]
good = ["Nobody is ill."]
"""
TEXT = "Laura Stein paid with 4111 1111 1111 1111.\n"
LINE = "posts/a-post/post.md:8: waiver private: It is theirs to tell."


def found(house: House) -> tuple[list[str], str]:
    """The words that are pointed at where all look that can, and what is said of the others."""
    workspace = load(house.root)
    tiers = open_tiers(workspace, lambda *_: None)
    checked = check_pieces(workspace, workspace.pieces.values(), tiers)
    return [one.phrase for one in checked.findings], tiers.silent


@pytest.fixture
def asking(house: House) -> House:
    """A house with a rule that asks for entities, and a post with two of them."""
    house.write("guidelines.toml", RULES)
    house.add_post(text=TEXT)
    return house


def test_entities_are_looked_for_where_more_than_words_is_asked_for(asking: House) -> None:
    alone, both = (publish("check", "a-post", "--tier", tier, at=asking.root) for tier in ("rule", "both"))
    only = "rule tier only: --tier both looks for entities, too"
    assert (alone.code, alone.out) == (0, f"nothing found by 1 rule in 1 piece ({only})\n")
    assert (both.code, both.err) == (1, "")
    assert both.out.splitlines() == [
        f"{LINE} (Laura Stein)",
        f"{LINE} (4111 1111 1111 1111)",
        "2 findings by 1 rule in 1 piece; 2 must be waived",
    ]


def test_json_says_which_entities_were_looked_for(asking: House) -> None:
    workspace = load(asking.root)
    for tiers, names in ((rules_only(workspace), []), (rules_with_entities(workspace), ["CREDIT_CARD", "PERSON"])):
        checked = check_pieces(workspace, workspace.pieces.values(), tiers)
        said = as_json(checked, [], Where(asking.root, asking.root))
        assert (said["entities"], len(said["findings"])) == (names, len(names))


def test_without_its_model_a_rule_finds_what_needs_none_and_that_is_said(
    asking: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Model, "installed", lambda _: None)
    assert found(asking) == (["4111 1111 1111 1111"], "no PERSON: no English model is installed")


def test_without_the_extra_a_rule_goes_on_with_its_words_and_that_is_said(
    asking: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publisher.policy.models.find_spec", lambda _: None)
    asking.add_post(text=f"My boss, {TEXT}")
    assert found(asking) == (["My boss"], "no entities: it needs pip install 'corporate-voices[entities]'")


def test_a_rule_is_tried_with_its_entities(asking: House) -> None:
    ran = publish("guidelines", "test", at=asking.root)
    assert (ran.code, ran.out.splitlines()[0]) == (0, "✓ private: 2 of 2 bad found, 1 of 1 good left alone")
    (rule,) = load(asking.root).guidelines.values()
    alone = try_rule("private", rule)
    assert (alone.found, alone.blind, alone.surprises) == (1, True, ()), "without them it is no fault of the rule's"


def test_rules_that_ask_for_no_entities_need_nothing(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Model, "missing_libraries", lambda _: pytest.fail("it was looked for"))
    tiers = open_tiers(load(house.root), lambda *_: None)
    assert (tiers.entities, tiers.silent) == (None, "")


def test_an_unknown_entity_is_told_with_those_that_there_are(asking: House) -> None:
    asking.write("guidelines.toml", RULES.replace("CREDIT_CARD", "PHONE_NUMBER"))
    with pytest.raises(WorkspaceError) as caught:
        load(asking.root)
    (problem,) = caught.value.problems
    assert (problem.file, problem.key) == ("guidelines.toml", "rules.private.entities.0")
    assert "'CREDIT_CARD', 'EMAIL_ADDRESS'" in problem.advice
