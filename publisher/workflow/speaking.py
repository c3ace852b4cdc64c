"""Who says what: names for cues that have none, from the microphones, each of which is nearest to one person."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from publisher.transcript.model import Cue, Transcript
from publisher.workspace.people import Person
from publisher.workspace.pieces import Episode

if TYPE_CHECKING:
    from publisher.audio.tracks.voices import Voiced


def name_speakers(
    transcript: Transcript, episode: Episode, people: Mapping[str, Person], spoken: "Sequence[Voiced]"
) -> Transcript:
    """The transcript with the names of those who clearly speak; a name that stands there is left as it is.

    spoken: who speaks when on the tracks that are heard, by their number among these; nothing for a single one, whose
    speaker says everything. All times are those of the recording.
    """
    heard = [track.speaker for track in episode.matter.recording if not track.guide]
    if not any(heard):
        return transcript
    names = [people[id_].name if id_ else None for id_ in heard]
    find = _finder(names, spoken)
    return Transcript(tuple(cue if cue.speaker else replace(cue, speaker=find(cue)) for cue in transcript.cues))


def _finder(names: "Sequence[str | None]", spoken: "Sequence[Voiced]") -> "Callable[[Cue], str | None]":
    from publisher.audio.tracks.voices import speaker_of

    if len(names) == 1:
        return lambda _: names[0]

    def find(cue: Cue) -> str | None:
        track = speaker_of(cue.start, cue.end, spoken)
        return None if track is None else names[track]

    return find
