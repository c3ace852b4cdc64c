"""An episode being heard by the recogniser: who speaks, what is listened for, and how it was done."""

from dataclasses import dataclass
from pathlib import Path

from publisher.audio.listening import Talk, talk_of
from publisher.audio.segments import cores
from publisher.audio.shelf import SUFFIX, Shelf, clear_old
from publisher.audio.store import key_of
from publisher.errors import PublisherError
from publisher.speech import hearing
from publisher.speech.alignment import read_lines, timed
from publisher.speech.hearing import Hearing, find_speech, kept_speech
from publisher.speech.model import Heard, Span
from publisher.speech.models import Model
from publisher.speech.recogniser import COMPUTE, PACKAGE, SETTINGS, Recogniser, installed
from publisher.speech.writing import Voices, note, transcript_of, unnamed
from publisher.transcript.model import Transcript
from publisher.workflow.context import Context
from publisher.workflow.sound import tracks_of
from publisher.workflow.transcribing import (
    NobodySpeaksError,
    language_of,
    names_of,
    read_model,
    recording_digest,
    words_fact,
)
from publisher.workspace.pieces import Episode


@dataclass(frozen=True)
class HeardEpisode:
    """What was heard of an episode, and all that belongs to it."""

    context: Context
    episode: Episode
    model: Model
    names: tuple[str, ...]
    """What was listened for."""
    heard: Heard
    voices: Voices

    def transcript(self) -> Transcript:
        """What was heard."""
        return transcript_of(self.heard, self.voices)

    def aligned(self, name: str) -> Transcript:
        """The words of the file `name`, with the times at which they were heard."""
        people = self.context.workspace.names_of(self.episode)
        where = f"{self.episode.file.rpartition('/')[0]}/{name}"
        return timed(read_lines(self.episode.folder / name, where, people), self.heard, where)

    def nameless(self, transcript: Transcript) -> bool:
        """Whether several people speak and nobody knows which of them says what."""
        return len(self.episode.people) > 1 and unnamed(transcript.cues) * 2 > len(transcript.cues)

    def note(self, text: str | None) -> tuple[str, ...]:
        """The lines above the transcript. text: the file with the words, if there is one."""
        language = language_of(self.context, self.episode)
        foreign = dict.fromkeys(
            f"{code} from {span.start:.0f} s to {span.end:.0f} s" for span, code in self.heard.foreign
        )
        facts = {
            "recording": recording_digest(self.context, self.episode),
            "model": f"{self.model.name} {self.model.digest}",
            "recogniser": f"{PACKAGE} {installed()}, {COMPUTE}, beam {SETTINGS['beam_size']}",
            "language": "; ".join([language, *foreign]),
            "names": ", ".join(self.names),
            "words": words_fact(self.episode, text) if text else "",
        }
        return note(facts)


def hear(context: Context, episode: Episode, option: Path | None) -> HeardEpisode:
    """Hear the recording of an episode; what was heard before is not heard again.

    option: the model's folder.
    Errors: those of `read_model`, tracks that cannot be used, and a recording in which nobody speaks.
    """
    workers, language = min(cores(), hearing.MOST), language_of(context, episode)
    # The model first: one that is no good is told at once, not after the listening.
    recogniser = Recogniser(read_model(context, episode, option), workers)
    if not recogniser.hears(language):
        what = f"{recogniser.model.name} does not hear {language!r}, the language of the show"
        hint = "name another model, --model DIR, or bring a transcript"
        raise PublisherError(what, where=recogniser.model.place.name, hint=hint)
    names = recogniser.fitting(names_of(context, episode))
    talk, speech = _listen(context, episode)
    if not speech:
        raise NobodySpeaksError(
            "nobody speaks in this recording, as far as the detector of speech hears",
            where=f"{episode.file}: recording",
            hint="is it the right file? If somebody speaks softly, bring a transcript",
        )
    digest = recording_digest(context, episode)
    made_from = (hearing.RECIPE, digest, recogniser.model.digest, installed(), language, names)
    shelf = Shelf(_folder(context) / f"{key_of(made_from)}{SUFFIX}")
    heard = Hearing(talk, shelf, context.progress).words(recogniser, speech, language, names, workers)
    return HeardEpisode(
        context, episode, recogniser.model, names, heard, Voices(_tracks(context, episode), talk.spoken)
    )


def speech_of(context: Context, episode: Episode) -> tuple[Span, ...]:
    """Where anybody speaks in the recording of an episode; heard once."""
    kept = kept_speech(_speech_shelf(context, episode))
    return _listen(context, episode)[1] if kept is None else kept


def _listen(context: Context, episode: Episode) -> tuple[Talk, tuple[Span, ...]]:
    """The talk, and where anybody speaks in it."""
    clear_old(_folder(context))
    talk = talk_of(tracks_of(episode), context.cache / "audio", context.progress)
    return talk, find_speech(talk, _speech_shelf(context, episode), context.progress)


def _speech_shelf(context: Context, episode: Episode) -> Shelf:
    return Shelf(_folder(context) / f"{key_of((hearing.RECIPE, recording_digest(context, episode)))}{SUFFIX}")


def _folder(context: Context) -> Path:
    return context.cache / "speech"


def _tracks(context: Context, episode: Episode) -> tuple[str | None, ...]:
    """The name of who speaks on each track that is heard; of a single one also where only one person speaks at all."""
    people = context.workspace.people
    said = [track.speaker for track in episode.matter.recording if not track.guide]
    if len(said) == 1 and len(episode.people) == 1:
        said = [episode.people[0]]
    return tuple(people[id_].name if id_ else None for id_ in said)
