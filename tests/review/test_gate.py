"""The gate against a table of changes after approval: each is refused, and at the step that the table says."""

import copy
import dataclasses
import pickle
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.files import digest_bytes
from publisher.review.gate import Approved, Damaged, Refusal, Rejected, Rules, Undecided, admit
from publisher.review.ledger import Record
from publisher.review.manifest import Entry, Manifest
from publisher.review.revisions import Revision
from review.docket import (
    HOUSE,
    MEDIA,
    PARTS,
    PEOPLE,
    SLUG,
    Docket,
    a_card,
    a_manifest,
    a_revision,
    carded,
    entries,
    flipped,
    forged,
    line,
)


@pytest.fixture
def docket(tmp_path: Path) -> Docket:
    """An approved piece."""
    docket = Docket(tmp_path)
    docket.approved()
    return docket


NAME = a_revision().name
"""The revision that was approved."""


def test_what_was_submitted_and_approved_is_admitted(docket: Docket) -> None:
    approved = docket.judge(NAME)
    assert approved.revision == a_revision()
    assert [envelope.statement.person for envelope in approved.approvals] == ["lea"]


class Change(NamedTuple):
    """What happens after the approval."""

    sentence: str
    step: int
    make: Callable[[Docket], object]


def refused(docket: Docket, name: str = NAME) -> Refusal:
    with pytest.raises(Refusal) as caught:
        docket.judge(name)
    return caught.value


def envelope_file(docket: Docket) -> Path:
    (path,) = docket.envelope_files
    return path


def replace_envelope(docket: Docket, data: bytes) -> None:
    """Put another file in its place, and have the ledger name it: the chain is made whole again."""
    envelope_file(docket).write_bytes(data)
    digest = digest_bytes(data).sha256
    docket.rewrite(lambda records: [_naming(record, digest) for record in records])


def record_later(docket: Docket) -> None:
    """Have the ledger say another time than the signature."""
    docket.rewrite(lambda records: [*records[:-1], replace(records[-1], time="2026-11-20T12:01:01+00:00")])


def _naming(record: Record, digest: str) -> Record:
    return replace(record, data={**record.data, "envelope": digest}) if "envelope" in record.data else record


def appended(pattern: str) -> Callable[[Docket], None]:
    def change(docket: Docket) -> None:
        (path,) = docket.root.glob(pattern)
        path.write_bytes(path.read_bytes() + b" ")

    return change


def deleted(pattern: str) -> Callable[[Docket], None]:
    def change(docket: Docket) -> None:
        (path,) = docket.root.glob(pattern)
        path.unlink()

    return change


def swap_letter(docket: Docket, name: str, old: bytes, new: bytes) -> None:
    path = docket.root / name
    assert old in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(old, new))


def media_path(role: str) -> str:
    return f"media/{digest_bytes(MEDIA[role][2]).sha256}"


def without(kind: str) -> Callable[[Docket], None]:
    """Take all lines of one event out of the ledger, and make its chain whole again."""
    return lambda docket: docket.rewrite(lambda records: [one for one in records if one.event != kind])


def resigned(**changes: str) -> Callable[[Docket], None]:
    """Have lea herself sign and record something else, in place of her approval."""

    def change(docket: Docket) -> None:
        without("approve")(docket)
        envelope_file(docket).unlink()
        docket.decide(NAME, **changes)  # type: ignore[arg-type]

    return change


