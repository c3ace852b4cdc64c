"""A transcript as plain text, to read: a paragraph a turn, `Name: ` before it."""

from publisher.transcript.formats.model import Format
from publisher.transcript.model import Transcript, Turn


def write_text(transcript: Transcript) -> str:
    """The transcript as text, the same for the same cues."""
    return "\n\n".join(map(_paragraph, transcript.turns())) + "\n"


def _paragraph(turn: Turn) -> str:
    said = " ".join(cue.text for cue in turn.cues)
    return f"{turn.speaker}: {said}" if turn.speaker else said


FORMAT = Format("text", ".txt", "text/plain", None, write_text)
