"""The transcript that an episode's author brought."""

from publisher.transcript.formats import read_transcript
from publisher.transcript.model import Transcript
from publisher.workspace.loading import Workspace
from publisher.workspace.pieces import Episode, Piece


def transcript_file(piece: Piece) -> str | None:
    """Where it is, from the workspace's root with forward slashes; None where there is none."""
    if not isinstance(piece, Episode) or piece.matter.transcript is None:
        return None
    return f"{piece.file.rpartition('/')[0]}/{piece.matter.transcript}"


def brought_transcript(workspace: Workspace, piece: Piece) -> Transcript | None:
    """The cues with the times of the recording; None where there is none. Raises as `read_transcript` does."""
    file = transcript_file(piece)
    if file is None or not isinstance(piece, Episode):
        return None
    return read_transcript(workspace.root / file, file, [workspace.people[id_].name for id_ in piece.people])
