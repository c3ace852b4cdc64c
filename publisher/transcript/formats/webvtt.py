"""WebVTT in and out (https://www.w3.org/TR/webvtt1/).

Reading is the library's (`webvtt-py`), after a check that it will drop nothing: as the standard asks, it skips what it
cannot read, and words that are skipped are words that legal does not see. Writing is ours, because the bytes are what
legal approves: they must not change with a library's taste. Lines hold at most 65 characters and a speaker is
`<v Name>`, as Apple and the Podcasting 2.0 namespace advise (feed rule 27).

What whoever made a transcript was not sure of stands in `<c.doubt>`, a span of a class as the standard has it (6.4),
with the reason as a second class, like `<c.doubt.repeats>`. It is for the host, who takes the span away with the
mistake: the public gets the words without it.
"""

import html
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from publisher.errors import PublisherError
from publisher.transcript.formats.model import Format
from publisher.transcript.formats.reading import check_cues, plain, read_text, spaced
from publisher.transcript.formats.writing import wrapped
from publisher.transcript.model import Cue, Doubt, Transcript
from publisher.transcript.timecode import format_exact, parse_timecode

_ARROW = "-->"
_TIME = r"(?:\d{2,3}:)?[0-5]\d:[0-5]\d\.\d{3}"
_TIMES = re.compile(rf"\s*{_TIME}\s+-->\s+{_TIME}(?:\s.*)?", re.ASCII)
_NO_CUE = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_VOICE = re.compile(r"<v(?:\.[^\s>]+)*\s+([^>]+)>")
_TAG = re.compile(r"</?(?:c|i|b|u|v|ruby|rt|lang)(?:[.\s][^>]*)?>|<\d[\d:.]*>")
"""The tags that the standard knows (6.4); any other `<` is taken for what somebody said."""
_CLASS = re.compile(r"(</?c(?:[.\s][^>]*)?>)")
_DOUBT = re.compile(r"<c\.doubt(?:\.([a-z]+))?[.\s>]")
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


def read_written(path: Path, where: str) -> Transcript:
    """What `write_webvtt` wrote, which takes a tenth of the time; any other file as `read_webvtt` does, errors too."""
    text = read_text(path, where, _HINT)
    try:
        transcript = Transcript(tuple(map(_written_cue, text.removesuffix("\n").split("\n\n")[1:])))
    except ValueError:
        return read_webvtt(path, where)
    # Only what comes out the same was read right.
    if write_webvtt(transcript) != text:
        return read_webvtt(path, where)
    check_cues(transcript.cues, where, _HINT)
    return transcript


def _written_cue(block: str) -> Cue:
    """Raises ValueError for a block of another form."""
    times, *lines = block.split("\n")
    start, end = times.split(f" {_ARROW} ")
    said = " ".join(lines)
    speaker = None
    if said.startswith("<v "):
        name, _, said = said.removeprefix("<v ").partition(">")
        speaker = html.unescape(name)
    text = html.unescape(said)
    if text != plain(text) or (speaker is not None and speaker != plain(speaker)):
        raise ValueError("not as it is written")
    return Cue(parse_timecode(start), parse_timecode(end), speaker, text)


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
    text, doubts = _text(caption.raw_text)
    return Cue(start, end, speaker or None, text, doubts=doubts)


def _unescaped(text: str) -> str:
    return plain(html.unescape(text))


def _text(raw: str) -> tuple[str, tuple[Doubt, ...]]:
    """The words of a cue, and which of them are in doubt."""
    text, doubts = "", list[Doubt]()
    for words, kind in _spans(raw):
        piece = words.lstrip(" ") if not text or text.endswith(" ") else words
        start = len(text) + len(piece) - len(piece.lstrip(" "))
        text += piece
        if kind is not None and start < (end := len(text.rstrip(" "))):
            doubts.append(Doubt(start, end, kind))
    text = text.rstrip(" ")
    return text, tuple(_joined(doubts, text))


def _spans(raw: str) -> Iterator[tuple[str, str | None]]:
    """Words without markup, single spaces between them, each with why it is in doubt, or None."""
    opened: list[str | None] = []
    for part in _CLASS.split(raw):
        if not _CLASS.fullmatch(part):
            kind = next((kind for kind in reversed(opened) if kind is not None), None)
            yield spaced(html.unescape(_TAG.sub("", part))), kind
        elif part.startswith("</"):
            opened = opened[:-1]
        else:
            match = _DOUBT.match(part)
            opened.append((match.group(1) or "") if match else None)


def _joined(doubts: Iterable[Doubt], text: str) -> Iterator[Doubt]:
    """Doubts that only the end of a line parts are one."""
    last: Doubt | None = None
    for doubt in doubts:
        if last and last.kind == doubt.kind and not text[last.end : doubt.start].strip():
            last = Doubt(last.start, doubt.end, doubt.kind)
            continue
        if last:
            yield last
        last = doubt
    if last:
        yield last


def write_webvtt(transcript: Transcript) -> str:
    """The transcript as WebVTT, the same text for the same cues; as the public gets it, without doubts."""
    return "\n\n".join(["WEBVTT", *(_block(cue, ()) for cue in transcript.cues)]) + "\n"


def write_marked(transcript: Transcript, note: Sequence[str] = ()) -> str:
    """The transcript as its host gets it: with the doubts in it, and with the lines of a note above it.

    Raises ValueError for a note that would not be read as one.
    """
    if any(_ARROW in line or not line.strip() or "\n" in line for line in note):
        raise ValueError("a line of a note is empty, or holds an arrow")
    above = ["\n".join(["NOTE", *note])] if note else []
    return "\n\n".join(["WEBVTT", *above, *(_block(cue, cue.doubts) for cue in transcript.cues)]) + "\n"


def _block(cue: Cue, doubts: Sequence[Doubt]) -> str:
    times = f"{format_exact(cue.start)} {_ARROW} {format_exact(cue.end)}"
    lines = list(_lines(cue.text, doubts))
    if cue.speaker:
        # A voice's annotation ends at '>', and character references are read in it (WebVTT 1, 6.4).
        lines[0] = f"<v {_escaped(cue.speaker)}>{lines[0]}"
    return "\n".join([times, *lines])


def _lines(text: str, doubts: Sequence[Doubt]) -> Iterator[str]:
    """The lines of a text; a doubt that goes over the end of one is a span on each."""
    at = 0
    for line in wrapped(text):
        written, done = "", 0
        for doubt in doubts:
            start, end = (min(max(edge - at, 0), len(line)) for edge in (doubt.start, doubt.end))
            if start < end:
                name = f"doubt.{doubt.kind}" if doubt.kind else "doubt"
                written += f"{_escaped(line[done:start])}<c.{name}>{_escaped(line[start:end])}</c>"
                done = end
        yield written + _escaped(line[done:])
        at += len(line) + 1


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)


FORMAT = Format("WebVTT", ".vtt", "text/vtt", read_webvtt, write_webvtt, begins=re.compile(r"WEBVTT(?:\s|$)"))
