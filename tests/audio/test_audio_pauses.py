"""Long pauses are tightened, and no word with them."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from audio.sounds import decoded
from publisher.audio.edits.arranging import arrange
from publisher.audio.edits.pauses import pauses
from publisher.audio.model import BLOCK, SAMPLE_RATE

EPISODES = Path(__file__).parents[2] / "episodes"
SPEECH, TONE, STILL = 1e-2, 1e-6, 0.0
"""Mean squares: of a voice, of a room, of digital silence."""


def levels(*parts: tuple[float, float]) -> NDArray[np.float32]:
    """Parts of so much power, each of so many seconds."""
    return np.concatenate([np.full(round(seconds * 100), power, np.float32) for power, seconds in parts])


def test_a_pause_becomes_as_long_as_it_may_be_and_loses_its_middle() -> None:
    talk = levels((SPEECH, 20), (TONE, 5), (SPEECH, 20))
    (removed,) = pauses(talk, 1.0)

    assert removed.start == 20.505 * SAMPLE_RATE
    assert removed.end == 24.495 * SAMPLE_RATE
    assert arrange(len(talk) * BLOCK, pauses=[removed]).duration == 41


def test_a_pause_that_is_short_enough_stays_as_it_is() -> None:
    assert pauses(levels((SPEECH, 20), (TONE, 5), (SPEECH, 20)), 5.0) == ()


@pytest.mark.parametrize("still", [TONE, STILL, 1e-9])
def test_a_room_that_is_more_or_less_still_has_pauses(still: float) -> None:
    assert len(pauses(levels((SPEECH, 20), (still, 5), (SPEECH, 20), (still, 5)), 1.0)) == 2


def test_a_soft_voice_is_no_pause() -> None:
    soft = SPEECH / 50

    assert pauses(levels((SPEECH, 20), (TONE, 0.4), (soft, 5), (TONE, 0.4), (SPEECH, 20), (TONE, 4)), 4.0) == ()


@pytest.mark.parametrize(
    "talk", [np.empty(0, np.float32), levels((STILL, 0.3)), levels((SPEECH, 60)), levels((SPEECH / 50, 60))]
)
def test_a_talk_without_pauses_has_none(talk: NDArray[np.float32]) -> None:
    assert pauses(talk, 0.5) == ()


def test_pauses_shorter_than_half_a_second_cannot_be_asked_for() -> None:
    with pytest.raises(ValueError, match=r"allow 0\.5 s"):
        pauses(levels((SPEECH, 1)), 0.4)


@given(st.lists(st.tuples(st.sampled_from([SPEECH, SPEECH / 50, TONE, STILL]), st.floats(0.01, 8)), max_size=30))
def test_a_quarter_of_a_second_beside_every_word_stays(parts: list[tuple[float, float]]) -> None:
    talk = levels(*[(SPEECH, 10), *parts])
    for removed in pauses(talk, 0.5):
        around = talk[(removed.start - SAMPLE_RATE // 4) // BLOCK : -(-(removed.end + SAMPLE_RATE // 4) // BLOCK)]
        assert around.max() <= TONE


def test_a_recorded_conversation_loses_its_long_pauses_and_hardly_any_sound() -> None:
    path = EPISODES / "the-question-desk" / "joe.flac"
    sound = np.frombuffer(decoded(path, channels=1), np.int16).astype(np.float32) / 32768
    blocks = sound[: len(sound) // BLOCK * BLOCK].reshape(-1, BLOCK)
    removed = pauses(np.mean(blocks * blocks, axis=1, dtype=np.float32), 0.6)

    taken = np.concatenate([sound[part.start : part.end] for part in removed])
    assert len(removed) >= 3
    assert np.sqrt(np.mean(taken**2)) < np.sqrt(np.mean(sound**2)) / 100
