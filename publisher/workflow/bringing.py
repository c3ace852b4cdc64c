"""The transcript of an episode: the file that its author named, or `transcript.vtt` beside it."""

from pathlib import PurePath

from publisher.transcript.formats import plain_text, read_transcript
from publisher.transcript.model import Transcript
from publisher.workspace.loading import Workspace
from publisher.workspace.pieces import Episode, Piece

MADE = "transcript.vtt"
"""The transcript of an episode that names none, or one without times: `publish transcribe` writes it."""


def transcript_name(piece: Piece) -> str | None:
    """Its name in the folder of the piece; None where there is none."""
    if not isinstance(piece, Episode):
        return None
    named = piece.matter.transcript
    has_times = named is not None and PurePath(named).suffix.lower() != plain_text.FORMAT.suffix
    return MADE if not has_times and (piece.folder / MADE).is_file() else named


def transcript_file(piece: Piece) -> str | None:
    """Where it is, from the workspace's root with forward slashes; None where there is none."""
    name = transcript_name(piece)
    return None if name is None else f"{piece.file.rpartition('/')[0]}/{name}"


def brought_transcript(workspace: Workspace, piece: Piece) -> Transcript | None:
    """The cues with the times of the recording; None where there is none. Raises as `read_transcript` does."""
    file = transcript_file(piece)
    if file is None:
        return None
    return read_transcript(workspace.root / file, file, workspace.names_of(piece))
