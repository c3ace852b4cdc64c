"""A rejection stands until the person who made it withdraws it, whatever anyone else does."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.review.gate import Refusal, standing_rejections
from publisher.review.ledger import Record
from publisher.review.statement import Envelope
from review.docket import PEOPLE, SLUG, Docket, a_revision, edited, flipped

A = a_revision().name
B = edited(b"<p>Mended.</p>\n").name


@pytest.fixture
def docket(tmp_path: Path) -> Docket:
    """A piece that max approves and lea rejects."""
    docket = Docket(tmp_path).open()
    docket.submit(a_revision())
    docket.decide(A, person="max")
    docket.decide(A, "reject")
    return docket


def step(docket: Docket, revision: str = A) -> int:
    """The step that refuses it, or 0."""
    try:
        docket.judge(revision)
    except Refusal as refusal:
        return refusal.step
    return 0


def standing(docket: Docket) -> list[str]:
    return [rejection.by for rejection in standing_rejections(SLUG, docket.rules(), docket.evidence())]


def rejection(docket: Docket) -> Path:
    return next(path for path in docket.envelope_files if "-reject-" in path.name)


def test_it_stops_the_revision_and_says_why(docket: Docket) -> None:
    with pytest.raises(Refusal) as caught:
        docket.judge(A)
    assert caught.value.step == 7
    assert caught.value.what == "Lea Counsel rejected it: Take out the name."
    assert standing(docket) == ["lea"]


def test_its_maker_withdraws_it(docket: Docket) -> None:
    docket.decide(A, "withdraw")
    assert standing(docket) == []
    assert step(docket) == 0


def test_an_edit_does_not_outrun_it(docket: Docket) -> None:
    docket.submit(edited(b"<p>Mended.</p>\n"))
    docket.decide(B, person="max")
    assert step(docket, B) == 7
    docket.decide(A, "withdraw")
    assert step(docket, B) == 0


def test_submitting_the_rejected_revision_again_lifts_nothing_from_the_later_one(docket: Docket) -> None:
    docket.submit(edited(b"<p>Mended.</p>\n"))
    docket.decide(B, person="max")
    docket.submit(a_revision())
    assert step(docket, B) == 7


def test_what_was_approved_before_the_rejected_revision_stays_public(tmp_path: Path) -> None:
    docket = Docket(tmp_path)
    docket.approved()
    docket.submit(edited(b"<p>Mended.</p>\n"))
    docket.decide(B, "reject")
    assert step(docket, A) == 0
    assert step(docket, B) == 7


def test_a_withdrawn_rejection_is_no_approval(tmp_path: Path) -> None:
    docket = Docket(tmp_path)
    docket.approved()
    docket.decide(A, "reject")
    docket.decide(A, "withdraw")
    with pytest.raises(Refusal) as caught:
        docket.judge(A)
    assert caught.value.step == 8
    assert "they rejected it later" in caught.value.what
    docket.decide(A, "approve")
    assert step(docket) == 0


def test_an_approval_that_was_overtaken_can_not_be_recorded_again(tmp_path: Path) -> None:
    docket = Docket(tmp_path)
    name = docket.open().submit(a_revision())
    approval = docket.decide(name)
    docket.decide(A, "reject")
    docket.decide(A, "withdraw")
    docket.record(approval)
    assert step(docket) == 8


def by_another(docket: Docket) -> None:
    docket.decide(A, "withdraw", "max")


def by_a_host(docket: Docket) -> None:
    docket.decide(A, "withdraw", "ann")


def with_anothers_key(docket: Docket) -> None:
    docket.decide(A, "withdraw", key="max")


def for_another_piece(docket: Docket) -> None:
    docket.keep(docket.sign(A, "withdraw", slug="another-piece"))
    docket.append("withdraw", "lea", {"revision": A, "envelope": docket.sign(A, "withdraw").sha256})


def without_a_file(docket: Docket) -> None:
    docket.append("withdraw", "lea", {"revision": A, "envelope": "0" * 64})


def without_naming_a_file(docket: Docket) -> None:
    docket.append("withdraw", "lea", {"revision": A})


def with_an_approval(docket: Docket) -> None:
    envelope = docket.sign(A, "approve")
    docket.keep(envelope)
    docket.append("withdraw", "lea", {"revision": A, "envelope": envelope.sha256})


def before_the_rejection(docket: Docket) -> None:
    withdrawal = docket.sign(A, "withdraw", time="2026-11-20T11:00:00+00:00")
    docket.keep(withdrawal)
    docket.record(withdrawal)


def recorded_before_it(docket: Docket) -> None:
    docket.decide(A, "withdraw")
    docket.rewrite(lambda records: [*records[:-2], records[-1], records[-2]])


@pytest.mark.parametrize(
    "withdraw",
    [
        by_another, by_a_host, with_anothers_key, for_another_piece, without_a_file, without_naming_a_file,
        with_an_approval, before_the_rejection, recorded_before_it,
    ],
)  # fmt: skip
def test_a_withdrawal_lifts_nothing_that_is_made(docket: Docket, withdraw: Callable[[Docket], None]) -> None:
    withdraw(docket)
    assert step(docket) == 7
    assert standing(docket) == ["lea"]


def test_an_old_withdrawal_lifts_no_later_rejection(docket: Docket) -> None:
    withdrawal = docket.decide(A, "withdraw")
    docket.decide(A, "reject", reason="Take out the number, too.")
    docket.record(withdrawal)
    assert step(docket) == 7


def test_a_withdrawal_that_was_kept_back_lifts_no_later_rejection(docket: Docket) -> None:
    withdrawal = docket.sign(A, "withdraw")
    docket.keep(withdrawal)
    docket.now = docket.now.replace(hour=13)
    docket.decide(A, "reject", reason="Take out the number, too.")
    docket.record(withdrawal)
    assert standing(docket) == ["lea"]


DAMAGE: dict[str, Callable[[Path], object]] = {
    "missing": Path.unlink,
    "empty": lambda path: path.write_bytes(b""),
    "changed": lambda path: path.write_bytes(path.read_bytes().replace(b"A", b"B")),
    "a folder": lambda path: path.rename(path.with_name("moved")).with_name(path.name).mkdir(),
    "a link": lambda path: path.symlink_to(path.rename(path.with_name("moved"))),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_it_stands_when_its_file_is(docket: Docket, damage: Callable[[Path], object]) -> None:
    damage(rejection(docket))
    with pytest.raises(Refusal) as caught:
        docket.judge(A)
    assert caught.value.step == 7
    assert "the reason cannot be read" in caught.value.what


def test_nothing_is_judged_without_a_folder_that_cannot_be_read(docket: Docket) -> None:
    folder = rejection(docket).parent
    folder.rename(folder.with_name("moved"))
    folder.write_bytes(b"")
    with pytest.raises(OSError, match=folder.name):
        docket.judge(A)


def test_it_stands_when_its_maker_has_left(docket: Docket) -> None:
    docket.set_people({id_: person for id_, person in PEOPLE.items() if id_ != "lea"})
    assert step(docket) == 7


def test_an_unsigned_one_stands_but_nobody_is_quoted(docket: Docket) -> None:
    forged = docket.sign(A, "reject", "max", key="somebody", reason="Max is a fool.")
    docket.decide(A, "withdraw")
    docket.keep(forged)
    docket.record(forged)
    with pytest.raises(Refusal) as caught:
        docket.judge(A)
    assert caught.value.step == 7
    assert "fool" not in caught.value.what


def without_the_line(records: list[Record]) -> list[Record]:
    return [record for record in records if record.event != "reject"]


def named_by_an_approval(records: list[Record]) -> list[Record]:
    return [replace(record, event="approve") if record.event == "reject" else record for record in records]


def named_by_another_piece(records: list[Record]) -> list[Record]:
    return [replace(record, slug="another") if record.event == "reject" else record for record in records]


@pytest.mark.parametrize("edit", [without_the_line, named_by_an_approval, named_by_another_piece])
def test_a_signed_one_stands_even_if_the_ledger_has_lost_it(
    docket: Docket, edit: Callable[[list[Record]], list[Record]]
) -> None:
    docket.rewrite(edit)
    assert step(docket) == 7
    assert standing(docket) == ["lea"]
    docket.decide(A, "withdraw")
    assert step(docket) == 0


def test_a_lost_one_is_not_lifted_by_an_earlier_withdrawal(docket: Docket) -> None:
    docket.decide(A, "withdraw")
    lost = docket.sign(A, "reject", reason="Again.")
    docket.keep(lost)
    assert step(docket) == 7


@pytest.mark.parametrize(
    "sign",
    [
        lambda docket: docket.sign(B, "reject", key="somebody"),
        lambda docket: docket.sign(B, "reject", "somebody"),
        lambda docket: docket.sign(B, "reject", "una"),
        lambda docket: docket.sign(B, "reject", house="https://other.example.com/"),
        lambda docket: docket.sign(B, "reject", slug="another-piece"),
    ],
    ids=["by an unknown key", "by nobody", "on a day that is not theirs", "of another house", "of another piece"],
)
def test_a_file_nobody_signed_rejects_nothing(tmp_path: Path, sign: Callable[[Docket], Envelope]) -> None:
    docket = Docket(tmp_path)
    docket.approved()
    docket.keep(sign(docket))
    assert step(docket) == 0


def test_one_about_a_revision_that_nobody_knows_stands_against_all(tmp_path: Path) -> None:
    docket = Docket(tmp_path)
    docket.approved()
    docket.append("reject", "lea", {})
    assert step(docket) == 7


def test_a_withdrawal_by_someone_else_with_the_same_role_leaves_two_rejections_at_one(docket: Docket) -> None:
    docket.decide(A, "reject", "max")
    docket.decide(A, "withdraw", "max")
    assert standing(docket) == ["lea"]


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Docket:
    """A piece that max approves and lea rejects; every example puts it back as it was."""
    docket = Docket(tmp_path_factory.mktemp("shared")).open()
    docket.submit(a_revision())
    docket.decide(A, person="max")
    docket.decide(A, "reject")
    return docket


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data(), bits=st.integers(1, 255), cut=st.booleans())
def test_no_byte_that_is_changed_or_cut_lets_a_rejected_piece_through(
    shared: Docket, data: st.DataObject, bits: int, *, cut: bool
) -> None:
    path = data.draw(st.sampled_from([shared.ledger_file, *shared.envelope_files]))
    before = path.read_bytes()
    position = data.draw(st.integers(0, len(before) - 1))
    path.write_bytes(before[:position] if cut else flipped(before, position, bits))
    try:
        assert step(shared) in {1, 3, 5, 7}
    finally:
        path.write_bytes(before)
