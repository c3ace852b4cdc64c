"""Every format writes the same transcript, and those that have times read it."""

import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import srt
import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from publisher.errors import PublisherError
from publisher.transcript.formats import FORMATS, read_transcript
from publisher.transcript.formats.html_page import write_html
from publisher.transcript.formats.model import Format
from publisher.transcript.formats.plain_text import write_text
from publisher.transcript.formats.podcast_json import write_json
from publisher.transcript.formats.reading import LARGEST
from publisher.transcript.formats.subrip import write_srt
from publisher.transcript.formats.webvtt import read_webvtt, read_written, write_webvtt
from publisher.transcript.formats.writing import LINE
from publisher.transcript.model import Cue, Transcript, Word
from transcript.samples import TALK, timed, transcripts

GOLDEN = Path(__file__).parent / "golden"
SAYABLE = st.lists(st.text("acäß,.<>&;/-", min_size=1, max_size=12), min_size=1, max_size=20).map(" ".join)
"""What SRT can hold: it has no escapes, and a colon would end a name."""


def named(format_: Format) -> str:
    return format_.name


def read(folder: Path, name: str, text: str | bytes, *speakers: str) -> Transcript:
    """Read a transcript from a file with this name and content."""
    path = folder / name
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return read_transcript(path, f"episodes/a/{name}", speakers)


@st.composite
def spoken(draw: st.DrawFn) -> Transcript:
    """Any transcript, of which some cues have times for their words."""
    sure = st.none() | st.floats(0, 1)
    cues = draw(transcripts()).cues
    return Transcript(tuple(timed(cue, sure=draw(sure)) if draw(st.booleans()) else cue for cue in cues))


@st.composite
def simple(draw: st.DrawFn) -> Transcript:
    """A transcript that SRT can hold."""
    speaker = st.sampled_from([None, "Ann Host", "Ben Author"])
    cues = draw(transcripts()).cues
    return Transcript(tuple(replace(cue, speaker=draw(speaker), text=draw(SAYABLE)) for cue in cues))


def test_webvtt_comes_first_and_every_format_has_the_media_type_of_rule_27() -> None:
    assert {format_.key: format_.media_type for format_ in FORMATS} == {
        "vtt": "text/vtt",
        "srt": "application/x-subrip",
        "json": "application/json",
        "html": "text/html",
        "txt": "text/plain",
    }
    assert FORMATS[0].key == "vtt"


@pytest.mark.parametrize("format_", FORMATS, ids=named)
def test_a_file_is_the_one_that_was_looked_at(format_: Format) -> None:
    """After a change that is meant: `UPDATE_GOLDEN=1 pytest tests/transcript`."""
    made, path = format_.write(TALK).encode(), GOLDEN / f"talk{format_.suffix}"
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(made)
    assert made == path.read_bytes(), "look at the difference; if it is meant, run again with UPDATE_GOLDEN=1"


@given(transcript=spoken())
@settings(max_examples=100, deadline=None)
def test_json_reads_as_it_was_written_words_and_all(
    tmp_path_factory: pytest.TempPathFactory, transcript: Transcript
) -> None:
    assert read(tmp_path_factory.getbasetemp(), "t.json", write_json(transcript)) == transcript


@given(transcript=transcripts(), change=st.sampled_from(["", "NOTE x\n\n", "<i>", "  "]), at=st.integers(0, 400))
@settings(max_examples=200, deadline=None)
def test_what_we_wrote_is_read_the_same_whether_quickly_or_not_whatever_was_changed_in_it(
    tmp_path_factory: pytest.TempPathFactory, transcript: Transcript, change: str, at: int
) -> None:
    path = tmp_path_factory.getbasetemp() / "written.vtt"
    text = write_webvtt(transcript)
    path.write_text(text[:at] + change + text[at:], encoding="utf-8")

    def outcome(reader: Callable[[Path, str], Transcript]) -> Transcript | str:
        try:
            return reader(path, "written.vtt")
        except PublisherError as error:
            return str(error)

    assert outcome(read_written) == outcome(read_webvtt)


@given(transcript=simple())
@settings(max_examples=100, deadline=None)
def test_srt_reads_as_it_was_written_for_us_and_for_others(
    tmp_path_factory: pytest.TempPathFactory, transcript: Transcript
) -> None:
    written = write_srt(transcript)
    arrows = tuple(replace(cue, text=cue.text.replace("-->", "→")) for cue in transcript.cues)

    assert read(tmp_path_factory.getbasetemp(), "t.srt", written, "Ann Host", "Ben Author").cues == arrows
    found = list(srt.parse(written))
    assert [round(one.start.total_seconds(), 3) for one in found] == [cue.start for cue in transcript.cues]
    assert [one.index for one in found] == list(range(1, len(found) + 1))
    lines = [line for one in found for line in one.content.split("\n")]
    assert all(len(line) <= LINE or " " not in line for line in lines)


