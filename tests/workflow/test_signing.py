"""Whom the house trusts is what its admins signed, whatever people.toml says."""

import re
from dataclasses import replace

import pytest
from support.house import House, signer

from publisher.errors import PublisherError
from publisher.review.keys import fingerprint
from publisher.review.trust import place_of
from publisher.workflow.release import release
from publisher.workflow.signing import (
    PROPOSAL,
    Outcome,
    draft_people,
    keys_to_sign,
    record_people,
    warning,
    with_signature,
)
from publisher.workflow.stage import Stage, Standing, standing
from publisher.workspace.enlist import change_keys
from publisher.workspace.people import Revoked


def stand(house: House, slug: str = "a-post") -> Standing:
    context = house.context()
    return standing(context, context.evidence(), context.workspace.piece(slug))


def edit(house: House, old: str, new: str) -> None:
    """Change people.toml, without signing it."""
    before = (house.root / "people.toml").read_text()
    assert old in before
    house.write("people.toml", before.replace(old, new, 1))


def sign(house: House, person: str, *keys: str) -> Outcome:
    """`publish people sign --as PERSON`."""
    context = house.context()
    draft = draft_people(context, person)
    for key in keys or (person,):
        draft = with_signature(draft, signer(key))
    return record_people(context, draft)


def two_admins(house: House) -> None:
    """Max becomes the second admin, and each change needs both."""
    edit(house, 'name = "Max Counsel"\nroles = ["legal"]', 'name = "Max Counsel"\nroles = ["legal", "admin"]')
    house.sign_people()
    house.write("people.toml", "[trust]\nthreshold = 2\n" + (house.root / "people.toml").read_text())
    sign(house, "ada")
    assert not sign(house, "max").lacking


def revoke(house: House, id_: str, since: int | None = None) -> None:
    """`publish people revoke ID --from SEQ`."""
    context = house.context()
    records = context.ledger.records()
    at = len(records) if since is None else since
    (line,) = context.workspace.people[id_].keys
    change_keys(
        context.workspace,
        id_,
        [],
        [Revoked(key=fingerprint(line), since=at, after=place_of(records, at), reason="Lost.")],
    )


def test_editing_people_and_approving_oneself_does_not_work(house: House) -> None:
    edit(house, 'name = "Max Counsel"\nroles = ["legal"]', 'name = "Max Counsel"\nroles = []')
    house.sign_people()
    house.add_post()
    house.submit("a-post")
    edit(house, "roles = []", 'roles = ["legal"]')
    with pytest.raises(PublisherError, match="Max Counsel has none of the roles that decide here"):
        house.decide("a-post", person="max")
    assert stand(house).waits_for == "legal: Lea Counsel"
    assert warning(house.context()) == (
        "Not signed, so it counts for nothing: Max Counsel (max) gets the role legal → publish people sign --as ada"
    )


def test_who_is_not_signed_cannot_decide_and_is_told_what_to_do(house: House) -> None:
    house.add_post()
    house.submit("a-post")
    edit(
        house,
        'name = "Ben Author"',
        f'name = "Ben Author"\nroles = ["legal"]\nkeys = ["{signer("ben").public_line()}"]',
    )
    with pytest.raises(PublisherError, match="Ben Author's key counts for nothing yet") as caught:
        house.decide("a-post", person="ben")
    assert caught.value.hint == "publish people sign --as ada"


def test_guests_titles_and_addresses_need_no_admin(house: House) -> None:
    edit(house, 'title = "Communications"', 'title = "Director"\nurl = "https://example.com/ann"')
    house.write("people/gus.toml", '[people.gus]\nname = "Gus Guest"\nroles = ["speaker"]\n')
    assert warning(house.context()) == ""
    with pytest.raises(PublisherError, match="nothing of the people changed"):
        draft_people(house.context(), "ada")


def test_a_piece_of_a_house_that_never_signed_waits_for_an_admin(house: House) -> None:
    house.add_post()
    (house.root / "ledger.jsonl").unlink()
    house.submit("a-post")
    found = stand(house)
    assert (found.stage, found.waits_for, found.next) == (
        Stage.REVIEW,
        "legal: Lea Counsel, Max Counsel, whose keys are not signed yet",
        "publish people sign --as ada",
    )
    ((_, refusal),) = release(house.context()).left_out
    assert (refusal.step, refusal.what) == (3, "the house's people were never signed")


