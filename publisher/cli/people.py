"""`publish people`: who may speak and who may approve."""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.desk import make_passkey
from publisher.cli.output import plain, say, say_under
from publisher.cli.review import Stdin
from publisher.cli.session import context, load_workspace, stands
from publisher.cli.signing import old_key, passphrase, register, say_sign
from publisher.cli.unlocking import default_key
from publisher.errors import PublisherError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publisher.workflow.context import Context
    from publisher.workspace.people import Person

app = typer.Typer(no_args_is_help=True, help="Who speaks, writes and approves.")
register(app)

Id = Annotated[str, typer.Argument(metavar="ID", help="a-z, 0-9 and '-'.")]
KeyFile = Annotated[
    Path | None,
    typer.Option("--key", metavar="FILE", help="Where the private key goes, if not to its usual place."),
]
InBrowser = Annotated[
    bool, typer.Option("--passkey", help="In a browser: a fingerprint, a face or a security key signs.")
]


@app.command()
def add(
    ctx: typer.Context,
    id_: Id,
    name: Annotated[str, typer.Option(help="As the public reads it.")],
    role: Annotated[list[str] | None, typer.Option(help="`host`, `legal`, `admin`, …: repeat it.")] = None,
    title: Annotated[str | None, typer.Option(help="What they do.")] = None,
    email: Annotated[str | None, typer.Option(help="By which a team's desk knows them, once signed.")] = None,
) -> None:
    """Add a person, in a file of their own in people/."""
    from publisher.workspace.enlist import add_person

    workspace = load_workspace(ctx)
    path = add_person(workspace, id_, name, role or [], title, email=email)
    say(f"[green]✓[/] {plain(str(path.relative_to(workspace.root)))}")
    if {*(role or ())} & {"admin", *workspace.config.deciding_roles}:
        say(f"\nNext:  publish people key {id_}")


@app.command()
def key(
    ctx: typer.Context,
    id_: Id,
    file: KeyFile = None,
    passkey: InBrowser = False,
    passphrase_stdin: Stdin = False,
) -> None:
    """Make a key for a person: the private half for them alone, encrypted; the public half for people.toml.

    If the private half is there already, its public half is added where it is missing. It counts once an admin signs.
    """
    from publisher.review.keys import fingerprint, unlock
    from publisher.workspace.enlist import add_key

    workspace = load_workspace(ctx)
    workspace_person(workspace.people, id_)
    if passkey:
        make_passkey(ctx, id_)
        return
    path = file or default_key(id_)
    _keep_outside(workspace.root, path)
    if os.path.lexists(path):
        line = unlock(path, passphrase("The passphrase of the key that is there", stdin=passphrase_stdin)).public_line()
        say(f"[green]✓[/] Private key, there already: {plain(str(path))}")
        if _holds(workspace.people, id_, line, path):
            say(f"[green]✓[/] Public key {fingerprint(line)} stands in people already: nothing to do")
            return
    else:
        line = _made(path, passphrase_stdin)
    changed = add_key(workspace, id_, line)
    say(f"[green]✓[/] Public key {fingerprint(line)} added to {plain(str(changed.relative_to(workspace.root)))}")
    _say_next(ctx)


def _made(path: Path, passphrase_stdin: bool) -> str:
    from publisher.review.keys import make_key

    line = make_key(path, passphrase(_ASKED, stdin=passphrase_stdin, twice=True))
    say(f"[green]✓[/] Private key, encrypted: {plain(str(path))}")
    return line


_ASKED = "A passphrase, twelve characters or more"


