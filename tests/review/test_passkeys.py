"""Passkeys: a statement is signed in the browser, by somebody whom the authenticator knew, at the desk's address."""

import json
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.authenticator import PRESENT, VERIFIED, Authenticator, Kind

from publisher.errors import PublisherError
from publisher.review.keys import Signature, Signer, fingerprint, is_signed, tier_of
from publisher.review.passkeys import (
    Passkey,
    challenge_in,
    creation_options,
    new_passkey,
    read_passkey,
    read_response,
    request_options,
)
from publisher.review.statement import Envelope, Statement, open_envelope, sealed, sign, to_sign
from review.docket import Docket, a_revision, flipped, private_key
from review.docket import line as ssh_line

DESK = "http://localhost:7400"
KINDS: tuple[Kind, ...] = ("ES256", "EdDSA", "RS256")


def enrolled(device: Authenticator, origin: str = DESK) -> Passkey:
    """The passkey of a device, as it is made at the desk."""
    options = creation_options(origin, "Acme", "lea", "Lea Lawyer", [])
    return new_passkey(device.create(options, origin), challenge_in(options), origin)


def statement(tmp_path: Path) -> Statement:
    return replace(Docket(tmp_path).sign(a_revision().name).statement, tier="passkey")


def answered(device: Authenticator, passkey: Passkey, said: Statement, **how: Any) -> Envelope:  # noqa: ANN401
    """A statement as the device signs it. how: what is wrong with the answer."""
    options = request_options([passkey], to_sign(said))
    _, assertion, signature = read_response(device.get(options, how.pop("origin", DESK), **how))
    return sealed(said, Signature(passkey.fingerprint, signature, assertion))


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_passkey_signed_is_read_again_and_holds(tmp_path: Path, kind: Kind) -> None:
    device = Authenticator(kind)
    passkey = enrolled(device)
    envelope = answered(device, passkey, statement(tmp_path))
    again = open_envelope(envelope.data, "here")
    assert again == envelope
    assert again.statement.tier == "passkey"
    assert again.is_signed_by(passkey.to_line())
    assert again.is_signed_by(f"{passkey.to_line()} her laptop")
    assert (tier_of(passkey.to_line()), fingerprint(passkey.to_line())) == ("passkey", passkey.fingerprint)


FLAWS: dict[str, dict[str, Any]] = {
    "nobody was there": {"flags": VERIFIED},
    "the authenticator did not know who it was": {"flags": PRESENT},
    "another port": {"origin": "http://localhost:7401"},
    "no port": {"origin": "http://localhost"},
    "another scheme": {"origin": "https://localhost:7400"},
    "another host": {"origin": "http://localhost.example:7400", "rp": "localhost"},
    "another host's passkey": {"rp": "example.com"},
    "signed in a frame": {"crossOrigin": True},
    "made, not signed": {"type": "webauthn.create"},
    "another challenge": {"challenge": "AAAA"},
}


@pytest.mark.parametrize("how", FLAWS.values(), ids=FLAWS.keys())
def test_an_answer_with_this_flaw_signs_nothing(tmp_path: Path, how: dict[str, Any]) -> None:
    device = Authenticator()
    passkey = enrolled(device)
    assert not answered(device, passkey, statement(tmp_path), **how).is_signed_by(passkey.to_line())


def test_only_these_words_are_signed(tmp_path: Path) -> None:
    device = Authenticator()
    passkey, said = enrolled(device), statement(tmp_path)
    envelope = answered(device, passkey, said)
    other = sealed(replace(said, name="Lea Lawless"), envelope.signature)
    assert not other.is_signed_by(passkey.to_line())


def test_the_tier_that_is_signed_is_that_of_the_key(tmp_path: Path) -> None:
    device = Authenticator()
    passkey, said = enrolled(device), replace(statement(tmp_path), tier="passphrase")
    assert not answered(device, passkey, said).is_signed_by(passkey.to_line())
    key = Signer(private_key("lea"))
    assert sign(said, key).is_signed_by(ssh_line("lea"))
    raised = replace(said, tier="passkey")
    assert not sealed(raised, key.sign(to_sign(raised))).is_signed_by(ssh_line("lea"))
    assert sign(raised, key).statement.tier == "passphrase"


def test_another_device_and_another_persons_key_sign_nothing(tmp_path: Path) -> None:
    device, other = Authenticator(), Authenticator()
    passkey, strange = enrolled(device), enrolled(other)
    envelope = answered(other, passkey, statement(tmp_path))
    assert not envelope.is_signed_by(passkey.to_line())
    assert not envelope.is_signed_by(strange.to_line()), "it stands under the other's name"
    assert not envelope.is_signed_by(ssh_line("lea"))


