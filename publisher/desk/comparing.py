"""What became of words from one revision to the next, word by word. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple, TypeAlias

from publisher.transcript.model import Cue

What: TypeAlias = Literal["same", "gone", "new"]
_AROUND: Final = 8
"""Words that stay as they are and are shown on each side of a change."""
_WORD: Final = re.compile(r"\S+")


class Piece(NamedTuple):
    """Words that stayed, went or came."""

    what: What
    text: str


@dataclass(frozen=True)
class Changed:
    """Words around one change."""

    start: float | None
    """Seconds into the new master, in a transcript."""
    pieces: tuple[Piece, ...]


class Pair(NamedTuple):
    """A cue that says the same before and now: how much later it does."""

    start: float
    """Seconds into the new master."""
    shift: float
    """Seconds, from the old master to the new one."""


def changed_cues(old: Sequence[Cue], new: Sequence[Cue]) -> Iterator[Changed]:
    """The changes of a transcript, a stretch of cues each. Cues are compared first, and words within what differs."""
    for tag, first, last, begin, end in _matcher(old, new).get_opcodes():
        if tag != "equal":
            start = new[min(begin, len(new) - 1)].start if new else None
            before, now = (_words(cues) for cues in (old[first:last], new[begin:end]))
            yield Changed(start, tuple(_shortened(list(_pieces(before, now)))))


def pairs(old: Sequence[Cue], new: Sequence[Cue]) -> list[Pair]:
    """Cues that both have, in order."""
    return [
        Pair(new[block.b + number].start, new[block.b + number].start - old[block.a + number].start)
        for block in _matcher(old, new).get_matching_blocks()
        for number in range(block.size)
    ]


def _matcher(old: Sequence[Cue], new: Sequence[Cue]) -> "SequenceMatcher[str]":
    return SequenceMatcher(None, [_said(cue) for cue in old], [_said(cue) for cue in new], autojunk=False)


def _said(cue: Cue) -> str:
    return f"{cue.speaker or ''}: {cue.text}"


def _words(cues: Sequence[Cue]) -> list[str]:
    """With who says them, where that changes."""
    found: list[str] = []
    speaker = None
    for cue in cues:
        if cue.speaker and cue.speaker != speaker:
            found.append(f"[{cue.speaker}]")
        speaker = cue.speaker
        found += _WORD.findall(cue.text)
    return found


def changed_lines(old: Sequence[str], new: Sequence[str]) -> Iterator[Changed]:
    """The changes of a text, a line or several that differ each."""
    for tag, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            before, now = (_WORD.findall(" ".join(lines)) for lines in (old[first:last], new[begin:end]))
            yield Changed(None, tuple(_shortened(list(_pieces(before, now)))))


def _pieces(old: Sequence[str], new: Sequence[str]) -> Iterator[Piece]:
    for tag, first, last, begin, end in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", " ".join(new[begin:end]))
        if tag in {"replace", "delete"}:
            yield Piece("gone", " ".join(old[first:last]))
        if tag in {"replace", "insert"}:
            yield Piece("new", " ".join(new[begin:end]))


def _shortened(pieces: Sequence[Piece]) -> Iterator[Piece]:
    """Long stretches that stayed show only the words next to a change."""
    for number, piece in enumerate(pieces):
        words = piece.text.split()
        if piece.what != "same" or len(words) <= 2 * _AROUND + 1:
            yield piece
            continue
        head = words[:_AROUND] if number else []
        tail = words[-_AROUND:] if number < len(pieces) - 1 else []
        yield Piece("same", " ".join([*head, "…", *tail]))
