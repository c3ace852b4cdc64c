"""Sign with a fingerprint, a face or a security key: the browser has the statement's digest signed."""

import json
from dataclasses import dataclass, replace
from typing import Any

from publisher.desk.room import Form, Offer
from publisher.errors import PublisherError
from publisher.review.statement import Envelope, Statement
from publisher.workflow.context import Context
from publisher.workflow.passkeys import passkeys_of, request, signed


@dataclass(frozen=True)
class ByPasskey:
    """The way to sign that no thief of a file can go."""

    origin: str
    """Of the desk: passkeys of another address are none here."""
    name: str = "passkey"
    template: str = "sign-passkey.html"

    def offer(self, context: Context, statement: Statement) -> Offer | None:
        """Whoever has a passkey at this address."""
        if not passkeys_of(context, statement.person, self.origin):
            return None
        said, options = request(context, statement, self.origin)
        return Offer(self, said, options)

    def sign(self, context: Context, statement: Statement, form: Form) -> Envelope:
        """Take the answer of the browser. Errors: it is none, or of no passkey of theirs."""
        return signed(context, replace(statement, tier="passkey"), self.origin, answer_in(form))


def answer_in(
    form: Form, missing: str = "the browser did not say who signs", hint: str = "sign again; nothing was signed"
) -> dict[str, Any]:
    """What the authenticator answered, as the browser has it. missing, hint: the error if it says nothing."""
    try:
        found: dict[str, Any] = json.loads(form.get("answer", ""))
    except (ValueError, RecursionError) as error:
        raise PublisherError(missing, hint=hint) from error
    return found
