"""`publish episode`, `publish post`, `publish status`: moving pieces on, and where they stand."""

from typing import TYPE_CHECKING, Annotated

import typer

from publisher.cli.exits import ExitCode
from publisher.cli.kept import owed_text
from publisher.cli.output import mark, plain, print_json, say, say_findings, say_under
from publisher.cli.session import context, target_of
from publisher.counting import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from publisher.workflow.context import Context
    from publisher.workflow.remarks import Remark
    from publisher.workflow.stage import Standing
    from publisher.workflow.telling import Step
    from publisher.workspace.pieces import Piece

To = Annotated[
    str | None,
    typer.Option("--to", metavar="TARGET", help="A folder or s3://bucket/prefix; that of publisher.toml if not said."),
]
As = Annotated[
    str | None, typer.Option("--as", metavar="ID", help="Who submits it; its first host or author if not said.")
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]


def complete_slug(ctx: typer.Context, incomplete: str) -> list[str]:
    """Slugs for the shell's completion."""
    from publisher.cli.session import completed

    return completed(ctx, incomplete, lambda workspace: workspace.pieces)


Slug = Annotated[str, typer.Argument(metavar="SLUG", autocompletion=complete_slug)]


def register(app: typer.Typer) -> None:
    """Add this family to the commands."""
    app.command("episode")(episode)
    app.command("post")(post)
    app.command("status")(status)


def episode(ctx: typer.Context, slug: Slug, to: To = None, by: As = None) -> None:
    """Move an episode as far as it can go: master, check, submit, wait for legal, release."""
    _advance(ctx, slug, "episode", to, by)


def post(ctx: typer.Context, slug: Slug, to: To = None, by: As = None) -> None:
    """Move a post as far as it can go: check, submit, wait for legal, release."""
    _advance(ctx, slug, "post", to, by)


def _advance(ctx: typer.Context, slug: str, kind: str, to: str | None, by: str | None) -> None:
    from publisher.workflow.advance import advance

    with context(ctx) as run:
        piece = run.workspace.piece(slug, kind)
        say(f"[bold]{plain(piece.matter.title)}[/] · {kind}")
        say()
        end = advance(run, piece, by, target_of(run.workspace, to), tell)
        say()
        say(f"{'Public:' if end.public else 'Next:'}  {plain(end.next)}")
        _elsewhere(run, piece)
    if not end.public:
        raise typer.Exit(ExitCode.WAITING)
    if not end.kept:
        raise typer.Exit(ExitCode.ERROR)


def tell(step: "Step") -> None:
    """Print what was done, a line a step."""
    say_under(f"  {mark(done=step.done)} {step.name:<12} ", plain(step.text))
    for line in step.lines:
        say_under("      ", plain(line))
    say_findings(step.findings)


def _elsewhere(run: "Context", piece: "Piece") -> None:
    others = {problem.file for problem in run.workspace.problems} - {piece.file}
    if others:
        say(f"\n[yellow]![/] Something is wrong in {plain(', '.join(sorted(others)))}: publish status")


_All = Annotated[bool, typer.Option("--all", help="Also list what has been public for long and stays.")]


def status(ctx: typer.Context, every: _All = False, as_json: Json = False) -> None:
    """Show where pieces stand and what they wait for."""
    from publisher.workflow.public import still_public
    from publisher.workflow.remarks import open_remarks
    from publisher.workflow.stage import standings
    from publisher.workflow.vaulted import owed_since

    with context(ctx) as run:
        evidence = run.evidence()
        pieces = run.workspace.pieces.values()
        rows = list(zip(pieces, standings(run, evidence, pieces), strict=True))
        remarks = {slug: found for slug in run.workspace.pieces if (found := open_remarks(run, slug))}
        problems, owed, still = run.workspace.problems, owed_since(run), still_public(run, evidence)
    if as_json:
        print_json(
            {
                "pieces": [_as_dict(piece, where, remarks.get(piece.slug, ())) for piece, where in rows],
                "problems": [vars(problem) for problem in problems],
                "owed": owed,
                "still_public": still,
            }
        )
    else:
        _table(rows, every=every)
        _say_remarks(remarks)
        _say_still(slug for slug in still if slug not in run.workspace.pieces)
        for problem in problems:
            say(f"[red]✗[/] {plain(str(problem))}")
        if owed:
            say(f"[red]✗[/] {owed_text(owed)}")
    if problems or owed or still:
        raise typer.Exit(ExitCode.ERROR)


