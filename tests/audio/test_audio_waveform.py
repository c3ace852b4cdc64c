"""Waveforms as peaks.js and wavesurfer.js read them: right at every step, whatever whole steps the sound came in."""

import json
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.audio.feed import Samples
from publisher.audio.meters.waveform import STEP, extremes, peaks_json


def drawn(*blocks: Samples) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(as_file(*blocks))
    return found


def as_file(*blocks: Samples) -> bytes:
    """The file of a sound that came in blocks of whole steps."""
    lowest, highest = zip(*map(extremes, blocks), strict=True)
    return peaks_json(np.concatenate(lowest), np.concatenate(highest))


def pairs(*blocks: Samples) -> list[tuple[int, int]]:
    data = drawn(*blocks)["data"]
    return list(zip(data[::2], data[1::2], strict=True))


def steady(*levels: float) -> Samples:
    """One channel that stays for a step at each level."""
    return np.repeat(np.array(levels, np.float32), STEP)[:, None]


def test_the_file_says_how_it_is_to_be_read() -> None:
    said = drawn(steady(0.5, -0.25))

    assert {key: value for key, value in said.items() if key != "data"} == {
        "version": 2,
        "channels": 1,
        "sample_rate": 48_000,
        "samples_per_pixel": 4_800,
        "bits": 8,
        "length": 2,
    }
    assert said["data"] == [64, 64, -32, -32]


def test_there_is_no_space_in_the_file() -> None:
    assert b" " not in as_file(steady(0.5, -0.25))


def test_each_tenth_of_a_second_has_its_lowest_and_its_highest_sample() -> None:
    sound = steady(0, 0)
    sound[17], sound[STEP - 1], sound[STEP] = 0.75, -0.5, 0.125

    assert pairs(sound) == [(-64, 96), (0, 16)]


def test_what_is_louder_than_full_scale_is_drawn_at_full_scale() -> None:
    assert pairs(steady(1.0, 3.5, -1.0, -7.0)) == [(127, 127), (127, 127), (-128, -128), (-128, -128)]


def test_two_channels_are_drawn_as_their_middle() -> None:
    both = np.concatenate([steady(0.5, 0.5), steady(0.25, -0.5)], axis=1)

    assert pairs(both) == [(48, 48), (0, 0)]


def test_the_last_step_may_be_a_short_one() -> None:
    assert pairs(steady(0.5)[: STEP - 1]) == [(64, 64)]
    assert pairs(np.concatenate([steady(0.5), steady(-0.5)[:1]])) == [(64, 64), (-64, -64)]


def test_no_sound_has_no_peaks() -> None:
    assert drawn(np.empty((0, 1), np.float32))["length"] == 0
    assert pairs(np.empty((0, 2), np.float32)) == []


def test_who_knows_the_peaks_already_gets_the_same_file() -> None:
    known = np.array([0.5, -0.25], np.float32)

    assert peaks_json(known, known) == as_file(steady(0.5, -0.25))


@given(
    seed=st.integers(0, 2**32 - 1),
    length=st.integers(0, 4 * STEP),
    channels=st.sampled_from([1, 2]),
    cuts=st.lists(st.integers(0, 4), max_size=6),
)
@settings(max_examples=60, deadline=None)
def test_any_blocks_give_the_same_bytes(seed: int, length: int, channels: int, cuts: list[int]) -> None:
    sound = np.random.default_rng(seed).uniform(-1.2, 1.2, (length, channels)).astype(np.float32)

    assert drawn(*np.split(sound, [cut * STEP for cut in sorted(cuts)])) == drawn(sound)
