"""Where chapters start is given, where they end follows."""

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.audio.tags.chapters import Chapter, spans
from publisher.errors import PublisherError
from publisher.transcript.timecode import format_tenths

STARTS = st.lists(st.integers(0, 7_199_999), min_size=1, max_size=255, unique=True).map(sorted)


@given(STARTS)
def test_chapters_cover_everything_from_the_first_start_to_the_end(starts: list[int]) -> None:
    chapters = [Chapter(start / 1000, f"at {start}") for start in starts]

    found = spans(chapters, duration=7200)

    assert [span.start for span in found] == starts
    assert all(span.start < span.end for span in found)
    assert all(before.end == after.start for before, after in pairwise(found))
    assert found[-1].end == 7_200_000
    assert [span.chapter for span in found] == chapters


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), max_size=6), st.floats(0.001, 90_000))
def test_any_numbers_give_ascending_chapters_or_a_clear_refusal(starts: list[float], duration: float) -> None:
    chapters = [Chapter(start, "title") for start in starts]
    try:
        found = spans(chapters, duration)
    except PublisherError as error:
        refused = error
    else:
        assert all(0 <= span.start < span.end <= round(duration * 1000) for span in found)
        return
    assert (refused.where or "").startswith("chapter ")
    assert refused.hint


def test_no_chapters_are_no_problem() -> None:
    assert spans([], 60) == ()


@pytest.mark.parametrize(
    ("chapters", "where", "what"),
    [
        (
            [Chapter(0, "Hello"), Chapter(75.25, "Money")],
            "chapter 2, “Money”",
            "starts at 1:15.2, but the audio ends at",
        ),
        ([Chapter(60, "End")], "chapter 1, “End”", "starts at 1:00.0, but the audio ends at 1:00.0"),
        (
            [Chapter(0, "A"), Chapter(20, "B"), Chapter(10, "C")],
            "chapter 3, “C”",
            "starts at 0:10.0, not after chapter 2",
        ),
        ([Chapter(5, "A"), Chapter(5.0004, "B")], "chapter 2, “B”", "not after chapter 1"),
        ([Chapter(1e308, "A")], "chapter 1, “A”", "starts at 1e+308"),
        ([Chapter(-1, "A")], "chapter 1, “A”", "starts at -1"),
        ([Chapter(math.nan, "A")], "chapter 1, “A”", "starts at nan"),
        ([Chapter(0, " ")], "chapter 1", "has no title"),
    ],
)
def test_a_chapter_that_does_not_fit_is_named(chapters: list[Chapter], where: str, what: str) -> None:
    with pytest.raises(PublisherError) as error:
        spans(chapters, 60)

    assert error.value.where == where
    assert what in error.value.what


def test_more_chapters_than_a_table_of_contents_holds_are_refused() -> None:
    with pytest.raises(PublisherError, match="256 chapters are too many"):
        spans([Chapter(start, "title") for start in range(256)], 300)


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0:00.0"), (723.2, "12:03.2"), (59.96, "1:00.0"), (3723, "1:02:03.0")]
)
def test_times_are_written_as_people_read_them(seconds: float, text: str) -> None:
    assert format_tenths(seconds) == text