def _say_remarks(remarks: "Mapping[str, Sequence[Remark]]") -> None:
    """What legal said that nobody settled, and what accepts it."""
    for slug, found in remarks.items():
        say(f"[yellow]![/] {slug}: {counted(len(found), 'open remark')}")
        for one in found:
            say_under(f"      {one.id}  ", f"{plain(one.said)} [dim]({plain(one.name)})[/]")


def _say_still(slugs: "Iterable[str]") -> None:
    """What was taken down, is public still, and stands in no row, because its folder is gone or damaged."""
    for slug in slugs:
        say(f"[red]✗[/] {plain(slug)} was taken down, and it is public still: publish takedown {plain(slug)}")


def _as_dict(piece: "Piece", where: "Standing", remarks: "Sequence[Remark]") -> dict[str, object]:
    return {
        "kind": piece.kind,
        "slug": piece.slug,
        "title": piece.matter.title,
        "date": piece.matter.date.isoformat(),
        "publish_at": publish_at.isoformat() if (publish_at := piece.matter.publish_at) else None,
        "unpublish_at": unpublish_at.isoformat() if (unpublish_at := piece.matter.unpublish_at) else None,
        "stage": where.stage,
        "waits_for": where.waits_for,
        "next": where.next,
        "revision": where.revision,
        "public": where.public,
        "remarks": [
            {"id": one.id, "by": one.by, "kind": one.kind, "where": one.where, "text": one.text} for one in remarks
        ],
    }


def _without_old(rows: "list[tuple[Piece, Standing]]") -> "list[tuple[Piece, Standing]]":
    """All that wait for somebody, and the latest of those that do not. rows: latest first."""
    stays = [piece.slug for piece, where in rows if where.stage == "published" and not where.waits_for]
    old = {*stays[_LATEST:]}
    return [(piece, where) for piece, where in rows if piece.slug not in old]


_COLOURS = {"published": "green", "in review": "yellow", "rejected": "red", "refused": "red", "taken down": "red"}


_LATEST = 20
"""So many public pieces that wait for nothing are listed, and those before them counted."""


def _table(rows: "list[tuple[Piece, Standing]]", *, every: bool) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    from publisher.cli.output import console

    if not rows:
        say("No pieces yet.\n\nNext:  publish new episode TITLE --recording FILE")
        return
    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="dim")
    table.add_column("Piece", style="bold", no_wrap=True, overflow="ellipsis")
    table.add_column("Date", no_wrap=True)
    table.add_column("Stage", no_wrap=True)
    table.add_column("Waits for", overflow="fold", min_width=18)
    shown = rows[::-1] if every else _without_old(rows[::-1])
    for piece, where in shown:
        colour = _COLOURS.get(where.stage, "default")
        stage = f"[{colour}]{where.stage}[/]"
        table.add_row(
            f"[dim]{piece.kind}[/] {piece.slug}", f"{piece.matter.date:%Y-%m-%d}", stage, plain(where.waits_for)
        )
    console().print(table, soft_wrap=False)
    if len(shown) < len(rows):
        say(f"[dim]And {len(rows) - len(shown):,} that were public before these and stay: publish status --all[/]\n")
    moves = [where.next for _, where in reversed(rows) if where.next.startswith("publish ")]
    if moves:
        say(f"Next:  {plain(moves[0])}")
