"""Transcripts in and out. A format is one file here with a `FORMAT`; `FORMATS` lists them, WebVTT first (rule 27)."""

from collections.abc import Collection
from pathlib import Path

from publisher.errors import PublisherError
from publisher.transcript.formats import html_page, plain_text, podcast_json, subrip, webvtt
from publisher.transcript.formats.model import Format, Read
from publisher.transcript.formats.reading import read_text
from publisher.transcript.model import Transcript

FORMATS: tuple[Format, ...] = (
    webvtt.FORMAT,
    subrip.FORMAT,
    podcast_json.FORMAT,
    html_page.FORMAT,
    plain_text.FORMAT,
)


def read_transcript(path: Path, where: str, speakers: Collection[str] = ()) -> Transcript:
    """The transcript in a file: what its suffix says it is or, if that says nothing, what it begins like.

    where: how messages name the file. speakers: names of those who are known to speak.

    Errors: those of the format, and a file that has no times.
    """
    return _reader(path, where)(path, where, speakers)


def find_format(path: Path, where: str) -> Format | None:
    """The format of a file that says when something is said; None for one that does not. Raises as `read_text` does."""
    suffix = path.suffix.lower()
    for format_ in FORMATS:
        if format_.suffix == suffix and format_.read:
            return format_
    text = read_text(path, where, _hint())
    return next((one for one in FORMATS if one.begins and one.begins.match(text) and one.read), None)


def _reader(path: Path, where: str) -> Read:
    found = find_format(path, where)
    if found is None or found.read is None:
        raise PublisherError("this transcript does not say when something is said", where=where, hint=_hint())
    return found.read


def _hint() -> str:
    *others, last = (f"{format_.name} ({format_.suffix})" for format_ in FORMATS if format_.read)
    return f"bring one with times: {', '.join(others)} or {last}; or have them found: publish transcribe SLUG"
