"""`publish people`: who may speak and who may approve."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.output import plain, say
from publisher.cli.review import Stdin, default_key
from publisher.cli.session import load_workspace, stands
from publisher.errors import PublisherError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publisher.workspace.people import Person

app = typer.Typer(no_args_is_help=True, help="Who speaks, writes and approves.")

Id = Annotated[str, typer.Argument(metavar="ID", help="a-z, 0-9 and '-'.")]


@app.command()
def add(
    ctx: typer.Context,
    id_: Id,
    name: Annotated[str, typer.Option(help="As the public reads it.")],
    role: Annotated[list[str] | None, typer.Option(help="`host`, `legal`, …: repeat it.")] = None,
    title: Annotated[str | None, typer.Option(help="What they do.")] = None,
) -> None:
    """Add a person, in a file of their own in people/."""
    from publisher.workspace.enlist import add_person

    workspace = load_workspace(ctx)
    path = add_person(workspace, id_, name, role or [], title)
    say(f"[green]✓[/] {plain(str(path.relative_to(workspace.root)))}")
    if role and set(role) & set(workspace.config.review.required):
        say(f"\nNext:  publish people key {id_}")


@app.command()
def key(
    ctx: typer.Context,
    id_: Id,
    file: Annotated[
        Path | None,
        typer.Option("--key", metavar="FILE", help="Where the private key goes, if not to its usual place."),
    ] = None,
    passphrase_stdin: Stdin = False,
) -> None:
    """Make a key for a person: the private half for them alone, encrypted; the public half for people.toml.

    If the private half is there already, its public half is added where it is missing.
    """
    from publisher.review.keys import fingerprint, make_key, unlock
    from publisher.workspace.enlist import add_key

    workspace = load_workspace(ctx)
    workspace_person(workspace.people, id_)
    path = file or default_key(id_)
    _keep_outside(workspace.root, path)
    if os.path.lexists(path):
        line = unlock(
            path, _passphrase("The passphrase of the key that is there", stdin=passphrase_stdin)
        ).public_line()
        say(f"[green]✓[/] Private key, there already: {plain(str(path))}")
        if _holds(workspace.people, id_, line, path):
            say(f"[green]✓[/] Public key {fingerprint(line)} stands in people already: nothing to do")
            return
    else:
        asked = "A passphrase, twelve characters or more"
        line = make_key(path, _passphrase(asked, stdin=passphrase_stdin, twice=True))
        say(f"[green]✓[/] Private key, encrypted: {plain(str(path))}")
    changed = add_key(workspace, id_, line)
    say(f"[green]✓[/] Public key {fingerprint(line)} added to {plain(str(changed.relative_to(workspace.root)))}")


def _passphrase(asked: str, *, stdin: bool, twice: bool = False) -> str:
    if stdin:
        return sys.stdin.readline().rstrip("\n")
    passphrase: str = typer.prompt(asked, hide_input=True, confirmation_prompt=twice)
    return passphrase


def _keep_outside(root: Path, path: Path) -> None:
    """A private key does not belong to what is committed and shared; a folder with a dot is of this computer alone."""
    absolute = stands(path)
    if not absolute.is_relative_to(root):
        return
    folders = absolute.relative_to(root).parts[:-1]
    if ".publisher" in folders or not any(name.startswith(".") for name in folders):
        raise PublisherError(
            "a private key does not belong in the workspace",
            where=str(path),
            hint="leave --key away, or name a file outside of the workspace",
        )


def _holds(people: "Mapping[str, Person]", id_: str, line: str, path: Path) -> bool:
    """Whether the person has this key already. Errors: it is someone else's."""
    from publisher.review.keys import public_bytes

    own = public_bytes(line)
    owner = next((one for one, person in people.items() if own in map(public_bytes, person.keys)), None)
    if owner not in {None, id_}:
        raise PublisherError(f"this is the key of {owner}", where=str(path), hint="name another file with --key")
    return owner == id_


def workspace_person(people: object, id_: str) -> None:
    """An error before a key is made for nobody."""
    if id_ not in people:  # type: ignore[operator]
        raise PublisherError(f"{id_!r} is nobody in people.toml", hint=f"publish people add {id_} --name NAME")


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """List everyone with their roles."""
    for id_, person in load_workspace(ctx).people.items():
        keys = f", {len(person.keys)} {'key' if len(person.keys) == 1 else 'keys'}" if person.keys else ""
        say(f"[bold]{id_}[/]  {plain(person.name)}  [dim]{', '.join(person.roles) or 'no role'}{keys}[/]")
