"""What a rule can ask for: words in one sentence, lists of terms, a disclosure; and findings that are known again."""

import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from publisher.errors import PublisherError
from publisher.policy.findings import Finding, check, check_passages
from publisher.policy.passages import spoken, written
from publisher.transcript.model import Cue, Transcript
from publisher.workspace.guidelines import Guideline, TermList
from publisher.workspace.pieces import Post, PostMatter

NAMES = {
    "names": {
        "terms": [{"term": "Bluefin"}, {"term": "Kestrel", "context": "word"}],
        "near": ["ships?", "call it"],
    }
}


def rule(*tokens: str, **keys: object) -> Guideline:
    """A guideline of these tokens, with the lists of `NAMES` at hand."""
    asked = Guideline.model_validate({"says": "x", "why": "x", "tokens": tokens, **keys})
    return asked.with_lists({id_: TermList.model_validate(one) for id_, one in NAMES.items()})


def found(guideline: Guideline, *texts: str) -> list[str]:
    """The words that a rule points at in a written piece of these paragraphs."""
    return [one.phrase for one in check_passages([written("here", text) for text in texts], {"r": guideline})]


def post(text: str) -> Post:
    """A post in memory."""
    head = {"title": "T", "date": "2026-11-05T07:00:00Z", "summary": "S", "authors": ["ben"]}
    return Post("a-post", Path(), "posts/a-post/post.md", PostMatter.model_validate(head), text)


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Globex is slow.", ["Globex is slow"]),
        ("So slow is Globex, so slow.", ["slow is Globex"]),
        ("Globex is great. The old bus is slow.", []),
        ("Globex is great! \u201cReally?\u201d Their bus is slow.", []),
        ("Dr. Globex, of J. Globex and Sons, is slow.", ["Globex, of J. Globex and Sons, is slow"]),
        ("Globex is slow. Globex is slow.", ["Globex is slow", "Globex is slow"]),
        ("Globex.com is slow.", ["Globex.com is slow"]),
        ("Globex is great\u2026 It is slow.", []),
    ],
)
def test_words_that_belong_together_are_found_in_one_sentence_only(text: str, phrases: list[str]) -> None:
    assert found(rule("Globex", all_of=[["slow", "buggy"]]), text) == phrases
    assert found(rule(all_of=[["slow", "buggy"], ["Globex"]]), text) == phrases


def test_a_turn_without_full_stops_is_not_one_sentence_from_end_to_end() -> None:
    slow = rule("Globex", all_of=[["slow"]])
    assert found(slow, f"Globex {'and ' * 20}slow") != []
    assert found(slow, f"Globex {'and ' * 90}slow") == []


def test_a_sentence_may_run_over_the_ends_of_cues_but_not_to_another_speaker() -> None:
    slow = {"r": rule("Globex", all_of=[["slow"]])}
    one = Transcript((Cue(0, 1, "A", "It is Globex"), Cue(61, 62, "A", "that is slow.")))
    two = Transcript((Cue(0, 1, "A", "It is Globex"), Cue(61, 62, "B", "that is slow.")))
    (over,) = check_passages(spoken(one), slow)
    assert (over.place, over.phrase, over.sentence) == ("0:00", "Globex that is slow", "It is Globex that is slow.")
    assert check_passages(spoken(two), slow) == ()


@pytest.mark.parametrize(
    ("text", "phrases"),
    [
        ("Bluefin swims.", ["Bluefin"]),
        ("A kestrel nests here.", []),
        ("Internally we call it Kestrel.", ["Kestrel"]),
        ("Kestrel ships today.", ["Kestrel"]),
        ("The blue fin team, the Blue-Fin team, kes trel ships.", ["blue fin", "Blue-Fin", "kes trel"]),
        ("The blue, fin.", []),
        ("A kestrel nests here. The parcel ships today.", []),
    ],
)
def test_a_term_that_means_other_things_too_is_found_where_a_word_beside_it_says_so(
    text: str, phrases: list[str]
) -> None:
    assert found(rule(lists=["names"]), text) == phrases


def test_the_word_beside_a_term_is_another_word_than_the_term() -> None:
    terms = TermList.model_validate({"terms": [{"term": "ship it", "context": "word"}], "near": ["ship"]})
    asked = Guideline.model_validate({"says": "x", "why": "x", "lists": ["names"]}).with_lists({"names": terms})
    assert found(asked, "We ship it.") == []
    assert found(asked, "We ship it on a ship.") == ["ship it"]


def test_terms_of_a_list_go_together_with_other_words_of_the_sentence() -> None:
    late = rule(lists=["names"], all_of=[["late"]])
    assert found(late, "Bluefin is late.") == ["Bluefin is late"]
    assert found(late, "Bluefin is here. We are late.") == []


def test_a_rule_whose_lists_are_not_at_hand_finds_no_way_to_say_that_all_is_well() -> None:
    asked = Guideline.model_validate({"says": "x", "why": "x", "lists": ["names"]})
    with pytest.raises(LookupError):
        found(asked, "Bluefin.")


