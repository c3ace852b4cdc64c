"""Sign with a key that its passphrase opens, which is asked for at each signature and kept nowhere."""

from dataclasses import dataclass
from pathlib import Path

from publisher.desk.room import Form
from publisher.errors import PublisherError
from publisher.review.keys import Signer, unlock
from publisher.review.statement import Statement


@dataclass(frozen=True)
class Passphrase:
    """The way to sign that works on every computer."""

    key: Path
    """The encrypted private key."""
    name: str = "passphrase"
    template: str = "sign-passphrase.html"

    def sign(self, _statement: Statement, form: Form) -> Signer:
        """Open the key. Errors: nothing was typed, there is no key, or it did not open."""
        typed = form.get("passphrase", "")
        if not typed:
            raise PublisherError("type the passphrase of your key", hint="it is asked for at each signature")
        return unlock(self.key, typed)
