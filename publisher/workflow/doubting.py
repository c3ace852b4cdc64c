"""What of a transcript was not heard well, kept in the revision: legal sees it, and the public never does."""

from publisher.policy.doubts import doubts
from publisher.policy.findings import Finding
from publisher.review.revisions import Revision
from publisher.transcript.formats.webvtt import read_webvtt, write_marked
from publisher.transcript.model import Transcript
from publisher.workflow.context import Context

PART = "doubts.vtt"
"""The part of a revision with the transcript as its host left it, with the times of the master."""


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
