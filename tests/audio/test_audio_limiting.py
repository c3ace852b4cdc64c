"""The limiter: nothing is too high behind it, and nothing else is touched."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from audio.samples import in_pieces, level, music, noise, sound, spoken, tone
from publisher.audio.encoders.limiting import DEEPEST, LOOK_AHEAD, MEMORY, RELEASE, Limiter
from publisher.audio.feed import Samples
from publisher.audio.meters.oversampling import AFTER, highest_point, points
from publisher.audio.model import BLOCK, SAMPLE_RATE

CEILING = 0.5
SLACK = 10 ** (0.01 / 20)
"""A hundredth of a decibel."""


def limited(samples: Samples, sizes: tuple[int, ...] = (), lower: dict[int, float] | None = None) -> Samples:
    limiter = Limiter(CEILING, lower)
    return np.concatenate([*(limiter.push(piece) for piece in in_pieces(samples, list(sizes))), limiter.end()])


def all_points(samples: Samples) -> NDArray[np.float32]:
    """The points of each sample, in rows of a BLOCK."""
    blocks = np.arange(1, -(-len(samples) // BLOCK) + 1)
    surrounded = np.pad(samples, ((BLOCK, -len(samples) % BLOCK + BLOCK), (0, 0)))
    return np.concatenate([found for _, found in points(surrounded, blocks)]).reshape(-1, BLOCK)


def gain(before: Samples, after: Samples) -> NDArray[np.float64]:
    """In dB, of the first channel, whose samples must not be zero."""
    found: NDArray[np.float64] = 20 * np.log10(after[:, 0].astype(np.float64) / before[:, 0])
    return found


def knocks(random: np.random.Generator, count: int) -> NDArray[np.float64]:
    return (random.random(count) < 0.002) * random.standard_normal(count) + 0.01 * random.standard_normal(count)


def bursts(random: np.random.Generator, count: int) -> NDArray[np.float64]:
    loud = (random.random(count // 100 + 1) < 0.1).repeat(100)[:count]
    return np.where(loud, 1.0, 0.02) * random.standard_normal(count)


def square(random: np.random.Generator, count: int) -> NDArray[np.float64]:
    return np.where(np.arange(count) * random.uniform(0.01, 3) % (2 * np.pi) < np.pi, 1.0, -1.0)


def swelling_tone(random: np.random.Generator, count: int) -> NDArray[np.float64]:
    times = np.arange(count, dtype=np.float64)
    return np.sin(times * random.uniform(0.01, 3)) * np.sin(times * random.uniform(0, 0.01))


KINDS = [knocks, bursts, square, swelling_tone]


@st.composite
def sounds(draw: st.DrawFn) -> Samples:
    """Sounds whose highest point is from some dB under the ceiling to just what the limiter can take away."""
    random = np.random.default_rng(draw(st.integers(0, 1 << 32)))
    count, channels = draw(st.integers(1, 15_000)), draw(st.integers(1, 2))
    kind = draw(st.sampled_from(KINDS))
    samples = np.stack([kind(random, count) for _ in range(channels)], axis=1).astype(np.float32)
    highest = highest_point(samples)
    assume(highest > 0)
    over = draw(st.floats(-3, DEEPEST - 0.01))
    return samples * np.float32(CEILING * 10 ** (over / 20) / highest)


sizes = st.lists(st.integers(0, 5000), max_size=10).map(tuple)


@settings(deadline=None)
@given(sounds())
def test_nothing_is_above_the_ceiling_behind_it(samples: Samples) -> None:
    assert highest_point(limited(samples)) <= CEILING * SLACK


@settings(deadline=None)
@given(sounds(), sizes)
def test_the_sizes_of_the_pieces_do_not_matter(samples: Samples, pieces: tuple[int, ...]) -> None:
    np.testing.assert_array_equal(limited(samples, pieces), limited(samples))


@settings(deadline=None)
@given(sounds(), sizes)
def test_it_is_as_long_behind_it_as_before_it(samples: Samples, pieces: tuple[int, ...]) -> None:
    assert limited(samples, pieces).shape == samples.shape


@settings(deadline=None)
@given(sounds())
def test_it_makes_nothing_louder(samples: Samples) -> None:
    assert (np.abs(limited(samples)) <= np.abs(samples)).all()


@settings(deadline=None)
@given(sounds())
def test_what_is_nowhere_too_high_is_not_touched(samples: Samples) -> None:
    low = samples * np.float32(CEILING / max(CEILING, highest_point(samples)) * 0.9999)
    np.testing.assert_array_equal(limited(low), low)


@settings(deadline=None)
@given(sounds())
def test_far_from_peaks_nothing_is_touched(samples: Samples) -> None:
    long = np.concatenate([samples, np.full((2 * MEMORY, samples.shape[1]), 1e-3, np.float32)])
    high = all_points(long).reshape(-1)[: len(long)] > CEILING
    # How many there were up to each sample tells whether there are any around one.
    before, after = LOOK_AHEAD + MEMORY + 1, LOOK_AHEAD + 1
    seen = np.cumsum(np.pad(high, (before + 1, after), constant_values=False))
    far = seen[before + after + 1 :] == seen[: len(long)]

    assert far[-1]
    np.testing.assert_array_equal(limited(long)[far], long[far])


@settings(deadline=None)
@given(sounds(), st.dictionaries(st.integers(0, 30), st.floats(CEILING / 10, CEILING), max_size=4))
def test_lower_ceilings_of_single_blocks_are_kept(samples: Samples, lower: dict[int, float]) -> None:
    assume(highest_point(samples) < CEILING * 10 ** ((DEEPEST - 20) / 20))
    after = limited(samples, lower=lower)

    for block, highest in enumerate(all_points(after).max(axis=1).tolist()):
        assert highest <= lower.get(block, CEILING) * SLACK


@settings(deadline=None)
@given(sounds(), sizes, st.dictionaries(st.integers(0, 30), st.floats(CEILING / 10, CEILING), max_size=4))
def test_lower_ceilings_do_not_depend_on_the_pieces(
    samples: Samples, pieces: tuple[int, ...], lower: dict[int, float]
) -> None:
    np.testing.assert_array_equal(limited(samples, pieces, lower), limited(samples, lower=lower))


@pytest.mark.parametrize("over", [1, 4, 12, 29])
def test_the_gain_falls_just_before_a_peak_and_is_back_after_the_release(over: float) -> None:
    peak = SAMPLE_RATE // 2
    # A peak without sharp edges, so that its highest point is the highest sample.
    samples = sound(1e-3 + CEILING * 10 ** (over / 20) * np.exp(-(((np.arange(SAMPLE_RATE) - peak) / 12) ** 2)))

    turned = gain(samples, limited(samples))

    assert turned[peak] == pytest.approx(-over, abs=0.02)
    wide = 60
    """Samples on each side of it that may be too high themselves."""
    assert (turned[: peak - wide - LOOK_AHEAD] == 0).all()
    assert (np.diff(turned[: peak + 1 - wide]) <= 1e-5).all()
    back = peak + wide + LOOK_AHEAD + round(over / RELEASE * SAMPLE_RATE)
    assert (np.diff(turned[peak + wide : back]) >= -1e-5).all()
    assert (turned[back:] == 0).all()
    assert turned[back - LOOK_AHEAD - wide - 480] < 0


def test_the_gain_has_no_corners_that_could_be_heard() -> None:
    samples = sound(np.full(SAMPLE_RATE, 1e-3))
    samples[20_000] = CEILING * 10 ** (12 / 20)

    turned = 10 ** (gain(samples, limited(samples)) / 20)

    # A straight fall within LOOK_AHEAD has corners of 0.003, a gate one of 0.75.
    assert np.abs(np.diff(turned, 2)).max() < 0.0005


def test_a_peak_in_one_channel_turns_both_down_so_that_no_voice_wanders() -> None:
    samples = noise(1, level=-30, channels=2)
    samples[20_000, 0] = 2.0

    after = limited(samples)

    here = slice(19_900, 21_000)
    np.testing.assert_allclose(after[here, 0] / samples[here, 0], after[here, 1] / samples[here, 1], rtol=1e-5)


@pytest.mark.parametrize("make", [lambda: spoken()[: 20 * SAMPLE_RATE], lambda: music(10)], ids=["speech", "music"])
def test_what_it_takes_away_from_real_sound_is_little(make: Callable[[], Samples]) -> None:
    samples = make()
    samples = samples * np.float32(CEILING * 10 ** (6 / 20) / highest_point(samples))

    after = limited(samples)

    assert highest_point(after) <= CEILING * SLACK
    assert level(samples) - 1.5 < level(after) < level(samples)


def test_deeper_than_the_deepest_it_does_what_it_can() -> None:
    after = limited(tone(300, 1, 46.0))
    assert 20 * np.log10(np.abs(after[5000:-5000]).max()) == pytest.approx(46 - DEEPEST, abs=0.01)


def test_nothing_in_gives_nothing_out() -> None:
    assert len(Limiter(CEILING).end()) == 0
    assert len(limited(np.zeros((0, 2), np.float32))) == 0


def test_it_hears_what_comes_only_as_far_as_it_says() -> None:
    samples = noise(1, level=-9)
    changed = samples.copy()
    changed[30_000 + LOOK_AHEAD + AFTER :] *= 4

    np.testing.assert_array_equal(limited(samples)[:30_000], limited(changed)[:30_000])


def test_what_was_before_is_forgotten() -> None:
    samples = noise(2, level=-9)
    whole, later = limited(samples), limited(samples[10 * BLOCK :])
    far = MEMORY + 2 * LOOK_AHEAD
    np.testing.assert_array_equal(whole[10 * BLOCK + far :], later[far:])