CHANGES = [
    *(Change(f"a space is added to the part {name}", 6, appended(f"revisions/*/*/{name}")) for name in PARTS),
    *(Change(f"the part {name} is deleted", 6, deleted(f"revisions/*/*/{name}")) for name in PARTS),
    *(Change(f"a byte is added to the {role} in the cache", 6, appended(media_path(role))) for role in MEDIA),
    Change("a space is added to the manifest", 6, appended("revisions/*/*/manifest.json")),
    Change("the manifest is deleted", 6, deleted("revisions/*/*/manifest.json")),
    Change("the manifest is emptied", 6, lambda d: d.write(f"revisions/{SLUG}/{NAME[:12]}/manifest.json", b"")),
    Change("a space is added to the approval", 9, appended("approvals/*")),
    Change("the approval is deleted", 9, deleted("approvals/*")),
    Change("the approval is gone from the ledger", 9, without("approve")),
    Change("the submission is gone from the ledger", 5, without("submit")),
    Change("the ledger is emptied", 3, lambda d: d.ledger_file.write_bytes(b"")),
    Change("the ledger is deleted", 3, lambda d: d.ledger_file.unlink()),
    Change("a letter of the ledger is changed", 1, lambda d: swap_letter(d, "ledger.jsonl", b'"ann"', b'"bnn"')),
    Change("the ledger's lines change places", 1, lambda d: d.ledger_file.write_bytes(
        b"".join(reversed(d.ledger_file.read_bytes().splitlines(keepends=True))))),
    Change("the approver's role is taken away", 9, lambda d: d.change_person("lea", roles=[])),
    Change("the approver's role is another", 9, lambda d: d.change_person("lea", roles=["finance"])),
    Change("the approver's keys are taken away", 9, lambda d: d.change_person("lea", keys=[])),
    Change("the approver's key is another", 9, lambda d: d.change_person("lea", keys=[line("somebody")])),
    Change("the approver's key stands under another name, too", 9,
           lambda d: d.change_person("max", keys=[line("max"), f"{line('lea')} a comment"])),
    Change("the approver's key is a maker's key, too", 9, lambda d: d.change_person("ben", keys=[line("lea")])),
    Change("the approver was valid until the day before", 9, lambda d: d.change_person("lea", valid_to="2026-11-19")),
    Change("the approver is valid from the day after", 9, lambda d: d.change_person("lea", valid_from="2026-11-21")),
    Change("the approver is nobody any more", 9,
           lambda d: d.set_people({id_: person for id_, person in PEOPLE.items() if id_ != "lea"})),
    Change("the house asks for two of legal", 9, lambda d: d.set_rules(legal=2)),
    Change("the house asks for finance, too", 9, lambda d: d.set_rules(legal=1, finance=1)),
    Change("the house asks for nobody", 2, lambda d: d.set_rules(legal=0)),
    Change("the house has another address", 3, lambda d: d.set_rules(house="https://other.example.com/", legal=1)),
    Change("the approver rejects it", 8, lambda d: d.decide(NAME, "reject")),
    Change("another reviewer rejects it", 8, lambda d: d.decide(NAME, "reject", "max")),
    Change("the approver submits it, too", 9, lambda d: d.submit(a_revision(), by="lea")),
    Change("the approval is signed by another person's key", 9, resigned(key="max")),
    Change("the approval is signed by an unknown key", 9, resigned(key="somebody")),
    Change("the approval is by a maker with role and key", 9, resigned(person="ann")),
    Change("the approval is by someone of another role", 9, resigned(person="kim")),
    Change("the approval is by someone who was not yet valid", 9, resigned(person="una")),
    Change("the approval is by nobody of the house", 9, resigned(person="somebody")),
    Change("the approval is for another house", 9, resigned(house="https://other.example.com/")),
    Change("the approval says that it refuses", 9, resigned(meaning="I refuse it.")),
    Change("the approval has a time without zone", 9, resigned(time="2026-11-20T12:01:00")),
    Change("the ledger has another time than the approval", 9, record_later),
    Change("the approval is older than the submission", 9, lambda d: d.rewrite(reversed)),
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=[change.sentence for change in CHANGES])
def test_it_is_refused_when(docket: Docket, change: Change) -> None:
    change.make(docket)
    assert refused(docket).step == change.step


