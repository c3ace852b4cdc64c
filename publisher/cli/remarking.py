"""`publish accept`: what legal asked for becomes an edit of the episode."""

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.output import plain, print_json, say
from publisher.cli.pieces import As, Json, Slug
from publisher.cli.session import context

if TYPE_CHECKING:
    from publisher.workflow.accepting import Accepted

RemarkId = Annotated[
    str, typer.Argument(metavar="ID", help="The request's eight digits, as `publish status` says them.")
]


def register(app: typer.Typer) -> None:
    """Add this family to the commands."""
    app.command("accept")(accept)


def accept(ctx: typer.Context, slug: Slug, remark: RemarkId, by: As = None, as_json: Json = False) -> None:
    """Accept a request for a bleep, cut or silence: it becomes an edit of the episode, with its reason."""
    from publisher.workflow.accepting import accept as accepted

    with context(ctx) as run:
        done = accepted(run, slug, remark, by)
    if as_json:
        print_json(_as_dict(slug, done))
        return
    said = ", ".join(map(str, done.edits)) or "nothing to add, all of it is cut already"
    say(f"[green]✓[/] {plain(done.file)}: {plain(said)}")
    say(f"  {plain(done.remark.text)} [dim]({plain(done.remark.name)} asked for it)[/]")
    say(f"\nNext:  publish episode {slug}")


def _as_dict(slug: str, done: "Accepted") -> dict[str, object]:
    edits = [{"kind": edit.kind, "times": str(edit.times), "reason": edit.reason} for edit in done.edits]
    return {"slug": slug, "remark": done.remark.id, "file": done.file, "edits": edits}
