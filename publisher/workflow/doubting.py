"""What is in doubt in a transcript, kept in the revision: legal sees it, and the public never does."""

from publisher.policy.doubts import doubts
from publisher.policy.findings import Finding
from publisher.review.revisions import Revision
from publisher.speech.comparing import SHORTEST, compared, foreign
from publisher.speech.recogniser import installed
from publisher.speech.writing import facts_of
from publisher.transcript.formats.webvtt import read_webvtt, write_marked
from publisher.transcript.model import Transcript
from publisher.workflow.bringing import transcript_file
from publisher.workflow.context import Context
from publisher.workflow.transcribing import recording_digest
from publisher.workspace.pieces import Episode

PART = "doubts.vtt"
"""The part of a revision with the transcript and all that is in doubt in it, with the times of the master."""


def doubted(context: Context, episode: Episode, transcript: Transcript, seconds: float) -> Transcript:
    """The transcript of an episode with what was heard of its recording: whether it belongs to it, and what it lacks.

    transcript, seconds: of the recording. One that was made here knows its recording. Any other one is compared with
    where somebody speaks, if there is something here that hears it.
    """
    file = transcript_file(episode)
    text = (context.root / file).read_text(encoding="utf-8-sig") if file else ""
    if made_of := facts_of(text).get("recording"):
        return transcript if made_of == recording_digest(context, episode) else foreign(transcript)
    if seconds < SHORTEST or installed() is None:
        return transcript
    from publisher.workflow.hearing import speech_of

    return compared(transcript, speech_of(context, episode), seconds)


def doubts_part(transcript: Transcript | None) -> dict[str, bytes]:
    """The part, by its name; nothing where all is clear. transcript: with the times of the master."""
    if transcript is None or not any(cue.doubts for cue in transcript.cues):
        return {}
    return {PART: write_marked(transcript).encode()}


def doubts_of(context: Context, revision: Revision) -> tuple[Finding, ...]:
    """What is in doubt in a revision."""
    if PART not in revision.parts:
        return ()
    file = context.revisions.folder(revision.manifest.slug, revision.name) / PART
    return doubts(read_webvtt(file, f"revisions/{revision.manifest.slug}/{revision.name}/{PART}"))
