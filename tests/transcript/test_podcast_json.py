"""JSON of the Podcasting 2.0 namespace, as other programs write it."""

import json
from pathlib import Path
from typing import Any

import pytest

from publisher.errors import PublisherError
from publisher.transcript.formats.podcast_json import read_json
from publisher.transcript.model import Cue, Word

SEGMENT = {"speaker": "Ann", "startTime": 0.5, "endTime": 2, "body": "Hello there."}


def read(folder: Path, text: str) -> tuple[Cue, ...]:
    path = folder / "t.json"
    path.write_bytes(text.encode())
    return read_json(path, "episodes/a/t.json").cues


def whole(*segments: object, **more: object) -> str:
    return json.dumps({"version": "1.0.0", "segments": [*segments], **more})


def one(**more: object) -> str:
    return whole({**SEGMENT, **more})


def word(text: str, start: float, end: float, **more: object) -> dict[str, Any]:
    return {"startTime": start, "endTime": end, "body": text, **more}


def test_what_other_programs_write_is_understood(tmp_path: Path) -> None:
    empty, last = word(" ", 2, 2), word("\u0007 And\n\tso on. ", 2, 3.0004)
    text = whole({**SEGMENT, "confidence": 1}, empty, last)

    found = read(tmp_path, "\ufeff" + text.replace("{", "{\r\n"))

    assert found == (Cue(0.5, 2, "Ann", "Hello there."), Cue(2, 3, None, "And so on."))


def test_a_segment_a_word_becomes_cues_that_know_when_each_word_is_said(tmp_path: Path) -> None:
    texts = ["Hello", "there", "you.", "Yes,", "I", "hear", "you", "(well).", "So", "do", "I", "indeed."]
    segments = [word(text, n, n + 0.5, speaker="Ann" if n < 4 else "Ben") for n, text in enumerate(texts)]
    segments[-1]["startTime"], segments[-1]["endTime"] = 20, 20.5

    cues = read(tmp_path, whole(*segments))

    assert [(cue.start, cue.end, cue.speaker, cue.text) for cue in cues] == [
        (0, 2.5, "Ann", "Hello there you."),
        (3, 3.5, "Ann", "Yes,"),
        (4, 7.5, "Ben", "I hear you (well)."),
        (8, 10.5, "Ben", "So do I"),
        (20, 20.5, "Ben", "indeed."),
    ]
    assert cues[0].words == (Word(0, 0.5, "Hello"), Word(1, 1.5, "there"), Word(2, 2.5, "you."))


def test_a_long_sentence_becomes_several_cues_and_no_word_is_lost(tmp_path: Path) -> None:
    texts = [f"word{n}" for n in range(100)]

    cues = read(tmp_path, whole(*(word(text, n / 4, n / 4 + 0.2) for n, text in enumerate(texts))))

    assert all(len(cue.text) <= 130 for cue in cues)
    assert " ".join(cue.text for cue in cues).split() == texts


def test_a_few_short_cues_stay_as_they_are(tmp_path: Path) -> None:
    assert read(tmp_path, whole(word("Yes.", 0, 1), word("No.", 1, 2))) == (
        Cue(0, 1, None, "Yes."),
        Cue(1, 2, None, "No."),
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "t.json, line 1: this is not JSON"),
        ('{"version": "1.0.0",\n"segments": [}', "t.json, line 2: this is not JSON"),
        ("[]", "t.json: this is not a transcript: it has no version and segments"),
        ('{"version": "1.2.0", "chapters": []}', "t.json: this is not a transcript"),
        (whole(version="2.0.0"), "t.json: this is version 2.0.0 of the format"),
        (whole(version=1), "t.json: this is not a transcript"),
        (whole(), "t.json: the transcript has no words"),
        (whole([]), "t.json, segment 1: this segment is no object"),
        (whole(SEGMENT, {"startTime": 1, "endTime": 2}), "segment 2: body is no text"),
        (one(body=None), "segment 1: body is no text"),
        (one(speaker=7), "segment 1: speaker is no text"),
        (one(body="\ud800"), "segment 1: body holds half of a character"),
        (one(startTime="0"), "segment 1: startTime is not a time in seconds"),
        (one(startTime=True), "segment 1: startTime is not a time in seconds"),
        (one(startTime=-1), "segment 1: startTime is not a time in seconds"),
        (one(endTime=3_600_000), "segment 1: endTime is not a time in seconds"),
        (one(endTime=10**400), "segment 1: endTime is not a time in seconds"),
        (one().replace('"endTime": 2', '"endTime": 1e999'), "segment 1: endTime is not a time in seconds"),
        (one(endTime=float("nan")), "t.json: this JSON cannot be read: NaN is not a number"),
        (one(endTime=float("inf")), "t.json: this JSON cannot be read: Infinity is not a number"),
        (one().replace('"endTime": 2', '"endTime": ' + "9" * 5000), "t.json: this JSON cannot be read"),
        (one().replace('"body"', '"body": "secret", "body"'), "the key 'body' stands twice in one object"),
        ("[" * 100_000, "t.json: this JSON is nested too deeply"),
        (one(endTime=0.5), "t.json, 00:00:00.500: a cue ends before it begins"),
        (whole(SEGMENT, word("Hi.", 0, 1)), "t.json, 00:00:00.000: a cue begins before the one above it"),
        (one(words=7), "segment 1: words is no list"),
        (one(words=["Hello"]), "segment 1: a word of this segment is no object"),
        (one(words=[word("Hello", 0.5, 1)]), "segment 1: the words of a cue spell something else than its text"),
        (one(body="", words=[word("Hello", 0.5, 1)]), "segment 1: the words of a cue spell something else"),
        (one(body="a", words=[word("a", 0.5, 1, probability=2)]), "the probability of a word is not between 0 and 1"),
        (one(body="a", words=[word("a", 0.4, 1)]), "the word 'a' begins before what stands above it"),
        (one(body="a", words=[word("a", 0.6, 0.5)]), "the word 'a' ends before it begins"),
        (one(body="a", words=[word("a", 0.6, 3)]), "the word 'a' ends after its cue"),
        (one(body="a b", words=[word("a", 1, 2), word("b", 0.5, 1)]), "the word 'b' begins before what stands above"),
        (whole(*(word("a", 20 - n, 21 - n) for n in range(12))), "the word 'a' begins before what stands above it"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(PublisherError) as caught:
        read(tmp_path, content)

    assert message in str(caught.value)
    assert caught.value.hint
