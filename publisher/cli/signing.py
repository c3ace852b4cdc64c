"""`publish people sign`: admins sign who is trusted with what, with a passphrase here or a passkey in a browser."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.desk import sign_people
from publisher.cli.output import plain, say, say_under
from publisher.cli.review import Stdin, Who
from publisher.cli.session import context
from publisher.cli.unlocking import default_key, must_be_here

if TYPE_CHECKING:
    from publisher.workflow.context import Context
    from publisher.workflow.signing import Draft

InBrowser = Annotated[
    bool, typer.Option("--passkey", help="With your passkey, at the desk in a browser: the same, to read and sign.")
]


def register(app: typer.Typer) -> None:
    """Add the command to those about people."""
    app.command("sign")(sign)


def sign(
    ctx: typer.Context,
    person: Who,
    file: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="Your private key, if not in its usual place.")
    ] = None,
    passkey: InBrowser = False,
    passphrase_stdin: Stdin = False,
) -> None:
    """Sign what people.toml says of keys and roles, as an admin: only then it counts."""
    from publisher.workflow.signing import draft_people

    with context(ctx, quiet=True) as run:
        draft = draft_people(run, person)
        against = f", against version {draft.before.version}" if draft.before else ""
        say(f"[bold]Version {draft.roster.version} of the people[/]{against}")
        for change in draft.changes:
            say_under("  ", plain(change))
        if not passkey:
            _finish(run, _signed(run, draft, file or default_key(person), stdin=passphrase_stdin), file)
    if passkey:
        sign_people(ctx, person)


def _signed(run: "Context", draft: "Draft", path: Path, *, stdin: bool) -> "Draft":
    """The draft with the signature of the key at `path`, and with that of the key that it replaced, where one is."""
    from publisher.review.keys import unlock
    from publisher.workflow.signing import command_for, keys_to_sign, with_signature

    lines = keys_to_sign(run, draft)
    must_be_here(path, draft.person, lines, f"sign in the browser: {command_for(draft.person, lines)}")
    for one in (path, old_key(path)):
        if keys_to_sign(run, draft) and (one == path or one.exists()):
            asked = f"Passphrase of {one.name}, to sign"
            draft = with_signature(draft, unlock(one, passphrase(asked, stdin=stdin)))
    return draft


def _finish(run: "Context", draft: "Draft", file: Path | None) -> None:
    """Keep what was signed, and say what is still to be done."""
    from publisher.workflow.signing import command_for, keys_to_sign, record_people

    done = record_people(run, draft)
    if done.lacking:
        say(f"[yellow]…[/] Signed, and not yet enough: {done.lacking}")
        commands = (command_for(id_, keys_to_sign(run, draft, id_)) for id_ in done.able)
        say(f"\nNext:  {' or '.join(commands)}")
        return
    say(f"[green]✓[/] Signed: {done.file}")
    old = old_key(file or default_key(draft.person))
    if old.exists():
        say(f"  The old key is of no use now: delete {plain(str(old))}")


def old_key(path: Path) -> Path:
    """Where the private key lies that another replaced."""
    return path.with_name(f"{path.stem}.old{path.suffix}")


def say_sign(run: "Context") -> None:
    """What an admin types, so that a change counts."""
    from publisher.workflow.signing import sign_command

    say(f"\nNext:  {sign_command(run.workspace, run.rules.trust)}")


def passphrase(asked: str, *, stdin: bool, twice: bool = False) -> str:
    """The passphrase that was typed, unseen, or the next line of standard input."""
    if stdin:
        return sys.stdin.readline().rstrip("\n")
    typed: str = typer.prompt(asked, hide_input=True, confirmation_prompt=twice)
    return typed
