"""Approvals that are signed with a passkey: step 9."""

from collections.abc import Callable
from typing import Any

from review.docket import Docket
from support.authenticator import PRESENT, VERIFIED

from tampered.acts import NAME, by_passkey, give_passkey
from tampered.cases import flaw


def _asking_for_a_passkey(docket: Docket) -> None:
    """What was approved with a passphrase does not do any more."""
    docket.set_rules(more='[review]\ntier = "passkey"\n')


def _by_passkey(**how: Any) -> Callable[[Docket], object]:  # noqa: ANN401 - of the client data
    """Lea approves with a passkey, too. how: what is wrong with its answer."""

    def make(docket: Docket) -> None:
        _asking_for_a_passkey(docket)
        give_passkey(docket)
        envelope = by_passkey(docket.sign(NAME), **how)
        docket.keep(envelope)
        docket.record(envelope)

    return make


@flaw(0)
def approval_by_a_passkey(docket: Docket) -> None:
    """A passkey signed at the desk, and one is asked for: it is admitted, so those below fail for their flaw."""
    _by_passkey()(docket)


@flaw(9)
def approval_by_a_passphrase_where_a_passkey_is_asked_for(docket: Docket) -> None:
    """The house asks for a passkey, and a passphrase signed."""
    _asking_for_a_passkey(docket)


@flaw(9)
def approval_by_a_passkey_as_a_passphrase(docket: Docket) -> None:
    """A passkey signed a statement that says that a passphrase did."""
    _by_passkey(tier="passphrase")(docket)


@flaw(9)
def approval_by_a_passkey_at_another_port(docket: Docket) -> None:
    """It was signed at another address than that at which the passkey signs."""
    _by_passkey(origin="http://localhost:7401")(docket)


@flaw(9)
def approval_by_a_passkey_of_another_site(docket: Docket) -> None:
    """The browser used it for another site."""
    _by_passkey(rp="desk.example")(docket)


@flaw(9)
def approval_by_a_passkey_with_nobody_there(docket: Docket) -> None:
    """Nobody touched the authenticator."""
    _by_passkey(flags=VERIFIED)(docket)


@flaw(9)
def approval_by_a_passkey_of_somebody_unknown(docket: Docket) -> None:
    """The authenticator did not find out who was there: no fingerprint, no PIN."""
    _by_passkey(flags=PRESENT)(docket)


@flaw(9)
def approval_by_a_passkey_in_a_frame(docket: Docket) -> None:
    """It was signed in a page within another one."""
    _by_passkey(crossOrigin=True)(docket)


@flaw(9)
def approval_by_a_passkey_of_other_words(docket: Docket) -> None:
    """The authenticator signed another challenge than the digest of this statement."""
    _by_passkey(challenge="AAAA")(docket)
