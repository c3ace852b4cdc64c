"""WebVTT in and out (https://www.w3.org/TR/webvtt1/).

Reading is the library's (`webvtt-py`), after a check that it will drop nothing: as the standard asks, it skips what it
cannot read, and words that are skipped are words that legal does not see. Writing is ours, because the bytes are what
legal approves: they must not change with a library's taste. Lines hold at most 65 characters and a speaker is
`<v Name>`, as Apple and the Podcasting 2.0 namespace advise (feed rule 27).
"""

import html
import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

from publisher.errors import PublisherError
from publisher.transcript.formats.model import Format
from publisher.transcript.formats.reading import check_cues, plain, read_text
from publisher.transcript.formats.writing import wrapped
from publisher.transcript.model import Cue, Transcript
from publisher.transcript.timecode import format_exact, parse_timecode

_ARROW = "-->"
_TIME = r"(?:\d{2,3}:)?[0-5]\d:[0-5]\d\.\d{3}"
_TIMES = re.compile(rf"\s*{_TIME}\s+-->\s+{_TIME}(?:\s.*)?", re.ASCII)
_NO_CUE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_VOICE = re.compile(r"<v(?:\.[^\s>]+)*\s+([^>]+)>")
_TAG = re.compile(r"</?(?:c|i|b|u|v|ruby|rt|lang)(?:[.\s][^>]*)?>|<\d[\d:.]*>")
"""The tags that the standard knows (6.4); any other `<` is taken for what somebody said."""
_HINT = "export the transcript again as WebVTT"


def read_webvtt(path: Path, where: str, _speakers: Collection[str] = ()) -> Transcript:
    """The transcript in a .vtt file; `where` is how messages name the file.

    Errors: those of `read_text` and `check_cues`, not WebVTT, and a line or cue that cannot be read.
    """
    text = read_text(path, where, _HINT)
    _check_blocks(text, where)
    cues = tuple(cue for caption in _captions(text, where) if (cue := _cue(caption, where)).text)
    check_cues(cues, where, _HINT)
    return Transcript(cues)


def _check_blocks(text: str, where: str) -> None:
    """Errors: the first line that a reader of WebVTT would skip without a word."""
    blocks = _blocks(text)
    _, header = next(blocks, (1, [""]))
    if not re.match(r"WEBVTT(?:\s|$)", header[0]):
        raise PublisherError("this is not a WebVTT transcript", where=where, hint=_HINT)
    if any(_ARROW in line for line in header):
        raise PublisherError("there is no empty line below WEBVTT", where=f"{where}, line 1", hint="add one")
    for first, lines in blocks:
        if found := _flaw(lines):
            offset, what = found
            raise PublisherError(what, where=f"{where}, line {first + offset}", hint=_HINT)


def _blocks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Lines between empty lines, with the number of the first one."""
    block: list[str] = []
    for number, line in enumerate([*text.split("\n"), ""], 1):
        if line:
            block.append(line)
        elif block:
            yield number - len(block), block
            block = []


def _flaw(lines: list[str]) -> tuple[int, str] | None:
    """What is wrong in a block, and on which of its lines, counted from 0."""
    arrows = [number for number, line in enumerate(lines) if _ARROW in line]
    if not arrows:
        return None if _NO_CUE.match(lines[0]) else (0, "these words have no time")
    number, *more = arrows
    if not _TIMES.fullmatch(lines[number]):
        return number, "this is not a time: 00:01:02.500 --> 00:01:04.000"
    if number > 1:
        return number, "there is no empty line above this time"
    return (more[0], "there is no empty line above this time") if more else None


def _captions(text: str, where: str) -> list[Any]:
    import webvtt

    try:
        captions = list(webvtt.from_string(text).captions)
    except (webvtt.errors.MalformedFileError, webvtt.errors.MalformedCaptionError) as error:
        raise PublisherError(f"this is not a WebVTT transcript: {error}", where=where, hint=_HINT) from error
    if len(captions) != sum(_ARROW in line for line in text.split("\n")):
        raise PublisherError("a cue of this transcript cannot be read", where=where, hint=_HINT)
    return captions


def _cue(caption: Any, where: str) -> Cue:  # noqa: ANN401 - the library's caption
    """A caption as a cue. Where several people speak in one, the first is its speaker."""
    try:
        start, end = parse_timecode(caption.start), parse_timecode(caption.end)
    except ValueError as error:
        raise PublisherError(f"{error}", where=f"{where}, {caption.start}", hint=_HINT) from error
    voice = _VOICE.match(caption.raw_text)
    speaker = _unescaped(voice.group(1)) if voice else None
    return Cue(start, end, speaker or None, _unescaped(_TAG.sub("", caption.raw_text)))


def _unescaped(text: str) -> str:
    return plain(html.unescape(text))


def write_webvtt(transcript: Transcript) -> str:
    """The transcript as WebVTT, the same text for the same cues."""
    return "\n\n".join(["WEBVTT", *(_block(cue) for cue in transcript.cues)]) + "\n"


def _block(cue: Cue) -> str:
    times = f"{format_exact(cue.start)} {_ARROW} {format_exact(cue.end)}"
    lines = [html.escape(line, quote=False) for line in wrapped(cue.text)]
    if cue.speaker:
        # A voice's annotation ends at '>', and character references are read in it (WebVTT 1, 6.4).
        lines[0] = f"<v {html.escape(cue.speaker, quote=False)}>{lines[0]}"
    return "\n".join([times, *lines])


FORMAT = Format("WebVTT", ".vtt", "text/vtt", read_webvtt, write_webvtt, begins=re.compile(r"WEBVTT(?:\s|$)"))
