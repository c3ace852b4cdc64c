"""`publish verify`: whether the public gets what was signed."""

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.exits import ExitCode
from publisher.cli.output import plain, print_json, say, say_each, say_under
from publisher.cli.pieces import Json, To
from publisher.cli.session import context, target_of
from publisher.counting import counted
from publisher.errors import PublisherError

if TYPE_CHECKING:
    from publisher.workflow.verify import Step

_NAMED = 5
"""So many files with the same flaw are named before they are only counted; `--json` has them all."""


def register(app: typer.Typer) -> None:
    """Add this family to the commands."""
    app.command("verify")(verify)


def verify(
    ctx: typer.Context,
    to: To = None,
    deep: Annotated[bool, typer.Option("--deep", help="Read every byte, of sounds and films, too.")] = False,
    url: Annotated[
        str | None,
        typer.Option("--url", metavar="URL", help="Ask at this address; at house.url if not said, or read a folder."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Compare what the public gets with what was signed: every file, its bytes and its headers. Changes nothing."""
    from publisher.workflow.verify import Asked
    from publisher.workflow.verify import verify as run_verify

    with context(ctx) as run:
        asked = Asked(target_of(run.workspace, to), _address(url), deep)
        steps = say_each(run_verify(run, asked), _say_step, as_json=as_json)
    count = sum(len(step.differences) for step in steps)
    if as_json:
        print_json({"same": not count, "steps": [_as_dict(step) for step in steps]})
    elif count:
        say(f"\n[red]✗[/] {counted(count, 'difference')} from what was signed")
    else:
        say("\n[green]✓[/] The public gets what was signed, and nothing else")
    if count:
        raise typer.Exit(ExitCode.ERROR)


def _address(url: str | None) -> str | None:
    """The address that was named. Errors: it is none."""
    if url is not None and not url.startswith(("http://", "https://")):
        raise PublisherError("this is not the address of a site", where=url, hint="give one like https://example.com/")
    return url


def _say_step(step: "Step") -> None:
    from publisher.release.checks import in_words

    sign = "[red]✗[/]" if step.differences else "[green]✓[/]"
    say_under(f"{sign} {step.number}. {step.name}: ", plain(step.covered))
    todo = ""
    for one in in_words(list(step.differences), _NAMED):
        if todo and one.todo != todo:
            say_under("     [cyan]→[/] ", plain(todo))
        say_under("     ", f"{plain(one.where)}: {plain(one.what)}")
        todo = one.todo
    if todo:
        say_under("     [cyan]→[/] ", plain(todo))
    for note in step.notes:
        say_under("     [yellow]·[/] ", plain(note))


def _as_dict(step: "Step") -> dict[str, object]:
    return {
        "number": step.number,
        "name": step.name,
        "state": "failed" if step.differences else "passed",
        "covered": step.covered,
        "differences": [vars(one) for one in step.differences],
        "notes": list(step.notes),
    }
