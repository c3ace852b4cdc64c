"""Rejections: step 7."""

from collections.abc import Callable

from review.docket import Docket, a_revision

from tampered.acts import MENDED, NAME, branched, merge
from tampered.cases import flaw


def _rejected_then(*then: str) -> Callable[[Docket], None]:
    def make(docket: Docket) -> None:
        docket.decide(NAME, person="max")
        docket.decide(NAME, "reject")
        for step in then:
            _AFTER[step](docket)

    return make


def _lose_the_file(docket: Docket) -> None:
    (path,) = docket.root.glob("approvals/*-reject-*")
    path.unlink()


def _withdraw_again(docket: Docket) -> None:
    withdrawal = docket.decide(NAME, "withdraw")
    docket.decide(NAME, "reject", reason="Take out the number, too.")
    docket.record(withdrawal)


def _submit_an_edit(docket: Docket) -> None:
    docket.submit(MENDED)
    docket.decide(MENDED.name, person="max")


_AFTER: dict[str, Callable[[Docket], object]] = {
    "lose the file": _lose_the_file,
    "lose the line": lambda docket: docket.rewrite(lambda all_: [one for one in all_ if one.event != "reject"]),
    "cut the ledger": lambda docket: docket.ledger_file.write_bytes(
        b"".join(docket.ledger_file.read_bytes().splitlines(keepends=True)[:-1])
    ),
    "another withdraws": lambda docket: docket.decide(NAME, "withdraw", "max"),
    "forge a withdrawal": lambda docket: docket.decide(NAME, "withdraw", key="max"),
    "withdraw again": _withdraw_again,
    "withdraw": lambda docket: docket.decide(NAME, "withdraw"),
    "submit an edit": _submit_an_edit,
    "submit it again": lambda docket: docket.submit(a_revision()),
    "cut the last byte": lambda docket: docket.ledger_file.write_bytes(docket.ledger_file.read_bytes()[:-1]),
}


@flaw(7)
def rejection_standing(docket: Docket) -> None:
    """One reviewer approved, another rejected: the rejection stands."""
    _rejected_then()(docket)


@flaw(7)
def rejection_whose_file_is_missing(docket: Docket) -> None:
    """What was rejected can't be read any more: it stands until it is withdrawn."""
    _rejected_then("lose the file")(docket)


@flaw(7)
def rejection_without_a_line(docket: Docket) -> None:
    """The line was taken out and the chain made whole; the signed file still says no."""
    _rejected_then("lose the line")(docket)


@flaw(7)
def ledger_cut_before_the_rejection(docket: Docket) -> None:
    """The ledger's last line was cut off, which leaves its chain whole."""
    _rejected_then("cut the ledger")(docket)


@flaw(7)
def rejection_whose_line_lacks_its_end(docket: Docket) -> None:
    """The ledger's last byte was cut off: a line that lacks only its end counts."""
    _rejected_then("cut the last byte")(docket)


@flaw(7)
def rejection_on_another_branch(docket: Docket) -> None:
    """Lea approved on one branch, max rejected on another: neither came first, so the rejection stands."""
    branched(merge)(docket)


@flaw(7)
def rejection_withdrawn_by_another(docket: Docket) -> None:
    """Only the person who rejected can withdraw."""
    _rejected_then("another withdraws")(docket)


@flaw(7)
def rejection_withdrawn_with_another_key(docket: Docket) -> None:
    """The withdrawal is signed by someone else's key."""
    _rejected_then("forge a withdrawal")(docket)


@flaw(7)
def rejection_withdrawn_by_replay(docket: Docket) -> None:
    """The withdrawal of an earlier rejection was recorded again after a later one."""
    _rejected_then("withdraw again")(docket)


@flaw(7, revision=MENDED.name)
def rejection_outrun_by_an_edit(docket: Docket) -> None:
    """The edit was approved by someone else, but the rejection stands against it, too."""
    _rejected_then("submit an edit")(docket)


@flaw(7, revision=MENDED.name)
def rejection_outrun_by_submitting_again(docket: Docket) -> None:
    """The rejected revision was submitted again after the edit, to make the edit look older than the rejection."""
    _rejected_then("submit an edit", "submit it again")(docket)
