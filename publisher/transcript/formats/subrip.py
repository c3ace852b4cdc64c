"""SubRip (SRT) in and out. It has no standard; this is what players and editors agree on.

Reading is the library's (`srt`), after a check that it will drop nothing: what stands behind a time it takes for
positions on the screen, and a time that is written in another way for words. SRT has no place for a speaker: people
write `Name: ` before the words. It has no escapes either, so an arrow in what somebody says is written as another one.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from publisher.errors import PublisherError
from publisher.transcript.formats.model import Format
from publisher.transcript.formats.reading import check_cues, plain, read_text
from publisher.transcript.formats.writing import wrapped
from publisher.transcript.model import Cue, Transcript
from publisher.transcript.timecode import format_exact

_ARROW = "-->"
_TIME = r"\d{1,3}:[0-5]\d:[0-5]\d[,.]\d{3}"
_POSITION = r"(?:\s+[XY][12]:\d+)*\s*"
_TIMES = re.compile(rf"\s*{_TIME}\s+-->\s+{_TIME}{_POSITION}", re.ASCII)
_NUMBER = re.compile(r"\s*\d{1,9}\s*", re.ASCII)
_TAG = re.compile(r"</?(?:i|b|u|s|font)(?:\s[^>]*)?>|\{\\an?\d{1,2}\}", re.IGNORECASE)
"""The markup that players know; any other `<` is taken for what somebody said."""
_NAMED = re.compile(r"([^:]{1,60}):\s+(?=\S)")
_NAME = re.compile(r"(?:[A-Z0-9\u00c0-\u024f][\w.'\u2019-]*)(?:\s[\w.'\u2019-]+){0,4}")
"""What looks like a name: up to five words, a capital letter or a digit first."""
_HINT = "export the transcript again as SRT in UTF-8, or as WebVTT"


def read_srt(path: Path, where: str, speakers: Collection[str] = ()) -> Transcript:
    """The transcript in a .srt file; `where` is how messages name the file.

    speakers: names that stand for a speaker wherever a cue begins with one of them and a colon. If at least half of the
    cues begin like that, with whatever name, then this is the habit of the file, and all of them are speakers.

    Errors: those of `read_text` and `check_cues`, not SRT, and a line or cue that cannot be read.
    """
    text = read_text(path, where, _HINT)
    _check_lines(text.split("\n"), where)
    subtitles = [(one, words) for one in _subtitles(text, where) if (words := plain(_TAG.sub("", one.content)))]
    names = _names([words for _, words in subtitles], speakers)
    cues = tuple(_cue(one, words, names) for one, words in subtitles)
    check_cues(cues, where, _HINT)
    return Transcript(cues)


def _check_lines(lines: Sequence[str], where: str) -> None:
    """Errors: the first line that a reader of SRT would skip, or take for something else."""
    times = [number for number, line in enumerate(lines) if _ARROW in line]
    if not times:
        raise PublisherError("this is not an SRT transcript", where=where, hint=_HINT)
    for number, flaw in _flaws(lines, times):
        raise PublisherError(flaw, where=f"{where}, line {number + 1}", hint=_HINT)


def _flaws(lines: Sequence[str], times: Sequence[int]) -> Iterator[tuple[int, str]]:
    """What is wrong on which line, counted from 0."""
    above = (number for number, line in enumerate(lines[: max(times[0] - 1, 0)]) if line.strip())
    yield from ((number, "these words have no time") for number in above)
    for number in times:
        if not _TIMES.fullmatch(lines[number]):
            yield number, "this is not a time: 00:01:02,500 --> 00:01:04,000"
        elif number == 0 or not _NUMBER.fullmatch(lines[number - 1]):
            yield number, "there is no number above this time"
        elif number > 1 and lines[number - 2].strip():
            yield number - 1, "there is no empty line above this number"


def _subtitles(text: str, where: str) -> list[Any]:
    import srt

    # The library looks through every run of white space again from each place in it.
    tight = re.sub(r"\n{3,}", "\n\n", re.sub(r"[^\S\n]*\n[^\S\n]*|[^\S\n]+", _tight, text)).strip("\n")
    try:
        subtitles = list(srt.parse(f"{tight}\n\n"))
    except (srt.SRTParseError, ValueError, OverflowError) as error:
        raise PublisherError("a cue of this transcript cannot be read", where=where, hint=_HINT) from error
    if len(subtitles) != text.count(_ARROW):
        raise PublisherError("a cue of this transcript cannot be read", where=where, hint=_HINT)
    return subtitles


def _tight(space: re.Match[str]) -> str:
    return "\n" if "\n" in space.group() else " "


def _names(texts: Sequence[str], speakers: Collection[str]) -> Mapping[str, str]:
    """Names of speakers as they stand in the file, without regard to capital letters, each with its right form."""
    known = {name.casefold(): name for name in speakers}
    found = [match.group(1) for text in texts if (match := _NAMED.match(text))]
    led = [name for name in found if name.casefold() in known or _NAME.fullmatch(name)]
    if len(led) * 2 < len(texts):
        return known
    return {**{name.casefold(): name for name in reversed(led)}, **known}


def _cue(subtitle: Any, text: str, names: Mapping[str, str]) -> Cue:  # noqa: ANN401 - the library's subtitle
    start, end = (round(time.total_seconds(), 3) for time in (subtitle.start, subtitle.end))
    match = _NAMED.match(text)
    speaker = names.get(match.group(1).casefold()) if match else None
    return Cue(start, end, speaker, text[match.end() :] if match and speaker else text)


def write_srt(transcript: Transcript) -> str:
    """The transcript as SRT, the same text for the same cues."""
    return "\n".join(_block(number, cue) for number, cue in enumerate(transcript.cues, 1))


def _block(number: int, cue: Cue) -> str:
    times = f" {_ARROW} ".join(format_exact(time).replace(".", ",") for time in (cue.start, cue.end))
    text = f"{cue.speaker}: {cue.text}" if cue.speaker else cue.text
    return "\n".join([str(number), times, *wrapped(text.replace(_ARROW, "\N{RIGHTWARDS ARROW}")), ""])


FORMAT = Format(
    "SRT",
    ".srt",
    "application/x-subrip",
    read_srt,
    write_srt,
    begins=re.compile(rf"\s*\d{{1,9}}\s*\n\s*{_TIME}\s", re.ASCII),
)
