"""Aligning tracks that different machines recorded, on the real conversations of this repository."""

import subprocess
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from audio.sounds import decoded
from publisher.audio.ffmpeg import executable
from publisher.audio.model import SAMPLE_RATE
from publisher.audio.tracks.alignment import align, place, wanted
from publisher.audio.tracks.hearing import HEAD, RATE, Kept, Listener, Stretch
from publisher.audio.tracks.lines import Alignment

Sound: TypeAlias = NDArray[np.float32]

EPISODES = Path(__file__).parents[2] / "episodes"
ONE_SAMPLE = 1.01 / SAMPLE_RATE
SHORT = 100 * SAMPLE_RATE
"""Samples of what need not be long."""


def side(path: Path, channel: int) -> Sound:
    samples = np.frombuffer(decoded(path), "<i2").reshape(-1, 2)[:, channel]
    return samples.astype(np.float32) / np.float32(32768)


@pytest.fixture(scope="module")
def conversation() -> tuple[Sound, Sound]:
    """Two speakers, each bleeding into the other's track some 28 dB below."""
    path = EPISODES / "inside-engineering-scheduler" / "conversation.flac"
    return side(path, 0), side(path, 1)


@pytest.fixture(scope="module")
def voices() -> tuple[Sound, Sound]:
    """Two speakers of whom neither is heard in the other's track."""
    folder = EPISODES / "trust-before-campaigns"
    return side(folder / "joe.flac", 0), side(folder / "maya.flac", 0)


def noisy(sound: Sound, seed: int) -> Sound:
    """With a microphone's own noise 60 dB below full scale."""
    return sound + np.random.default_rng(seed).normal(0, 1e-3, len(sound)).astype(np.float32)


def on_another_clock(sound: Sound, ppm: int) -> Sound:
    """As a clock would have recorded it that is `ppm` faster."""
    rates = f"asetrate=48000000,aresample={48_000_000 + 48 * ppm}:linear_interp=1,asetrate=48000"
    command = [executable(), "-loglevel", "error", "-f", "f32le", "-ar", "48000", "-ac", "1", "-i", "-"]
    command += ["-af", rates, "-f", "f32le", "-"]
    made = subprocess.run(command, input=sound.tobytes(), stdout=subprocess.PIPE, check=True)
    return np.frombuffer(made.stdout, np.float32)


def heard(sound: Sound, *stretches: Stretch, block: int = 65_536) -> Kept:
    listener = Listener(stretches or (Stretch(0, HEAD),))
    for start in range(0, len(sound), block):
        listener.add(sound[start : start + block, np.newaxis])
    return listener.heard()


def found(reference: Sound, track: Sound) -> Alignment | None:
    one, two = heard(reference), heard(track)
    placed = place(one, two)
    return align(one, two, placed) if placed else None


@pytest.mark.slow
@pytest.mark.parametrize(("late", "ppm"), [(59_261, 20), (-370_013, -20), (17, 200), (59_261, -200)])
def test_a_track_that_started_at_another_time_on_another_clock_is_found_to_the_sample(
    conversation: tuple[Sound, Sound], late: int, ppm: int
) -> None:
    reference, track = (noisy(sound, seed) for seed, sound in enumerate(conversation))
    track = track[late:] if late > 0 else np.concatenate([noisy(np.zeros(-late, np.float32), 2), track])
    alignment = found(reference, on_another_clock(track, ppm))
    assert alignment
    assert alignment.offset == pytest.approx(late / SAMPLE_RATE, abs=ONE_SAMPLE)
    assert alignment.drift == pytest.approx(ppm, abs=0.15)
    assert alignment.doubt < 0.2


def test_tracks_of_one_machine_have_neither_offset_nor_drift(conversation: tuple[Sound, Sound]) -> None:
    alignment = found(*conversation)
    assert alignment
    assert (alignment.offset, alignment.drift, alignment.late) == (0, 0, 0)


