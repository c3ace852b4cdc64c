"""How tracks of several files lie on each other: what was heard of it, what was said, and what nobody knows."""

from collections.abc import Iterator, Sequence

from publisher.audio.model import Shift
from publisher.workspace.pieces import Track

PART = "tracks.txt"
"""The part of a revision that says what nobody knows; legal reads it beside the edits, and the public never."""


def lying(tracks: Sequence[Track], shifts: Sequence[Shift]) -> str:
    """Where each track begins, heard or said, and how its clock goes; when the first one began is when all begins."""
    return "; ".join(dict.fromkeys(_lies(tracks, shifts)))


def _lies(tracks: Sequence[Track], shifts: Sequence[Shift]) -> Iterator[str]:
    offsets = _offsets(tracks)
    for shift in shifts:
        file = tracks[shift.track].file
        said = list(_clock(round(shift.drift))) if shift.found else []
        if file != tracks[shifts[0].track].file:
            said[:0] = _beginning(shift, offsets.get(file))
        if said:
            yield f"{file} {', '.join(said)}"


def _offsets(tracks: Sequence[Track]) -> dict[str, float]:
    """What was said, by file: all of a file began at once."""
    return {track.file: track.offset for track in tracks if track.offset is not None}


def _beginning(shift: Shift, said: float | None) -> Iterator[str]:
    if shift.found:
        yield f"began {_when(shift.offset)}"
    elif said is not None:
        yield f"begins {_when(said)}, as you said"


def _when(offset: float) -> str:
    away = f"{abs(offset):.3f}"
    return f"{away} s {'later' if offset > 0 else 'earlier'}" if float(away) else "at the same moment"


def _clock(drift: int) -> Iterator[str]:
    if drift:
        yield f"has a clock that is {abs(drift)} ppm {'fast' if drift > 0 else 'slow'}"


def unplaced(tracks: Sequence[Track], shifts: Sequence[Shift]) -> str:
    """Which tracks have nothing in common with the others, and what was made of it; empty if there are none."""
    reference = next((track for track in tracks if track.guide), tracks[0]).file
    silent = dict.fromkeys(tracks[shift.track].file for shift in shifts if not shift.found)
    lost = [file for file in silent if file not in {reference, *_offsets(tracks)}]
    if not lost:
        return ""
    return f"{', '.join(lost)}: nothing in common was heard with {reference}: taken to have begun together"


def tracks_part(tracks: Sequence[Track], shifts: Sequence[Shift]) -> dict[str, bytes]:
    """The part, by its name; nothing where all is known."""
    said = unplaced(tracks, shifts)
    return {PART: f"{said}\n".encode()} if said else {}
