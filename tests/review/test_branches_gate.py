"""What two people decide on two branches at the same time: after the merge the worse holds, nobody outruns anybody."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.review.gate import Refusal
from review.docket import FINDING, SLUG, Docket, a_revision, edited

NAME = a_revision().name
MENDED = edited(b"<p>Mended.</p>\n")
Act = Callable[[Docket], object]


def both(root: Path, before: Act, ours: Act, theirs: Act) -> Docket:
    """What was before, and two clones in which each goes on alone; merged, once one way round."""
    here = Docket(root / "ours", signs_heads=True).open()
    before(here)
    there = Docket(root / "theirs", here.now, signs_heads=True).open()
    for path in here.root.rglob("*"):
        if path.is_file() and ".locks" not in path.parts:
            there.write(str(path.relative_to(here.root)), path.read_bytes())
    common = len(there.ledger_file.read_bytes())
    ours(here)
    theirs(there)
    for path in (*there.root.glob("approvals/*"), *there.root.glob("revisions/**/*.*")):
        here.write(str(path.relative_to(there.root)), path.read_bytes())
    here.ledger_file.write_bytes(here.ledger_file.read_bytes() + there.ledger_file.read_bytes()[common:])
    here.ledger.merge("publish", datetime(2026, 11, 20, 13, tzinfo=UTC))
    return here


def submit(docket: Docket) -> None:
    docket.submit(a_revision())


def approve(docket: Docket) -> None:
    docket.decide(NAME)


def reject(docket: Docket) -> None:
    docket.decide(NAME, "reject", "max")


def nothing(_: Docket) -> None:
    """Nobody does anything."""


def submit_and_approve(docket: Docket) -> None:
    submit(docket)
    approve(docket)


def rejected_by_both(docket: Docket) -> None:
    submit(docket)
    docket.decide(NAME, "reject", "lea")


def _mend(docket: Docket) -> None:
    docket.submit(MENDED)
    docket.decide(MENDED.name)


def _early(docket: Docket) -> None:
    """A revision that someone submits on an old branch, to have it stand before the rejection."""
    docket.now = datetime(2026, 11, 19, 12, tzinfo=UTC)
    _mend(docket)


def _waived(docket: Docket) -> None:
    submit(docket)
    docket.waive(NAME)


MERGED: dict[str, tuple[int, str, Act, Act, Act]] = {
    "one approves, the other does something else": (0, NAME, submit, approve, nothing),
    "one approves, another rejects": (8, NAME, submit, approve, reject),
    "one approves here and rejects there": (8, NAME, submit, approve, lambda d: d.decide(NAME, "reject")),
    "one rejects while the edit is approved elsewhere": (8, MENDED.name, submit, reject, _mend),
    "the edit pretends to be older than the rejection": (8, MENDED.name, submit, reject, _early),
    "the piece is submitted again elsewhere while it is rejected": (8, NAME, submit_and_approve, submit, reject),
    "who rejected withdraws here and rejects again there": (
        8, NAME, rejected_by_both,
        lambda d: d.decide(NAME, "withdraw"),
        lambda d: d.decide(NAME, "reject", reason="And the number."),
    ),
    "who rejected on one branch withdraws there": (
        0, NAME, submit,
        lambda d: d.decide(NAME, person="lea"),
        lambda d: (d.decide(NAME, "reject", "max"), d.decide(NAME, "withdraw", "max")),
    ),
    "an approval meets the rejection and withdrawal of the same person": (
        9, NAME, submit, approve, lambda d: (d.decide(NAME, "reject"), d.decide(NAME, "withdraw")),
    ),
    "an approval names a waiver that was given elsewhere": (
        9, NAME, submit, lambda d: d.decide(NAME, waived=(FINDING,)), lambda d: d.waive(NAME),
    ),
    "a waiver is taken back elsewhere, as late as a change of mind": (
        0, NAME, _waived, lambda d: d.decide(NAME, waived=(FINDING,)), lambda d: d.waive(NAME, event="unwaive"),
    ),
    "an approval meets a submission by the same person": (
        9, NAME, submit, approve, lambda d: d.submit(a_revision(), by="lea"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("turned", [False, True], ids=["this way round", "the other way round"])
@pytest.mark.parametrize("case", MERGED.values(), ids=MERGED.keys())
def test_after_a_merge_the_gate_judges_so_that(
    tmp_path: Path, case: tuple[int, str, Act, Act, Act], *, turned: bool
) -> None:
    step, name, before, ours, theirs = case
    docket = both(tmp_path, before, *((theirs, ours) if turned else (ours, theirs)))
    found = 0
    try:
        docket.judge(name, SLUG)
    except Refusal as refusal:
        found = refusal.step
    assert found == step


def test_an_approval_after_the_merge_counts_again(tmp_path: Path) -> None:
    docket = both(tmp_path, submit, approve, reject)
    docket.now = datetime(2026, 11, 20, 14, tzinfo=UTC)
    docket.decide(NAME, "withdraw", "max")
    docket.decide(NAME, person="lea")
    assert [one.statement.person for one in docket.judge(NAME).approvals] == ["lea"]


def test_a_waiver_that_was_taken_back_elsewhere_must_be_given_again(tmp_path: Path) -> None:
    docket = both(tmp_path, _waived, lambda d: d.waive(NAME), lambda d: d.waive(NAME, event="unwaive"))
    docket.now = datetime(2026, 11, 20, 14, tzinfo=UTC)
    docket.decide(NAME, waived=(FINDING,))
    with pytest.raises(Refusal, match="no waiver of it counts"):
        docket.judge(NAME)
