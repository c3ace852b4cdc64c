"""What goes with a master has the content type of its kind, and a drawing is made of its peaks."""

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.rendering.model import media_file
from publisher.rendering.site.waveform import BARS, HALF, outline

LEVELS = st.lists(st.tuples(st.integers(-128, 0), st.integers(0, 127)), max_size=2_000)


def peaks(*pairs: tuple[int, int]) -> bytes:
    return json.dumps({"version": 2, "bits": 8, "data": [level for pair in pairs for level in pair]}).encode()


def bars(path: str) -> list[tuple[int, int, int]]:
    """Each bar: its place, its upper end and its length."""
    return [(int(x), int(y), int(length)) for x, y, length in re.findall(r"M(\d+) (\d+)v(\d+)", path)]


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a-talk.mp3", "audio/mpeg"),
        ("a-talk.m4a", "audio/mp4"),
        ("a-talk-why-square.mp4", "video/mp4"),
        ("a-talk.vtt", "text/vtt; charset=utf-8"),
        ("a-talk.transcript.srt", "application/x-subrip"),
        ("a-talk.transcript.json", "application/json"),
        ("a-talk.transcript.html", "text/html; charset=utf-8"),
        ("a-talk.transcript.txt", "text/plain; charset=utf-8"),
        ("a-talk.json", "application/json+chapters"),
        ("a-talk.waveform.json", "application/json"),
        ("waveform.json", "application/json+chapters"),
    ],
)
def test_a_file_has_the_type_of_its_kind(name: str, content_type: str) -> None:
    assert media_file("any", name, b"").content_type == content_type


def test_a_loud_part_has_a_higher_bar_than_a_soft_one() -> None:
    found = bars(outline(peaks(*[(-100, 90)] * 80, *[(-25, 10)] * 80)))

    assert [length for _, _, length in found] == [2 * HALF] * 80 + [HALF] * 80


def test_no_sound_has_no_drawing_and_silence_a_thin_line() -> None:
    assert outline(peaks()) == ""
    assert {length for _, _, length in bars(outline(peaks(*[(0, 0)] * 50)))} == {2}


@given(LEVELS.filter(bool))
@settings(max_examples=80, deadline=None)
def test_whatever_the_sound_the_drawing_fills_its_box_and_stays_small(pairs: list[tuple[int, int]]) -> None:
    path = outline(peaks(*pairs))
    found = bars(path)

    assert len(found) == BARS
    assert found[0][0] == 1
    assert found[-1][0] == 478
    assert all(upper >= 0 and upper + length <= 2 * HALF and length >= 2 for _, upper, length in found)
    assert len(path) < 2_000
