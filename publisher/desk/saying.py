"""Times, sizes and messages in words. Pure."""

import re
from datetime import UTC, datetime, timedelta

from publisher.counting import counted

_STEPS = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))
_THOUSAND = 1000


def ago(time: str, now: datetime) -> str:
    """How long something lasts since a moment (ISO 8601): `3 days`, `1 hour`; `less than a minute`."""
    passed = now - datetime.fromisoformat(time)
    for step, name in _STEPS:
        if number := passed // step if passed > timedelta() else 0:
            return counted(number, name)
    return "less than a minute"


def moment(time: str) -> str:
    """`20 November 2026, 12:00 UTC`, of a moment in ISO 8601."""
    at = datetime.fromisoformat(time).astimezone(UTC)
    return f"{at.day} {_MONTHS[at.month - 1]} {at.year}, {at:%H:%M} UTC"


_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)


def bytes_of(size: int) -> str:
    """`812 bytes`, `4.1 MB`."""
    number, units = float(size), iter(("bytes", "kB", "MB", "GB", "TB"))
    unit = next(units)
    while number >= _THOUSAND and unit != "TB":
        number, unit = number / _THOUSAND, next(units)
    return f"{size} bytes" if unit == "bytes" else f"{number:.1f} {unit}"


def sentence(text: str) -> str:
    """A text with a capital and a full stop, as it stands alone on a page."""
    said = text.strip()
    return said[:1].upper() + said[1:] + ("" if said.endswith((".", "?", "!", "…")) else ".") if said else ""


def plainly(hint: str) -> str:
    """A hint for the terminal, as it is said at the desk: a command is marked as one."""
    return _COMMAND.sub(lambda match: f"in the terminal: {match[0]}", hint)


def called(role: str) -> str:
    """What a file or part of a revision is, in words: `Sound, MP3` for `audio`; its own name if it has none here."""
    kind, _, name = role.partition(":")
    if kind == "audiogram":
        return f"Audiogram, {name.rpartition('-')[2]}"
    return f"Picture, {name}" if kind == "picture" else _CALLED.get(role, role)


_CALLED = {
    "audio": "Sound, MP3",
    "alternate": "Sound, M4A",
    "transcript": "Transcript",
    "chapters": "Chapters",
    "artwork": "Cover",
    "waveform": "Waveform",
    "body.html": "Text of the page",
    "item.rss.xml": "Entry, RSS",
    "entry.atom.xml": "Entry, Atom",
    "item.json": "Entry, JSON Feed",
    "card.json": "Facts about the piece",
    "edits.json": "Edits, for reviewers",
    "tracks.txt": "Tracks, for reviewers",
    "doubts.vtt": "Doubts, for reviewers",
    "answers.json": "Answers, for reviewers",
}
"""By role, or by name of a part."""


def minus(number: float) -> str:
    """A number with one decimal and, below zero, a true minus."""
    return f"{number:.1f}".replace("-", "\N{MINUS SIGN}")


_COMMAND = re.compile(r"(?<!terminal: )\bpublish (?=[a-z]+ )")