@given(transcript=spoken())
@settings(max_examples=100, deadline=None)
def test_times_of_words_change_nothing_but_json(transcript: Transcript) -> None:
    silent = Transcript(tuple(replace(cue, words=()) for cue in transcript.cues))

    for format_ in FORMATS:
        assert format_.key == "json" or format_.write(transcript) == format_.write(silent)


@given(transcript=spoken())
@settings(max_examples=100, deadline=None)
def test_a_browser_reads_from_html_what_was_said_and_nothing_runs_in_it(transcript: Transcript) -> None:
    page: Any = html.document_fromstring(write_html(transcript))

    assert page.xpath("//p/text()") == [cue.text for cue in transcript.cues]
    assert page.xpath("//cite/text()") == [f"{turn.speaker}:" for turn in transcript.turns() if turn.speaker]
    times = [float(time.removeprefix("PT").removesuffix("S")) for time in page.xpath("//time/@datetime")]
    assert times == [cue.start for cue in transcript.cues]
    known = {"html", "head", "meta", "title", "body", "section", "cite", "time", "p"}
    assert {element.tag for element in page.iter()} <= known
    assert not page.xpath("//@*[name() != 'charset' and name() != 'datetime']")


@given(transcript=transcripts())
def test_text_is_a_paragraph_a_turn(transcript: Transcript) -> None:
    paragraphs = write_text(transcript).removesuffix("\n").split("\n\n")

    for paragraph, turn in zip(paragraphs, transcript.turns(), strict=True):
        said = " ".join(cue.text for cue in turn.cues)
        assert paragraph == (f"{turn.speaker}: {said}" if turn.speaker else said)


def test_other_programs_read_what_we_write() -> None:
    assert len(webvtt.from_string(write_webvtt(TALK), strict=True).captions) == 4
    assert [one.content.partition(":")[0] for one in srt.parse(write_srt(TALK))][-1] == "Ben “B.” Author"


@pytest.mark.parametrize("write", [write_webvtt, write_srt, write_json])
def test_a_file_without_a_known_suffix_is_known_by_its_content(
    tmp_path: Path, write: Callable[[Transcript], str]
) -> None:
    plain = Transcript((Cue(1.0, 2.0, None, "Hello there."),))

    assert read(tmp_path, "words.txt", write(plain)) == plain
    assert read(tmp_path, "words", "\ufeff" + write(plain)) == plain


@pytest.mark.parametrize("name", ["t.txt", "t.html", "t"])
def test_words_without_times_are_refused_with_the_formats_that_have_them(tmp_path: Path, name: str) -> None:
    with pytest.raises(PublisherError) as caught:
        read(tmp_path, name, "Ann Host: Welcome.\n\nBen Author: Hello.\n")

    assert str(caught.value) == (
        f"episodes/a/{name}: this transcript does not say when something is said "
        "(bring one with times: WebVTT (.vtt), SRT (.srt) or JSON (.json); or have them found: publish transcribe SLUG)"
    )


@pytest.mark.parametrize("name", ["t.vtt", "t.srt", "t.json", "t.txt"])
def test_what_is_too_large_or_no_text_is_refused_in_every_format(tmp_path: Path, name: str) -> None:
    with pytest.raises(PublisherError, match=r"line 2: the transcript is not UTF-8 text \(save it as UTF-8, or "):
        read(tmp_path, name, "1\nGrüße".encode("cp1252"))
    with pytest.raises(PublisherError, match="is not UTF-8 text"):
        read(tmp_path, name, "Hello.".encode("utf-16"))
    with (tmp_path / name).open("wb") as file:
        file.truncate(LARGEST + 1)
    with pytest.raises(PublisherError, match="is larger than 32 MiB"):
        read_transcript(tmp_path / name, name)
    with pytest.raises(PublisherError, match="cannot be read"):
        read_transcript(tmp_path / "none" / name, name)


@given(content=st.text() | st.binary(), name=st.sampled_from(["t.vtt", "t.srt", "t.json", "t.txt"]))
@settings(max_examples=200, deadline=None)
def test_whatever_a_file_holds_it_is_a_transcript_or_an_error_with_its_place(
    tmp_path_factory: pytest.TempPathFactory, content: str | bytes, name: str
) -> None:
    flaw: PublisherError | None = None
    try:
        found = read(tmp_path_factory.getbasetemp(), name, content)
    except PublisherError as error:
        flaw, found = error, TALK
    assert found.cues
    assert flaw is None or (flaw.where and flaw.hint)


def test_words_that_spell_something_else_than_their_cue_are_no_cue() -> None:
    with pytest.raises(ValueError, match="spell something else"):
        Cue(0, 1, None, "[…]", (Word(0, 1, "secret"),))
