"""`publish transcribe`, `publish transcriber check`: transcripts that are made here, and what that needs."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from publisher.cli.exits import ExitCode
from publisher.cli.output import mark, plain, say
from publisher.cli.pieces import Slug
from publisher.cli.session import context, stands

if TYPE_CHECKING:
    from publisher.workflow.transcribing import Transcribed
    from publisher.workspace.pieces import Episode

ModelFolder = Annotated[
    Path | None, typer.Option("--model", metavar="DIR", help="The model's folder; an installed one if not said.")
]

transcriber = typer.Typer(no_args_is_help=True, help="What makes transcripts.")


def register(app: typer.Typer) -> None:
    """Add this family to the commands."""
    app.command("transcribe")(transcribe)
    app.add_typer(transcriber, name="transcriber")


def transcribe(
    ctx: typer.Context,
    slug: Slug,
    model: ModelFolder = None,
    again: Annotated[bool, typer.Option("--again", help="Replace the transcript, corrections and all.")] = False,
) -> None:
    """Write the transcript of an episode, heard on this computer, as a file to correct."""
    from publisher.workflow.transcribing import transcribe

    with context(ctx) as run:
        episode = cast("Episode", run.workspace.piece(slug, "episode"))
        made = transcribe(run, episode, stands(model) if model else None, again=again)
    _tell(made)
    say()
    say(f"Next:  read and correct {plain(made.file)}")
    say(f"       publish episode {slug}")


def _tell(made: "Transcribed") -> None:
    from publisher.workflow.telling import of_transcribed

    for step in of_transcribed(made):
        say(f"{mark(done=step.done)} {plain(step.text)}")


@transcriber.command("check")
def check(ctx: typer.Context, model: ModelFolder = None) -> None:
    """Say what transcripts would be made with here, or what is missing. Ends with 1 if something is."""
    from publisher.speech import models
    from publisher.speech.recogniser import PACKAGE, installed
    from publisher.workflow.transcribing import asked

    with context(ctx) as run:
        wanted = asked(run, stands(model) if model else None)
        version = installed()
        say(f"{mark(done=version is not None)} recogniser  {_recogniser(PACKAGE, version)}")
        place = models.find(wanted)
        if place is None:
            say(f"{mark(done=False)} model       none")
            for name, _ in models.places(wanted):
                say(f"    looked for: {plain(name)}")
            say(f"    {plain(models.GET_ONE)}")
        else:
            found = models.read(place, wanted.sha256)
            say(f"{mark(done=True)} model       {plain(found.name)}, from {plain(place.name)}")
            say(f"    sha256 {found.digest}")
            say(f"    languages: {', '.join(found.languages) or 'all that Whisper knows'}")
    if version is None or place is None:
        raise typer.Exit(ExitCode.ERROR)


def _recogniser(package: str, version: str | None) -> str:
    return f"{package} {version}" if version else "none: pip install 'corporate-voices[transcribe]'"
