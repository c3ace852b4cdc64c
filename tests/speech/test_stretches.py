"""A talk is cut where nobody speaks, and none of it is lost."""

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from publisher.speech.activity import PAUSE, SHORTEST, WINDOW, spans
from publisher.speech.model import Span
from publisher.speech.stretches import stretches

LONGEST = 30.0


@st.composite
def talks(draw: st.DrawFn) -> tuple[Span, ...]:
    """Speech with pauses."""
    found, at = [], 0.0
    for _ in range(draw(st.integers(0, 40))):
        at += draw(st.floats(0.01, 20))
        end = at + draw(st.floats(0.1, 50))
        found.append(Span(at, end))
        at = end
    return tuple(found)


@given(talks())
def test_all_speech_is_in_a_stretch_and_no_stretch_is_too_long(talk: tuple[Span, ...]) -> None:
    found = stretches(talk, LONGEST)

    assert all(0 < span.length <= LONGEST + 1e-6 for span in found)
    assert all(one.end <= two.start + 1e-9 for one, two in pairwise(found))
    for span in talk:
        covered = sum(max(0.0, min(span.end, one.end) - max(span.start, one.start)) for one in found)
        assert covered >= span.length - 1e-6


@given(talks())
def test_a_stretch_ends_within_speech_only_where_there_is_no_pause(talk: tuple[Span, ...]) -> None:
    for one in stretches(talk, LONGEST):
        cut = [span for span in talk if span.start < one.end - 1e-6 and span.end > one.end + 1e-6]
        assert not cut or one.length >= LONGEST - 1e-6


def test_a_stretch_ends_in_the_longest_pause_of_its_second_half() -> None:
    talk = (Span(0, 9), Span(12, 17), Span(17.5, 22), Span(24, 28), Span(28.4, 33), Span(33.3, 50))
    first, second = stretches(talk, LONGEST)

    assert (first.start, first.end) == (0, 22.4)
    assert (second.start, second.end) == (23.6, 50.4)


@given(st.lists(st.floats(0, 1, width=32), max_size=300))
def test_spans_of_speech_are_parted_by_pauses_and_none_is_a_click(probabilities: list[float]) -> None:
    found = spans(np.array(probabilities, np.float32))

    assert all(span.length >= SHORTEST for span in found)
    assert all(two.start - one.end >= PAUSE for one, two in pairwise(found))
    assert all(span.end <= len(probabilities) * WINDOW / 16_000 + 1e-3 for span in found)
