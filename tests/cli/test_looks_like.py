"""The second tier as a user meets it: asked for, silent but said, taught by a command, refused if it is not whole."""

import json
from pathlib import Path

import pytest
from support.commands import publish
from support.house import House, make_house
from support.sentence_model import folder

from publisher.policy.models import Model
from publisher.policy.tiers import Tiers
from publisher.workflow.tiers import open_tiers
from publisher.workspace.loading import load

RULES = """
[rules.respect]
says = "We do not run others down."
why = "They listen too."
level = "blocks"
tokens = ["a joke"]
bad = ["Globex is a joke."]
"""
EXEMPLARS = """# What we heard in the first year.
bad = [
  "Globex support is hopeless, they never call back.", # episode 3
  "Nobody at Initech knows how their own product works.",
]
"""
TEXT = "We met in May.\n\nThe folks at Globex never call you back, support is hopeless.\n"
LINE = (
    "posts/a-post/post.md:10: waiver respect: We do not run others down."
    " (“The folks at Globex never call you back, support is hopeless.”"
    " looks like: “Globex support is hopeless, they never call back.” ("
)


@pytest.fixture
def taught(tmp_path: Path) -> House:
    """A house with a rule that has exemplars, and a post that resembles one."""
    house = make_house(tmp_path / "house")
    house.write("guidelines.toml", RULES)
    house.write("guidelines/exemplars/respect.toml", EXEMPLARS)
    house.add_post(text=TEXT)
    return house


def test_what_resembles_an_exemplar_is_found_where_both_tiers_are_asked_for(taught: House) -> None:
    alone, both = (publish("check", "a-post", "--tier", tier, at=taught.root) for tier in ("rule", "both"))
    only = "rule tier only: --tier both looks for what resembles an exemplar, too"
    assert (alone.code, alone.out) == (0, f"nothing found by 1 rule in 1 piece ({only})\n")
    assert not (taught.root / ".publisher" / "likeness").exists() or both.code == 1
    assert both.code == 1
    line, summary = both.out.splitlines()
    assert line.startswith(LINE)
    whole = "1 finding by 1 rule and its exemplars in 1 piece; 1 must be waived"
    assert summary == whole, "what only resembles an exemplar never blocks"


def test_a_model_is_opened_for_new_words_only(taught: House, monkeypatch: pytest.MonkeyPatch) -> None:
    first = publish("check", "a-post", "--tier", "both", at=taught.root)
    monkeypatch.setattr(Model, "check", lambda *_: pytest.fail("it was opened"))
    assert publish("check", "a-post", "--tier", "both", at=taught.root).out == first.out
    monkeypatch.undo()
    taught.add_post(text=f"{TEXT}\nGlobex people never phone you back, their support is hopeless.\n")
    assert publish("check", "a-post", "--tier", "both", at=taught.root).out.count(" waiver respect: ") == 2


def test_json_and_sarif_name_the_tier(taught: House) -> None:
    ran = publish("check", "a-post", "--tier", "both", "--format", "json", at=taught.root)
    said = json.loads(ran.out)
    assert said["tiers"] == ["rule", "looks like"]
    (one,) = said["findings"]
    assert (one["tier"], one["exemplar"]) == ("looks like", "Globex support is hopeless, they never call back.")
    assert 0.35 < one["likeness"] < 1.2
    log = json.loads(publish("check", "a-post", "--tier", "both", "--format", "sarif", at=taught.root).out)
    (result,) = log["runs"][0]["results"]
    assert result["properties"]["tier"] == "looks like"
    assert "looks like" in result["message"]["text"]


def test_both_tiers_look_on_the_way_to_legal(taught: House) -> None:
    ran = publish("post", "a-post", at=taught.root)
    assert ran.code == 3, "legal is asked"
    assert "looks like: “Globex support is hopeless, they never call back.”" in ran.out


