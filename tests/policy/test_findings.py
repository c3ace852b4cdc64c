"""Findings: whole words, wherever they stand, with a place that a person finds again."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from pydantic import ValidationError
from support.entities import entities

import publisher.workspace
from publisher.policy.findings import check, check_passages
from publisher.policy.passages import written
from publisher.policy.tiers import Tiers
from publisher.transcript.model import Cue, Transcript
from publisher.workspace.guidelines import Guideline
from publisher.workspace.pieces import Episode, EpisodeMatter, Post, PostMatter
from publisher.workspace.rulebook import load_rulebook

ROOT = Path(__file__).parents[2]
HOUSES = {"house": ROOT, "starter": Path(publisher.workspace.__file__).parent / "starter"}


def rulebook(folder: Path) -> Mapping[str, Guideline]:
    """The rules of a house, which has some."""
    rules = load_rulebook(folder, [])
    assert rules, f"the rules in {folder} are not right"
    return rules


CASES = [
    pytest.param(rule, id=f"{name}-{id_}")
    for name, folder in HOUSES.items()
    for id_, rule in rulebook(folder).items()
    if not rule.asks
]


def rule(*tokens: str, **keys: object) -> Guideline:
    """A guideline of these tokens."""
    return Guideline.model_validate({"says": "x", "why": "x", "tokens": tokens, **keys})


def phrases(guideline: Guideline, text: str) -> list[str]:
    """The words in a text that a guideline points at."""
    looks = Tiers(entities=entities())
    return [found.phrase for found in check_passages([written("here", text)], {"rule": guideline}, looks)]


def post(text: str = "", line: int = 1, **matter: object) -> Post:
    """A post in memory."""
    head = {"title": "T", "date": "2026-11-05T07:00:00Z", "summary": "S", "authors": ["ben"], **matter}
    return Post("a-post", Path(), "posts/a-post/post.md", PostMatter.model_validate(head), text, line)


@pytest.mark.parametrize("guideline", CASES)
def test_a_rule_finds_its_bad_sentences_and_leaves_the_good_ones_alone(guideline: Guideline) -> None:
    assert guideline.bad, "a rule shows what it is about"
    assert guideline.good, "a rule shows what it is not about"
    assert [bad for bad in guideline.bad if not list(phrases(guideline, bad))] == []
    assert [good for good in guideline.good if list(phrases(guideline, good))] == []


@pytest.mark.parametrize(
    ("token", "text", "found"),
    [
        ("ass", "The class passed.", []),
        ("ass", "An ass.", ["ass"]),
        ("Bluefin", "BLUEFIN, bluefin; Bluefins", ["BLUEFIN", "bluefin"]),
        ("größe", "Die GRÖSSE, die GRÖßE", ["GRÖßE"]),
        ("caf\u00e9", "un cafe\u0301", ["caf\u00e9"]),
        ("don't", "we don\u2019t", ["don't"]),
        ("C\\+\\+", "C++, C++17 and Objective-C++", ["C++", "C++", "C++"]),
        ("\\.NET", "in .NET and ASP.NET", [".NET", ".NET"]),
        ("\\$\\d+", "US$50 and $7", ["$50", "$7"]),
        ("a|b", "a b ab", ["a", "b"]),
        ("(\\w)\\1", "aa ab bb", ["aa", "bb"]),
        ("one two", "one\u00a0two, one\n\ttwo", ["one two", "one two"]),
    ],
)
def test_a_token_is_matched_as_whole_words(token: str, text: str, found: list[str]) -> None:
    assert list(phrases(rule(token), text)) == found


def test_capitals_count_where_a_rule_says_so() -> None:
    assert list(phrases(rule("JOE", ignorecase=False), "Joe JOE joe")) == ["JOE"]


def test_of_two_tokens_that_find_the_same_words_the_longer_phrase_is_told_once() -> None:
    assert list(phrases(rule("Bluefin", "Project Bluefin", "Project"), "our Project Bluefin now")) == [
        "Project Bluefin"
    ]


@pytest.mark.parametrize("token", ["(", "x*", "", "a|", "(?i)a", "\\b", "\\s*", "[a-", "(?P<a>x)(?P<a>y)"])
def test_a_token_that_cannot_work_is_refused_when_it_is_loaded(token: str) -> None:
    with pytest.raises(ValidationError, match=r"regular expression|empty place"):
        rule(token)


def test_a_phrase_is_found_across_the_ends_of_lines_and_inside_markup() -> None:
    text = "First.\n\nWe **expect**\n> our *revenue*\nto grow.\n\n`Project`\n\nBluefin"
    found = check(post(text, line=8), None, {"money": rule("expect our revenue"), "name": rule("Project Bluefin")})

    assert [(one.rule, one.place, one.phrase) for one in found] == [("money", "line 10", "expect our revenue")]
    assert found[0].context == "We expect our revenue"


@pytest.mark.parametrize(
    "text",
    [
        "See Project [Bluefin](https://example.com/a_(b) 'A title').",
        "See [Project\nBluefin](https://example.com).",
        "See [Project][1] Bluefin.",
        "See Project ![Bluefin](a.png).",
        "See Project&nbsp;Bluefin.",
        "See Project \\*Bluefin\\*.",
        "See Project Blue\u00adfin.",
        "See Project Blue\u200bfin.",
    ],
)
def test_a_phrase_is_found_though_a_link_or_what_nobody_sees_is_in_it(text: str) -> None:
    found = check(post(text), None, {"name": rule("Project Bluefin")})

    assert [one.phrase for one in found] == ["Project Bluefin"]


def test_where_a_link_leads_is_looked_at_too_and_parts_no_sentence() -> None:
    text = "We met\n[Globex](https://example.com/bluefin) and liked it."
    found = check(post(text, line=8), None, {"name": rule("bluefin"), "meeting": rule("met Globex and liked")})

    assert [(one.rule, one.place, one.sentence) for one in found] == [
        ("meeting", "line 8", "We met Globex and liked it."),
        ("name", "line 9", "https://example.com/bluefin"),
    ]


def test_lines_are_counted_as_editors_count_them() -> None:
    (found,) = check(post("one\x0c\u2028two\nBluefin"), None, {"name": rule("Bluefin")})

    assert found.place == "line 2"


def test_a_phrase_is_found_across_cues_of_one_speaker_only() -> None:
    cues = (
        Cue(0, 1, "A", "It is Project"),
        Cue(61.5, 62, "A", "Bluefin."),
        Cue(63, 64, "B", "Project"),
        Cue(65, 66, "A", "Bluefin"),
    )
    found = check(post(), Transcript(cues), {"name": rule("Project Bluefin")})

    assert [(one.place, one.time, one.context) for one in found] == [("0:00", 0, "It is Project Bluefin.")]


def test_every_word_that_the_public_gets_is_held_against_the_rules() -> None:
    head = {
        "title": "word", "date": "2026-11-05T07:00:00Z", "summary": "word", "tags": ["word-of"], "speakers": ["ann"],
        "recording": [{"file": "a.wav"}], "chapters": [{"start": "0:00", "title": "word"}],
    }  # fmt: skip
    matter = EpisodeMatter.model_validate(head)
    episode = Episode("a", Path(), "episodes/a/episode.md", matter, "s", "word", 12)
    picture = post(picture={"file": "a.png", "alt": "word"})
    words = Transcript((Cue(3, 4, None, "word"),))

    places = [found.place for found in check(episode, words, {"r": rule("word")})]
    assert places == ["title", "summary", "tags", "chapter 1", "line 12", "0:03"]
    assert [found.place for found in check(picture, None, {"r": rule("word")})] == ["picture"]


def test_a_rule_is_held_only_against_what_it_applies_to() -> None:
    rules = {"said": rule("word", applies_to=["transcript"]), "written": rule("word", applies_to=["text"])}
    found = check(post("word"), Transcript((Cue(0, 1, None, "word"),)), rules)

    assert [(one.rule, one.place) for one in found] == [("written", "line 1"), ("said", "0:00")]