@app.command()
def rotate(ctx: typer.Context, id_: Id, passkey: InBrowser = False, passphrase_stdin: Stdin = False) -> None:
    """Make a new key for a person in place of theirs, which stays valid for what it signed until now.

    The private half of the old one is kept beside the new one, because an admin signs this change with both.
    A passkey takes the place of their passkeys, and a key with a passphrase that of those with one.
    """
    from publisher.review.keys import fingerprint
    from publisher.workflow.revoking import replaced
    from publisher.workspace.enlist import change_keys

    if passkey:
        workspace_person(load_workspace(ctx).people, id_)
        make_passkey(ctx, id_, instead=True)
        return
    with context(ctx, quiet=True) as run:
        workspace_person(run.workspace.people, id_)
        path = default_key(id_)
        old = old_key(path)
        _keep_outside(run.root, path)
        if os.path.lexists(path):
            if os.path.lexists(old):
                raise PublisherError(
                    "the key of an earlier change is there", where=str(old),
                    hint="once that change is signed, it is of no use: delete it",
                )  # fmt: skip
            path.rename(old)
            say(f"[green]✓[/] The old private key is kept: {plain(str(old))}")
        line = _made(path, passphrase_stdin)
        changed = change_keys(run.workspace, id_, [line], replaced(run, id_, "passphrase"))
        say(f"[green]✓[/] Public key {fingerprint(line)} added to {plain(str(changed.relative_to(run.root)))}")
        say_sign(run)


@app.command()
def revoke(
    ctx: typer.Context,
    id_: Id,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; everyone can read it.")],
    key: Annotated[
        str | None, typer.Option("--key", metavar="FINGERPRINT", help="Which key; the only one if not said.")
    ] = None,
    since: Annotated[
        int | None,
        typer.Option("--from", metavar="SEQ", min=0, help="The first entry of the ledger that it counts nothing for."),
    ] = None,
) -> None:
    """Revoke a key: nothing that it signed from an entry of the ledger on counts; from now on if not said."""
    from publisher.workflow.revoking import revocation
    from publisher.workspace.enlist import change_keys

    with context(ctx, quiet=True) as run:
        workspace_person(run.workspace.people, id_)
        chosen = _chosen(run, id_, key)
        found = revocation(run, chosen, reason, since)
        changed = change_keys(run.workspace, id_, [], [found])
        file = plain(str(changed.relative_to(run.root)))
        say(f"[green]✓[/] {file}: once signed, a key is not trusted from entry {found.since} of the ledger on")
        say(f"    {chosen}")
        say_sign(run)


def _chosen(run: "Context", id_: str, named: str | None) -> str:
    from publisher.review.keys import fingerprint
    from publisher.workflow.revoking import live

    held = [fingerprint(line) for line in run.workspace.people[id_].keys]
    fit = [one for one in held if one == named] if named else live(run, id_)
    if len(fit) != 1:
        what = f"{id_} has no such key" if named else f"{id_} has {len(fit)} keys that are not revoked"
        hint = (
            "say which: --key FINGERPRINT"
            if held
            else f"there is nothing to revoke; publish people key {id_} makes one"
        )
        raise PublisherError(what, where="people.toml", each=held, hint=hint)
    return fit[0]


def _say_next(ctx: typer.Context) -> None:
    """Who signs what changed, by the files as they are now."""
    with context(ctx, quiet=True) as run:
        say_sign(run)


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
    """List everyone with their roles and keys."""
    with context(ctx) as run:
        for id_, person in run.workspace.people.items():
            say(f"[bold]{id_}[/]  {plain(person.name)}  [dim]{', '.join(person.roles) or 'no role'}[/]")
            _say_keys(person, run.rules.people.get(id_))


def _say_keys(person: "Person", signed: "Person | None") -> None:
    """A key a line, with its kind, and below it what ends trust in it; each with whether an admin signed that."""
    from publisher.review.keys import fingerprint
    from publisher.review.roster import called

    keys = {fingerprint(line) for line in signed.keys} if signed else set()
    ends = {(one.key, one.since) for one in signed.revoked} if signed else set()
    revoked = {one.key: one for one in person.revoked}
    for line in person.keys:
        name = fingerprint(line)
        say(f"    {plain(called(line))}{'' if name in keys else _UNSIGNED}")
        if end := revoked.get(name):
            signed_end = "" if (name, end.since) in ends else f"{_UNSIGNED.strip()}, "
            say_under("      ", f"{signed_end}revoked from entry {end.since} on: {plain(end.reason)}")


_UNSIGNED = "  [yellow]not signed[/]"
