"""Make the transcript of an episode: hear its recording, and write what was said as a file that its host corrects.

A recogniser does not give the same words on every processor. So what it gave is no result that is made again, but a
file of the author's: from then on it is an input, as a transcript is that somebody brought.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from publisher.audio.model import Track
from publisher.audio.store import key_of
from publisher.errors import PublisherError
from publisher.files import digest_file, write_atomically
from publisher.speech import models
from publisher.speech.models import Asked, Model
from publisher.speech.writing import facts_of, silent
from publisher.transcript.formats import find_format
from publisher.transcript.formats.webvtt import write_marked
from publisher.transcript.model import Transcript
from publisher.workflow.bringing import MADE, transcript_name
from publisher.workflow.context import Context
from publisher.workflow.sound import tracks_of
from publisher.workspace.guidelines import is_plain
from publisher.workspace.pieces import Episode


@dataclass(frozen=True)
class Transcribed:
    """A transcript that was made just now."""

    file: str
    """From the workspace's root, with forward slashes."""
    transcript: Transcript
    model: str
    """Name of the model that heard it."""
    text: str | None
    """Name of the file with the words, where only their times were looked for."""
    replaced: int | None
    """How many cues the file had that stood there before; None where there was none."""
    nameless: bool
    """Whether several people speak and nobody knows which of them says what."""
    silent: tuple[str, ...]
    """Names of those who are said to speak, and of whom no cue is."""


class NobodySpeaksError(PublisherError):
    """There is nothing to write down."""


def asked(context: Context, option: Path | None = None) -> Asked:
    """Where to look for a model. option: what `--model` names."""
    said = context.workspace.config.transcriber
    variable = os.environ.get(models.VARIABLE)
    configured = context.root / Path(said.model).expanduser() if said.model else None
    return Asked(option, Path(variable).expanduser() if variable else None, configured, said.sha256)


def language_of(context: Context, episode: Episode) -> str:
    """The code of the language that is expected, without its country: `en`."""
    show = context.workspace.show(episode)
    return (show.language or context.workspace.config.house.language).partition("-")[0].lower()


def may_transcribe(context: Context, episode: Episode) -> bool:
    """Whether an episode has no transcript, and all is there to make one without being asked."""
    from publisher.speech.recogniser import installed

    if not context.workspace.config.transcriber.automatic or _has_transcript(episode):
        return False
    return installed() is not None and models.find(asked(context), language_of(context, episode)) is not None


def _has_transcript(episode: Episode) -> bool:
    name = transcript_name(episode)
    return name is not None and text_of(episode) is None


def text_of(episode: Episode) -> str | None:
    """The name of the file with the words of an episode, where nothing says yet when they are spoken."""
    name = transcript_name(episode)
    if name is None:
        return None
    found = find_format(episode.folder / name, name)
    return name if found is None or found.read is None else None


def words_changed(episode: Episode) -> bool:
    """Whether the text was changed whose times stand in `transcript.vtt`."""
    named = episode.matter.transcript
    if named is None or transcript_name(episode) == named:
        return False
    made = facts_of((episode.folder / MADE).read_text(encoding="utf-8-sig", errors="replace")).get("words")
    return made is not None and made != words_fact(episode, named)


def words_fact(episode: Episode, name: str) -> str:
    """What the note above a transcript says of the text that its words are from."""
    return f"{name} {digest_file(episode.folder / name).sha256}"


def transcribe(context: Context, episode: Episode, option: Path | None = None, *, again: bool = False) -> Transcribed:
    """Hear the recording of an episode and write `transcript.vtt`.

    option: the model's folder. again: replace the file that is there.
    Errors: there is a transcript, no recogniser or model, or nobody speaks.
    """
    text = _words_without_times(episode)
    path, file = episode.folder / MADE, f"{episode.file.rpartition('/')[0]}/{MADE}"
    before = _before(path, file, again=again)
    from publisher.workflow.hearing import hear

    heard = hear(context, episode, option)
    transcript = heard.aligned(text) if text else heard.transcript()
    write_atomically(path, write_marked(transcript, heard.note(text)).encode())
    mute = silent(transcript.cues, context.workspace.names_of(episode))
    return Transcribed(file, transcript, heard.model.name, text, before, heard.nameless(transcript), mute)


def _words_without_times(episode: Episode) -> str | None:
    """The file with the words, if there is one. Errors: the episode names a transcript that has times."""
    named = episode.matter.transcript
    if named is None:
        return None
    found = find_format(episode.folder / named, named)
    if found and found.read:
        hint = f"take transcript out of {episode.file} to have one made"
        raise PublisherError("this episode brings its own transcript", where=f"{episode.file}: transcript", hint=hint)
    return named


def _before(path: Path, file: str, *, again: bool) -> int | None:
    """How many cues the file has that is there. Errors: there is one, and nobody said that it may go."""
    if not path.exists():
        return None
    if not again:
        hint = "correct it as it is, or make it anew and lose all corrections: --again"
        raise PublisherError("there is a transcript already", where=file, hint=hint)
    return path.read_text(encoding="utf-8", errors="replace").count("-->")


def read_model(context: Context, episode: Episode, option: Path | None) -> Model:
    """The model that hears an episode. Errors: there is none, or it is not what it should be."""
    language = language_of(context, episode)
    wanted = asked(context, option)
    place = models.find(wanted, language)
    if place is None:
        what = "no model was found that hears speech" + ("" if language == "en" else f" in {language!r}")
        raise PublisherError(what, hint=f"{models.GET_ONE}; publish transcriber check shows where it is looked for")
    return models.read(place, wanted.sha256)


def recording_digest(context: Context, episode: Episode) -> str:
    """One digest of the tracks, and of how they were said to lie: 64 hexadecimal digits."""
    return key_of([_plain(context, track) for track in tracks_of(episode)])


def _plain(context: Context, track: Track) -> tuple[object, ...]:
    return context.digests.digest(track.path).sha256, track.channel, track.offset, track.guide


def names_of(context: Context, episode: Episode) -> Iterator[str]:
    """What the recogniser is told to listen for, the most important first; each once."""
    yield from dict.fromkeys(_names(context, episode))


def _names(context: Context, episode: Episode) -> Iterator[str]:
    workspace = context.workspace
    yield from workspace.names_of(episode)
    yield workspace.show(episode).title
    yield workspace.config.house.name
    lists = (held for rule in workspace.guidelines.values() for held in rule.held)
    yield from (term.term for held in lists for term in held.terms if is_plain(term.term))
    yield from (person.name for person in workspace.people.values())
    yield from (division.name for division in workspace.config.divisions.values())
