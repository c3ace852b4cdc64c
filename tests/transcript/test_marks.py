"""Words in doubt keep their marks in a host's WebVTT file, and lose them in what the public gets."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.transcript.formats import FORMATS
from publisher.transcript.formats.webvtt import read_webvtt, write_marked, write_webvtt
from publisher.transcript.model import Cue, Doubt, Transcript
from transcript.samples import transcripts


@st.composite
def doubted(draw: st.DrawFn) -> Transcript:
    """Any transcript with doubts anywhere."""
    cues = []
    for cue in draw(transcripts()).cues:
        edges = sorted(draw(st.sets(st.integers(0, len(cue.text)), max_size=6)))
        kinds = st.sampled_from(["", "gap", "repeats"])
        pairs = zip(edges[::2], edges[1::2], strict=False)
        cues.append(replace(cue, doubts=tuple(Doubt(start, end, draw(kinds)) for start, end in pairs)))
    return Transcript(tuple(cues))


def letters(cue: Cue) -> set[tuple[int, str]]:
    """Which letters are in doubt, and why."""
    places = ((at, doubt.kind) for doubt in cue.doubts for at in range(doubt.start, doubt.end))
    return {(at, kind) for at, kind in places if cue.text[at] != " "}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(doubted())
def test_what_is_in_doubt_is_so_still_when_it_was_written_and_read(tmp_path: Path, transcript: Transcript) -> None:
    path = tmp_path / "t.vtt"
    path.write_text(write_marked(transcript, ["made: here"]), encoding="utf-8")
    found = read_webvtt(path, "t.vtt")

    assert write_webvtt(found) == write_webvtt(transcript)
    assert list(map(letters, found.cues)) == list(map(letters, transcript.cues))


@given(doubted())
def test_no_format_shows_the_public_what_was_in_doubt(transcript: Transcript) -> None:
    plain = Transcript(tuple(replace(cue, doubts=()) for cue in transcript.cues))
    assert all(format_.write(transcript) == format_.write(plain) for format_ in FORMATS)


def test_a_mark_goes_over_the_end_of_a_line_and_other_classes_are_none(tmp_path: Path) -> None:
    path = tmp_path / "t.vtt"
    cue = "<v Ann>So <c.doubt.gap>he\nsaid</c> <c.yellow>this <c.doubt>and</c></c> &lt;that"
    path.write_text(f"WEBVTT\n\n00:00.000 --> 00:02.000\n{cue}\n", encoding="utf-8")

    (found,) = read_webvtt(path, "t.vtt").cues
    assert found.text == "So he said this and <that"
    assert found.doubts == (Doubt(3, 10, "gap"), Doubt(16, 19, ""))


@pytest.mark.parametrize("line", ["a --> b", "", " ", "a\nb"])
def test_a_note_that_would_not_be_read_as_one_is_not_written(line: str) -> None:
    with pytest.raises(ValueError, match="a line of a note"):
        write_marked(Transcript((Cue(0, 1, None, "a"),)), [line])


@pytest.mark.parametrize("doubts", [(Doubt(0, 9),), (Doubt(2, 2),), (Doubt(1, 3), Doubt(2, 4))])
def test_a_doubt_is_about_letters_of_its_cue(doubts: tuple[Doubt, ...]) -> None:
    with pytest.raises(ValueError, match="a doubt of a cue"):
        Cue(0, 1, None, "word", doubts=doubts)