def test_a_rule_learns_a_sentence_and_the_rest_of_its_file_stays(taught: House) -> None:
    ran = publish("guidelines", "learn", "respect", "--good", TEXT.splitlines()[2], at=taught.root)
    assert ran.code == 0, ran.text
    assert "guidelines/exemplars/respect.toml" in ran.out
    text = (taught.root / "guidelines/exemplars/respect.toml").read_text()
    assert text == f'{EXEMPLARS}good = [\n  "{TEXT.splitlines()[2]}",\n]\n'
    assert publish("check", "a-post", "--tier", "both", at=taught.root).code == 0, "it was said to be good"
    again = publish("guidelines", "learn", "respect", "--bad", TEXT.splitlines()[2], at=taught.root)
    assert again.code == 1
    assert "among the good ones already" in again.err
    assert (taught.root / "guidelines/exemplars/respect.toml").read_text() == text


def test_the_first_sentence_that_a_rule_learns_makes_its_file(house: House) -> None:
    refused = publish("guidelines", "learn", "secrets", "--good", "Fine.", at=house.root)
    assert (refused.code, "bad" in refused.err) == (1, True), "nothing to look for yet"
    assert publish("guidelines", "learn", "secrets", "--bad", 'It is "in" the \\ safe.', at=house.root).code == 0
    assert publish("guidelines", "learn", "secrets", "--good", "Fine.", at=house.root).code == 0
    ran = publish("guidelines", "test", "secrets", "--tier", "both", at=house.root)
    assert ran.code == 0
    assert "looks like: 0 of 1 bad exemplars found by the others" in ran.out


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["respct", "--bad", "x"], 1, "use one of respect"),
        (["respect"], 2, "either --bad or --good"),
        (["respect", "--bad", "x", "--good", "y"], 2, "either --bad or --good"),
        (["respect", "--bad", "  "], 1, "--bad: the sentence is empty"),
    ],
)
def test_learning_says_what_is_wrong_and_writes_nothing(
    taught: House, arguments: list[str], code: int, says: str
) -> None:
    ran = publish("guidelines", "learn", *arguments, at=taught.root)
    assert ran.code == code
    assert says in " ".join(ran.err.split())
    assert (taught.root / "guidelines/exemplars/respect.toml").read_text() == EXEMPLARS


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("respct", EXEMPLARS, "there is no rule 'respct'"),
        ("respect", 'bad = ["x"]\ngood = ["x"]\n', "'x' is bad, too; keep one"),
        ("respect", 'bad = ["x"]\nnames = true\n', "has no lists"),
        ("respect", 'bad = ["x"]\nthreshold = 2\n', "threshold"),
    ],
)
def test_exemplars_that_cannot_be_meant_are_told_with_their_file(
    taught: House, name: str, text: str, says: str
) -> None:
    taught.write(f"guidelines/exemplars/{name}.toml", text)
    ran = publish("check", "a-post", "--tier", "both", at=taught.root)
    assert ran.code == 1
    assert f"guidelines/exemplars/{name}.toml" in ran.err
    assert says in ran.err
    assert publish("check", "a-post", at=taught.root).code == 0, "an editor does not wait for them"


def test_a_model_that_is_named_and_not_whole_is_refused_with_what_to_do(taught: House, tmp_path: Path) -> None:
    nowhere = publish("check", "--all", "--tier", "both", at=taught.root, env={"PUBLISH_SENTENCE_MODEL": "nowhere"})
    assert (nowhere.code, "PUBLISH_SENTENCE_MODEL" in nowhere.err) == (1, True)
    (tmp_path / "model").mkdir()
    config = taught.root / "publisher.toml"
    config.write_text(config.read_text() + f'\n[likeness]\nmodel = "{tmp_path / "model"}"\n')
    empty = publish("check", "--all", "--tier", "both", at=taught.root)
    assert empty.code == 1
    assert "has no model.safetensors" in empty.err
    whole = publish("check", "--all", "--tier", "both", at=taught.root, env={"PUBLISH_SENTENCE_MODEL": str(folder())})
    assert LINE in whole.out, "the environment goes before the file"


def test_without_a_model_the_tier_is_silent_and_that_is_said(taught: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Model, "installed", lambda _: None)
    alone = Tiers(silent="rule tier only: no sentence model is installed")
    assert open_tiers(load(taught.root), lambda *_: None) == alone


def test_rules_without_exemplars_need_no_model(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Model, "installed", lambda _: pytest.fail("it was looked for"))
    assert open_tiers(load(house.root), lambda *_: None) == Tiers()
