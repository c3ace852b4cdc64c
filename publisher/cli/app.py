"""The commands together. They import heavy rooms only when they run, so that `publish --help` answers at once."""

from pathlib import Path
from typing import Annotated

import typer

from publisher.cli import (
    checking,
    desk,
    evidence,
    guidelines,
    ledger,
    make,
    people,
    pieces,
    releasing,
    remarking,
    review,
    rollback,
    takedown,
    target,
    transcribing,
    vault,
    verifying,
    waiving,
)
from publisher.cli.edge import Edge
from publisher.cli.session import Session

app = typer.Typer(
    cls=Edge,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        from importlib.metadata import version

        typer.echo(f"publish {version('corporate-voices')}")
        raise typer.Exit


@app.callback()
def root(
    ctx: typer.Context,
    workspace: Annotated[
        Path | None,
        typer.Option("--workspace", "-C", metavar="DIR", help="The workspace; that of the current folder if not said."),
    ] = None,
    _: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")] = False,
) -> None:
    """Podcast and blog for corporate voices: legal approves the exact bytes that the public gets.

    Exit codes: 0 done, 1 an error that you can mend, 2 wrong usage, 3 waiting for someone.
    """
    ctx.obj = Session(workspace)


desk.register(review.app)
waiving.register(review.app)
make.register(app)
pieces.register(app)
remarking.register(app)
checking.register(app)
transcribing.register(app)
app.add_typer(review.app, name="review")
releasing.register(app)
takedown.register(app)
rollback.register(app)
app.add_typer(target.app, name="target")
verifying.register(app)
app.add_typer(people.app, name="people")
app.add_typer(guidelines.app, name="guidelines")
app.add_typer(ledger.app, name="ledger")
app.add_typer(evidence.app, name="evidence")
app.add_typer(vault.app, name="vault")
