"""WebVTT in and out (https://www.w3.org/TR/webvtt1/).

Reading is the library's (`webvtt-py`). Writing is ours, because the bytes are what legal approves: they must not change with a
library's taste. Lines hold at most 65 characters and a speaker is `<v Name>`, as Apple and the Podcasting 2.0 namespace advise.
"""

import html
import re
import textwrap
from pathlib import Path

from publisher.errors import PublisherError
from publisher.transcript.model import Cue, Transcript
from publisher.transcript.timecode import format_exact, parse_timecode

LINE = 65
_VOICE = re.compile(r"^<v(?:\.[^\s>]+)*\s+([^>]+)>")
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")


def read_webvtt(path: Path, where: str) -> Transcript:
    """The transcript in a .vtt file; `where` is how messages name the file.

    Errors: not UTF-8, not WebVTT, no cue, or cues that run backwards.
    """
    import webvtt

    hint = "export the transcript again as WebVTT"
    try:
        captions = webvtt.from_string(path.read_text(encoding="utf-8-sig")).captions
    except UnicodeDecodeError as error:
        raise PublisherError("the transcript is not UTF-8 text", where=where, hint=hint) from error
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError) as error:
        raise PublisherError("this is not a WebVTT transcript", where=where, hint=hint) from error
    cues = tuple(
        _cue(parse_timecode(caption.start), parse_timecode(caption.end), caption.raw_text) for caption in captions
    )
    _check(cues, where, hint)
    return Transcript(cues)


def _cue(start: float, end: float, raw: str) -> Cue:
    voice = _VOICE.match(raw)
    speaker = html.unescape(voice.group(1)).strip() if voice else None
    text = _SPACE.sub(" ", html.unescape(_TAG.sub("", raw))).strip()
    return Cue(start, end, speaker, text)


def _check(cues: tuple[Cue, ...], where: str, hint: str) -> None:
    if not any(cue.text for cue in cues):
        raise PublisherError("the transcript has no words", where=where, hint=hint)
    latest = 0.0
    for cue in cues:
        place = f"{where}, {format_exact(cue.start)}"
        if cue.end <= cue.start:
            raise PublisherError("a cue ends before it begins", where=place, hint=hint)
        if cue.start < latest:
            raise PublisherError("a cue begins before the one above it", where=place, hint=hint)
        latest = cue.start


def write_webvtt(transcript: Transcript) -> str:
    """The transcript as WebVTT, the same text for the same cues."""
    return "\n\n".join(["WEBVTT", *(_block(cue) for cue in transcript.cues)]) + "\n"


def _block(cue: Cue) -> str:
    times = f"{format_exact(cue.start)} --> {format_exact(cue.end)}"
    lines = textwrap.wrap(cue.text, LINE, break_long_words=False, break_on_hyphens=False) or [""]
    escaped = [html.escape(line, quote=False) for line in lines]
    if cue.speaker:
        # A voice's annotation ends at '>', and character references are read in it (WebVTT 1, 6.4).
        escaped[0] = f"<v {html.escape(cue.speaker, quote=False)}>{escaped[0]}"
    return "\n".join([times, *escaped])
