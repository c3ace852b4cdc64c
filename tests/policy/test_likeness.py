"""What resembles an example is found, with the example; what is learnt holds for sentences that nobody wrote down."""

from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.house import snapshot
from support.sentence_model import encoder

from publisher.errors import PublisherError
from publisher.policy.findings import Finding, check_passages
from publisher.policy.likeness.judgement import learn
from publisher.policy.likeness.looking import Likeness
from publisher.policy.likeness.teaching import teach
from publisher.policy.likeness.windows import LONG, SHORT, windows
from publisher.policy.passages import spoken, written
from publisher.policy.tiers import Tiers
from publisher.transcript.model import Cue, Transcript
from publisher.workspace.exemplars import Exemplars
from publisher.workspace.guidelines import Guideline, TermList

OTHERS = {
    "terms": [{"term": "Globex"}, {"term": "Initech"}, {"term": "Stark", "context": "word"}],
    "near": ["rival"],
    "stands_for": "the other company",
}
CODE_NAMES = {"terms": [{"term": "Kestrel", "context": "word"}], "near": ["ships"]}
EXEMPLARS: dict[str, dict[str, Any]] = {
    "respect": {
        "bad": [
            "Globex support is hopeless, they never call back.",
            "Nobody at Initech knows how their own product works.",
            "The people at Globex are dishonest.",
            "Stark's software is a joke.",
        ],
        "good": ["Globex is a strong competitor, and we learn from them.", "The support team at Initech was friendly."],
    },
    "code-names": {
        "names": True,
        "threshold": 0.25,
        "bad": ["Kestrel replaces the app that you know.", "I was put on Kestrel last month.", "We tested Kestrel."],
        "good": ["A kestrel built its nest on our roof.", "The kestrel hunts mice."],
    },
}


@cache
def guidelines() -> dict[str, Guideline]:
    """A rule that names others, and one that names projects."""
    lists = {"others": TermList.model_validate(OTHERS), "code-names": TermList.model_validate(CODE_NAMES)}
    respect = {"says": "x", "why": "x", "lists": ["others"], "all_of": [["a joke"]]}
    names = {"says": "x", "why": "x", "lists": ["code-names"]}
    rules = {"respect": respect, "code-names": names}
    return {id_: Guideline.model_validate(rule).with_lists(lists) for id_, rule in rules.items()}


@cache
def likeness(cache_folder: str = "") -> Likeness:
    """What these exemplars teach."""
    exemplars = {id_: Exemplars.model_validate(one) for id_, one in EXEMPLARS.items()}
    return teach(encoder(), guidelines(), exemplars, Path(cache_folder or mkdtemp()), lambda _: None)


def found(*texts: str) -> list[Finding]:
    """What both tiers find in paragraphs."""
    return list(check_passages([written("here", text) for text in texts], guidelines(), Tiers(likeness())))


def test_a_paraphrase_without_any_listed_word_is_found_with_the_example_that_it_looks_like() -> None:
    (one,) = found("We had a nice day. The folks at Initech never phone you back, support is hopeless. We went home.")
    assert (one.rule, one.tier, one.exemplar) == ("respect", "looks like", EXEMPLARS["respect"]["bad"][0])
    assert one.phrase == one.sentence == "The folks at Initech never phone you back, support is hopeless."
    assert one.because == f"“{one.phrase}” looks like: “{one.exemplar}” ({one.likeness:.2f})"


@pytest.mark.parametrize(
    "text",
    ["Initech is a strong competitor, and we respect them.", "Welcome to our podcast.", "The bridge was closed.", ""],
)
def test_what_is_near_to_a_good_example_or_to_plain_talk_is_left_alone(text: str) -> None:
    assert found(text) == []


def test_where_a_rule_s_own_words_point_the_other_tier_says_nothing_again() -> None:
    (one,) = found("Globex software is a joke.")
    assert (one.tier, one.phrase, one.likeness) == ("rule", "Globex software is a joke", None)
    assert one.because == "“Globex software is a joke”"


def test_a_sentence_about_one_name_of_a_list_resembles_that_about_another() -> None:
    (one,) = found("Nobody at Globex knows how their own product works.")
    assert one.likeness == pytest.approx(found("Nobody at Initech knows how their own product works.")[0].likeness)


