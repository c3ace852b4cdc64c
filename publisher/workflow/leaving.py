"""What edits leave of a transcript, told from the times alone: for a look at it before there is any sound."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from publisher.transcript.model import Cue, Transcript
from publisher.workspace.edits import Edit

LEFT_OUT = "[\u2026]"
"""What stands for the words of a cue that is not heard whole."""


def left_words(transcript: Transcript, edits: Sequence[Edit]) -> Transcript:
    """The cues that edits leave, with the times of the recording; one that is not heard whole is without its words."""
    return Transcript(tuple(one for cue in transcript.cues for one in _left(cue, edits)))


def _left(cue: Cue, edits: Sequence[Edit]) -> Iterator[Cue]:
    touching = [edit for edit in edits if edit.kind != "trim" and _meets(edit, cue)]
    trims = [edit for edit in edits if edit.kind == "trim"]
    is_gone = any(edit.kind == "cut" and _covers(edit, cue) for edit in touching)
    if is_gone or not all(_meets(trim, cue) for trim in trims):
        return
    is_whole = not touching and all(_covers(trim, cue) for trim in trims)
    yield cue if is_whole else replace(cue, text=LEFT_OUT, words=(), doubts=())


def _meets(edit: Edit, cue: Cue) -> bool:
    start, end = edit.times
    return start < cue.end and (end is None or cue.start < end)


def _covers(edit: Edit, cue: Cue) -> bool:
    start, end = edit.times
    return start <= cue.start and (end is None or cue.end <= end)
