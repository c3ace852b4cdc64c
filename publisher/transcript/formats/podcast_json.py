"""The JSON of the Podcasting 2.0 namespace in and out.

Source: github.com/Podcastindex-org/podcast-namespace, `transcripts/transcripts.md`: a version and segments, each with
`speaker`, `startTime`, `endTime` (seconds) and `body`. Many programs write a segment a word; those are joined into cues
that keep the words' times. A segment of ours is a cue, and has its words beside the body, where they are known:
`words`, each again with `startTime`, `endTime`, `body` and, if somebody said it, `probability`.
"""

import json
import re
from collections import Counter
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any, NoReturn

from publisher.errors import PublisherError
from publisher.transcript.formats.model import Format
from publisher.transcript.formats.reading import LATEST, check_cues, plain, read_text
from publisher.transcript.joining import join_words
from publisher.transcript.model import Cue, Transcript, Word

VERSION = "1.0.0"
_WORDY = 10
"""Segments, at least, before a file is taken for one with a segment a word: a short talk may consist of short cues."""
_SURROGATE = re.compile(r"[\ud800-\udfff]")
"""Half of a character: JSON can say it, and nothing else can hold it."""
_HINT = f"bring JSON of the Podcasting 2.0 namespace, version {VERSION}: segments with startTime, endTime and body"


def read_json(path: Path, where: str, _speakers: Collection[str] = ()) -> Transcript:
    """The transcript in a .json file; `where` is how messages name the file.

    Errors: those of `read_text` and `check_cues`, not JSON of this version, a key that stands twice, and a segment that
    cannot be read, each with its number.
    """
    segments = _segments(_parsed(read_text(path, where, _HINT), where), where)
    read = [_cue(segment, f"{where}, segment {number}") for number, segment in enumerate(segments, 1)]
    cues = [cue for cue in read if cue.text]
    if _is_a_word_each(cues):
        cues = list(join_words((cue.speaker, Word(cue.start, cue.end, cue.text)) for cue in cues))
    check_cues(cues, where, _HINT)
    return Transcript(tuple(cues))


def _parsed(text: str, where: str) -> object:
    try:
        found: object = json.loads(text, object_pairs_hook=_once, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        place = f"{where}, line {error.lineno}"
        raise PublisherError(f"this is not JSON: {error.msg}", where=place, hint=_HINT) from error
    except RecursionError as error:
        raise PublisherError("this JSON is nested too deeply", where=where, hint=_HINT) from error
    except ValueError as error:
        raise PublisherError(f"this JSON cannot be read: {error}", where=where, hint=_HINT) from error
    return found


def _once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    """An object. Of a key that stands twice, Python would drop the first value without a word."""
    found = dict(pairs)
    if len(found) < len(pairs):
        ((twice, _),) = Counter(key for key, _ in pairs).most_common(1)
        raise ValueError(f"the key {twice[:40]!r} stands twice in one object")
    return found


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number")


def _segments(found: object, where: str) -> list[Any]:
    match found:
        case {"version": version, "segments": list(segments)} if version == VERSION:
            return segments
        case {"version": str(version), "segments": list()}:
            raise PublisherError(f"this is version {version[:40]} of the format", where=where, hint=_HINT)
    raise PublisherError("this is not a transcript: it has no version and segments", where=where, hint=_HINT)


def _cue(segment: object, where: str) -> Cue:
    if not isinstance(segment, dict):
        raise PublisherError("this segment is no object", where=where, hint=_HINT)
    words = segment.get("words") or ()
    if not isinstance(words, list | tuple):
        raise PublisherError("words is no list", where=where, hint=_HINT)
    start, end = _seconds(segment, "startTime", where), _seconds(segment, "endTime", where)
    speaker = _text(segment, "speaker", where) if segment.get("speaker") is not None else None
    body, said = _text(segment, "body", where), tuple(word for each in words if (word := _word(each, where)).text)
    try:
        return Cue(start, end, speaker or None, body, said)
    except ValueError as error:
        raise PublisherError(f"{error}", where=where, hint="correct the words, or take them out") from error


def _word(word: object, where: str) -> Word:
    if not isinstance(word, dict):
        raise PublisherError("a word of this segment is no object", where=where, hint=_HINT)
    probability = word.get("probability")
    if probability is not None and (not _is_number(probability) or not 0 <= probability <= 1):
        raise PublisherError("the probability of a word is not between 0 and 1", where=where, hint=_HINT)
    start, end = _seconds(word, "startTime", where), _seconds(word, "endTime", where)
    return Word(start, end, _text(word, "body", where), probability)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _seconds(of: dict[str, Any], key: str, where: str) -> float:
    """A time, to the millisecond."""
    value: Any = of.get(key)
    if not _is_number(value) or not 0 <= value < LATEST:
        raise PublisherError(f"{key} is not a time in seconds", where=where, hint=_HINT)
    return abs(round(float(value), 3))


def _text(of: dict[str, Any], key: str, where: str) -> str:
    value = of.get(key)
    if not isinstance(value, str):
        raise PublisherError(f"{key} is no text", where=where, hint=_HINT)
    if _SURROGATE.search(value):
        raise PublisherError(f"{key} holds half of a character", where=where, hint=_HINT)
    return plain(value)


def _is_a_word_each(cues: Sequence[Cue]) -> bool:
    """Whether nearly all segments are single words; now and then a program leaves two together."""
    single = sum(" " not in cue.text and not cue.words for cue in cues)
    return len(cues) >= _WORDY and single >= len(cues) * 0.9


def write_json(transcript: Transcript) -> str:
    """The transcript as JSON, a segment a line, the same text for the same cues."""
    segments = ",\n".join(_dumped(_segment(cue)) for cue in transcript.cues)
    return f'{{"version": "{VERSION}", "segments": [\n{segments}\n]}}\n'


def _dumped(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def _segment(cue: Cue) -> dict[str, Any]:
    speaker = {"speaker": cue.speaker} if cue.speaker else {}
    words = {"words": [_spoken(word) for word in cue.words]} if cue.words else {}
    return {**speaker, **_timed(cue), **words}


def _timed(part: Cue | Word) -> dict[str, Any]:
    return {"startTime": round(float(part.start), 3), "endTime": round(float(part.end), 3), "body": part.text}


def _spoken(word: Word) -> dict[str, Any]:
    return {**_timed(word), **({} if word.probability is None else {"probability": word.probability})}


FORMAT = Format("JSON", ".json", "application/json", read_json, write_json, begins=re.compile(r"\s*\{"))
