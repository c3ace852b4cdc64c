"""Rules that find people and their numbers: what is found, what only looks like it, and that nobody is asked."""

import socket
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.entities import NAMES, entities

from publisher.policy.entities.looking import Entities
from publisher.policy.findings import check_passages
from publisher.policy.passages import spoken, written
from publisher.policy.tiers import Tiers
from publisher.transcript.model import Cue, Transcript
from publisher.workspace.guidelines import Entity, Guideline, fold

HEALTH = [["cancer", "off sick"]]


def rule(*names: Entity, **keys: object) -> Guideline:
    """A guideline that asks for these entities."""
    return Guideline.model_validate({"says": "x", "why": "x", "entities": names, **keys})


def found(guideline: Guideline, *texts: str, tiers: Tiers | None = None) -> list[str]:
    """The words that a rule points at in a written piece of these paragraphs."""
    looks = tiers or Tiers(entities=entities())
    return [one.phrase for one in check_passages([written("here", text) for text in texts], {"r": guideline}, looks)]


@pytest.mark.parametrize(
    ("name", "text", "phrases"),
    [
        ("CREDIT_CARD", "It is 4111 1111 1111 1111, I think.", ["4111 1111 1111 1111"]),
        ("CREDIT_CARD", "Serial number 4111 1111 1111 1112.", []),
        ("EMAIL_ADDRESS", "Write to maria.lopez@kitchen.example.org.", ["maria.lopez@kitchen.example.org"]),
        ("EMAIL_ADDRESS", "Log in as maria@build-host, then wait.", []),
        ("IBAN_CODE", "It went to GB33 BUKB 2020 1555 5555 55.", ["GB33 BUKB 2020 1555 5555 55"]),
        ("IBAN_CODE", "It went to GB34 BUKB 2020 1555 5555 55.", []),
        ("PERSON", "Yesterday Maria Lopez called.", ["Maria Lopez"]),
        ("PERSON", "Yesterday the printer called.", []),
        ("UK_NINO", "Hers is AB 12 34 56 C, is it?", ["AB 12 34 56 C"]),
        ("UK_NINO", "Model AB 12 34 56 X is closed.", []),
        ("US_PASSPORT", "My passport number is 533401187.", ["533401187"]),
        ("US_PASSPORT", "My order number is 533401187.", []),
        ("US_SSN", "Her social security number is 219-09-9999.", ["219-09-9999"]),
        ("US_SSN", "Part 219099999 is out of stock.", []),
    ],
)
def test_an_entity_is_found_and_what_only_looks_like_it_is_not(name: Entity, text: str, phrases: list[str]) -> None:
    assert found(rule(name), text) == phrases
    others = set(NAMES) - {name, "PERSON"}
    assert found(rule(*others), text) == [], "nobody asked for it"


def test_an_entity_stands_with_other_words_as_a_token_does() -> None:
    ill = rule("PERSON", all_of=HEALTH)
    assert found(ill, "Our Laura Stein is off sick.") == ["Laura Stein is off sick"]
    assert found(ill, "Laura Stein moved to Leeds. We were off sick.") == []
    assert found(ill, "Off sick again!", "Laura Stein sings.") == []
    assert found(rule("PERSON", tokens=["my boss"], all_of=HEALTH), "Off sick: my boss.") == ["Off sick: my boss"]
    assert found(rule("PERSON", unless=["with her leave"]), "Laura Stein sings.", "Said with her leave.") == []
    assert found(rule("PERSON", tokens=["Stein sings"]), "Laura Stein sings.") == ["Laura Stein"], "the first"


def test_where_nobody_looks_for_entities_the_rule_goes_on_with_its_other_words() -> None:
    alone = Tiers()
    assert found(rule("PERSON", all_of=HEALTH), "Laura Stein is off sick.", tiers=alone) == []
    assert found(rule("PERSON", tokens=["my boss"]), "Laura Stein, my boss.", tiers=alone) == ["my boss"]


def test_an_entity_has_its_time_and_its_place_in_what_is_said() -> None:
    said = ("We met in May, as we do.", "The card is 4111 1111", "1111 1111.")
    cues = tuple(Cue(4 * number, 4 * number + 4, "A", text) for number, text in enumerate(said))
    (one,) = check_passages(spoken(Transcript(cues)), {"r": rule("CREDIT_CARD")}, Tiers(entities=entities()))
    assert (one.place, one.phrase, one.tier) == ("0:04", "4111 1111 1111 1111", "rule")
    assert one.sentence == "The card is 4111 1111 1111 1111."


def test_nothing_is_asked_of_the_network_and_no_log_is_written(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    asked: list[object] = []

    def refuse(*where: object, **_: object) -> None:
        asked.append(where)
        raise OSError("there is no network")

    # Recorded, too: a library that wanted a list of domains would go on without it.
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    fresh = Entities(set(NAMES) - {"UK_NINO"}, entities().folder)  # an engine that no other test has used
    (there,) = fresh.look(["Maria Lopez is at maria@example.org."])
    assert {*there} == {"PERSON", "EMAIL_ADDRESS"}
    assert asked == []
    assert [record for record in caplog.records if record.levelname != "DEBUG"] == []


@pytest.mark.parametrize("endless", ["!#" * 10_000 + "@", "a-" * 10_000 + "@", "a@" * 10_000, "1" * 20_000])
def test_a_word_without_an_end_takes_no_time(endless: str) -> None:
    began = time.process_time()
    assert found(rule(*NAMES), f"Look: {endless} 4111 1111 1111 1111") == ["4111 1111 1111 1111"]
    assert time.process_time() - began < 20, "it took a minute"


@settings(max_examples=40, deadline=None)
@given(before=st.text(max_size=80), after=st.text(max_size=80))
def test_whatever_stands_around_it_a_card_is_found_where_it_stands(before: str, after: str) -> None:
    text = fold(f"{before}. The card is 4111 1111 1111 1111. {after}")
    (there,) = entities().look([text])
    assert "4111 1111 1111 1111" in [text[slice(*span)] for span in there["CREDIT_CARD"]]
