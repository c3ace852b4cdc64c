"""`publish people`: who may speak and who may approve."""

from pathlib import Path
from typing import Annotated

import typer

from publisher.cli.output import plain, say
from publisher.cli.review import Stdin, default_key
from publisher.cli.session import load_workspace

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
    """Make a key for a person: the private half for them alone, encrypted; the public half for people.toml."""
    import sys

    from publisher.review.keys import fingerprint, make_key
    from publisher.workspace.enlist import add_key

    workspace = load_workspace(ctx)
    workspace_person(workspace.people, id_)
    path = file or default_key(id_)
    passphrase = (
        sys.stdin.readline().rstrip("\n")
        if passphrase_stdin
        else typer.prompt("A passphrase, twelve characters or more", hide_input=True, confirmation_prompt=True)
    )
    line = make_key(path, passphrase)
    changed = add_key(workspace, id_, line)
    say(f"[green]✓[/] Private key, encrypted: {plain(str(path))}")
    say(f"[green]✓[/] Public key {fingerprint(line)} in {plain(str(changed.relative_to(workspace.root)))}")


def workspace_person(people: object, id_: str) -> None:
    """An error before a key is made for nobody."""
    from publisher.errors import PublisherError

    if id_ not in people:  # type: ignore[operator]
        raise PublisherError(f"{id_!r} is nobody in people.toml", hint=f"publish people add {id_} --name NAME")


@app.command("list")
def list_(ctx: typer.Context) -> None:
    """List everyone with their roles."""
    for id_, person in load_workspace(ctx).people.items():
        keys = f", {len(person.keys)} {'key' if len(person.keys) == 1 else 'keys'}" if person.keys else ""
        say(f"[bold]{id_}[/]  {plain(person.name)}  [dim]{', '.join(person.roles) or 'no role'}{keys}[/]")
