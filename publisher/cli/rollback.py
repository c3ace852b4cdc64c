"""`publish rollback`: back to what an earlier release had."""

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.exits import ExitCode
from publisher.cli.kept import is_kept
from publisher.cli.output import plain, print_json, say, say_under
from publisher.cli.pieces import Json, To
from publisher.cli.releasing import plan_as_dict, say_released
from publisher.cli.session import context, target_of
from publisher.counting import counted
from publisher.errors import PublisherError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publisher.workflow.rollback import Past, RolledBack

_LATEST = 20
"""Releases that are listed, if not all are asked for as JSON."""


def register(app: typer.Typer) -> None:
    """Add this family to the commands."""
    app.command("rollback")(rollback)


def rollback(
    ctx: typer.Context,
    release: Annotated[
        int | None,
        typer.Argument(metavar="[RELEASE]", min=1, help="Its number by --list; the one before this if not said."),
    ] = None,
    list_: Annotated[bool, typer.Option("--list", help="List the releases: what came, changed and went.")] = False,
    undo: Annotated[bool, typer.Option("--undo", help="Let go out what the rollback holds back.")] = False,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; it is kept in the ledger.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan; write and send nothing.")] = False,
    to: To = None,
    max_deletes: Annotated[int | None, typer.Option(min=0, metavar="N", help="Allow so many deletes.")] = None,
    as_json: Json = False,
) -> None:
    """Publish what an earlier release had, if its approvals still stand, and hold newer revisions back.

    What must not be heard any more is taken down instead: publish takedown.
    """
    from publisher.workflow.rollback import Wanted, go_on, releases, roll_back

    if list_ + undo + (release is not None) > 1:
        raise PublisherError("RELEASE, --list and --undo are three things", hint="give one of them")
    with context(ctx) as run:
        target = target_of(run.workspace, to)
        if list_:
            _say_list(*releases(run, target), as_json=as_json)
            return
        wanted = Wanted(release, reason, dry_run, max_deletes)
        done = go_on(run, wanted, target) if undo else roll_back(run, wanted, target)
    _say_done(done, dry_run=dry_run, as_json=as_json)
    if not is_kept(done.released.vaulted):
        raise typer.Exit(ExitCode.ERROR)


def _say_list(found: "Sequence[Past]", now: int, *, as_json: bool) -> None:
    if as_json:
        print_json([_past_as_dict(one, now) for one in found])
        return
    if not found:
        say("Nothing was released there yet.")
    for one in found[-_LATEST:]:
        mark = "[green]→[/]" if one.number == now else " "
        moment = one.record.time.replace("T", " ").removesuffix(":00+00:00").removesuffix("+00:00")
        changes = {"came": one.came, "changed": one.changed, "went": one.went}
        text = "; ".join(f"{what} {', '.join(slugs)}" for what, slugs in changes.items() if slugs)
        say_under(f"{mark}{one.number:>4}  [dim]{moment} UTC[/]  ", plain(text))
    if found and now > 1:
        say("\nNext:  publish rollback --dry-run")


def _past_as_dict(one: "Past", now: int) -> dict[str, object]:
    return {
        "number": one.number,
        "time": one.record.time,
        "is_current": one.number == now,
        "came": one.came,
        "changed": one.changed,
        "went": one.went,
        "pieces": dict(one.had),
    }


def _say_done(done: "RolledBack", *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        print_json({"release": done.past.number if done.past else None, **plan_as_dict(done.released)})
        return
    say_released(done.released)
    if done.past is None:
        say("Nothing is held back any more" if not dry_run else "Nothing would be held back any more")
        return
    would = "Would go" if dry_run else "Went"
    pieces = counted(len(done.past.had), "piece")
    say(f"{would} back to release {done.past.number} of {done.past.record.time[:10]}: {pieces}")
    if not dry_run:
        say("Newer revisions are held until newer ones are submitted and approved, or: publish rollback --undo")