STATEMENT: dict[str, Any] = {
    "schema": "corporate-voices/statement/2",
    "decision": "withdraw",
    "meaning": "I looked at it.",
    "house": "https://other.example.com/",
    "kind": "post",
    "slug": "another-piece",
    "revision": "0" * 64,
    "person": "max",
    "name": "Somebody Else",
    "time": "2026-11-20T12:01:01+00:00",
    "reason": "A reason.",
    "waived": ["0" * 32],
    "tier": "passkey",
    "head": {"size": 1, "root": "0" * 64, "tip": "0" * 64},
    "notice": "It was wrong.",
}


@pytest.mark.parametrize("key", STATEMENT)
def test_no_field_of_the_statement_can_change(docket: Docket, key: str) -> None:
    replace_envelope(docket, forged(envelope_file(docket).read_bytes(), **{key: STATEMENT[key]}))
    assert refused(docket).step == 9


def test_the_table_has_every_field_of_the_statement(docket: Docket) -> None:
    (approval,) = docket.judge(NAME).approvals
    assert {"schema", *vars(approval.statement)} == set(STATEMENT)


ENVELOPE = {
    "a space more": lambda text: text.replace(b'":"', b'": "', 1),
    "an end of line": lambda text: text + b"\n",
    "another field": lambda text: text.replace(b"{", b'{"a":1,', 1),
    "a field twice": lambda text: text.replace(b'{"keyid"', b'{"keyid":"x","keyid"', 1),
    "an empty payload": lambda text: text.replace(b'"payload":"', b'"payload":"","x":"', 1),
    "another type": lambda text: text.replace(b"statement+json", b"statement+xml"),
    "another name of the key": lambda text: text.replace(b"SHA256:", b"SHA257:"),
    "a key's name that is a list": lambda text: re.sub(rb'"keyid":("[^"]*")', rb'"keyid":[\1]', text),
    "base64 with a line feed": lambda text: text.replace(b'=="}', b'==\\n"}'),
    "base64 without padding": lambda text: text.replace(b'=="}', b'"}'),
    "base64 for addresses": lambda text: text.replace(b"+", b"-").replace(b"/", b"_"),
    "a second signature": lambda text: text.replace(b"}]", b'},{"keyid":"","sig":""}]'),
    "no signature": lambda text: text[: text.index(b"[") + 1] + b"]}",
    "a signature that is a number": lambda text: text[: text.index(b"[") + 1] + b"1]}",
    "nothing": lambda _: b"",
    "a list": lambda _: b"[]",
    "a number": lambda _: b"1",
    "a thousand lists": lambda _: b"[" * 100_000,
    "UTF-16": lambda text: text.decode().encode("utf-16"),
}  # fmt: skip


@pytest.mark.parametrize("change", ENVELOPE.values(), ids=ENVELOPE.keys())
def test_an_envelope_of_another_form_counts_for_nothing(docket: Docket, change: Callable[[bytes], bytes]) -> None:
    before = envelope_file(docket).read_bytes()
    after = change(before)
    assert after != before
    replace_envelope(docket, after)
    assert refused(docket).step == 9


def _other(value: object) -> object:
    """Something else of the same type."""
    match value:
        case str():
            return digest_bytes(value.encode()).sha256 if len(value) == 64 else value + "x"
        case int() | float():
            return value + 1
        case Entry():
            return replace(value, size=value.size + 1)
        case tuple():
            return (*value[:-1], _other(value[-1]))
        case _:
            return {**dict(value), "range_lu": 0.5}  # type: ignore[call-overload]


FIELDS = {field.name: _other(getattr(a_manifest(), field.name)) for field in dataclasses.fields(Manifest)}


@pytest.mark.parametrize("key", FIELDS)
def test_no_field_of_the_manifest_can_change_where_it_lies(docket: Docket, key: str) -> None:
    changed = a_manifest(**{key: FIELDS[key]})
    docket.write(f"revisions/{SLUG}/{NAME[:12]}/manifest.json", changed.to_bytes())
    assert refused(docket).step == 6