def test_a_signature_without_an_assertion_and_one_with_it_are_not_taken_for_each_other() -> None:
    device = Authenticator()
    passkey = enrolled(device)
    _, assertion, signature = read_response(device.get(request_options([passkey], b"words"), DESK))
    assert is_signed(passkey.to_line(), Signature(passkey.fingerprint, signature, assertion), b"words")
    assert not is_signed(passkey.to_line(), Signature(passkey.fingerprint, signature), b"words")
    key = Signer(private_key("lea")).sign(b"words")
    assert not is_signed(ssh_line("lea"), Signature(key.keyid, key.data, assertion), b"words")


@settings(max_examples=60, deadline=None)
@given(at=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_whatever_bit_is_flipped_the_envelope_is_refused(
    tmp_path_factory: pytest.TempPathFactory, at: int, bit: int
) -> None:
    device = Authenticator("EdDSA")
    passkey = enrolled(device)
    envelope = answered(device, passkey, statement(tmp_path_factory.mktemp("docket")))
    changed = flipped(envelope.data, at % len(envelope.data), 1 << bit)
    with suppress(PublisherError):
        assert not open_envelope(changed, "here").is_signed_by(passkey.to_line())


LINES = {
    "padding": "passkey http://localhost:7400 AQ== AQ",
    "a slash after the origin": "passkey http://localhost:7400/ AQ AQ",
    "plain http elsewhere": "passkey http://desk.example AQ AQ",
    "a port that is none": "passkey http://localhost:x AQ AQ",
    "no key": "passkey http://localhost:7400 AQ",
    "two spaces": "passkey  http://localhost:7400 AQ AQ",
    "the other alphabet": "passkey http://localhost:7400 AQ ++//",
    "another kind": "password http://localhost:7400 AQ AQ",
    "bits that say nothing": "passkey http://localhost:7400 AR AQ",
    "without an end": f"passkey http://localhost:7400 AQ {'A' * 5000}",
}


@pytest.mark.parametrize("said", LINES.values(), ids=LINES.keys())
def test_a_line_in_another_form_holds_no_passkey(said: str) -> None:
    assert read_passkey(said) is None
    assert fingerprint(said) == ""


def test_one_key_has_one_line() -> None:
    key = enrolled(Authenticator()).key
    said = cbor2.loads(key)
    backwards, more = cbor2.dumps(dict(reversed(said.items()))), cbor2.dumps({**said, 2: b"a name"}, canonical=True)
    for other in (backwards, more, key + b"\0"):
        assert read_passkey(Passkey(DESK, b"1", other).to_line()) is None
    assert read_passkey(Passkey(DESK, b"1", key).to_line()) is not None


@given(said=st.text() | st.text().map("passkey https://a.example {}".format))
def test_no_line_makes_it_fall_over(said: str) -> None:
    found = read_passkey(said)
    assert found is None or said.strip().startswith(found.to_line())
    assert not is_signed(said, Signature(fingerprint(said), b"\0" * 64), b"words")


def test_bytes_that_are_no_key_sign_nothing() -> None:
    device = Authenticator()
    passkey = enrolled(device)
    _, assertion, signature = read_response(device.get(request_options([passkey], b"words"), DESK))
    for key in (b"\x01", b"\xa0", b"\xff" * 70, passkey.key[:-1], b"\x81" * 500):
        false = replace(passkey, key=key)
        assert not is_signed(false.to_line(), Signature(false.fingerprint, signature, assertion), b"words")


@pytest.mark.parametrize("how", [{"origin": "http://localhost:7401"}, {"flags": PRESENT}], ids=["port", "unknown"])
def test_no_passkey_is_made_elsewhere_or_by_somebody_unknown(how: dict[str, Any]) -> None:
    options = creation_options(DESK, "Acme", "lea", "Lea Lawyer", [])
    response = Authenticator().create(options, how.pop("origin", DESK), **how)
    with pytest.raises(PublisherError, match="the browser made no passkey"):
        new_passkey(response, challenge_in(options), DESK)


@pytest.mark.parametrize("response", [{}, {"response": None}, {"rawId": "AQ", "response": {"signature": 5}}])
def test_what_is_no_answer_is_told(response: dict[str, Any]) -> None:
    with pytest.raises(PublisherError, match="this is no answer of a passkey"):
        read_response(response)
    options = creation_options(DESK, "Acme", "lea", "Lea Lawyer", [])
    with pytest.raises(PublisherError, match="the browser made no passkey"):
        new_passkey(response, challenge_in(options), DESK)


def test_a_browser_is_asked_for_somebody_whom_the_device_knows_and_for_no_second_key() -> None:
    known = enrolled(Authenticator())
    made, asked = creation_options(DESK, "Acme", "lea", "Lea", [known]), request_options([known], b"words")
    assert made["authenticatorSelection"]["userVerification"] == asked["userVerification"] == "required"
    assert made["rp"] == {"id": "localhost", "name": "Acme"}
    assert len(made["excludeCredentials"]) == len(asked["allowCredentials"]) == 1
    json.dumps([made, asked])
