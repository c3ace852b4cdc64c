"""`publish init`, `publish new`, `publish schema`: files that are right from the start."""

from pathlib import Path
from typing import Annotated

import typer

from publisher.cli.output import plain, say
from publisher.cli.session import clock, load_workspace

new = typer.Typer(no_args_is_help=True, help="Make an episode or a post.")


def register(app: typer.Typer) -> None:
    """Add this family to the commands."""
    app.command("init")(init)
    app.add_typer(new, name="new")
    app.command("schema")(schema)


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A folder that does not exist yet, or is empty.")],
    name: Annotated[str | None, typer.Option(help="Name of the house; the folder's name if not said.")] = None,
    url: Annotated[str, typer.Option(help="Where the public will find the site.")] = "https://voices.example.com/",
    person: Annotated[str, typer.Option(help="Name of the first host: yours.")] = "First Host",
    email: Annotated[str, typer.Option(help="Whom the podcast directories write to.")] = "podcast@example.com",
) -> None:
    """Make a new workspace that works at once."""
    from publisher.workspace.create import House, make_workspace

    house = House(name or directory.resolve().name.replace("-", " ").capitalize(), url, person, email)
    has_ours = make_workspace(directory, house)
    say(f"[green]✓[/] A workspace for [bold]{plain(house.name)}[/] in {plain(str(directory))}")
    say("")
    say(f"Next:  cd {plain(str(directory))}")
    say("       publish new episode 'Our first conversation' --recording FILE")
    say("       publish people add ID --name NAME --role legal    for the person who approves")
    say("")
    say(_OURS if has_ours else _YOURS)


_OURS = "The house's rules are in guidelines/, the names that they look for in guidelines.toml: put in yours."
_YOURS = "The house's rules are those that you brought, and no others: publish guidelines test tries them."


@new.command("episode")
def new_episode(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE")],
    recording: Annotated[
        list[Path],
        typer.Option(metavar="FILE", help="The recording, or one file a speaker: repeat it. A copy is put in place."),
    ],
    speaker: Annotated[
        list[str] | None, typer.Option(metavar="ID", help="Who is heard, in the order of the recordings: repeat it.")
    ] = None,
    transcript: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A transcript (WebVTT, SRT, JSON or text), if you have one.")
    ] = None,
    show: Annotated[str | None, typer.Option(metavar="ID", help="The show, where the house has several.")] = None,
) -> None:
    """Make an episode; its slug is made from the title."""
    from publisher.audio.source.probe import probe
    from publisher.workspace.drafts import NewEpisode, make_episode

    workspace = load_workspace(ctx)
    for path in recording:
        probe(path)
    asked = NewEpisode(title, recording, speaker or [], show, transcript)
    slug = make_episode(workspace, asked, clock())
    _made("episode", slug, f"episodes/{slug}/episode.md")


@new.command("post")
def new_post(
    ctx: typer.Context,
    title: Annotated[str, typer.Argument(metavar="TITLE")],
    author: Annotated[list[str] | None, typer.Option(metavar="ID", help="Who writes it: repeat it.")] = None,
) -> None:
    """Make a post; its slug is made from the title."""
    from publisher.workspace.drafts import make_post

    slug = make_post(load_workspace(ctx), title, author or [], clock())
    _made("post", slug, f"posts/{slug}/post.md")


def _made(kind: str, slug: str, file: str) -> None:
    say(f"[green]✓[/] {file}")
    say("")
    say(f"Next:  write {file}")
    say(f"       publish {kind} {slug}")


def schema(
    ctx: typer.Context,
    output: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to; `schemas` in the workspace if not said.")
    ] = None,
) -> None:
    """Write JSON Schemas of all files, so that editors complete and check them."""
    from publisher.workspace.schema import write_schemas

    for path in write_schemas(output or load_workspace(ctx).root / "schemas"):
        say(f"[green]✓[/] {plain(str(path))}")