STEPS = {"house": 4, "kind": 4, "slug": 4, "parts": 6, "files": 6}


@pytest.mark.parametrize("key", FIELDS)
def test_a_manifest_with_another_field_is_another_revision_and_needs_its_own_approval(docket: Docket, key: str) -> None:
    changed = Revision(a_manifest(**{key: FIELDS[key]}), PARTS)
    docket.append("submit", "ann", {"revision": changed.name})
    docket.rewrite(lambda records: [_about(record, changed.name) for record in records])
    with pytest.raises(Refusal) as caught:
        admit(changed, SLUG, docket.rules(), docket.evidence(), now=docket.now)
    assert caught.value.step == STEPS.get(key, 9)


def _about(record: Record, revision: str) -> Record:
    return replace(record, data={**record.data, "revision": revision})


@pytest.mark.parametrize("key", ["name", "sha256", "size", "type", "role"])
@pytest.mark.parametrize("number", range(len(MEDIA)))
def test_no_field_of_a_file_can_change(docket: Docket, number: int, key: str) -> None:
    files = list(a_manifest().files)
    files[number] = replace(files[number], **{key: _other(getattr(files[number], key))})  # type: ignore[arg-type]
    docket.write(f"revisions/{SLUG}/{NAME[:12]}/manifest.json", a_manifest(files=tuple(files)).to_bytes())
    assert refused(docket).step == 6


def test_a_part_more_or_less_in_memory_is_refused(docket: Docket) -> None:
    for parts in ({**PARTS, "more.html": b""}, dict(list(PARTS.items())[1:])):
        with pytest.raises(Refusal) as caught:
            admit(Revision(a_manifest(), parts), SLUG, docket.rules(), docket.evidence(), now=docket.now)
        assert caught.value.step == 6


def test_media_that_are_not_here_are_no_reason_to_refuse(docket: Docket) -> None:
    (docket.root / media_path("audio")).unlink()
    docket.judge(NAME)


OTHERS_AUDIO = f"media/{'0' * 64}/talk.mp3"
CARDS = {
    "is of another piece": a_card(slug="another-piece").to_bytes(),
    "is of another kind": a_card(kind="post", show=None).to_bytes(),
    "leads out of the workspace": a_card(slug="../../../pwned").to_bytes(),
    "names audio that is not of the revision": a_card(audio=OTHERS_AUDIO).to_bytes(),
    "names a picture that is not of the revision": a_card(picture=OTHERS_AUDIO).to_bytes(),
    "has a space more": a_card().to_bytes() + b" ",
    "is empty": b"",
    "is a list": b"[]",
    "is no text": b"\xff",
    "is nested deeply": b"[" * 100_000,
}


@pytest.mark.parametrize("card", CARDS.values(), ids=CARDS.keys())
def test_a_revision_is_refused_although_it_is_approved_if_its_card(docket: Docket, card: bytes) -> None:
    name = docket.submit(carded(card))
    docket.decide(name)
    found = refused(docket, name)
    assert found.step == 4
    assert found.where == f"{SLUG}, card.json"
    assert found.hint


def test_a_revision_without_a_card_is_refused_although_it_is_approved(docket: Docket) -> None:
    parts = {name: data for name, data in PARTS.items() if name != "card.json"}
    name = docket.submit(Revision(a_manifest(parts=entries(parts)), parts))
    docket.decide(name)
    assert refused(docket, name).step == 4


def test_a_card_may_name_no_picture_and_no_audio(docket: Docket) -> None:
    name = docket.submit(carded(a_card(picture=None, audio=None).to_bytes()))
    docket.decide(name)
    docket.judge(name)


def test_a_refusal_names_all_those_whose_rejections_stand(docket: Docket) -> None:
    docket.decide(NAME, "reject", "max")
    docket.decide(NAME, "reject", "lea")
    docket.decide(NAME, "reject", "max")
    found = refused(docket)
    assert isinstance(found, Rejected)
    assert (found.step, found.by) == (8, ("max", "lea"))