def test_a_version_that_is_not_as_it_was_stops_everything(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    file = house.root / "people/signed/0001.dsse.json"
    file.write_bytes(file.read_bytes().replace(b"A", b"B", 1))
    found = stand(house)
    assert (found.stage, found.waits_for) == (
        Stage.REFUSED, "version 1 of the people is missing, or not as it was signed",
    )  # fmt: skip
    for refused in (lambda: release(house.context()), lambda: house.decide("a-post"), house.sign_people):
        with pytest.raises(PublisherError, match="version 1 of the people is missing"):
            refused()


def test_with_a_threshold_of_two_a_change_waits_for_the_second_admin(house: House) -> None:
    two_admins(house)
    edit(house, 'name = "Max Counsel"', 'name = "Max M. Counsel"')
    first = sign(house, "ada")
    assert first == Outcome(PROPOSAL, "1 of 2 admins of version 3 signed version 4", ("max",))
    assert "Max Counsel (max) is Max M. Counsel now" in warning(house.context())
    assert sign(house, "ada").able == ("max",), "signing twice counts once"
    assert sign(house, "max") == Outcome("people/signed/0004.dsse.json", "", ())
    assert not (house.root / PROPOSAL).exists()
    assert warning(house.context()) == ""


def test_signatures_of_a_proposal_are_for_what_it_said(house: House) -> None:
    two_admins(house)
    edit(house, 'name = "Max Counsel"', 'name = "Max M. Counsel"')
    sign(house, "ada")
    edit(house, 'name = "Max M. Counsel"', 'name = "Max N. Counsel"')
    assert sign(house, "max").able == ("ada",)


def test_nobody_signs_who_is_no_admin_or_with_a_key_that_is_not_theirs(house: House) -> None:
    edit(house, 'name = "Max Counsel"', 'name = "Max M. Counsel"')
    with pytest.raises(PublisherError, match="'max' is no admin with a key"):
        sign(house, "max")
    with pytest.raises(PublisherError, match="this key is not one of ada's"):
        sign(house, "ada", "max")


def test_a_house_keeps_as_many_admins_as_must_sign(house: House) -> None:
    edit(house, '["admin"]', '["host"]')
    with pytest.raises(PublisherError, match="0 people have the role admin and a key, and 1 must sign"):
        sign(house, "ada")


def test_the_last_admin_hands_on_with_both_signing(house: House) -> None:
    edit(house, '["admin"]', '["host"]')
    edit(house, 'name = "Max Counsel"\nroles = ["legal"]', 'name = "Max Counsel"\nroles = ["admin"]')
    assert sign(house, "max").able == ("ada",)
    assert not sign(house, "ada").lacking


def rotate(house: House, id_: str, key: str) -> None:
    """`publish people rotate ID`."""
    context = house.context()
    (old,), records = context.workspace.people[id_].keys, context.ledger.records()
    revoked = Revoked(key=fingerprint(old), since=len(records), after=place_of(records, len(records)), reason="New.")
    change_keys(context.workspace, id_, [signer(key).public_line()], [revoked])


def test_a_key_that_was_replaced_counts_for_what_it_signed_before(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    rotate(house, "lea", "lea's new one")
    house.sign_people()
    assert stand(house).stage is Stage.APPROVED
    house.add_post("b-post", matter="guid: b\n")
    house.submit("b-post")
    with pytest.raises(PublisherError, match="this key is not one of Lea Counsel's that are signed and not revoked"):
        house.decide("b-post")


def test_an_admin_who_replaces_their_key_signs_with_the_old_one_and_the_new(house: House) -> None:
    rotate(house, "ada", "ada's new one")
    draft = with_signature(draft_people(house.context(), "ada"), signer("ada's new one"))
    assert keys_to_sign(house.context(), draft) == [signer("ada").public_line()]
    assert record_people(house.context(), draft).lacking == "0 of 1 admins of version 1 signed version 2"
    draft = with_signature(draft, signer("ada"))
    assert not keys_to_sign(house.context(), draft)
    assert not record_people(house.context(), draft).lacking


def test_what_a_stolen_key_signed_from_an_entry_on_counts_for_nothing(house: House) -> None:
    for slug in ("a-post", "b-post"):
        house.add_post(slug, matter=f"guid: {slug}\n")
        house.submit(slug)
        house.decide(slug, person="max")
    approval = house.context().ledger.records()[-1]
    revoke(house, "max", approval.seq)
    assert stand(house, "b-post").stage is Stage.APPROVED, "until an admin signs it"
    house.sign_people()
    assert stand(house, "a-post").stage is Stage.APPROVED
    found = stand(house, "b-post")
    assert (found.stage, found.waits_for) == (Stage.REVIEW, "legal: Lea Counsel")
    with pytest.raises(PublisherError, match="Max Counsel's keys are revoked"):
        house.decide("b-post", person="max")


def test_a_revocation_is_not_taken_back(house: House) -> None:
    revoke(house, "max")
    house.sign_people()
    text = (house.root / "people.toml").read_text()
    house.write("people.toml", re.sub(r"(?s)\[\[people\.max\.revoked\]\].*?(?=\n\[people|\Z)", "", text))
    with pytest.raises(PublisherError, match="was revoked from entry 1 on, and that is not taken back"):
        sign(house, "ada")


def test_two_who_sign_at_once_do_not_both_write_the_next_version(house: House) -> None:
    edit(house, 'name = "Max Counsel"', 'name = "Max M. Counsel"')
    context = house.context()
    late = with_signature(draft_people(context, "ada"), signer("ada"))
    house.sign_people()
    with pytest.raises(PublisherError, match="somebody else signed meanwhile"):
        record_people(context, late)
    assert warning(house.context()) == ""


def test_a_kill_before_the_ledgers_line_is_mended_by_signing_again(house: House) -> None:
    edit(house, 'name = "Max Counsel"', 'name = "Max M. Counsel"')
    before = (house.root / "ledger.jsonl").read_bytes()
    house.sign_people()
    house.write("ledger.jsonl", before)
    assert "Max Counsel (max) is Max M. Counsel now" in warning(house.context())
    house.sign_people()
    assert warning(house.context()) == ""


def test_rules_of_a_moment_before_people_changed_judge_nothing(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    context = house.context()
    assert context.rules.trust.roster
    edit(house, 'name = "Max Counsel"', 'name = "Max M. Counsel"')
    house.sign_people()
    with pytest.raises(PublisherError, match="people changed meanwhile"):
        release(context)
    assert replace(context).rules.trust.roster != context.rules.trust.roster
