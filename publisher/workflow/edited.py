"""What was done to a recording, and why, as reviewers read it: the part `edits.json` of a revision that has edits.

Nothing of it goes to the public. It is one of the parts, so that legal knows what they do not hear any more, and a
change of it is seen beside the other changes.
"""

import json
from dataclasses import asdict, dataclass, fields

from publisher.audio.edits.timeline import Timeline
from publisher.errors import PublisherError
from publisher.workspace.pieces import Episode

PART = "edits.json"


@dataclass(frozen=True)
class Edited:
    """One edit of a recording."""

    kind: str
    """`trim`, `cut`, `bleep` or `silence`."""
    recording: str
    """Which times of the recording it is about: `12:03.2-12:04`."""
    reason: str
    """Why, as the host wrote it; may be empty for a trim."""
    at: float
    """Seconds into the master, where it is heard, or the seam that it left."""


def edits_part(episode: Episode, timeline: Timeline) -> dict[str, bytes]:
    """The part, by its name; nothing for an episode without edits."""
    edits = [
        Edited(edit.kind, str(edit.times), edit.reason or "", round(timeline.to_master(edit.times.start), 3))
        for edit in sorted(episode.matter.edits, key=lambda edit: edit.times.start)
    ]
    said = json.dumps([asdict(edit) for edit in edits], ensure_ascii=False, indent=1)
    return {PART: said.encode() + b"\n"} if edits else {}


def read_edits(data: bytes | None, where: str) -> tuple[Edited, ...]:
    """What `edits_part` wrote; nothing where there is no such part.

    where: what the error says. Errors: the part holds anything else.
    """
    if data is None:
        return ()
    try:
        edits = tuple(Edited(**each) for each in json.loads(data))
    except (ValueError, TypeError, RecursionError) as error:
        raise _damaged(where) from error
    if any(type(getattr(edit, field.name)) is not field.type for edit in edits for field in fields(Edited)):
        raise _damaged(where)
    return edits


def _damaged(where: str) -> PublisherError:
    return PublisherError("these are not edits as they were written", where=where, hint="restore the revision from git")
