"""`publish evidence`: all that shows what was approved, in one file; and a check of such a file."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from publisher.cli.exits import ExitCode
from publisher.cli.output import plain, print_json, say, say_each, say_under
from publisher.cli.pieces import Json, Slug
from publisher.cli.session import clock, context, stands
from publisher.errors import PublisherError

if TYPE_CHECKING:
    from publisher.review.examine import Step


class _WriteFirst(TyperGroup):
    """`publish evidence SLUG` is `publish evidence write SLUG`: what is no command's name is a piece's."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - Click's signature
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["write", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_WriteFirst, no_args_is_help=True, help="Write or check the evidence of what was approved: one file a piece."
)


@app.command()
def write(
    ctx: typer.Context,
    slug: Slug,
    output: Annotated[Path, typer.Option("--output", metavar="DIR", help="The folder to write it into.")],
    revision: Annotated[
        str | None,
        typer.Option("--revision", metavar="DIGITS", help="An earlier revision; the latest approved if not said."),
    ] = None,
    as_json: Json = False,
) -> None:
    """Write one file with the bytes, the approvals, the people and the ledger's proof. `write` can be left away."""
    from publisher.workflow.evidencing import write_evidence

    with context(ctx) as run:
        done = write_evidence(run, slug, stands(output), revision)
    if as_json:
        print_json({"slug": slug, "file": str(done.path), **{key: getattr(done, key) for key in ("revision", "size")}})
        return
    say(f"[green]✓[/] {plain(str(done.path))}  [dim]{done.size:,} bytes[/]")
    say(f"    revision {done.revision[:12]}, approved by {plain(', '.join(done.approvers))}")
    say(f"\nNext:  publish evidence check {plain(str(done.path))}")


@app.command()
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What `publish evidence` wrote.")], as_json: Json = False
) -> None:
    """Check such a file, offline and without a workspace, step by step."""
    from publisher.review.examine import examine

    path = stands(file)
    if not path.is_file():
        raise PublisherError("there is no such file", where=str(file), hint="check the name")
    steps = say_each(examine(path, clock()), _say_step, as_json=as_json)
    failed = steps[-1].failed
    if as_json:
        print_json({"holds": not failed, "steps": [vars(step) for step in steps]})
    elif failed:
        say(f"\n[red]✗[/] It proves nothing: step {steps[-1].number} failed. Ask whoever sent it for the file again.")
    else:
        say("\n[green]✓[/] Every step holds. Compare the keys above with what these people say of theirs.")
    if failed:
        raise typer.Exit(ExitCode.ERROR)


def _say_step(step: "Step") -> None:
    sign = "[red]✗[/]" if step.failed else "[green]✓[/]"
    say(f"{sign} {step.number}. {step.name}")
    for line in step.said:
        say_under("     ", plain(line))
