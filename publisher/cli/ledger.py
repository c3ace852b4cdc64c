"""`publish ledger`: what was said and done, whether all of it is still there, and joining branches."""

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.exits import ExitCode
from publisher.cli.output import plain, print_json, say, say_each, say_under
from publisher.cli.pieces import Json, To, complete_slug
from publisher.cli.session import clock, context, load_workspace, target_of
from publisher.counting import counted

if TYPE_CHECKING:
    from publisher.review.records import Record
    from publisher.workflow.auditing import Entry, Step

app = typer.Typer(no_args_is_help=True, help="Read and verify the record of what was said and done.")

_Piece = Annotated[str | None, typer.Argument(metavar="[SLUG]", autocompletion=complete_slug)]


@app.command()
def verify(ctx: typer.Context, to: To = None, as_json: Json = False) -> None:
    """Find any line that was changed, moved, added or cut: in itself, by what was signed, by what the target keeps."""
    from publisher.workflow.auditing import verify_ledger

    with context(ctx) as run:
        steps = say_each(verify_ledger(run, target_of(run.workspace, to)), _say_step, as_json=as_json)
    is_whole = not any(step.flaws for step in steps)
    if as_json:
        print_json({"whole": is_whole, "steps": [_as_dict(step) for step in steps]})
    elif is_whole:
        say("\n[green]✓[/] The ledger is whole")
    else:
        say("\n[red]✗[/] The ledger is not what it was")
        say("  [cyan]→[/] restore ledger.jsonl and approvals/ from git; until then trust no release")
    if not is_whole:
        raise typer.Exit(ExitCode.ERROR)


def _as_dict(step: "Step") -> dict[str, object]:
    return {
        "number": step.number,
        "name": step.name,
        "state": "failed" if step.flaws else "left out" if step.left_out else "passed",
        "covered": step.covered,
        "flaws": list(step.flaws),
    }


def _say_step(step: "Step") -> None:
    sign = "[red]✗[/]" if step.flaws else "[yellow]·[/]" if step.left_out else "[green]✓[/]"
    say_under(f"{sign} {step.number}. {step.name}: ", plain(step.covered))
    for flaw in step.flaws:
        say_under("     ", plain(flaw))


@app.command()
def show(ctx: typer.Context, slug: _Piece = None, as_json: Json = False) -> None:
    """Print who did what and when: everything, or what belongs to one piece."""
    from publisher.workflow.auditing import entries

    with context(ctx) as run:
        found = entries(run, slug)
    if as_json:
        print_json([_entry_as_dict(entry) for entry in found])
        return
    if not found:
        say("Nothing was said or done yet." if slug is None else f"The ledger has no line about {plain(slug)}.")
    for entry in found:
        moment = entry.record.time.replace("T", " ").removesuffix("+00:00")
        head = f"{entry.number:>6}  [dim]{moment} UTC[/]  "
        say_under(head, plain(f"{_act(entry.record)} by {entry.name}{_about(entry)}"))


def _entry_as_dict(entry: "Entry") -> dict[str, object]:
    record = entry.record
    return {
        "line": entry.number,
        "digest": record.digest,
        **{key: getattr(record, key) for key in ("time", "event", "slug", "by")},
        "name": entry.name,
        "data": dict(record.data),
    }


_ACTS = {
    "submit": "submitted",
    "waive": "a finding waived",
    "unwaive": "a waiver taken back",
    "approve": "approved",
    "reject": "rejected",
    "withdraw": "a rejection withdrawn",
    "takedown": "taken down",
    "restore": "a takedown lifted",
    "release": "released",
    "rollback": "rolled back",
    "vault": "kept in the vault",
    "merge": "branches merged",
}
"""What people read, by the name of an event."""


def _act(record: "Record") -> str:
    if record.event == "rollback" and not record.data.get("release"):
        return "a rollback ended"
    return _ACTS.get(record.event, record.event)


def _about(entry: "Entry") -> str:
    record = entry.record
    said = [record.slug, f"revision {record.revision[:12]}" if record.revision else "", _more(record)]
    text = ", ".join(one for one in said if one)
    return f": {text}" if text else ""


def _more(record: "Record") -> str:
    """What an event says besides, in the order in which it is kept."""
    return ", ".join(f"{key} {value}" for key, value in record.data.items() if key in _TOLD and value != "")


_TOLD = ("finding", "rule", "reason", "target", "number", "vault", "pieces")


@app.command()
def head(ctx: typer.Context, as_json: Json = False) -> None:
    """Print three values that stand for all lines: keep them elsewhere, and compare them later."""
    from publisher.review.ledger import open_ledger

    found = open_ledger(load_workspace(ctx).root).head()
    if as_json:
        print_json(found.as_dict())
        return
    say(f"size  {counted(found.size, 'line')}")
    say(f"root  {found.root}")
    say(f"tip   {found.tip}")


@app.command()
def merge(ctx: typer.Context, as_json: Json = False) -> None:
    """Join what two people appended on two branches, after git merged these."""
    from publisher.review.ledger import open_ledger

    found = open_ledger(load_workspace(ctx).root).merge("publish", clock())
    if as_json:
        print_json({"merged": len(found.merges), "brought_in": [record.digest for record in found.brought_in]})
        return
    if not found.merges:
        say("Nothing to merge: every line follows from the one before it.")
        return
    say(f"[green]✓[/] {counted(len(found.brought_in), 'line')} of other branches joined")
    for record in found.brought_in:
        what = _act(record)
        say(f"    {plain(f'{what} by {record.by}')}{plain(f': {record.slug}') if record.slug else ''}")
    say("\nNext:  git add ledger.jsonl && git commit")
