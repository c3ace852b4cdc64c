"""Peaks between the samples: none is missed, however the sound comes and however few places are looked at."""

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from audio.samples import RECORDINGS, in_pieces, music, noise, sound, spoken, tone, write
from audio.sounds import measured
from publisher.audio.feed import Samples
from publisher.audio.meters import oversampling
from publisher.audio.meters.oversampling import SPAN, Peaks, highest_point, limits, points
from publisher.audio.model import BLOCK, SAMPLE_RATE

KINDS: dict[str, Callable[[np.random.Generator, int], NDArray[np.number]]] = {
    "noise": lambda random, count: random.standard_normal(count),
    "ones of any sign": lambda random, count: random.choice([-1.0, 1.0], count),
    "up and down": lambda _, count: np.resize([1.0, -1.0], count),
    "up and down in twos": lambda _, count: np.resize([1.0, 1.0, -1.0, -1.0], count),
    "direct current": lambda random, count: np.full(count, random.random()),
    "knocks": lambda random, count: (random.random(count) < 0.003) * random.standard_normal(count),
    "steps": lambda random, count: np.cumsum(random.random(count) < 0.01) % 2,
    "slow tone": lambda random, count: random.random() * np.sin(np.arange(count) / 10_000),
    "hum": lambda random, count: np.sin(np.arange(count) * random.random() / 50),
    "high tone": lambda random, count: np.sin(np.arange(count) * (np.pi - random.random() / 2) + random.random()),
    "worst for one kernel": lambda _, count: np.resize(np.sign(oversampling.kernels()[1]), count),
    "noise that comes and goes": lambda random, count: (
        random.standard_normal(count) * 10.0 ** -np.resize(np.arange(6), count // 100 + 1).repeat(100)[:count]
    ),
}


@st.composite
def sounds(draw: st.DrawFn, longest: int = 4000) -> Samples:
    """Sounds of many kinds, from inaudible to far over full scale, of any length but none."""
    random = np.random.default_rng(draw(st.integers(0, 1 << 32)))
    count, channels = draw(st.integers(1, longest)), draw(st.integers(1, 2))
    height = 10.0 ** draw(st.sampled_from([-9, -4, -1, 0, 1]))
    columns = [KINDS[draw(st.sampled_from(list(KINDS)))](random, count) for _ in range(channels)]
    return (height * np.stack(columns, axis=1)).astype(np.float32)


def in_silence(samples: Samples) -> Samples:
    """Whole blocks, and a silent one on both sides."""
    return np.pad(samples, ((BLOCK, -len(samples) % BLOCK + BLOCK), (0, 0)))


def all_points(samples: Samples) -> NDArray[np.float32]:
    """The highest point of each BLOCK, every one of them computed."""
    blocks = 1 + np.arange(-(-len(samples) // BLOCK))
    spans = np.concatenate([found.max(axis=1) for _, found in points(in_silence(samples), blocks)])
    highest: NDArray[np.float32] = spans.reshape(-1, BLOCK // SPAN).max(axis=1)
    return highest


def limits_of(samples: Samples, above: float = 0.0) -> NDArray[np.float32]:
    return limits(in_silence(samples), above)


@settings(deadline=None)
@given(sounds(), st.sampled_from([0.0, 0.1, 1.0]))
def test_no_point_is_higher_than_its_limit(samples: Samples, above: float) -> None:
    highest = all_points(samples)
    # In numbers of half the precision, which are how samples come, and not only nearly.
    assert (highest <= limits_of(samples)).all()
    assert (highest <= limits_of(samples, above)).all()


@settings(deadline=None)
@given(sounds(), st.sampled_from([0.05, 0.5, 1.0, 3.0]))
def test_where_only_high_points_are_asked_for_none_is_left_out(samples: Samples, above: float) -> None:
    surrounded, blocks = in_silence(samples), 1 + np.arange(-(-len(samples) // BLOCK))
    everything = np.concatenate([found for _, found in points(surrounded, blocks)])
    high = dict.fromkeys(range(len(everything)), 0.0)
    for spans, found in points(surrounded, blocks, above):
        high |= dict(zip((spans - BLOCK // SPAN).tolist(), found.max(axis=1).tolist(), strict=True))

    assert all(high[span] == top for span, top in enumerate(everything.max(axis=1).tolist()) if top > above)


def test_limits_of_speech_are_near_to_its_peaks() -> None:
    samples = spoken()[: 30 * SAMPLE_RATE]
    over = limits_of(samples) / np.maximum(all_points(samples), 1e-6)
    assert np.median(over) < 1.2


@settings(deadline=None)
@given(sounds(), st.lists(st.integers(0, 1500), max_size=8), st.sampled_from([0.05, 0.5, 1.0, 3.0, np.inf]))
def test_in_pieces_of_any_size_the_same_peaks_are_found_as_by_looking_everywhere(
    samples: Samples, sizes: list[int], limit: float
) -> None:
    highest = all_points(samples)
    peaks = Peaks(0, range(len(highest)), limit)

    for piece in in_pieces(samples, sizes):
        peaks.add(piece)
    blocks, found, best = peaks.end()

    assert blocks.tolist() == np.flatnonzero(highest > limit).tolist()
    assert found.tolist() == highest[blocks].tolist()
    assert best == highest.max()


@settings(deadline=None)
@given(sounds(), st.integers(0, 4), st.integers(0, 4), st.integers(0, 3))
def test_only_the_wanted_blocks_are_looked_at(samples: Samples, start: int, length: int, first: int) -> None:
    highest = all_points(samples)
    wanted = range(first + start, first + start + length)

    peaks = Peaks(first, wanted, 0.0)
    peaks.add(samples)
    blocks, _, best = peaks.end()

    own = highest[start : start + length]
    assert blocks.tolist() == [first + start + number for number in np.flatnonzero(own)]
    assert best == own.max(initial=0.0)


def test_of_nothing_there_is_no_peak() -> None:
    blocks, found, best = Peaks(0, range(10), 0.5).end()
    assert (len(blocks), len(found), best) == (0, 0, 0.0)


def test_a_kernel_gives_the_line_between_two_samples_where_nothing_bends() -> None:
    line = sound(np.arange(3000) / 3000)
    inner = line[100:-100]
    found = limits_of(inner)[1:-1]
    assert np.abs(found - inner[BLOCK * 2 :: BLOCK, 0][: len(found)]).max() < 1e-3


@pytest.mark.parametrize("degrees", [0, 30, 45, 60, 90])
@pytest.mark.parametrize("part", [3.1, 4, 5, 7, 40])
def test_of_a_tone_the_top_is_found_wherever_the_samples_lie(part: float, degrees: float) -> None:
    samples = tone(SAMPLE_RATE / part, 0.5, 0.0, phase=degrees) * np.hanning(SAMPLE_RATE // 2)[:, np.newaxis]
    assert 20 * np.log10(highest_point(samples.astype(np.float32))) == pytest.approx(0, abs=0.35)


OTHERS: dict[str, Callable[[], Samples]] = {
    "music": lambda: music(10),
    "noise": lambda: noise(5, channels=2),
    "noise far over full scale": lambda: noise(5, level=20),
    "soft noise": lambda: noise(5, level=-60),
    **{f"speech: {path.parent.name}, {path.stem}": partial(spoken, path) for path in RECORDINGS},
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", OTHERS)
def test_ffmpeg_finds_the_same_peak(tmp_path: Path, kind: str) -> None:
    samples = OTHERS[kind]()
    theirs = measured(write(tmp_path / "all.wav", samples)).true_peak
    # It tells tenths.
    assert 20 * np.log10(highest_point(samples)) == pytest.approx(theirs, abs=0.055)
