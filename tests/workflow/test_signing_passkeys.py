"""Admins sign people with a passkey as with a passphrase, and mixed; what does not hold signs nothing."""

from typing import Any

import pytest
from support.authenticator import PRESENT, VERIFIED, Authenticator
from support.house import House, signer

from publisher.errors import PublisherError
from publisher.review.passkeys import Passkey
from publisher.workflow.passkeys import passkeys_to_sign, request_people, signed_people
from publisher.workflow.revoking import replaced
from publisher.workflow.signing import (
    PROPOSAL,
    Outcome,
    changes_of,
    command_for,
    draft_people,
    keys_to_sign,
    record_people,
    with_signature,
)
from publisher.workspace.enlist import change_keys

DESK = "http://localhost:7400"
LATER = Authenticator(credential=b"\2" * 16)


def line(device: Authenticator, origin: str = DESK) -> str:
    return Passkey(origin, device.credential, device.cose).to_line()


def give(house: House, id_: str, device: Authenticator, *, instead: bool = False) -> None:
    """`publish people key ID --passkey`, or `rotate`."""
    context = house.context()
    revoked = [*replaced(context, id_, "passkey"), *replaced(context, id_, "passphrase")] if instead else []
    change_keys(context.workspace, id_, [line(device)], revoked)


def touch(house: House, id_: str, device: Authenticator, **how: Any) -> Outcome:  # noqa: ANN401 - what is wrong
    """`publish people sign --as ID --passkey`."""
    context = house.context()
    draft = draft_people(context, id_)
    response = device.get(request_people(context, draft, DESK), how.pop("origin", DESK), **how)
    return record_people(context, signed_people(context, draft, DESK, response))


def propose(house: House, name: str = "Max M. Counsel", before: str = "Max Counsel") -> None:
    """Something for admins to sign."""
    house.write("people.toml", (house.root / "people.toml").read_text().replace(f'"{before}"', f'"{name}"'))


@pytest.fixture
def ada(house: House) -> Authenticator:
    """Ada's passkey, beside her passphrase, signed; and a change for her to sign."""
    device = Authenticator()
    give(house, "ada", device)
    house.sign_people()
    propose(house)
    return device


def is_trusted(house: House) -> bool:
    context = house.context()
    return context.rules.trust.flaw is None and not changes_of(context.workspace, context.rules.trust)


def test_what_an_admin_signs_with_a_passkey_counts(house: House, ada: Authenticator) -> None:
    assert touch(house, "ada", ada) == Outcome("people/signed/0003.dsse.json", "", ())
    assert is_trusted(house)


def test_the_first_version_is_signed_with_a_passkey_alone(house: House) -> None:
    for name in ("ledger.jsonl", "people/signed/0001.dsse.json"):
        (house.root / name).unlink()
    device = Authenticator()
    text = (house.root / "people.toml").read_text()
    house.write("people.toml", text.replace(signer("ada").public_line(), line(device)))
    assert not touch(house, "ada", device).lacking
    assert is_trusted(house)


@pytest.mark.parametrize(
    "how",
    [
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"origin": "http://localhost:7401"},
        {"rp": "desk.example"},
        {"challenge": "AAAA"},
        {"crossOrigin": True},
        {"type": "webauthn.create"},
    ],
    ids=lambda how: next(iter(how)) + str(next(iter(how.values()))),
)
def test_an_answer_that_does_not_hold_signs_nothing(house: House, ada: Authenticator, how: dict[str, Any]) -> None:
    with pytest.raises(PublisherError, match="the signature does not hold"):
        touch(house, "ada", ada, **how)
    assert not (house.root / PROPOSAL).exists()
    assert not is_trusted(house)


def test_an_answer_for_one_version_is_none_for_another(house: House, ada: Authenticator) -> None:
    context = house.context()
    response = ada.get(request_people(context, draft_people(context, "ada"), DESK), DESK)
    propose(house, "Mallory", before="Max M. Counsel")
    context = house.context()
    with pytest.raises(PublisherError, match="the signature does not hold"):
        signed_people(context, draft_people(context, "ada"), DESK, response)


def test_one_admin_signs_with_a_passphrase_and_the_other_with_a_passkey(house: House) -> None:
    device, text = Authenticator(), (house.root / "people.toml").read_text()
    house.write(
        "people.toml",
        text.replace('name = "Max Counsel"\nroles = ["legal"]', 'name = "Max Counsel"\nroles = ["legal", "admin"]'),
    )
    give(house, "max", device)
    house.write("people.toml", "[trust]\nthreshold = 2\n" + (house.root / "people.toml").read_text())
    context = house.context()
    first = record_people(context, with_signature(draft_people(context, "ada"), signer("ada")))
    assert (first.lacking, first.able) == ("1 of 2 admins of version 2 signed version 2", ("max",))
    assert not touch(house, "max", device).lacking
    assert is_trusted(house)


def test_an_admin_who_replaces_a_passkey_signs_with_the_old_one_and_then_the_new(house: House) -> None:
    old = Authenticator()
    give(house, "ada", old, instead=True)
    context = house.context()
    done = record_people(context, with_signature(draft_people(context, "ada"), signer("ada")))
    assert done.lacking == "0 of 1 admins of version 2 signed version 2"
    asked = keys_to_sign(house.context(), draft_people(house.context(), "ada"))
    assert command_for("ada", asked) == "publish people sign --as ada --passkey"
    assert not touch(house, "ada", old).lacking

    context = house.context()
    change_keys(context.workspace, "ada", [line(LATER)], replaced(context, "ada", "passkey"))
    assert touch(house, "ada", old).lacking == "0 of 1 admins of version 3 signed version 3"
    with pytest.raises(PublisherError, match="this passkey does not sign this"):
        touch(house, "ada", old)
    assert not touch(house, "ada", LATER).lacking
    assert is_trusted(house)


def test_a_passkey_of_another_address_or_that_only_the_new_version_has_is_not_asked_for(house: House) -> None:
    give(house, "ada", Authenticator())
    change_keys(house.context().workspace, "ada", [line(LATER, "http://localhost:7401")], [])
    context = house.context()
    draft = draft_people(context, "ada")
    assert passkeys_to_sign(context, draft, DESK) == ()
    with pytest.raises(PublisherError, match="Ada Admin has no passkey that signs this here"):
        request_people(context, draft, DESK)
