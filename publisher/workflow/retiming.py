"""What was written with the times of the recording, with those of the master: transcript, chapters, soundbites.

Nobody knows exactly when in a cue which word is said: times of words are somebody's estimate. So a cue of which
anything was cut, bleeped or silenced loses all its words: what was taken out of the sound stands in no transcript
either. Who wants to keep the others splits the cue (decision 11).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from publisher.audio.edits.timeline import Timeline
from publisher.errors import Problem, WorkspaceError
from publisher.transcript.model import Cue, Transcript, Word
from publisher.transcript.timecode import format_timecode
from publisher.workflow.leaving import LEFT_OUT
from publisher.workspace.pieces import SOUNDBITE_SECONDS, Chapter, Episode, Soundbite


@dataclass(frozen=True)
class Retimed:
    """What was written about an episode, with the times of its master."""

    transcript: Transcript | None
    """None where the host brought none, or where nothing is left of it."""
    chapters: tuple[Chapter, ...]
    soundbites: tuple[Soundbite, ...]


def retime(episode: Episode, transcript: Transcript | None, timeline: Timeline) -> Retimed:
    """All that is written with times; `transcript` has those of the recording. Raises as what it calls does."""
    left = retime_transcript(transcript, timeline) if transcript else None
    return Retimed(
        left if left and left.cues else None, retime_chapters(episode, timeline), retime_soundbites(episode, timeline)
    )


def retime_transcript(transcript: Transcript, timeline: Timeline) -> Transcript:
    """The cues that are heard in the master; of one that is not heard whole, only when it is and who speaks."""
    return Transcript(tuple(_cues(transcript, timeline)))


def _cues(transcript: Transcript, timeline: Timeline) -> Iterator[Cue]:
    for cue in transcript.cues:
        if times := _span(timeline, cue.start, cue.end):
            moved = replace(cue, start=times[0], end=times[1], words=())
            # A word can be said at the border of its cue, and reach beyond it.
            if _is_heard_whole(timeline, cue) and all(_is_heard_whole(timeline, word) for word in cue.words):
                yield replace(moved, words=tuple(_word(word, moved, timeline) for word in cue.words))
            else:
                yield replace(moved, text=LEFT_OUT, doubts=())


def _word(word: Word, cue: Cue, timeline: Timeline) -> Word:
    """A word with the times of the master, within its cue; `cue` has those already."""
    start = min(max(round(timeline.to_master(word.start), 3), cue.start), cue.end)
    end = min(max(round(timeline.to_master(word.end, ending=True), 3), start), cue.end)
    return replace(word, start=start, end=end)


def retime_chapters(episode: Episode, timeline: Timeline) -> tuple[Chapter, ...]:
    """The chapters of which anything is heard; where the beginning of one was cut, it begins at the seam.

    Of a chapter that is bleeped or silenced as a whole, the title is not shown either.

    What the talk begins with begins with the master: an intro belongs to the first chapter.
    Raises WorkspaceError for chapters that begin after the recording's end.
    """
    _refuse(_late_chapters(episode, timeline))
    return tuple(_chapters(episode, timeline))


def _chapters(episode: Episode, timeline: Timeline) -> Iterator[Chapter]:
    chapters = episode.matter.chapters
    ends = [*(chapter.start for chapter in chapters[1:]), timeline.recording_duration]
    talk_begins = timeline.to_master(0.0)
    for chapter, end in zip(chapters, ends, strict=False):
        times = _span(timeline, chapter.start, end)
        if times and not timeline.is_mute(chapter.start, end):
            is_first = timeline.to_master(chapter.start) == talk_begins
            yield chapter.model_copy(update={"start": 0.0 if is_first else times[0]})


def _late_chapters(episode: Episode, timeline: Timeline) -> Iterator[Problem]:
    for number, chapter in enumerate(episode.matter.chapters):
        if chapter.start >= timeline.recording_duration:
            advice = f"begins after the recording's end at {_end(timeline)}; correct its time or take it out"
            yield Problem(episode.file, f"chapters.{number}.start", advice)


def retime_soundbites(episode: Episode, timeline: Timeline) -> tuple[Soundbite, ...]:
    """The soundbites, in the order of the authors.

    Raises WorkspaceError for those of which an edit took anything, those that end after the recording's end, and those
    that tightened pauses make too short or jingles too long; otherwise a pause or a jingle in one does no harm.
    """
    _refuse(_broken_soundbites(episode, timeline))
    found = tuple(_soundbite(soundbite, timeline) for soundbite in episode.matter.soundbites)
    _refuse(_stretched_soundbites(episode, found))
    return found


def _soundbite(soundbite: Soundbite, timeline: Timeline) -> Soundbite:
    start, end = _span(timeline, soundbite.start, soundbite.end) or (soundbite.start, soundbite.end)
    return soundbite.model_copy(update={"start": start, "end": end})


def _broken_soundbites(episode: Episode, timeline: Timeline) -> Iterator[Problem]:
    for number, soundbite in enumerate(episode.matter.soundbites):
        key = f"soundbites.{number}"
        if soundbite.end > timeline.recording_duration:
            yield Problem(episode.file, key, f"ends after the recording's end at {_end(timeline)}; correct its times")
        elif not _is_heard_whole(timeline, soundbite):
            yield Problem(episode.file, key, "an edit takes away some of it; choose a passage that is heard whole")


def _stretched_soundbites(episode: Episode, found: tuple[Soundbite, ...]) -> Iterator[Problem]:
    least, most = SOUNDBITE_SECONDS
    for number, soundbite in enumerate(found):
        length = round(soundbite.end - soundbite.start, 3)
        if not least <= length <= most:
            advice = f"lasts {length:g} seconds in the master; move its ends so that it lasts {least} to {most}"
            yield Problem(episode.file, f"soundbites.{number}", f"{advice} (feed rule 29)")


def _is_heard_whole(timeline: Timeline, part: Cue | Word | Soundbite) -> bool:
    return timeline.is_whole(part.start, part.end) and not timeline.is_masked(part.start, part.end)


def _span(timeline: Timeline, start: float, end: float) -> tuple[float, float] | None:
    """What is left of a part, to the millisecond; None for less than one."""
    left = timeline.span(start, end)
    times = (round(left[0], 3), round(left[1], 3)) if left else (0.0, 0.0)
    return times if times[0] < times[1] else None


def _end(timeline: Timeline) -> str:
    return format_timecode(timeline.recording_duration)


def _refuse(problems: Iterator[Problem]) -> None:
    if found := list(problems):
        raise WorkspaceError(found)
