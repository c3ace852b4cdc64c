"""Takedowns that are signed with a passkey, and lifts of them: step 7.

A line of the ledger keeps a piece down whatever its file says, so a takedown by a passkey is shown here by its file
alone, which must be verified; and a lift must be verified whole.
"""

from collections.abc import Callable
from typing import Any

from review.docket import Docket
from support.authenticator import PRESENT, VERIFIED

from publisher.review.statement import Envelope
from tampered.acts import NAME, by_passkey, give_passkey
from tampered.cases import flaw

REASON = "It names a customer."


def _only_signed(docket: Docket, **how: Any) -> None:  # noqa: ANN401 - of the client data
    """A takedown by lea's passkey that no line of the ledger tells of. how: what is wrong with its answer."""
    give_passkey(docket)
    docket.keep(by_passkey(docket.sign(NAME, "takedown", reason=REASON), **how))


def _lifted(docket: Docket, sign: Callable[[Docket], Envelope]) -> None:
    """Max took it down; a lift that lea signed stands in the ledger, and she approved anew."""
    give_passkey(docket)
    docket.decide(NAME, "takedown", "max", reason=REASON)
    lift = sign(docket)
    docket.keep(lift)
    docket.append("restore", "lea", {"revision": NAME, "envelope": lift.sha256})
    docket.decide(NAME)


def _lifted_by_passkey(docket: Docket, **how: Any) -> None:  # noqa: ANN401 - of the client data
    """The same, with her passkey. how: what is wrong with its answer."""
    _lifted(docket, lambda one: by_passkey(one.sign(NAME, "restore"), **how))


@flaw(7)
def takedown_by_a_passkey(docket: Docket) -> None:
    """A passkey signed it, and a kill lost the line: it stands, so those below count for nothing by their flaw."""
    _only_signed(docket)


@flaw(0)
def takedown_by_a_passkey_at_another_port(docket: Docket) -> None:
    """It was signed at another address than that at which the passkey signs, and no line tells of it."""
    _only_signed(docket, origin="http://localhost:7401")


@flaw(0)
def takedown_by_a_passkey_with_nobody_there(docket: Docket) -> None:
    """Nobody touched the authenticator, and no line tells of it."""
    _only_signed(docket, flags=VERIFIED)


@flaw(0)
def takedown_by_a_passkey_of_other_words(docket: Docket) -> None:
    """The authenticator signed another challenge than the digest of this takedown, and no line tells of it."""
    _only_signed(docket, challenge="AAAA")


@flaw(0)
def takedown_by_a_passkey_of_another_piece(docket: Docket) -> None:
    """A passkey took another piece down, which says nothing of this one."""
    give_passkey(docket)
    docket.keep(by_passkey(docket.sign(NAME, "takedown", slug="another-piece", reason=REASON)))


@flaw(0)
def takedown_lifted_by_a_passkey(docket: Docket) -> None:
    """A passkey lifted it, and it was approved anew: it is admitted, so those below fail for their flaw."""
    _lifted_by_passkey(docket)


@flaw(7)
def takedown_lifted_by_a_passkey_as_a_passphrase(docket: Docket) -> None:
    """A passkey signed a lift that says that a passphrase did."""
    _lifted_by_passkey(docket, tier="passphrase")


@flaw(7)
def takedown_lifted_by_a_passkey_at_another_port(docket: Docket) -> None:
    """The lift was signed at another address than that at which the passkey signs."""
    _lifted_by_passkey(docket, origin="http://localhost:7401")


@flaw(7)
def takedown_lifted_by_a_passkey_of_another_site(docket: Docket) -> None:
    """The browser used it for another site."""
    _lifted_by_passkey(docket, rp="desk.example")


@flaw(7)
def takedown_lifted_by_a_passkey_with_nobody_there(docket: Docket) -> None:
    """Nobody touched the authenticator."""
    _lifted_by_passkey(docket, flags=VERIFIED)


@flaw(7)
def takedown_lifted_by_a_passkey_of_somebody_unknown(docket: Docket) -> None:
    """The authenticator did not find out who was there: no fingerprint, no PIN."""
    _lifted_by_passkey(docket, flags=PRESENT)


@flaw(7)
def takedown_lifted_by_a_passkey_in_a_frame(docket: Docket) -> None:
    """It was signed in a page within another one."""
    _lifted_by_passkey(docket, crossOrigin=True)


@flaw(7)
def takedown_lifted_by_a_passkey_of_other_words(docket: Docket) -> None:
    """The authenticator signed another challenge than the digest of this lift."""
    _lifted_by_passkey(docket, challenge="AAAA")


@flaw(7)
def takedown_lifted_by_a_passkey_of_another_piece(docket: Docket) -> None:
    """A passkey lifted the takedown of another piece, and the line of this one names that."""
    _lifted(docket, lambda one: by_passkey(one.sign(NAME, "restore", slug="another-piece")))