def test_a_refusal_of_damaged_bytes_has_a_type_of_its_own(docket: Docket) -> None:
    with pytest.raises(Damaged) as caught:
        admit(
            Revision(a_manifest(), {**PARTS, "body.html": b""}), SLUG, docket.rules(), docket.evidence(), now=docket.now
        )
    assert caught.value.step == 6


def test_a_refusal_says_who_can_approve_on_the_day_of_judging(tmp_path: Path) -> None:
    docket = Docket(tmp_path).open()
    revision = a_revision()
    docket.submit(revision)

    def able(now: datetime) -> tuple[str, ...]:
        with pytest.raises(Undecided) as caught:
            admit(revision, SLUG, docket.rules(), docket.evidence(), now=now)
        return caught.value.able

    assert able(docket.now) == ("Lea Counsel", "Max Counsel")
    assert able(datetime(2026, 11, 21, tzinfo=UTC)) == ("Lea Counsel", "Max Counsel", "Una Counsel")
    assert able(datetime(2026, 12, 1, tzinfo=UTC)) == ("Lea Counsel", "Max Counsel")


def test_the_approval_of_one_piece_is_none_for_another(docket: Docket) -> None:
    other = a_revision(slug="another-piece")
    docket.append("submit", "ann", {"revision": other.name}, slug="another-piece")
    envelope = digest_bytes(envelope_file(docket).read_bytes()).sha256
    docket.append("approve", "lea", {"revision": other.name, "envelope": envelope}, slug="another-piece")
    with pytest.raises(Refusal) as caught:
        admit(other, "another-piece", docket.rules(), docket.evidence(), now=docket.now)
    assert caught.value.step == 9
    assert "something else than what was signed" in caught.value.what


def test_two_keys_of_one_person_count_once(docket: Docket) -> None:
    docket.set_rules(legal=2)
    docket.decide(NAME, key="lea's other one")
    assert refused(docket).what == "1 of 2 approvals by legal"
    docket.decide(NAME, person="max")
    assert len(docket.judge(NAME).approvals) == 2


def test_one_key_under_two_names_counts_for_neither(docket: Docket) -> None:
    docket.set_rules(legal=2)
    docket.change_person("max", keys=[line("lea")])
    docket.decide(NAME, person="max", key="lea")
    found = refused(docket)
    assert found.step == 9
    assert found.what.startswith("0 of 2")


def test_someone_who_submitted_it_once_can_not_approve_it_even_if_another_submitted_it_again(tmp_path: Path) -> None:
    docket = Docket(tmp_path).open()
    name = docket.submit(a_revision(), by="lea")
    docket.submit(a_revision(), by="ann")
    docket.decide(name)
    found = refused(docket)
    assert found.step == 9
    assert "nobody approves their own piece" in found.what
    assert found.hint == "Max Counsel can: publish review show legal-in-a-day"


def test_who_made_it_is_what_the_revision_says_not_what_the_workspace_says_now(tmp_path: Path) -> None:
    docket = Docket(tmp_path).open()
    name = docket.submit(a_revision(people=("lea",)))
    docket.decide(name)
    assert refused(docket, name).step == 9


def test_a_refusal_says_whom_to_ask_and_not_those_who_approved(docket: Docket) -> None:
    docket.set_rules(legal=2)
    assert refused(docket).hint == "Max Counsel can: publish review show legal-in-a-day"
    docket.change_person("max", keys=[])
    hint = refused(docket).hint
    assert hint is not None
    assert hint.startswith("nobody can")


NO_KEYS = ["ssh-ed25519 A", "ssh-ed25519 AAAA", f"ssh-ed25519 {'A' * 68}", f"{line('max')}=", f"{line('max')}A"]


