"""`publish review waive` and `unwaive`: why words may stand that a guideline points at."""

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.output import plain, print_json, say
from publisher.cli.pieces import Json, Slug
from publisher.cli.review import Reason, Who
from publisher.cli.session import context

if TYPE_CHECKING:
    from collections.abc import Callable

    from publisher.workflow.context import Context
    from publisher.workflow.waiving import Request, Waived

FindingId = Annotated[
    str, typer.Argument(metavar="FINDING", help="The finding's id, or how it begins: at least 6 digits.")
]


def register(app: typer.Typer) -> None:
    """Add both to what legal can do."""
    app.command("waive")(waive)
    app.command("unwaive")(unwaive)


def waive(
    ctx: typer.Context, slug: Slug, finding: FindingId, person: Who, reason: Reason, as_json: Json = False
) -> None:
    """Let a finding pass that must be waived, and say why. It holds while its sentence stays as it is."""
    from publisher.workflow.waiving import Request
    from publisher.workflow.waiving import waive as waived

    _change(ctx, waived, Request(slug, finding, person, reason), as_json)


def unwaive(
    ctx: typer.Context, slug: Slug, finding: FindingId, person: Who, reason: Reason = "", as_json: Json = False
) -> None:
    """Take back a waiver that you gave. What was approved with it stays approved: reject it, if it must not."""
    from publisher.workflow.waiving import Request
    from publisher.workflow.waiving import unwaive as unwaived

    _change(ctx, unwaived, Request(slug, finding, person, reason), as_json)


def _change(
    ctx: typer.Context, change: "Callable[[Context, Request], Waived]", request: "Request", as_json: bool
) -> None:
    with context(ctx) as run:
        done = change(run, request)
    if as_json:
        print_json({"slug": request.slug, **_as_dict(done)})
        return
    say(f"[bold]{request.slug}[/], revision {done.revision[:12]}")
    say(f"  {done.finding.short_id} {done.finding.rule} at {done.finding.place}: “{plain(done.finding.phrase)}”")
    say(_what_came_of_it(done))
    say(f"\nNext:  {_next(request.slug, done)}")


def _as_dict(done: "Waived") -> dict[str, object]:
    waiver = done.finding.waiver
    return {
        "revision": done.revision,
        "finding": done.finding.id,
        "rule": done.finding.rule,
        "waiver": vars(waiver) if waiver else None,
        "changed": done.changed,
        "left": [one.id for one in done.left],
    }


def _what_came_of_it(done: "Waived") -> str:
    waiver = done.finding.waiver
    if waiver is None:
        return "[green]✓[/] Taken back: it must be waived again, or the words must change"
    said = f"aived by {plain(waiver.name)}: {plain(waiver.reason)}"
    return f"[green]✓[/] W{said}" if done.changed else f"Nothing to do: it was w{said}"


def _next(slug: str, done: "Waived") -> str:
    if done.finding.waiver is None:
        return f"publish review show {slug}"
    if done.left:
        return f"publish review waive {slug} {done.left[0].short_id} --reason TEXT"
    return f"publish review approve {slug} --revision {done.revision[:12]}"
