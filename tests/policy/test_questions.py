"""A rule that asks: what words cannot show, the author is asked once, and legal reads the answer."""

import json

import pytest
from pydantic import ValidationError
from support.commands import publish
from support.house import GUIDELINES, House

from publisher.errors import PublisherError
from publisher.workflow.answered import PART, read_answers
from publisher.workflow.decide import in_review
from publisher.workspace.guidelines import Guideline

ASKING = """
[rules.material]
says = "Whose music is it?"
why = "Words cannot show it."
asks = true
"""
ANSWER = "answers: {material: 'Ours, [all] of it.'}\n"


@pytest.fixture
def asking(house: House) -> House:
    """A house that asks."""
    house.write("guidelines.toml", GUIDELINES + ASKING)
    return house


def test_it_asks_once_until_it_is_answered(asking: House) -> None:
    asking.add_post(text="Music, music.\n")
    ran = publish("check", "a-post", at=asking.root)
    assert (ran.code, ran.out.splitlines()) == (
        0,
        [
            "posts/a-post/post.md:1: advice material: Whose music is it? (nothing under answers.material)",
            "1 finding by 3 rules in 1 piece",
        ],
    )
    asking.add_post(text="Music, music.\n", matter=ANSWER)
    assert publish("check", "a-post", at=asking.root).out == "nothing found by 3 rules in 1 piece\n"


def test_legal_reads_the_answer_that_was_submitted_and_sees_an_open_question(asking: House) -> None:
    asking.add_post(matter=ANSWER)
    asking.submit("a-post")
    asking.add_post(matter=ANSWER.replace("Ours", "Theirs"))
    shown = publish("review", "show", "a-post", at=asking.root).out
    assert "Asked: Whose music is it? “Ours, [all] of it.”" in shown
    assert "nothing under answers" not in shown
    asking.add_post()
    asking.submit("a-post")
    for _ in range(2):
        shown = publish("review", "show", "a-post", at=asking.root).out
        assert "Asked" not in shown
        assert "answers  advice  material: Whose music is it? “nothing under answers.material”" in shown
        asking.add_post(matter=ANSWER)


def test_an_answer_is_approved_and_not_published(asking: House) -> None:
    asking.add_post(matter=ANSWER)
    asking.approved("a-post")
    assert publish("post", "a-post", at=asking.root).code == 0
    public = [path.read_bytes() for path in (asking.root / "public").rglob("*") if path.is_file()]
    assert not [data for data in public if b"all] of it" in data]
    asking.add_post(matter=ANSWER.replace("Ours", "Theirs"))
    assert publish("post", "a-post", at=asking.root).code == 3, "another answer is another revision"


def test_a_piece_without_answers_has_no_part_for_them(asking: House) -> None:
    asking.add_post(matter="answers: {other: x}\n")
    asking.submit("a-post")
    assert PART not in in_review(asking.context(), "a-post").parts


def test_a_question_about_what_is_said_is_not_asked_of_a_post(asking: House) -> None:
    asking.write("guidelines.toml", f'{ASKING}applies_to = ["transcript"]\n')
    asking.add_post()
    asking.add_episode()
    data = json.loads(publish("check", "--all", "--format", "json", at=asking.root).out)
    assert [(one["slug"], one["rule"]) for one in data["findings"]] == [("a-talk", "material")]


@pytest.mark.parametrize(
    "keys", [{"tokens": ["x"]}, {"bad": ["x"]}, {"level": "blocks"}, {"level": "waiver"}, {"unless": ["x"]}]
)
def test_a_rule_that_asks_does_nothing_else(keys: dict[str, object]) -> None:
    with pytest.raises(ValidationError, match="asks"):
        Guideline.model_validate({"says": "x", "why": "x", "asks": True, **keys})


def test_questions_have_no_examples_to_be_tried_on(asking: House) -> None:
    ran = publish("guidelines", "test", "material", at=asking.root)
    assert ran.code == 0
    assert ran.out.splitlines()[0] == "✓ material: asks, and looks for nothing"


@pytest.mark.parametrize("data", [b"{", b"1", b"[1]", b'[{"rule": "x"}]', b'[{"rule":"x","asked":"x","answer":1}]'])
def test_what_are_no_answers_is_an_error_and_nothing_else(data: bytes) -> None:
    with pytest.raises(PublisherError, match="answers"):
        read_answers(data, "here")
