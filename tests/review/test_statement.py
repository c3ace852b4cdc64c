"""Signed statements: DSSE as its specification has it, checked here without our own code, and one form each."""

import base64
import json
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import PublisherError
from publisher.review.head import Head
from publisher.review.keys import Signer
from publisher.review.statement import MEANINGS, Decision, Envelope, Statement, open_envelope, sign
from review.docket import SLUG, Docket, a_revision, flipped, line, private_key

texts = st.text(st.characters(exclude_categories=["Cs"]))
decisions: st.SearchStrategy[Decision] = st.sampled_from(["approve", "reject", "withdraw"])


@st.composite
def statements(draw: st.DrawFn) -> Statement:
    decision = draw(decisions)
    house, kind, slug, person, name, reason = (draw(texts) for _ in range(6))
    time = draw(st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat() + "+00:00"))
    ids = draw(st.sets(st.from_regex("[0-9a-f]{32}", fullmatch=True), max_size=3)) if decision == "approve" else ()
    waived = tuple(sorted(ids))
    digests = st.binary(min_size=32, max_size=32).map(bytes.hex)
    head = draw(st.none() | st.builds(Head, st.integers(0, 2**53 - 1), digests, digests))
    return Statement(
        decision, MEANINGS[decision], house, kind, slug, "0" * 64, person, name, time, reason, waived, head=head
    )


@pytest.fixture
def approval(tmp_path: Path) -> Envelope:
    return Docket(tmp_path).sign(a_revision().name)


def verified(envelope: bytes) -> bytes:
    """The payload, verified by hand as DSSE's protocol.md says: PAE(type, body) with lengths in ASCII decimals."""
    outer = json.loads(envelope)
    type_ = outer["payloadType"].encode("utf-8")
    body = base64.standard_b64decode(outer["payload"])
    length = str(len(type_)).encode("ascii"), str(len(body)).encode("ascii")
    pae = b" ".join([b"DSSEv1", length[0], type_, length[1], body])
    (signature,) = outer["signatures"]
    private_key("lea").public_key().verify(base64.standard_b64decode(signature["sig"]), pae)
    return body


@given(statement=statements())
def test_an_envelope_is_dsse(statement: Statement) -> None:
    envelope = sign(statement, Signer(private_key("lea")))
    body = verified(envelope.data)
    assert body == statement.to_bytes()
    assert json.loads(body)["name"] == statement.name


@given(statement=statements())
def test_what_is_signed_is_read_again(statement: Statement) -> None:
    envelope = sign(statement, Signer(private_key("lea")))
    again = open_envelope(envelope.data, "here")
    assert again == envelope
    assert again.statement == statement
    assert again.is_signed_by(line("lea"))
    assert not again.is_signed_by(line("max"))


@given(position=st.integers(0, 10_000), bits=st.integers(1, 255))
def test_no_bit_of_an_envelope_can_change(position: int, bits: int) -> None:
    envelope = Docket(Path()).sign(a_revision().name)
    changed = flipped(envelope.data, position % len(envelope.data), bits)
    with suppress(PublisherError):  # most are refused at once
        assert not open_envelope(changed, "here").is_signed_by(line("lea"))


@given(data=st.binary() | st.text().map(str.encode))
def test_what_is_no_envelope_is_an_error_and_nothing_else(data: bytes) -> None:
    with pytest.raises(PublisherError):
        open_envelope(data, "here")


PAYLOADS: dict[str, dict[str, object]] = {
    "a decision that there is not": {"decision": "approve with changes"},
    "the meaning of another decision": {"meaning": MEANINGS["reject"]},
    "another schema": {"schema": "x"},
    "a field more": {"more": "x"},
    "a field that is a number": {"reason": 1},
    "a field that is nothing": {"kind": None},
    "a revision that is none": {"revision": "abc"},
    "a time without a zone": {"time": "2026-11-20T12:00:00"},
    "a time in another zone": {"time": "2026-11-20T12:00:00+01:00"},
    "a time with fractions": {"time": "2026-11-20T12:00:00.5+00:00"},
    "a time with Z": {"time": "2026-11-20T12:00:00Z"},
    "a day that is none": {"time": "2026-02-30T12:00:00+00:00"},
    "a time that is a number": {"time": 5},
    "a list of nothing waived": {"waived": []},
    "an object in place of a list": {"waived": {"a" * 32: 1}},
    "a text in place of a list": {"waived": "a" * 32},
    "a number in place of a list": {"waived": 5},
    "a number among the waived": {"waived": [1]},
    "what is no id among the waived": {"waived": ["A" * 32]},
    "more than an id among the waived": {"waived": ["a" * 32 + "\n"]},
    "the same waived twice": {"waived": ["a" * 32, "a" * 32]},
    "the waived in another order": {"waived": ["b" * 32, "a" * 32]},
    "waived in a withdrawal": {
        "decision": "withdraw", "meaning": MEANINGS["withdraw"], "waived": ["a" * 32],
    },
}  # fmt: skip


@pytest.mark.parametrize("changes", PAYLOADS.values(), ids=PAYLOADS.keys())
def test_a_statement_is_refused_even_if_it_is_signed_when_it_has(
    approval: Envelope, changes: dict[str, object]
) -> None:
    import rfc8785

    payload = rfc8785.dumps({**json.loads(approval.payload), **changes})  # type: ignore[dict-item]
    with pytest.raises((ValueError, TypeError)):
        Statement.from_bytes(payload)
    outer = {**json.loads(approval.data), "payload": base64.b64encode(payload).decode()}
    with pytest.raises(PublisherError):
        open_envelope(rfc8785.dumps(outer), "here")


@pytest.mark.parametrize("extra", [b" ", b"\n"])
def test_a_statement_has_one_form_even_if_another_is_signed(approval: Envelope, extra: bytes) -> None:
    with pytest.raises(ValueError, match="as it was signed"):
        Statement.from_bytes(approval.payload + extra)


def test_the_file_is_named_after_time_decision_and_person(approval: Envelope) -> None:
    assert approval.file_name == f"20261120T120000Z-approve-lea-{approval.sha256[:8]}.dsse.json"
    assert approval.statement.slug == SLUG


def test_what_json_can_not_hold_is_not_signed(approval: Envelope) -> None:
    from dataclasses import replace

    with pytest.raises(ValueError, match="surrogates"):
        sign(replace(approval.statement, reason="\ud800"), Signer(private_key("lea")))


def test_an_approval_without_waivers_is_signed_as_it_was_before_there_were_any(approval: Envelope) -> None:
    assert sorted(json.loads(approval.payload)) == [
        "decision", "house", "kind", "meaning", "name", "person", "reason", "revision", "schema", "slug", "time",
    ]  # fmt: skip


def test_an_approval_names_what_was_waived_under_its_signature(tmp_path: Path) -> None:
    approval = Docket(tmp_path).sign(a_revision().name, waived=("a" * 32, "b" * 32))
    assert json.loads(verified(approval.data))["waived"] == ["a" * 32, "b" * 32]
