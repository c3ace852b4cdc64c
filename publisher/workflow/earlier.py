"""The timeline of a revision whose episode was edited since: its edits stand in it, so its master can be made again.

It counts only if it sounds as what was submitted, by its waveform; else a time of then could mean another place.
"""

from dataclasses import replace

from publisher.audio.edits.timeline import Timeline
from publisher.errors import PublisherError
from publisher.review.revisions import Revision
from publisher.workflow.context import Context
from publisher.workflow.edited import PART, read_edits
from publisher.workflow.sound import make_master
from publisher.workspace.edits import Edit
from publisher.workspace.pieces import Episode


def earlier_timeline(context: Context, episode: Episode, revision: Revision) -> Timeline | None:
    """What of the recording stood where in a revision; None if recording, music or settings are others by now.

    The master of then is in the cache, or is made again.
    """
    waveform = next((file.digest for file in revision.manifest.files if file.role == "waveform"), None)
    try:
        master = make_master(context, _with_edits_of(episode, revision))
    except PublisherError:  # an edit behind the end, a track that is gone: the recording is another
        return None
    return master.timeline if context.digests.digest(master.peaks) == waveform else None


def _with_edits_of(episode: Episode, revision: Revision) -> Episode:
    done = read_edits(revision.parts.get(PART), f"{episode.slug}, {PART}")
    edits = [Edit.model_validate({one.kind: one.recording, "reason": one.reason or None}) for one in done]
    return replace(episode, matter=episode.matter.model_copy(update={"edits": edits}))
