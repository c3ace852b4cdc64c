"""Transcripts: times, turns, and WebVTT that reads as it was written."""

from pathlib import Path

import pytest
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.errors import PublisherError
from publisher.transcript.formats.webvtt import read_webvtt, write_webvtt
from publisher.transcript.formats.writing import LINE
from publisher.transcript.model import Cue, Transcript
from publisher.transcript.timecode import format_exact, format_timecode, parse_timecode
from transcript.samples import transcripts

HEAD = "WEBVTT\n\n"
CUE = "00:00.000 --> 00:01.000\nHello.\n"


def read(folder: Path, text: str | bytes) -> Transcript:
    """Read a transcript from a file with this content."""
    path = folder / "t.vtt"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_webvtt(path, "episodes/a/t.vtt")


@pytest.mark.slow
@given(transcript=transcripts())
@settings(max_examples=200, deadline=None)
def test_what_is_written_reads_the_same(tmp_path_factory: pytest.TempPathFactory, transcript: Transcript) -> None:
    written = write_webvtt(transcript)

    assert read(tmp_path_factory.getbasetemp(), written) == transcript
    assert len(webvtt.from_string(written, strict=True).captions) == len(transcript.cues)


@given(transcript=transcripts())
def test_a_line_is_longer_than_65_characters_only_for_one_word(transcript: Transcript) -> None:
    for caption in webvtt.from_string(write_webvtt(transcript)).captions:
        for number, line in enumerate(caption.lines):
            shown = line.partition(">")[2] if number == 0 and line.startswith("<v ") else line
            words = shown.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
            assert len(words) <= LINE or len(words.split()) == 1 or "\u00a0" in words


def test_cues_of_one_speaker_are_one_turn() -> None:
    cues = [Cue(0, 1, "A", "a"), Cue(1, 2, "A", "b"), Cue(2, 3, None, "c"), Cue(3, 4, "A", "d"), Cue(4, 5, "B", "e")]
    turns = Transcript(tuple(cues)).turns()

    assert [(turn.speaker, turn.start, len(turn.cues)) for turn in turns] == [
        ("A", 0, 2),
        (None, 2, 1),
        ("A", 3, 1),
        ("B", 4, 1),
    ]
    assert Transcript(()).turns() == ()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "episodes/a/t.vtt: this is not a WebVTT transcript"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nHi\n", "t.vtt: this is not a WebVTT transcript"),
        (HEAD.encode() + b"00:00.000 --> 00:01.000\n\xe4\n", "t.vtt, line 4: the transcript is not UTF-8 text"),
        (HEAD + "00:00.000 -> 00:01.000\nHi.\n", "t.vtt, line 3: these words have no time"),
        (HEAD + "00:00,000 --> 00:01,000\nHi.\n", "t.vtt, line 3: this is not a time"),
        (HEAD + "00:0x.000 --> 00:01.000\nHi.\n", "t.vtt, line 3: this is not a time"),
        (HEAD + CUE + "\nlost words\n", "t.vtt, line 6: these words have no time"),
        (HEAD + CUE + "00:02.000 --> 00:03.000\nHi.\n", "t.vtt, line 5: there is no empty line above this time"),
        (HEAD + "a\nb\n" + CUE, "t.vtt, line 5: there is no empty line above this time"),
        ("WEBVTT\n" + CUE, "t.vtt, line 1: there is no empty line below WEBVTT"),
        (HEAD, "t.vtt: the transcript has no words"),
        (HEAD + "00:00.000 --> 00:01.000\n<i> </i>\n", "t.vtt: the transcript has no words"),
        (HEAD + "00:02.000 --> 00:01.000\nHi.\n", "t.vtt, 00:00:02.000: a cue ends before it begins"),
        (HEAD + "00:61.000 --> 00:62.000\nHi.\n", "t.vtt, line 3: this is not a time"),
        (HEAD + "00:05.000 --> 00:06.000\nHi.\n\n" + CUE, "00:00:00.000: a cue begins before the one above it"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(tmp_path: Path, content: str | bytes, message: str) -> None:
    with pytest.raises(PublisherError) as caught:
        read(tmp_path, content)

    assert message in str(caught.value)
    assert caught.value.hint


def test_a_file_that_is_not_there_is_an_error_too(tmp_path: Path) -> None:
    with pytest.raises(PublisherError, match="cannot be read"):
        read_webvtt(tmp_path / "none.vtt", "none.vtt")


def test_what_other_programs_write_is_understood(tmp_path: Path) -> None:
    text = (
        "\ufeffWEBVTT - exported\nKind: captions\n\nSTYLE\n::cue { color: red }\n\nNOTE checked\nby Ann\n\n"
        "intro\n00:00:01.000 --> 00:00:02.500 align:middle line:90%\n<v.loud Ann &amp; Ben>Hello <i>there</i>\n"
        "<00:00:02.000><c.yellow>you</c></v>\n\n00:00:03.000 --> 00:00:04.000\n1 < 2 and 3 > 2, AT&T\n"
    )

    assert read(tmp_path, text.replace("\n", "\r\n")) == Transcript(
        (Cue(1, 2.5, "Ann & Ben", "Hello there you"), Cue(3, 4, None, "1 < 2 and 3 > 2, AT&T"))
    )


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("0", 0), ("41.5", 41.5), ("12:03.2", 723.2), ("1:02:03", 3723), ("90:00", 5400), (" 0:12.164 ", 12.164)],
)
def test_a_time_is_read_as_people_write_it(text: str, seconds: float) -> None:
    assert parse_timecode(text) == seconds


@pytest.mark.parametrize("text", ["", "1:60", "1:60:00", "-1", "1,5", "1:2:3:4", "nan", "٣", "1:02.5.5", "0:01\n0"])
def test_what_is_no_time_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(ValueError, match="write it like"):
        parse_timecode(text)


@given(st.integers(0, 999 * 3_600_000))
def test_an_exact_time_reads_the_same(milliseconds: int) -> None:
    assert parse_timecode(format_exact(milliseconds / 1000)) == milliseconds / 1000


def test_a_time_for_people_is_rounded_down() -> None:
    assert [format_timecode(seconds) for seconds in (0, 59.99, 151, 3723)] == ["0:00", "0:59", "2:31", "1:02:03"]
