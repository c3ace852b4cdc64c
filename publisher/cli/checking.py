"""`publish check`: what the guidelines point at, as a linter says it."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.exits import ExitCode
from publisher.cli.pieces import complete_slug
from publisher.cli.session import load_workspace, stands
from publisher.errors import Problem, PublisherError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from publisher.workflow.checking import Checked
    from publisher.workspace.guidelines import Guideline
    from publisher.workspace.loading import Workspace
    from publisher.workspace.pieces import Piece


class Tier(StrEnum):
    """Who looks."""

    RULE = "rule"
    """Words and expressions: within a second, as an editor needs it."""
    BOTH = "both"
    """Also entities, and what resembles an exemplar of a rule, which takes models and some seconds."""


TierOption = Annotated[
    Tier,
    typer.Option(
        "--tier", help="Who looks: rules only, or also for entities and what resembles an exemplar, in some seconds."
    ),
]


class Format(StrEnum):
    """Whom the answer is for."""

    TEXT = "text"
    """People, and editors that read lines."""
    JSON = "json"
    """Scripts."""
    SARIF = "sarif"
    """Services that show findings beside a change."""


def register(app: typer.Typer) -> None:
    """Add this family to the commands."""
    app.command("check")(check)


def check(
    ctx: typer.Context,
    pieces: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SLUG]...", help="Slugs, or paths of episode.md and post.md.", autocompletion=complete_slug
        ),
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="Check every piece.")] = False,
    tier: TierOption = Tier.RULE,
    as_format: Annotated[Format, typer.Option("--format", help="How to print what is found.")] = Format.TEXT,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print each finding's id and sentence too.")] = False,
) -> None:
    """Print what the guidelines point at in a piece, and write nothing. Ends with 1 if anything keeps it in."""
    from publisher.cli.output import bars
    from publisher.workflow.checking import check_pieces
    from publisher.workflow.tiers import open_tiers, rules_only

    if bool(pieces) is every:
        ctx.fail("Name pieces, or say --all.")
    workspace = load_workspace(ctx)
    named = list(workspace.pieces.values()) if every else [_named(workspace, one) for one in pieces or ()]
    with bars() as progress:
        tiers = rules_only(workspace) if tier is Tier.RULE else open_tiers(workspace, progress)
        checked = check_pieces(workspace, {piece.slug: piece for piece in named}.values(), tiers)
    problems = (*(workspace.problems if every else ()), *checked.problems)
    _print(workspace, checked, problems, as_format, verbose)
    if checked.blocks or checked.unwaived or problems:
        raise typer.Exit(ExitCode.ERROR)


def _named(workspace: "Workspace", name: str) -> "Piece":
    """The piece of a slug, or of the path of its Markdown file."""
    if not name.endswith(".md"):
        return workspace.piece(name)
    path = stands(name)
    kinds = {"episode.md": "episodes", "post.md": "posts"}
    if path.parent.parent != workspace.root / kinds.get(path.name, "-"):
        hint = "name a slug, or a file like posts/SLUG/post.md"
        raise PublisherError("this is no piece of the workspace", where=name, hint=hint)
    return workspace.piece(path.parent.name, path.stem)


def _print(
    workspace: "Workspace", checked: "Checked", problems: "Sequence[Problem]", as_format: Format, verbose: bool
) -> None:
    from publisher.cli import reports
    from publisher.cli.output import errors, plain, print_json, say_as_it_is

    where = reports.Where(workspace.root, Path.cwd())
    rules: Mapping[str, Guideline] = workspace.guidelines
    if as_format is Format.JSON:
        print_json(reports.as_json(checked, problems, where))
    elif as_format is Format.SARIF:
        print_json(reports.as_sarif(checked, problems, rules, where))
    else:
        for line in reports.lines(checked, where, verbose=verbose):
            say_as_it_is(line)
        for problem in problems:
            errors().print(f"[red]✗[/] {plain(str(problem))}")
