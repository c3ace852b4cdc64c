"""What the house asks for: by division and tag, for a while, and of people who are really different ones."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.review.gate import Demand, Refusal, Rules, Trust, Undecided
from review.docket import (
    HOUSE,
    PEOPLE,
    START,
    Docket,
    a_card,
    a_revision,
    carded,
    line,
)

NAME = a_revision().name
UNTAMPERED = Path(__file__).parent.parent / "tampered" / "untampered"


def refused(docket: Docket, revision: str) -> Refusal:
    with pytest.raises(Refusal) as caught:
        docket.judge(revision)
    return caught.value


@settings(deadline=None)
@given(st.datetimes(timezones=st.just(UTC)))
def test_where_no_approval_ends_the_moment_of_judging_changes_nothing_about_what_is_admitted(now: datetime) -> None:
    docket = Docket(UNTAMPERED)
    assert docket.judge(NAME, now=now).end is None


@pytest.fixture(scope="module")
def ending(tmp_path_factory: pytest.TempPathFactory) -> Docket:
    """A house in which approvals end after ten days; lea approved on 2026-11-20 at 12:01."""
    docket = Docket(tmp_path_factory.mktemp("ending"))
    docket.approved()
    docket.write(
        "publisher.toml", f'[house]\nurl = "{HOUSE}"\n[review]\nexpires_days = 10\nrequired.legal = 1'.encode()
    )
    return docket


@settings(deadline=None)
@given(st.timedeltas(min_value=timedelta(-2), max_value=timedelta(20)))
def test_an_approval_counts_from_when_it_is_given_to_the_moment_it_ends(ending: Docket, age: timedelta) -> None:
    signed = START + timedelta(minutes=1)
    if timedelta(-1) <= age < timedelta(10):
        assert ending.judge(NAME, now=signed + age).end == signed + timedelta(10)
    else:
        with pytest.raises(Undecided, match=r"it ended on 2026-11-30|it is dated 2026-11-20, which is to come"):
            ending.judge(NAME, now=signed + age)


def test_a_refusal_says_which_approval_ended_and_who_can_give_it_again(ending: Docket) -> None:
    with pytest.raises(Undecided) as caught:
        ending.judge(NAME, now=START + timedelta(11))
    assert caught.value.what == "0 of 1 approvals by legal; Lea Counsel's does not count: it ended on 2026-11-30"
    assert caught.value.hint == "Lea Counsel, Max Counsel can: publish review show legal-in-a-day"


def test_an_approval_of_an_impossible_date_ends_with_the_calendar() -> None:
    assert Demand({}, 3650).end(datetime(9999, 12, 1, tzinfo=UTC)) == datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)


ROLES = st.dictionaries(st.sampled_from(["legal", "finance", "medical"]), st.integers(1, 3))
DEMANDS = st.builds(Demand, ROLES, st.none() | st.integers(1, 100))
NAMED = st.dictionaries(st.sampled_from(["a", "b"]), DEMANDS)


@settings(deadline=None)
@given(DEMANDS, NAMED, NAMED, st.sampled_from([None, "a", "b", "c"]), st.sets(st.sampled_from(["a", "b", "c"])))
def test_neither_a_division_nor_a_tag_loosens_what_the_house_asks_for(
    house: Demand, divisions: dict[str, Demand], tags: dict[str, Demand], division: str | None, named: set[str]
) -> None:
    found = Rules(HOUSE, house, Trust(), divisions, tags).demand(division, named)
    own = [
        house,
        *(divisions[id_] for id_ in divisions if id_ == division),
        *(tags[tag] for tag in tags if tag in named),
    ]
    for role in ("legal", "finance", "medical"):
        assert found.required.get(role, 0) == max(one.required.get(role, 0) for one in own)
    assert found.days == min((one.days for one in own if one.days), default=None)


def test_the_demand_is_that_of_the_card_that_was_approved(tmp_path: Path) -> None:
    docket = Docket(tmp_path).open()
    docket.set_rules(
        more="[review.tags.financial.required]\nlegal = 2\n[divisions.health.review.required]\nfinance = 1\n"
    )
    plain, financial, health = (
        a_revision(),
        *(carded(card.to_bytes()) for card in (a_card(tags=("financial",)), a_card(division="health"))),
    )
    for revision in (plain, financial, health):
        docket.submit(revision)
        docket.decide(revision.name)
    docket.judge(plain.name)
    assert refused(docket, financial.name).what == "1 of 2 approvals by legal"
    assert refused(docket, health.name).what == "0 of 1 approvals by finance"
    docket.decide(financial.name, person="max")
    docket.decide(health.name, person="kim")
    docket.judge(financial.name)
    docket.judge(health.name)


ALIASES: dict[str, dict[str, object]] = {
    "the same name": {"name": "Ann Host"},
    "the same name in other capitals and spaces": {"name": "ann  HOST"},
    "one of the same keys": {"name": "A. Host", "keys": [line("alias"), line("ann")]},
}


@pytest.mark.parametrize("alias", ALIASES.values(), ids=ALIASES.keys())
def test_who_made_a_piece_does_not_approve_it_under_a_second_entry_with(
    tmp_path: Path, alias: dict[str, object]
) -> None:
    docket = Docket(tmp_path).open()
    docket.set_people({**PEOPLE, "anna": {"roles": ["legal"], "keys": [line("alias")], **alias}})
    name = docket.submit(a_revision())
    docket.decide(name, person="anna", key="alias")
    assert "nobody approves their own piece" in refused(docket, name).what


def test_a_name_that_the_card_shows_is_a_maker_whatever_people_toml_became_since(tmp_path: Path) -> None:
    docket = Docket(tmp_path).open()
    docket.set_people(
        {id_: one for id_, one in PEOPLE.items() if id_ != "ben"} | {"max": {**PEOPLE["max"], "name": "Ben Author"}}
    )
    name = docket.submit(a_revision())
    docket.decide(name, person="max")
    assert "nobody approves their own piece" in refused(docket, name).what


def test_two_entries_with_one_name_are_one_person(tmp_path: Path) -> None:
    docket = Docket(tmp_path).open()
    docket.set_rules(legal=2)
    docket.set_people({**PEOPLE, "lea-2": {**PEOPLE["lea"], "keys": [line("second")]}})
    name = docket.submit(a_revision())
    docket.decide(name)
    docket.decide(name, person="lea-2", key="second")
    assert refused(docket, name).what == "1 of 2 approvals by legal"
