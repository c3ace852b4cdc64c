"""`publish target check`: what the place of a release can promise."""

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.exits import ExitCode
from publisher.cli.output import plain, print_json, say, say_under
from publisher.cli.pieces import Json, To
from publisher.cli.session import context, target_of

if TYPE_CHECKING:
    from publisher.workflow.probing import Checked

app = typer.Typer(no_args_is_help=True, help="Where a release goes.")
_SIGNS = {
    "holds": "[green]✓[/]",
    "lacks": "[yellow]![/]",
    "fails": "[red]✗[/]",
    "not asked": "[dim]·[/]",
}
_WIDTH = 27
"""Columns of the longest name of a probe, and a space more."""


@app.callback()
def target() -> None:
    """Where a release goes."""


@app.command("check")
def check(
    ctx: typer.Context,
    to: To = None,
    public: Annotated[
        str | None, typer.Option("--public", metavar="URL", help="Where the public gets it; the house's if not said.")
    ] = None,
    vault: Annotated[
        str | None, typer.Option("--vault", metavar="S3", help="A bucket for evidence: does it lock objects?")
    ] = None,
    as_json: Json = False,
) -> None:
    """Ask the target, with files that go again, what it can promise. Ends with 1 if a release needs what is missing."""
    from publisher.workflow.probing import check_target

    with context(ctx) as run:
        found = check_target(run, target_of(run.workspace, to), public, vault)
    if as_json:
        print_json(_as_dict(found))
    else:
        _tell(found)
    if not found.is_fit:
        raise typer.Exit(ExitCode.ERROR)


def _tell(found: "Checked") -> None:
    say(f"{plain(found.address)}  [dim]taken for: {plain(found.store)}[/]")
    say()
    for probe in found.probes:
        say_under(f"{_SIGNS[probe.outcome]} {plain(probe.what):<{_WIDTH}}", plain(probe.told))
        if probe.advice and probe.outcome != "holds":
            say_under("    ", f"[dim]{plain(probe.advice)}[/]")
    say()
    if found.settings:
        say("Write into publisher.toml, so that a release relies on what was found:")
        say()
        say("    \\[release]")
        for key, value in found.settings.items():
            say(f"    {key} = {plain(value)}")
        say()
    say("[green]✓[/] A release can go there" if found.is_fit else "[red]✗[/] A release needs what is missing here")


def _as_dict(found: "Checked") -> dict[str, object]:
    return {
        "target": found.address,
        "store": found.store,
        "fit": found.is_fit,
        "probes": [
            {"what": probe.what, "outcome": probe.outcome.value, "told": probe.told, "advice": probe.advice}
            for probe in found.probes
        ],
        "settings": dict(found.settings),
    }