def test_the_way_of_the_sound_between_two_microphones_is_not_taken_for_an_offset(voices: tuple[Sound, Sound]) -> None:
    one, two = voices
    way = 210  # samples: a metre and a half
    alignment = found(noisy(one + later(two, way) * 0.05, 1), noisy(two + later(one, way) * 0.05, 2))
    assert alignment
    assert alignment.offset == pytest.approx(0, abs=ONE_SAMPLE)
    assert alignment.drift == pytest.approx(0, abs=0.2)
    assert alignment.late == pytest.approx(way / SAMPLE_RATE, abs=2e-5)


def test_a_track_that_heard_everybody_places_each_speaker(voices: tuple[Sound, Sound]) -> None:
    voices = voices[0][:SHORT], voices[1][:SHORT]
    guide = noisy((voices[0] + voices[1]) * np.float32(0.3), 1)
    for voice in voices:
        alignment = found(guide, voice[12_000:])
        assert alignment
        assert alignment.offset == pytest.approx(0.25, abs=ONE_SAMPLE)


@pytest.mark.parametrize("seed", [None, 5])
def test_tracks_with_nothing_in_common_are_not_aligned(voices: tuple[Sound, Sound], seed: int | None) -> None:
    voices = voices[0][:SHORT], voices[1][:SHORT]
    one, two = voices if seed is None else (noisy(voice, seed + index) for index, voice in enumerate(voices))
    assert found(one, two) is None


def test_a_call_in_which_each_hears_the_other_late_is_not_aligned(voices: tuple[Sound, Sound]) -> None:
    one, two = (voice[:SHORT] for voice in voices)
    way = 3840  # samples: 80 ms through the network
    assert found(noisy(one + later(two, way) * 0.05, 1), noisy(two + later(one, way) * 0.05, 2)) is None


@pytest.mark.parametrize("seconds", [0.0, 0.001, 3.0])
def test_silence_and_next_to_nothing_are_not_aligned(seconds: float) -> None:
    nothing = np.zeros(round(seconds * SAMPLE_RATE), np.float32)
    assert found(nothing, nothing) is None


def test_the_stretches_that_are_wanted_suffice_and_do_not_grow_with_the_recording(
    conversation: tuple[Sound, Sound],
) -> None:
    reference, track = conversation[0], on_another_clock(conversation[1][48_000:], 50)
    placed = place(heard(reference), heard(track))
    assert placed
    one = heard(reference, *wanted(len(reference) / SAMPLE_RATE))
    two = heard(track, *wanted(len(reference) / SAMPLE_RATE, placed))
    alignment = align(one, two, placed)
    assert alignment
    assert alignment.offset == pytest.approx(1, abs=ONE_SAMPLE)
    assert alignment.drift == pytest.approx(50, abs=0.15)
    assert sum(stretch.end - stretch.start for stretch in wanted(43_200)) <= HEAD


@given(st.lists(st.integers(1, 50_000), min_size=1, max_size=8), st.floats(0, 2), st.floats(0.01, 2))
def test_what_is_kept_does_not_depend_on_the_blocks_it_came_in(blocks: list[int], start: float, length: float) -> None:
    sound = np.sin(np.arange(sum(blocks), dtype=np.float32))[:, np.newaxis]
    listener, at_once = Listener([Stretch(start, start + length)]), Listener([Stretch(start, start + length)])
    at_once.add(sound)
    at = 0
    for block in blocks:
        listener.add(sound[at : at + block])
        at += block
    kept, expected = listener.heard().stretches, at_once.heard().stretches
    assert [(where, samples.tobytes()) for where, samples in kept] == [(w, s.tobytes()) for w, s in expected]
    assert sum(len(samples) for _, samples in kept) <= length * RATE + 2


def later(sound: Sound, samples: int) -> Sound:
    return np.concatenate([np.zeros(samples, np.float32), sound[:-samples]])
