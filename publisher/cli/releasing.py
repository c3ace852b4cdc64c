"""`publish release`, `publish serve`: what the public gets, and a look at it here."""

import re
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.exits import ExitCode
from publisher.cli.kept import is_kept, vaulted_lines
from publisher.cli.output import plain, print_json, say, say_under
from publisher.cli.pieces import Json, To
from publisher.cli.session import context, load_workspace, local_folder, stands, target_of
from publisher.counting import counted
from publisher.errors import PublisherError

if TYPE_CHECKING:
    from pathlib import Path

    from publisher.announcing.model import Told
    from publisher.workflow.due import Ticked
    from publisher.workflow.release import Released
    from publisher.workflow.vaulted import Vaulted
    from publisher.workspace.loading import Workspace


_MANY = 10
"""Deletes that a release makes without being told; see publisher.release.plan."""
_SIGNS = {"put": "[green]+[/]", "delete": "[red]-[/]"}


def _brief(key: str) -> str:
    """A key with the digest in it shortened, as people say it; `--json` has it whole."""
    return re.sub(r"([0-9a-f]{12})[0-9a-f]{52}", "\\1…", key)


def register(app: typer.Typer) -> None:
    """Add this family to the commands."""
    app.command("release")(release)
    app.command("announce")(announce)
    app.command("serve")(serve)


def release(
    ctx: typer.Context,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan and send nothing.")] = False,
    to: To = None,
    max_deletes: Annotated[int | None, typer.Option(min=0, metavar="N", help="Allow so many deletes.")] = None,
    mend: Annotated[
        bool, typer.Option("--mend", help="Look at every file there, and put right what others changed.")
    ] = False,
    due: Annotated[
        bool,
        typer.Option("--due", help="Only if a piece's moment came or its time ended; else say nothing: for timers."),
    ] = False,
    as_json: Json = False,
) -> None:
    """Make the target equal everything that legal approved and that is to be public now."""
    from publisher.workflow.due import Ticked, release_due
    from publisher.workflow.release import release as run_release

    with context(ctx, quiet=due) as run:
        send = partial(release_due if due else run_release, run, target_of(run.workspace, to))
        found = send(dry_run=dry_run, max_deletes=max_deletes, anew=mend)
    released = found.released if isinstance(found, Ticked) else found
    if isinstance(found, Ticked):
        _say_ticked(found, as_json=as_json)
    elif as_json:
        print_json(plan_as_dict(found))
    else:
        say_released(found)
    if released and not is_kept(released.vaulted):
        raise typer.Exit(ExitCode.ERROR)


def _say_ticked(found: "Ticked", *, as_json: bool) -> None:
    """What a timer's release did: nothing is said unless something was sent, or would be."""
    if as_json:
        sent = plan_as_dict(found.released) if found.released else {}
        is_sent = found.released is not None and found.released.applied is not None
        print_json({"due": [vars(one) for one in found.due], "released": is_sent, **sent})
    elif found.released and found.released.plan.changes:
        for one in found.due:
            say_under(f"  [cyan]→[/] {one.slug}: ", plain(one.why))
        say_released(found.released)


def say_released(found: "Released") -> None:
    """Print what a release did, or would do."""
    from publisher.release.steps import Action

    for step in found.plan.changes:
        say(f"  {_SIGNS[step.action]} {plain(_brief(step.key))}  [dim]{step.why}, {step.size:,} bytes[/]")
    for slug, refusal in found.left_out:
        say(f"  [yellow]·[/] {slug} stays out: {plain(refusal.what)}")
    put, deleted, wait = (len(found.plan.of(action)) for action in (Action.PUT, Action.DELETE, Action.WAIT))
    if not found.plan.changes:
        say(f"[green]✓[/] {plain(found.address)} has it all: nothing to send")
    elif found.applied is None:
        say(f"\nWould send {counted(put, 'file')} and delete {deleted} at {plain(found.address)}")
        if deleted > _MANY:
            say(f"[yellow]![/] So many deletes may need your word for it: --max-deletes {deleted}")
    else:
        say(f"\n[green]✓[/] {counted(put, 'file')} sent, {deleted} deleted at {plain(found.address)}")
    if found.uncompressed:
        say("[dim]compress = true is for buckets: a folder keeps texts as they are, its web server compresses them[/]")
    for one in found.told:
        say(announced(one))
    for line in vaulted_lines(found.vaulted) if found.vaulted else ():
        say(line)
    if wait:
        say(f"[dim]{wait} replaced files stay for apps that read the feed before; a later release deletes them[/]")


def announce(ctx: typer.Context) -> None:
    """Tell those under [announce] in publisher.toml again what is public; a release tells them by itself."""
    from publisher.workflow.announcing import announce_again
    from publisher.workflow.release import open_release_target

    with context(ctx) as run:
        told = announce_again(run, open_release_target(run))
    if not told:
        raise PublisherError("nobody is to be told", where="publisher.toml", hint="name them under [announce]")
    for one in told:
        say(announced(one))
    if any(isinstance(one, PublisherError) for one in told):
        raise typer.Exit(1)


def announced(one: "Told | PublisherError") -> str:
    """A line about one who was to be told."""
    if isinstance(one, PublisherError):
        where, hint = f"{one.where}: " if one.where else "", f"\n  [dim]→ {plain(one.hint)}[/]" if one.hint else ""
        return f"[yellow]![/] {plain(where)}{plain(one.what)}{hint}"
    return f"[green]✓[/] told {plain(one.whom)}"


def plan_as_dict(found: "Released") -> dict[str, object]:
    """What a release did, or would do, for scripts."""
    return {
        "target": found.address,
        "dry_run": found.applied is None,
        "plan": found.plan.as_dict(),
        "vault": _kept(found.vaulted),
        "left_out": [{"slug": slug, "step": refusal.step, "reason": refusal.what} for slug, refusal in found.left_out],
    }


def _kept(vaulted: "Vaulted | PublisherError | None") -> dict[str, object] | None:
    if isinstance(vaulted, PublisherError):
        return {"error": vaulted.what, "where": vaulted.where}
    return vars(vaulted) if vaulted else None


def serve(
    ctx: typer.Context,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port at 127.0.0.1.")] = 8000,
    folder: Annotated[str | None, typer.Option("--from", metavar="DIR", help="The released folder to show.")] = None,
) -> None:
    """Preview the released site and subscribe to its feeds, on this computer only."""
    from publisher.preview import serve_folder

    workspace = load_workspace(ctx)
    serve_folder(_released(workspace, folder), workspace.config.house.url, port, say)


def _released(workspace: "Workspace", named: str | None) -> "Path":
    """The folder to show: the one that was named, from where the user stands, or the workspace's target."""
    target = workspace.config.release.target
    if named is None and (folder := local_folder(workspace, target)) is not None:
        return folder
    named = named.removeprefix("file://") if named else named
    if named is None or "://" in named:
        what = "this is not on this computer: there is no local folder to serve"
        raise PublisherError(what, where=named or target, hint="name a released folder: publish serve --from DIR")
    return stands(named)
