"""The people of the house, signed by an admin with a passkey: step 3."""

from typing import Any

from review.docket import PEOPLE, Docket, line, private_key
from support.authenticator import PRESENT, Authenticator

from publisher.review.keys import Signature
from publisher.review.passkeys import Passkey, read_response, request_options
from publisher.review.roster import unsigned
from tampered.cases import flaw

DESK = "http://localhost:7400"
IVO: dict[str, object] = {"name": "Ivo Admin", "roles": ["admin"], "keys": [line("ivo")]}


def _signed(docket: Docket, *, brought: bool = False, **how: Any) -> None:  # noqa: ANN401 - of the client data
    """Ida has a passkey and signs the next version with it. brought: only that version has it. how: what is wrong."""
    device = Authenticator("EdDSA", key=private_key("pia"))
    passkey = Passkey(DESK, device.credential, device.cose)
    ida = {**PEOPLE["ida"], "keys": [line("ida"), passkey.to_line()]}
    if not brought:
        docket.set_people({**PEOPLE, "ida": ida})
    docket.write_people({**PEOPLE, "ida": ida, "ivo": IVO})
    signed = unsigned(docket.roster())
    options = request_options([passkey], signed.to_sign)
    more = {"origin": DESK, **how}
    answer = read_response(device.get(options, **more))
    signed = signed.carrying(Signature(passkey.fingerprint, answer[2], answer[1]))
    docket.write(f"people/signed/{signed.roster.file_name}", signed.data)
    docket.append("people", "ida", {"version": signed.roster.version, "roster": signed.sha256}, slug="")


@flaw(0)
def people_signed_by_a_passkey(docket: Docket) -> None:
    """Ida signed with her passkey: it is admitted, so those below fail for their flaw."""
    _signed(docket)


@flaw(3)
def people_signed_by_a_passkey_at_another_port(docket: Docket) -> None:
    """It was signed at another address than that at which the passkey signs."""
    _signed(docket, origin="http://localhost:7401")


@flaw(3)
def people_signed_by_a_passkey_of_somebody_unknown(docket: Docket) -> None:
    """The authenticator did not find out who was there: no fingerprint, no PIN."""
    _signed(docket, flags=PRESENT)


@flaw(3)
def people_signed_by_a_passkey_of_other_words(docket: Docket) -> None:
    """The authenticator signed another challenge than the digest of this version."""
    _signed(docket, challenge="AAAA")


@flaw(3)
def people_signed_by_a_passkey_that_they_bring(docket: Docket) -> None:
    """The passkey stands in no version before the one that it signs."""
    _signed(docket, brought=True)
