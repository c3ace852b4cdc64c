"""Sign with a fingerprint, a face or a security key: the browser has the statement's digest signed."""

import json
from dataclasses import dataclass, replace

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
        try:
            response = json.loads(form.get("answer", ""))
        except (ValueError, RecursionError) as error:
            raise PublisherError("the browser did not say who signs", hint="sign again; nothing was signed") from error
        return signed(context, replace(statement, tier="passkey"), self.origin, response)