@pytest.mark.parametrize("key", NO_KEYS)
def test_a_key_that_is_none_is_passed_over(docket: Docket, key: str) -> None:
    rules, evidence = docket.rules(), docket.evidence()

    def with_keys(*keys: str) -> Rules:
        lea = rules.people["lea"].model_copy(update={"keys": list(keys)})  # the workspace would not take them
        assert rules.trust.roster
        roster = replace(rules.trust.roster, people={**rules.people, "lea": lea})
        return replace(rules, trust=replace(rules.trust, roster=roster))

    admit(a_revision(), SLUG, with_keys(key, line("lea")), evidence, now=docket.now)
    with pytest.raises(Refusal) as caught:
        admit(a_revision(), SLUG, with_keys(key), evidence, now=docket.now)
    assert caught.value.step == 9


def test_a_comment_behind_a_key_is_fine(docket: Docket) -> None:
    docket.change_person("lea", keys=[f"{line('lea')} lea at her desk"])
    docket.judge(NAME)


@pytest.mark.parametrize("day", ["2026-11-20"])
def test_the_days_of_validity_count_themselves(docket: Docket, day: str) -> None:
    docket.change_person("lea", valid_from=day, valid_to=day)
    docket.judge(NAME)


def public_files(docket: Docket) -> list[Path]:
    """All that a byte can be changed in: what the public gets, what binds it, who said yes, and the ledger."""
    patterns = ("revisions/*/*/*", "media/*", "approvals/*", "ledger.jsonl")
    return [path for pattern in patterns for path in sorted(docket.root.glob(pattern))]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Docket:
    """An approved piece that every example puts back as it was."""
    docket = Docket(tmp_path_factory.mktemp("shared"))
    docket.approved()
    return docket


@pytest.mark.slow
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data(), bits=st.integers(1, 255))
def test_whatever_byte_is_changed_it_is_not_admitted(shared: Docket, data: st.DataObject, bits: int) -> None:
    path = data.draw(st.sampled_from(public_files(shared)))
    before = path.read_bytes()
    path.write_bytes(flipped(before, data.draw(st.integers(0, len(before) - 1)), bits))
    try:
        refused(shared)
    finally:
        path.write_bytes(before)
    shared.judge(NAME)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_wherever_a_file_is_cut_it_is_not_admitted(shared: Docket, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(public_files(shared)))
    before = path.read_bytes()
    # A ledger's last line that lacks only its end still says the same.
    longest = len(before) - (2 if path.name == "ledger.jsonl" else 1)
    path.write_bytes(before[: data.draw(st.integers(0, longest))])
    try:
        refused(shared)
    finally:
        path.write_bytes(before)


FORGERIES: dict[str, Callable[[Approved], Any]] = {
    "the class": lambda one: Approved(one.revision, one.approvals, one.end, object()),
    "replace": lambda one: replace(one, revision=a_revision(kind="post")),  # type: ignore[call-arg]
    "replace, with a seal": lambda one: replace(one, revision=a_revision(kind="post"), seal=None),
    "copy": copy.copy,
    "a deep copy": copy.deepcopy,
    "pickle": pickle.dumps,
    "a subclass": lambda _: type("Forged", (Approved,), {"__post_init__": lambda *_: None}),
    "setting a field": lambda one: setattr(one, "revision", a_revision(kind="post")),
    "setting a part": lambda one: one.revision.parts.update({"body.html": b""}),  # type: ignore[attr-defined]
    "setting a measurement": lambda one: one.revision.manifest.loudness.update({"range_lu": 0.0}),  # type: ignore[attr-defined]
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES.keys())
def test_nothing_else_makes_something_approved(docket: Docket, forge: Callable[[Approved], Any]) -> None:
    approved = docket.judge(NAME)
    with pytest.raises((TypeError, ValueError, AttributeError)):
        forge(approved)


def test_the_house_of_the_tests_is_the_one_that_is_signed_for(docket: Docket) -> None:
    assert docket.judge(NAME).revision.manifest.house == HOUSE
