"""Several feeds as one."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from publisher.audio.feed import Held, Samples
from publisher.audio.model import BLOCK
from publisher.audio.tracks.mixing import Mix, Part
from publisher.audio.tracks.voices import CLOSED

LENGTH = 40 * BLOCK


def tone(samples: int, channels: int = 1, level: float = 0.5) -> Samples:
    return np.full((samples, channels), level, np.float32)


def read_all(mix: Mix, *counts: int) -> Samples:
    """Everything, in blocks of the given sizes in turn."""
    blocks: list[Samples] = []
    while len(block := mix.read(counts[len(blocks) % len(counts)])):
        blocks.append(block)
    return np.concatenate([*blocks, np.zeros((0, mix.channels), np.float32)])


@st.composite
def parts(draw: st.DrawFn) -> tuple[Samples, float, int, np.ndarray[tuple[int], np.dtype[np.int16]] | None]:
    length, channels = draw(st.integers(0, 2000)), draw(st.sampled_from([1, 2]))
    noise = np.random.default_rng(draw(st.integers(0, 99))).normal(0, 0.3, (length, channels)).astype(np.float32)
    gates = draw(st.none() | arrays(np.int16, st.integers(0, 8), elements=st.integers(0, CLOSED)))
    return noise, draw(st.floats(-30, 12)), draw(st.integers(-1000, 1000)), gates


@settings(deadline=None)  # sample by sample it takes its time
@given(
    st.lists(parts(), max_size=3),
    st.sampled_from([1, 2]),
    st.none() | st.integers(0, 3500),
    st.lists(st.integers(1, 1500), min_size=1, max_size=5),
)
def test_a_mix_is_the_same_bytes_in_blocks_of_any_size(
    given_parts: list[tuple[Samples, float, int, np.ndarray[tuple[int], np.dtype[np.int16]] | None]],
    channels: int,
    samples: int | None,
    counts: list[int],
) -> None:
    def mix() -> Mix:
        made = [Part(Held(sound), gain, offset, gates) for sound, gain, offset, gates in given_parts]
        return Mix(made, 1 if channels == 1 else 2, samples=samples)

    whole = read_all(mix(), 100_000)
    longest = max((max(0, len(sound) + offset, offset) for sound, _, offset, _ in given_parts), default=0)
    assert whole.shape == (longest if samples is None else samples, channels)
    assert read_all(mix(), *counts).tobytes() == whole.tobytes()


def test_a_mono_voice_sounds_from_both_sides() -> None:
    assert (read_all(Mix([Part(Held(tone(100)))], 2), 64) == np.float32(0.5)).all()


def test_both_sides_of_stereo_go_into_a_mono_mix_by_halves() -> None:
    sides = np.array([[0.5, 0.25]] * 100, np.float32)
    assert (read_all(Mix([Part(Held(sides))], 1), 64) == np.float32(0.375)).all()


def test_voices_add_up_each_with_its_gain() -> None:
    mixed = read_all(Mix([Part(Held(tone(100)), gain=-6), Part(Held(tone(50)), gain=6)], 1), 64)
    assert mixed[:50] == pytest.approx(0.5 * 10 ** (-6 / 20) + 0.5 * 10 ** (6 / 20))
    assert mixed[50:] == pytest.approx(0.5 * 10 ** (-6 / 20))


def test_a_track_that_began_later_is_late_and_one_that_began_earlier_loses_its_beginning() -> None:
    sound = np.arange(10, dtype=np.float32)[:, np.newaxis]
    assert read_all(Mix([Part(Held(sound), offset=3)], 1), 4).ravel().tolist() == [0, 0, 0, *range(10)]
    assert read_all(Mix([Part(Held(sound), offset=-3)], 1), 4).ravel().tolist() == list(range(3, 10))


def test_a_closed_gate_turns_a_track_down_and_never_jumps() -> None:
    gates = np.array([0] * 10 + [CLOSED] * 10 + [0] * 10, np.int16)
    mixed = read_all(Mix([Part(Held(tone(LENGTH)), gates=gates)], 1), 1000).ravel()
    assert mixed[: 9 * BLOCK] == pytest.approx(0.5)
    assert mixed[10 * BLOCK : 19 * BLOCK] == pytest.approx(0.5 * 10 ** (-18 / 20))
    assert mixed[30 * BLOCK :] == pytest.approx(0.5), "behind the last gate its value stays"
    assert np.abs(np.diff(mixed)).max() < 0.5 / BLOCK


def test_gates_stand_on_the_time_of_the_mix_wherever_the_track_begins() -> None:
    gates = np.array([0] * 10 + [CLOSED] * 30, np.int16)
    mixed = read_all(Mix([Part(Held(tone(LENGTH)), offset=5 * BLOCK, gates=gates)], 1), 1000).ravel()
    assert mixed[5 * BLOCK : 9 * BLOCK] == pytest.approx(0.5)
    assert mixed[10 * BLOCK : 40 * BLOCK] == pytest.approx(0.5 * 10 ** (-18 / 20))


def test_closing_a_mix_closes_every_part_and_may_happen_twice() -> None:
    closed: list[int] = []

    class Open(Held):
        def close(self) -> None:
            closed.append(1)

    mix = Mix([Part(Open(tone(10))), Part(Open(tone(10)))], 2)
    mix.close()
    mix.close()
    assert len(closed) == 4
