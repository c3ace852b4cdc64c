"""Open somebody's private key, to sign in a terminal; who has none here because a passkey signs for them is told so."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from publisher.errors import PublisherError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publisher.review.keys import Signer
    from publisher.workflow.context import Context


def default_key(id_: str) -> Path:
    """Where a person's private key lies if they do not say: outside of every workspace."""
    from platformdirs import user_config_path

    folder = os.environ.get("PUBLISH_KEYS")
    return (Path(folder) if folder else user_config_path("corporate-voices") / "keys") / f"{id_}.key"


def unlocked(run: "Context", person: str, key: Path | None, *, stdin: bool, instead: str) -> "Signer":
    """The key of somebody who signs, opened with the passphrase that is asked for. person: id.

    instead: what they do if they have passkeys alone. Errors: they do; it does not open.
    """
    from publisher.review.humans import live_keys
    from publisher.review.keys import unlock

    path, known = key or default_key(person), run.rules.people.get(person)
    must_be_here(path, person, live_keys(known) if known else (), instead)
    return unlock(path, passphrase(stdin=stdin))


def must_be_here(path: Path, person: str, lines: "Iterable[str]", instead: str) -> None:
    """Errors: there is no private key, because all public ones of theirs are passkeys. person: id."""
    from publisher.review.keys import tier_of

    if {*map(tier_of, lines)} == {"passkey"} and not path.exists():
        raise PublisherError(f"{person} signs with a passkey", where="people.toml", hint=instead)


def passphrase(*, stdin: bool) -> str:
    """The passphrase of a private key, asked for or read."""
    if stdin:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise PublisherError(
            "there is no terminal to ask for the passphrase", hint="run it in a terminal, or give --passphrase-stdin"
        )
    asked: str = typer.prompt("Passphrase", hide_input=True)
    return asked
