"""Takedowns, and lifts of them: step 7."""

from typing import Any

from review.docket import Docket

from publisher.review.statement import Decision, Envelope
from tampered.acts import ELSEWHERE, MENDED, NAME, merge
from tampered.cases import flaw

REASON = "It names a customer."


def _takedown(docket: Docket, **changes: Any) -> Envelope:  # noqa: ANN401 - of the statement
    return docket.decide(NAME, "takedown", **{"reason": REASON, **changes})


def _by_max(docket: Docket) -> None:
    _takedown(docket, person="max")


def _lifted(docket: Docket, **changes: Any) -> Envelope:  # noqa: ANN401 - of the statement
    return docket.decide(NAME, "restore", **changes)


def _approved_again(docket: Docket) -> None:
    docket.decide(NAME, person="max")


def _only_signed(docket: Docket, decision: Decision, **changes: Any) -> None:  # noqa: ANN401 - of the statement
    """A signed file that no line of the ledger tells of."""
    docket.keep(docket.sign(NAME, decision, **{"reason": REASON, **changes}))


def _lose(docket: Docket, what: str) -> None:
    """Its signed file is taken away."""
    next(docket.root.glob(f"approvals/*-{what}-*")).unlink()


def _lifted_by_a_statement_of_another(docket: Docket, **changes: Any) -> None:  # noqa: ANN401 - of the statement
    """A lift that is about something else, in a line about this piece."""
    _takedown(docket)
    lift = docket.sign(NAME, "restore", **changes)
    docket.keep(lift)
    docket.append("restore", "lea", {"revision": NAME, "envelope": lift.sha256})
    _approved_again(docket)


@flaw(7)
def takedown_standing(docket: Docket) -> None:
    """It was approved and released, then somebody took it down."""
    _by_max(docket)


@flaw(7)
def takedown_whose_file_is_missing(docket: Docket) -> None:
    """The ledger tells of a takedown, and nobody can read it: it stands."""
    _by_max(docket)
    _lose(docket, "takedown")


@flaw(7)
def takedown_without_a_line(docket: Docket) -> None:
    """A signed takedown that the ledger does not tell of: a kill, or a merge that lost the line. It stands."""
    _only_signed(docket, "takedown", person="max")


@flaw(0)
def takedown_without_a_line_of_another_piece(docket: Docket) -> None:
    """A signed takedown of another piece says nothing of this one."""
    _only_signed(docket, "takedown", slug="another-piece")


@flaw(0)
def takedown_without_a_line_of_another_house(docket: Docket) -> None:
    """A signed takedown of a piece of that name in another house."""
    _only_signed(docket, "takedown", house=ELSEWHERE)


@flaw(0)
def takedown_without_a_line_by_nobody(docket: Docket) -> None:
    """Anybody can leave a file here that nobody of the house signed."""
    _only_signed(docket, "takedown", key="eva")


@flaw(7)
def takedown_replayed_from_another_piece(docket: Docket) -> None:
    """A line names a takedown that was signed of another piece: a line stands whatever its file says."""
    kept = docket.keep(docket.sign(NAME, "takedown", slug="other"))
    docket.append("takedown", "lea", {"envelope": kept.name})


@flaw(7)
def takedown_by_an_author(docket: Docket) -> None:
    """Its author signed it, who may not: what keeps a piece from the public stands until somebody lifts it who may."""
    _takedown(docket, person="ann")


@flaw(7)
def takedown_by_somebody_without_a_role(docket: Docket) -> None:
    """Signed by somebody who decides on nothing: it stands until somebody lifts it who may."""
    _takedown(docket, person="kim")


@flaw(7, MENDED.name)
def takedown_outrun_by_an_edit(docket: Docket) -> None:
    """A revision that was submitted and approved after the takedown: it is the piece that was taken down."""
    _by_max(docket)
    docket.submit(MENDED)
    docket.decide(MENDED.name)


@flaw(0)
def takedown_lifted_and_approved_again(docket: Docket) -> None:
    """Somebody who may lifted it, then it was approved anew."""
    _by_max(docket)
    _lifted(docket)
    _approved_again(docket)


@flaw(7)
def takedown_lifted_by_another_role(docket: Docket) -> None:
    """Finance does not decide on this piece."""
    _by_max(docket)
    _lifted(docket, person="kim")
    _approved_again(docket)


@flaw(7)
def takedown_lifted_with_anothers_key(docket: Docket) -> None:
    """Lea's name, and the key of Max."""
    _by_max(docket)
    _lifted(docket, key="max")
    _approved_again(docket)


@flaw(7)
def takedown_lifted_by_nobody(docket: Docket) -> None:
    """Signed by somebody who is nobody of the house."""
    _by_max(docket)
    _lifted(docket, person="eva", key="eva")
    _approved_again(docket)


@flaw(7)
def takedown_lifted_by_replay(docket: Docket) -> None:
    """The lift of an earlier takedown stands in the ledger again, behind a second one."""
    _takedown(docket)
    lift = _lifted(docket)
    _takedown(docket, reason="It names another customer.")
    docket.record(lift)
    _approved_again(docket)


@flaw(7)
def takedown_lifted_by_a_lift_of_another_piece(docket: Docket) -> None:
    """What was signed is about another piece."""
    _lifted_by_a_statement_of_another(docket, slug="another-piece")


@flaw(7)
def takedown_lifted_by_a_lift_of_another_house(docket: Docket) -> None:
    """What was signed is about another house."""
    _lifted_by_a_statement_of_another(docket, house=ELSEWHERE)


@flaw(7)
def takedown_lifted_without_a_file(docket: Docket) -> None:
    """The ledger tells of a lift that nobody can show."""
    _by_max(docket)
    _lifted(docket)
    _lose(docket, "restore")
    _approved_again(docket)


@flaw(7)
def takedown_lifted_without_a_line(docket: Docket) -> None:
    """A signed lift that stands in no line: what lets something out counts with its line alone."""
    _by_max(docket)
    _only_signed(docket, "restore", reason="")
    _approved_again(docket)


@flaw(7)
def takedown_without_a_line_and_lifted(docket: Docket) -> None:
    """Nobody can tell whether the lift came after a takedown that has no line."""
    _only_signed(docket, "takedown", person="max")
    _lifted(docket)
    _approved_again(docket)


@flaw(7)
def takedown_on_another_branch_than_its_lift(docket: Docket) -> None:
    """One lifted it, another took it down on another branch: the lift does not follow."""
    _takedown(docket)
    common = docket.ledger_file.read_bytes()
    _lifted(docket)
    _approved_again(docket)
    ours = docket.ledger_file.read_bytes()
    docket.ledger_file.write_bytes(common)
    _by_max(docket)
    docket.ledger_file.write_bytes(ours + docket.ledger_file.read_bytes()[len(common) :])
    merge(docket)


@flaw(9)
def takedown_lifted_without_a_new_approval(docket: Docket) -> None:
    """It was lifted, and who approved before did not know what led to the takedown."""
    _by_max(docket)
    _lifted(docket)


@flaw(9)
def approval_between_takedown_and_lift(docket: Docket) -> None:
    """It was approved anew before the takedown was lifted: the lift alone must put nothing before the public."""
    _by_max(docket)
    _approved_again(docket)
    _lifted(docket)