def test_exemplars_about_names_tell_the_project_from_the_bird_and_need_the_name() -> None:
    assert [one.rule for one in found("They put me on Kestrel in May.")] == ["code-names"]
    assert [one.rule for one in found("They put me on kes trel in May.")] == ["code-names"]
    assert found("The kestrel ate a mouse.") == found("They put me on the early shift in May.") == []


def test_what_is_said_by_one_speaker_has_its_time_and_goes_over_the_ends_of_cues() -> None:
    cues = (Cue(0, 1, "A", "The people at Stark"), Cue(1, 2, "A", "are dishonest."), Cue(2, 3, "B", "Hm."))
    (one,) = check_passages(spoken(Transcript(cues)), guidelines(), Tiers(likeness()))
    assert (one.time, one.phrase) == (0, "The people at Stark are dishonest.")


@pytest.mark.slow
@pytest.mark.parametrize("name", ["read.npz", "learnt.npz"])
def test_what_was_read_and_learnt_is_kept_and_a_damaged_file_of_it_costs_time_only(tmp_path: Path, name: str) -> None:
    likeness.cache_clear()
    first = likeness(str(tmp_path)).look(["Initech lies."])
    kept = snapshot(tmp_path)
    assert {*kept} == {"read.npz", "learnt.npz"}
    whole = kept[name]
    for damaged in (whole, whole[:999], b"", whole[:-99] + b"x" * 99):
        (tmp_path / name).write_bytes(damaged)
        likeness.cache_clear()
        assert likeness(str(tmp_path)).look(["Initech lies."]) == first
        assert {*snapshot(tmp_path)} == {*kept}


def test_what_an_earlier_version_kept_is_cleared_away(tmp_path: Path) -> None:
    (tmp_path / "53aa51172d142c89.npz").write_bytes(b"vectors of another size")
    likeness.cache_clear()
    likeness(str(tmp_path))
    assert {path.name for path in tmp_path.iterdir()} == {"read.npz", "learnt.npz"}


@given(st.data())
def test_what_an_example_would_get_if_it_were_not_learnt_from_does_not_hang_on_its_own_verdict(
    data: st.DataObject,
) -> None:
    seed, row = data.draw(st.integers(0, 99)), data.draw(st.integers(0, 7))
    vectors = np.random.default_rng(seed).normal(size=(8, 5)).astype(np.float32)
    verdicts = (vectors[:, :1] > 0).astype(np.float32)
    other = verdicts.copy()
    other[row] = 1 - other[row]
    one, two = (learn(vectors, each).held_out(each)[row] for each in (verdicts, other))
    assert np.allclose(one, two, atol=1e-4)


def test_what_is_learnt_is_near_to_what_was_taught() -> None:
    vectors = np.eye(6, dtype=np.float32)
    verdicts = np.array([[1], [1], [0], [0], [0], [0]], np.float32)
    scores = learn(vectors, verdicts).likeness(vectors)[:, 0]
    assert scores[:2].min() > 0.5
    assert scores[2:].max() < 0.2


SAID = st.lists(st.sampled_from(["one", "two", "three.", "Four!", "five,"]), max_size=150).map(" ".join)


@settings(max_examples=200)
@given(SAID)
def test_every_word_is_looked_at_in_windows_that_are_neither_long_nor_broken(text: str) -> None:
    spans = list(windows(text))
    for start, end in spans:
        assert len(text[start:end].split()) <= LONG + SHORT
        assert start == 0 or text[start - 1] == " "
    covered = {place for start, end in spans for place in range(start, end)}
    assert covered == set(range(len(text)))


def test_a_term_that_takes_for_ever_is_stopped() -> None:
    greedy = TermList.model_validate({"terms": [{"term": "(?:a|aa)+[bc]"}], "stands_for": "x"})
    rule = Guideline.model_validate({"says": "x", "why": "x", "lists": ["greedy"]}).with_lists({"greedy": greedy})
    exemplars = {"r": Exemplars.model_validate({"bad": ["a" * 100 + "d"]})}
    with pytest.raises(PublisherError, match="found no end"):
        teach(encoder(), {"r": rule}, exemplars, Path(mkdtemp()), lambda _: None)
