"""What holds for every transcript that somebody brings, whatever its format."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from publisher.errors import PublisherError
from publisher.transcript.model import Cue, Word
from publisher.transcript.timecode import format_exact

LARGEST = 32 << 20
"""Bytes of a file: more than five hours of talk need with a time for every word."""
LATEST = 3_600_000
"""Seconds, a thousand hours: later than anything that was ever recorded."""

_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
"""White space, and the control characters that no page can hold."""


def read_text(path: Path, where: str, hint: str) -> str:
    """The text of a file, without a byte order mark, lines ending with a line feed.

    Errors: a file that is larger than LARGEST, not UTF-8, or cannot be read.
    """
    try:
        size = path.stat().st_size
        text = "" if size > LARGEST else path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        line, advice = error.object.count(b"\n", 0, error.start) + 1, f"save it as UTF-8, or {hint}"
        raise PublisherError("the transcript is not UTF-8 text", where=f"{where}, line {line}", hint=advice) from error
    except OSError as error:
        raise PublisherError(f"the transcript cannot be read: {error.strerror}", where=where, hint=hint) from error
    if size > LARGEST:
        raise PublisherError(f"the transcript is larger than {LARGEST >> 20} MiB", where=where, hint=hint)
    return text


def plain(text: str) -> str:
    """Words with one space between them, and no control characters."""
    return spaced(text).strip()


def spaced(text: str) -> str:
    """As `plain`, but for a space at its beginning and at its end."""
    return _SPACE.sub(" ", text)


def check_cues(cues: Sequence[Cue], where: str, hint: str) -> None:
    """Errors: no words, or cues or words that run backwards, each with its place."""
    if not cues:
        raise PublisherError("the transcript has no words", where=where, hint=hint)
    latest = 0.0
    for cue in cues:
        flaw = _flaw(cue, latest)
        if flaw is not None:
            raise PublisherError(flaw, where=f"{where}, {format_exact(cue.start)}", hint=hint)
        latest = cue.start


def _flaw(cue: Cue, latest: float) -> str | None:
    if cue.end <= cue.start:
        return "a cue ends before it begins"
    if cue.start < latest:
        return "a cue begins before the one above it"
    return _flaw_of_words(cue.words, cue)


def _flaw_of_words(words: Iterable[Word], cue: Cue) -> str | None:
    latest = cue.start
    for word in words:
        if word.end < word.start:
            return f"the word {word.text[:40]!r} ends before it begins"
        if word.start < latest:
            return f"the word {word.text[:40]!r} begins before what stands above it"
        if word.end > cue.end:
            return f"the word {word.text[:40]!r} ends after its cue"
        latest = word.start
    return None
