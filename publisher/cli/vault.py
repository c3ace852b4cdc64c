"""`publish vault`: evidence of every release, where nobody can take it away."""

from typing import Annotated

import typer

from publisher.cli.exits import ExitCode
from publisher.cli.kept import is_kept, owed_text, vaulted_lines
from publisher.cli.output import plain, print_json, say, say_each
from publisher.cli.pieces import Json, complete_slug
from publisher.cli.session import context
from publisher.errors import PublisherError

app = typer.Typer(no_args_is_help=True, help="Keep evidence of every release where nobody can take it away.")
_SIGNS = {True: "[green]✓[/]", False: "[red]✗[/]", None: "[yellow]![/]"}


@app.command()
def check(ctx: typer.Context, as_json: Json = False) -> None:
    """Try the bucket: its lock, whether it gives way, and who can read it. One small object stays there, locked."""
    from publisher.workflow.trying import try_vault

    with context(ctx) as run:
        tried = say_each(try_vault(run), lambda one: say(f"{_SIGNS[one.holds]} {plain(one.said)}"), as_json=as_json)
    failed = any(one.holds is False for one in tried)
    if as_json:
        print_json({"holds": not failed, "tried": [vars(one) for one in tried]})
    if failed:
        raise typer.Exit(ExitCode.ERROR)


@app.command()
def verify(
    ctx: typer.Context,
    slug: Annotated[
        str | None, typer.Argument(metavar="[SLUG]", autocompletion=complete_slug, help="One piece; all if not said.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Read back all that must be there by the ledger, and say what is missing, changed, or locked too short."""
    from publisher.workflow.rereading import reread

    with context(ctx) as run:
        found = reread(run, slug)
    failed = bool(found.flaws or found.owed)
    if as_json:
        flaws = [vars(flaw) for flaw in found.flaws]
        print_json({"vault": found.address, "objects": found.objects, "flaws": flaws, "owed": found.owed})
    else:
        for flaw in found.flaws:
            say(f"[red]✗[/] [bold]{plain(flaw.key)}[/]: {plain(flaw.what)}")
        if found.owed:
            say(f"[red]✗[/] {owed_text(found.owed)}")
        if not failed:
            say(f"[green]✓[/] {found.objects} objects in {plain(found.address)} are what was sent, and locked")
        elif found.flaws:
            say(f"\n{len(found.flaws)} of {found.objects} objects are not as they must be: publish vault send --deep")
    if failed:
        raise typer.Exit(ExitCode.ERROR)


@app.command()
def send(
    ctx: typer.Context,
    deep: Annotated[
        bool, typer.Option("--deep", help="Read back all that must be there, and put right what has other bytes.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Send what is public and not in the vault yet, and lock all of it for longer; a release does so by itself."""
    from publisher.workflow.release import open_release_target
    from publisher.workflow.vaulted import settings_of
    from publisher.workflow.vaulting import Thorough, keep

    with context(ctx) as run:
        settings_of(run)
        done = keep(run, open_release_target(run), how=Thorough(whole=True, deep=deep))
    if done is None:
        raise PublisherError("nothing is public", where="publisher.toml: release.target", hint="publish release")
    if as_json:
        print_json(vars(done))
    else:
        for line in vaulted_lines(done):
            say(line)
        for text in done.unsure:
            say(f"[yellow]![/] the store does not say {plain(text)}")
    if not is_kept(done):
        raise typer.Exit(ExitCode.ERROR)
