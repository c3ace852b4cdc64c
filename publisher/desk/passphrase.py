"""Sign with a key that its passphrase opens, which is asked for at each signature and kept nowhere."""

from dataclasses import dataclass
from pathlib import Path

from publisher.desk.room import Form, Offer
from publisher.errors import PublisherError
from publisher.review.keys import unlock
from publisher.review.statement import Envelope, Statement, sign
from publisher.workflow.context import Context


@dataclass(frozen=True)
class Passphrase:
    """The way to sign that works on every computer."""

    key: Path
    """The encrypted private key."""
    name: str = "passphrase"
    template: str = "sign-passphrase.html"

    def offer(self, _context: Context, statement: Statement) -> Offer | None:
        """Anybody with a key at its place."""
        return Offer(self, statement) if self.key.exists() else None

    def sign(self, _context: Context, statement: Statement, form: Form) -> Envelope:
        """Open the key, and sign. Errors: nothing was typed, there is no key, or it did not open."""
        typed = form.get("passphrase", "")
        if not typed:
            raise PublisherError("type the passphrase of your key", hint="it is asked for at each signature")
        return sign(statement, unlock(self.key, typed))
