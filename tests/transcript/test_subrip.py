"""SRT, as other programs write it: nothing is dropped, and a name before the words is a speaker where it is one."""

from pathlib import Path

import pytest

from publisher.errors import PublisherError
from publisher.transcript.formats.subrip import read_srt
from publisher.transcript.model import Cue

CUE = "1\n00:00:00,000 --> 00:00:01,000\nHello.\n"


def read(folder: Path, text: str, *speakers: str) -> tuple[Cue, ...]:
    path = folder / "t.srt"
    path.write_bytes(text.encode())
    return read_srt(path, "episodes/a/t.srt", speakers).cues


def said(*texts: str) -> str:
    """A cue a second for each of these texts."""
    return "\n".join(
        f"{number}\n00:00:{number:02},000 --> 00:00:{number:02},900\n{text}\n" for number, text in enumerate(texts, 1)
    )


def test_what_other_programs_write_is_understood(tmp_path: Path) -> None:
    text = (
        "\ufeff\n1\n00:00:01,000 --> 00:00:02,500  X1:63 X2:223 Y1:43 Y2:58\n{\\an8}<i>Hello</i>\n"
        '<font color="#ff0000">there</font> you\n\n\n2\n00:00:03.000 --> 00:00:04.000\n1 < 2 and 3 > 2\n\n'
        "and more behind an empty line\n \n3\n100:00:00,000 --> 100:00:01,000\n\x00Late\x07\n"
    )

    assert read(tmp_path, text.replace("\n", "\r\n")) == (
        Cue(1, 2.5, None, "Hello there you"),
        Cue(3, 4, None, "1 < 2 and 3 > 2 and more behind an empty line"),
        Cue(360_000, 360_001, None, "Late"),
    )


def test_a_known_speaker_before_a_colon_speaks_whatever_the_capital_letters(tmp_path: Path) -> None:
    text = said("ANN HOST: Welcome.", "One more thing: we listen.", "And so on.", "Yes.", "No.")

    assert [(cue.speaker, cue.text) for cue in read(tmp_path, text, "Ann Host")] == [
        ("Ann Host", "Welcome."),
        (None, "One more thing: we listen."),
        (None, "And so on."),
        (None, "Yes."),
        (None, "No."),
    ]


def test_where_most_cues_begin_with_a_name_all_of_these_names_speak(tmp_path: Path) -> None:
    text = said("SPEAKER_00: Welcome.", "Dr. Ben O'Neill:\nHello: you.", "And so on.")

    assert [(cue.speaker, cue.text) for cue in read(tmp_path, text)] == [
        ("SPEAKER_00", "Welcome."),
        ("Dr. Ben O'Neill", "Hello: you."),
        (None, "And so on."),
    ]


def test_a_colon_now_and_then_makes_nobody_speak(tmp_path: Path) -> None:
    text = said("Remember: we listen.", "Yes.", "it is twelve: 30", "and this is the longest question of all: why?")

    assert [cue.speaker for cue in read(tmp_path, text)] == [None] * 4


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "a/t.srt: this is not an SRT transcript"),
        ("WEBVTT\n\n00:00.000 --> 00:01.000\nHi.\n", "line 1: these words have no time"),
        ("Lost.\n\n" + CUE, "line 1: these words have no time"),
        ("1\n0:0:1 --> 0:0:2\nHi.\n", "line 2: this is not a time"),
        ("1\n00:00:00,000 --> 00:00:01,000 Hi.\nHo.\n", "line 2: this is not a time"),
        ("1\n00:00:00,000 --> 00:61:01,000\nHi.\n", "line 2: this is not a time"),
        ("1\n99999999:00:00,000 --> 99999999:00:01,000\nHi.\n", "line 2: this is not a time"),
        ("1\n-00:00:01,000 --> 00:00:01,000\nHi.\n", "line 2: this is not a time"),
        (CUE + "\nfrom a --> b\n", "line 5: this is not a time"),
        ("00:00:00,000 --> 00:00:01,000\nHi.\n", "line 1: there is no number above this time"),
        (CUE + "\n00:00:02,000 --> 00:00:03,000\nHi.\n", "line 5: there is no number above this time"),
        (CUE + "2\n00:00:02,000 --> 00:00:03,000\nHi.\n", "line 4: there is no empty line above this number"),
        (CUE + "\n2\n00:00:02,000 - > 00:00:03,000\nHi.\n", "a cue of this transcript cannot be read"),
        ("1\n00:00:00,000 --> 00:00:01,000\n<i> </i>\n", "a/t.srt: the transcript has no words"),
        ("1\n00:00:02,000 --> 00:00:01,000\nHi.\n", "t.srt, 00:00:02.000: a cue ends before it begins"),
        (said("a", "b") + "\n" + CUE, "00:00:00.000: a cue begins before the one above it"),
    ],
)
def test_a_damaged_file_is_refused_with_its_place(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(PublisherError) as caught:
        read(tmp_path, content)

    assert message in str(caught.value)
    assert caught.value.hint


def test_much_white_space_costs_no_time(tmp_path: Path) -> None:
    assert len(read(tmp_path, CUE + "\n" * 1_000_000 + " " * 1_000_000 + "\n\n2\n" + CUE.removeprefix("1\n"))) == 2
