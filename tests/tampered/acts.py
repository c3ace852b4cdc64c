"""What is done to an approved episode by more than one flaw."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from review.docket import Docket, a_revision, edited, line, private_key
from support.authenticator import Authenticator

from publisher.review.keys import Signature, fingerprint
from publisher.review.ledger import Record
from publisher.review.passkeys import Passkey, read_response, request_options
from publisher.review.statement import Envelope, sealed, to_sign
from publisher.review.trust import place_of

NAME = a_revision().name
"""The revision that everyone approves, where nothing is said."""
MENDED = edited(b"<p>Mended.</p>\n")
"""An edit of it."""
ELSEWHERE = "https://other.example.com/"
"""The address of another house."""
DESK = "http://localhost:7400"
"""Where lea's passkey signs."""
_DEVICE = Authenticator("EdDSA", key=private_key("pia"))
_PASSKEY = Passkey(DESK, _DEVICE.credential, _DEVICE.cose)


def give_passkey(docket: Docket) -> None:
    """Lea has a passkey beside her key, signed by an admin."""
    docket.change_person("lea", keys=[line("lea"), _PASSKEY.to_line()])


def by_passkey(envelope: Envelope, **how: Any) -> Envelope:  # noqa: ANN401 - of the client data
    """What lea signed, by her passkey instead. how: what is wrong with its answer; `tier`: what it says it is."""
    said = replace(envelope.statement, tier=how.pop("tier", "passkey"))
    options = request_options([_PASSKEY], to_sign(said))
    _, assertion, signature = read_response(_DEVICE.get(options, how.pop("origin", DESK), **how))
    return sealed(said, Signature(_PASSKEY.fingerprint, signature, assertion))


def rewrite(docket: Docket, name: str, change: Callable[[bytes], bytes]) -> None:
    """Change the one file of that name."""
    (path,) = docket.root.glob(name)
    before = path.read_bytes()
    path.write_bytes(change(before))
    assert path.read_bytes() != before, f"{name} stayed as it was"


def records(change: Callable[[list[Record]], list[Record]]) -> Callable[[Docket], None]:
    """Edit the ledger and make its chain whole again."""
    return lambda docket: docket.rewrite(change)


def instead(**changes: str | tuple[str, ...]) -> Callable[[Docket], None]:
    """Another approval in place of lea's, properly recorded."""

    def make(docket: Docket) -> None:
        lose_approvals(docket)
        docket.rewrite(lambda records: records[:2])
        docket.decide(NAME, **changes)  # type: ignore[arg-type]

    return make


def moved(docket: Docket) -> None:
    """The house says that it is elsewhere."""
    docket.set_rules(house=ELSEWHERE, legal=1)


def ending(docket: Docket) -> None:
    """Approvals end."""
    docket.set_rules(more="[review]\nexpires_days = 10\n")


def revoked_from(docket: Docket, since: int) -> None:
    """Have lea's key revoked from an entry of the ledger on."""
    after = place_of(docket.ledger.records(), since)
    revoked = [{"key": fingerprint(line("lea")), "since": since, "after": after, "reason": "It was stolen."}]
    docket.change_person("lea", revoked=revoked)


def revoked_later(docket: Docket) -> None:
    """Have it revoked from an entry behind her approval on."""
    revoked_from(docket, 3)


def branched(then: Callable[[Docket], object]) -> Callable[[Docket], None]:
    """Max rejects on another branch while lea approves on this one; then what is done with both."""

    def make(docket: Docket) -> None:
        ours = docket.ledger_file.read_bytes()
        docket.rewrite(lambda records: records[:2])
        docket.decide(NAME, "reject", "max")
        theirs = docket.ledger_file.read_bytes().splitlines(keepends=True)[2:]
        docket.ledger_file.write_bytes(ours + b"".join(theirs))
        then(docket)

    return make


def merge(docket: Docket) -> None:
    """Join branches of the ledger."""
    docket.ledger.merge("publish", docket.now)


def lose_approvals(docket: Docket) -> None:
    """Take the signed files away; their lines stay."""
    for path in docket.envelope_files:
        path.unlink()