def test_a_disclosure_anywhere_silences_a_rule_in_what_is_said_or_in_what_is_written() -> None:
    buy = rule("buy one", unless=["sponsored by"])
    assert found(buy, "You should buy one.") == ["buy one"]
    assert found(buy, "You should buy one.", "This is sponsored by Lumina.") == []
    said = Transcript((Cue(0, 1, None, "You should buy one."),))
    places = [one.place for one in check(post("Sponsored by Lumina. You should buy one."), said, {"r": buy})]
    assert places == ["0:00"], "who listens does not read"


@pytest.mark.parametrize(
    "keys",
    [
        {},
        {"all_of": [[]]},
        {"tokens": ["x"], "applies_to": []},
        {"tokens": ["a{e<=2}"]},
        {"tokens": ["x"], "all_of": [["("]]},
        {"tokens": ["x"], "unless": ["y*"]},
    ],
)
def test_a_rule_that_could_find_nothing_or_everything_is_refused(keys: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Guideline.model_validate({"says": "x", "why": "x", **keys})


def test_a_term_that_needs_a_word_beside_it_needs_a_list_of_such_words() -> None:
    with pytest.raises(ValidationError, match="near"):
        TermList.model_validate({"terms": [{"term": "Kestrel", "context": "word"}]})


@pytest.mark.slow
@pytest.mark.parametrize("keys", [{"tokens": ["(?:a|aa)+[bc]"]}, {"tokens": ["x"], "unless": ["(?:a|aa)+[bc]"]}])
def test_an_expression_that_takes_for_ever_is_stopped_and_its_rule_named(keys: dict[str, object]) -> None:
    began = time.monotonic()
    with pytest.raises(PublisherError, match="found no end") as caught:
        check(post("a" * 100 + "d"), None, {"greedy": Guideline.model_validate({"says": "x", "why": "x", **keys})})
    assert "greedy" in str(caught.value)
    assert time.monotonic() - began < 60


# Findings are known again

GUIDELINES = {"names": rule("Bluefin", "gold\\w*"), "slow": rule("Globex", all_of=[["slow"]])}
SENTENCES = ["It is Bluefin.", "Globex is slow today.", "They said gold!", "It is Bluefin.", "Who knows?"]
OTHERS = st.lists(st.sampled_from(["Rain fell.", "Ask Ann!", "Was it late?", "We met in May."]), max_size=5)
GAPS = st.tuples(*[OTHERS] * (len(SENTENCES) + 1))


def ids(findings: tuple[Finding, ...]) -> list[str]:
    """Their ids, in order."""
    return [one.id for one in findings]


def woven(gaps: tuple[list[str], ...]) -> list[str]:
    """The sentences, with others before, between and behind them."""
    return [one for gap, own in zip(gaps, [*SENTENCES, ""], strict=True) for one in [*gap, own] if one]


@given(GAPS, st.sampled_from([" ", "\n", "\n\n", "\n\n\n> "]))
def test_lines_put_elsewhere_into_a_text_change_no_id(gaps: tuple[list[str], ...], between: str) -> None:
    plain = check(post("\n".join(SENTENCES)), None, GUIDELINES)
    assert ids(check(post(between.join(woven(gaps))), None, GUIDELINES)) == ids(plain)
    assert len(set(ids(plain))) == len(plain) == 4


@given(GAPS, st.lists(st.sampled_from(["A", "B", None]), min_size=1, max_size=4))
def test_cues_put_elsewhere_into_a_transcript_change_no_id(
    gaps: tuple[list[str], ...], voices: list[str | None]
) -> None:
    plain = check_passages(spoken(transcript(SENTENCES, [None])), GUIDELINES)
    assert ids(check_passages(spoken(transcript(woven(gaps), voices)), GUIDELINES)) == ids(plain)


def transcript(texts: list[str], voices: Sequence[str | None]) -> Transcript:
    """A cue a text; the voices take turns."""
    return Transcript(
        tuple(Cue(number, number + 1, voices[number % len(voices)], text) for number, text in enumerate(texts))
    )


def test_an_id_is_of_the_rule_the_words_and_their_sentence() -> None:
    def one_id(text: str, id_: str = "r", token: str = "Bluefin|blue") -> str:  # noqa: S107 - no password
        (finding,) = check_passages([written("here", text)], {id_: rule(token)})
        return finding.id

    same = one_id("We like Bluefin.")
    assert one_id("Hello there. We   LIKE\nBluefin.") == same
    assert one_id("We like Bluefin a lot.") != same
    assert one_id("We like Bluefin.", id_="other") != same
    assert one_id("We like blue.") != same


def test_what_markdown_puts_between_words_changes_no_id() -> None:
    plain, marked = (check(post(text), None, GUIDELINES) for text in ("It is Bluefin.", "> It is **Blue**fin."))
    assert ids(plain) == ids(marked)
