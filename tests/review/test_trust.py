"""Whom the house trusts: no version of its people can change, be left out or be put in place of another."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.review.gate import Trust
from publisher.review.keys import Signer, fingerprint
from publisher.review.ledger import GENESIS, Record
from publisher.review.roster import Roster, differences, open_roster, unsigned, with_keys
from publisher.review.trust import place_of, trust_of
from publisher.workspace.people import Person
from review.docket import HOUSE, PEOPLE, Docket, flipped, line, private_key

UNTAMPERED = Docket(Path(__file__).parent.parent / "tampered" / "untampered")
FILE = (UNTAMPERED.root / "people/signed/0001.dsse.json").read_bytes()
RECORDS = UNTAMPERED.ledger.records()


def naming(data: bytes) -> Trust:
    """Whom the house trusts if this file lay there, and the ledger named it."""
    digest = digest_bytes(data).sha256
    first = replace(RECORDS[0], data={**RECORDS[0].data, "roster": digest})
    return trust_of(HOUSE, [first, *RECORDS[1:]], {digest: data})


def test_the_version_that_the_ledger_names_says_whom_the_house_trusts() -> None:
    found = naming(FILE)
    assert found.flaw is None
    assert {id_: person.name for id_, person in found.people.items()} == {
        id_: one["name"] for id_, one in PEOPLE.items() if "keys" in one
    }


@settings(deadline=None)
@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_no_byte_of_a_version_can_change_even_if_the_ledger_is_made_to_name_it(position: int, bits: int) -> None:
    found = naming(flipped(FILE, position, bits))
    assert found.flaw is not None
    assert not found.people


FORMS = {
    "a space more": FILE.replace(b",", b", ", 1),
    "a field more": FILE.replace(b"{", b'{"a":1,', 1),
    "no signature": unsigned(open_roster(FILE, "").roster).data,
    "nothing": b"",
    "a list": b"[]",
    "a thousand lists": b"[" * 100_000,
}


@pytest.mark.parametrize("data", FORMS.values(), ids=FORMS.keys())
def test_a_version_in_another_form_counts_for_nothing(data: bytes) -> None:
    assert naming(data).flaw is not None


def test_nobody_is_trusted_before_anything_is_signed() -> None:
    assert trust_of(HOUSE, RECORDS[1:], {}) == Trust()


def test_an_admin_counts_on_the_days_of_their_validity_only() -> None:
    ida = {**PEOPLE["ida"], "valid_from": "2026-11-20", "valid_to": "2026-11-21"}
    roster = Roster(HOUSE, 1, "", 1, with_keys({"ida": Person.model_validate(ida)}))
    signed = unsigned(roster).signed_by(Signer(private_key("ida")))
    days = [day for day in range(18, 24) if signed.admins(roster, date(2026, 11, day))]
    assert days == [20, 21]


def test_a_place_in_the_ledger_is_fixed_by_the_line_before_it() -> None:
    assert place_of(RECORDS, 0) == place_of([], 0) == GENESIS
    assert [place_of(RECORDS, seq) for seq in (1, 2)] == [RECORDS[1].previous, RECORDS[2].previous]
    following = Record(3, RECORDS[2].time, "submit", "a", "ann", {}, digest_bytes(RECORDS[2].to_line()).sha256)
    assert place_of(RECORDS, 3) == place_of([*RECORDS, following], 3)
    assert place_of(RECORDS, 4) == ""


NAMES = st.sampled_from(["lea", "max", "ida"])
REVOKED = st.builds(
    lambda key, since: {"key": fingerprint(line(key)), "since": since, "after": "0" * 64, "reason": "Lost."},
    NAMES,
    st.integers(0, 3),
)
ENTRIES = st.builds(
    lambda name, roles, keys, day, revoked: Person.model_validate(
        {"name": name, "roles": sorted(roles), "keys": sorted(map(line, keys)), "valid_to": day, "revoked": revoked}
    ),
    NAMES,
    st.sets(st.sampled_from(["legal", "admin"])),
    st.sets(NAMES, min_size=1),
    st.none() | st.dates(),
    st.lists(REVOKED, max_size=1),
)
CROWDS = st.dictionaries(NAMES, ENTRIES)


@settings(deadline=None)
@given(CROWDS, CROWDS)
def test_every_change_of_people_is_told_and_nothing_else(old: dict[str, Person], new: dict[str, Person]) -> None:
    assert bool(differences(with_keys(old), with_keys(new))) == (with_keys(old) != with_keys(new))
    assert not differences(with_keys(old), with_keys(old))


@settings(deadline=None)
@given(CROWDS)
def test_all_that_is_trusted_of_somebody_new_is_told(new: dict[str, Person]) -> None:
    told = "\n".join(differences({}, with_keys(new)))
    for person in new.values():
        said = [person.name, *person.roles, *map(fingerprint, person.keys), person.valid_to or ""]
        said += [word for one in person.revoked for word in (one.key, f"from entry {one.since} on: {one.reason}")]
        assert all(str(word) in told for word in said)


@settings(deadline=None)
@given(CROWDS, st.integers(1, 5))
def test_a_roster_is_read_as_it_was_written(people: dict[str, Person], threshold: int) -> None:
    roster = Roster(HOUSE, 1, "", threshold, with_keys(people))
    assert Roster.from_bytes(roster.to_bytes()) == roster


def test_a_file_that_is_no_version_is_named() -> None:
    with pytest.raises(PublisherError, match="not a version of people as it was signed") as caught:
        open_roster(b"{}", "people/signed/0001.dsse.json")
    assert caught.value.where == "people/signed/0001.dsse.json"
