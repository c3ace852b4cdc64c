"""A timeline as sound: what was cut or masked is not in it, and the rest comes through as it was."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from audio.sounds import decoded
from publisher.audio.edits.arranging import arrange
from publisher.audio.edits.assembling import SOFT, Assembly
from publisher.audio.edits.timeline import SEAM, Insert, Mask, Range, Role, Timeline
from publisher.audio.feed import Feed, Held, Samples
from publisher.audio.model import SAMPLE_RATE
from publisher.errors import PublisherError

EPISODES = Path(__file__).parents[2] / "episodes"
ROLES: tuple[Role, ...] = ("intro", "jingle", "outro")
FORBIDDEN = np.float32(1e6)
"""What samples are that nobody may hear: one of them in a fade would be seen."""


def noise(samples: int, channels: int = 1, seed: int = 1) -> Samples:
    return np.random.default_rng(seed).uniform(-0.5, 0.5, (samples, channels)).astype(np.float32)


def flat(samples: int, height: float = 0.5, channels: int = 1) -> Samples:
    return np.full((samples, channels), height, np.float32)


def no_insert(number: int) -> Feed:
    raise AssertionError(number)


def inserts(*sounds: Samples) -> Callable[[int], Feed]:
    return lambda number: Held(sounds[number - 1])


def read_all(feed: Feed, counts: Sequence[int] = (7777,)) -> Samples:
    """Everything, read in pieces of these sizes, again and again."""
    found, number = [feed.read(counts[0])], 0
    while len(found[-1]) == counts[number % len(counts)]:
        number += 1
        found.append(feed.read(counts[number % len(counts)]))
    assert not len(feed.read(100))
    feed.close()
    return np.concatenate(found)


@st.composite
def timelines(draw: st.DrawFn) -> tuple[Timeline, list[Samples]]:
    samples = draw(st.integers(100, 30_000))
    times = st.integers(0, samples - 1)
    parts = st.builds(lambda start, length: Range(start, min(samples, start + length)), times, st.integers(1, 3000))
    masks = st.builds(lambda part, kind: Mask(part.start, part.end, kind), parts, st.sampled_from(["bleep", "silence"]))
    lengths = draw(st.lists(st.integers(1, 12_000), max_size=3))
    sounds = [
        Insert(number, length, draw(st.integers(0, 6000)), role, draw(times))
        for number, length in enumerate(lengths, 1)
        for role in [draw(st.sampled_from(ROLES))]
    ]
    cuts = draw(st.lists(parts.filter(lambda part: not part.start <= samples // 2 < part.end), max_size=4))
    timeline = arrange(samples, cuts=cuts, masks=draw(st.lists(masks, max_size=4)), inserts=sounds)
    return timeline, [noise(length, 2, seed) for seed, length in enumerate(lengths)]


@given(timelines(), st.lists(st.integers(200, 20_000), min_size=1, max_size=4))
@settings(max_examples=60, deadline=None)
def test_any_size_of_blocks_gives_the_same_samples_and_as_many_as_announced(
    arranged: tuple[Timeline, list[Samples]], counts: list[int]
) -> None:
    timeline, sounds = arranged
    talk = noise(timeline.recorded, 2, seed=9)

    in_pieces = read_all(Assembly(timeline, Held(talk), inserts(*sounds)), counts)
    at_once = Assembly(timeline, Held(talk), inserts(*sounds)).read(timeline.samples + 1)

    assert len(at_once) == timeline.samples
    assert np.array_equal(in_pieces, at_once)


@given(timelines())
@settings(max_examples=60, deadline=None)
def test_nothing_that_was_cut_or_masked_takes_part_in_any_sample(arranged: tuple[Timeline, list[Samples]]) -> None:
    timeline, sounds = arranged
    talk = noise(timeline.recorded, 2)
    for part in (*timeline.lost, *timeline.masks):
        talk[part.start : part.end] = FORBIDDEN

    found = read_all(Assembly(timeline, Held(talk), inserts(*sounds)))

    # Three sounds of half of full scale and four bleeps, all at once, would be this loud.
    assert np.abs(found).max() <= 2


@given(timelines())
@settings(max_examples=60, deadline=None)
def test_what_is_far_from_every_edit_comes_through_bit_by_bit(arranged: tuple[Timeline, list[Samples]]) -> None:
    timeline, sounds = arranged
    talk = noise(timeline.recorded, 2)

    found = read_all(Assembly(timeline, Held(talk), inserts(*sounds)))

    touched = np.zeros(timeline.recorded, np.bool_)
    for mask in timeline.masks:
        touched[max(0, mask.start - SOFT) : mask.end + SOFT] = True
    for clip in (clip for clip in timeline.clips if clip.source == 0):
        body = np.arange(clip.fade_in, clip.length - clip.fade_out)
        body = body[~touched[clip.begin + body]]
        assert np.array_equal(found[clip.at + body], talk[clip.begin + body])


def test_a_seam_does_not_swell_where_both_sides_are_alike() -> None:
    timeline = arrange(10_000, cuts=[Range(4000, 6000)])

    found = read_all(Assembly(timeline, Held(flat(10_000)), no_insert))

    assert found == pytest.approx(0.5, abs=1e-6)


def test_music_and_talk_keep_their_power_while_one_fades_into_the_other() -> None:
    timeline = arrange(100_000, inserts=[Insert(1, 100_000, 48_000, "intro")])

    music = read_all(Assembly(timeline, Held(flat(100_000, 0)), inserts(flat(100_000))))
    talk = read_all(Assembly(timeline, Held(flat(100_000)), inserts(flat(100_000, 0))))

    assert music**2 + talk**2 == pytest.approx(0.25, abs=1e-6)
    assert (np.diff(music[:, 0]) <= 0).all()
    assert (np.diff(talk[:, 0]) >= 0).all()
    assert np.abs(np.diff(music[:, 0])).max() < 0.001


def test_a_silence_is_still_within_its_range_and_soft_outside_of_it() -> None:
    timeline = arrange(10_000, masks=[Mask(4000, 6000, "silence")])

    found = read_all(Assembly(timeline, Held(flat(10_000)), no_insert))[:, 0]

    assert not found[4000:6000].any()
    assert (found[: 4000 - SOFT] == 0.5).all()
    assert (found[6000 + SOFT :] == 0.5).all()
    assert 0 < np.abs(np.diff(found)).max() < 0.003


def test_a_bleep_is_a_tone_of_1_khz_and_minus_20_dbfs_in_all_channels_and_soft_at_its_ends() -> None:
    timeline = arrange(20_000, masks=[Mask(4000, 14_000, "bleep")])

    found = read_all(Assembly(timeline, Held(flat(20_000, 0, channels=2)), no_insert))

    assert np.array_equal(found[:, 0], found[:, 1])
    assert not found[:4000].any()
    assert not found[14_000:].any()
    tone = found[4800:9600, 0]
    assert tone.max() == np.float32(0.1)
    assert int(np.abs(np.fft.rfft(tone)).argmax()) == 1000 * len(tone) // SAMPLE_RATE
    assert np.abs(found[4000:4010]).max() < 0.005


def test_a_bleep_is_as_loud_as_it_is_told_to_be() -> None:
    timeline = arrange(2000, masks=[Mask(0, 2000, "bleep")])

    assert read_all(Assembly(timeline, Held(flat(2000)), no_insert, bleep=0.25)).max() == 0.25


def test_a_bleep_beside_a_silence_leaks_nothing() -> None:
    masks = [Mask(4000, 6000, "bleep"), Mask(6000, 8000, "silence")]
    talk = flat(10_000)
    talk[4000:8000] = FORBIDDEN

    found = read_all(Assembly(arrange(10_000, masks=masks), Held(talk), no_insert))

    assert np.abs(found).max() <= 0.5
    assert not found[6000:8000].any()


def test_a_sound_that_ends_sooner_than_it_was_measured_is_an_error() -> None:
    assembly = Assembly(arrange(10_000), Held(flat(9000)), no_insert)

    with pytest.raises(PublisherError, match=r"a sound ended after 0\.2 s, sooner than when it was measured"):
        read_all(assembly)


class Watched(Held):
    """Knows whether it was closed."""

    def __init__(self, samples: Samples) -> None:
        super().__init__(samples)
        self.is_closed = False

    def close(self) -> None:
        self.is_closed = True


@pytest.mark.parametrize("count", [0, 100, 5000, 40_000])
def test_closing_early_closes_all_that_was_opened(count: int) -> None:
    talk = Watched(flat(20_000))
    opened: list[Watched] = []

    def insert(_: int) -> Feed:
        opened.append(Watched(flat(10_000)))
        return opened[-1]

    assembly = Assembly(arrange(20_000, inserts=[Insert(1, 10_000, 100, "intro")]), talk, insert)
    assembly.read(count)
    assembly.close()
    assembly.close()

    assert talk.is_closed
    assert all(one.is_closed for one in opened)
    assert not len(assembly.read(10))


class Endless:
    """An hour of sound that is made as it is read."""

    channels = 2

    def __init__(self, samples: int) -> None:
        self.left = samples
        self.largest = 0

    def read(self, count: int) -> Samples:
        self.largest = max(self.largest, count)
        count = min(count, self.left)
        self.left -= count
        return flat(count, channels=2)

    def close(self) -> None:
        pass


def test_an_hour_is_cut_without_ever_holding_more_than_a_moment_of_it() -> None:
    hour = 3600 * SAMPLE_RATE
    talk = Endless(hour)
    timeline = arrange(hour, cuts=[Range(SAMPLE_RATE, hour - 2 * SAMPLE_RATE)])

    assert len(read_all(Assembly(timeline, talk, no_insert))) == 3 * SAMPLE_RATE - SEAM
    assert talk.largest <= SAMPLE_RATE


def word(samples: NDArray[np.float32], start: float, end: float) -> NDArray[np.float32]:
    return samples[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE), 0]


def test_a_conversation_goes_on_behind_a_cut_as_it_was_recorded() -> None:
    path = EPISODES / "trust-before-campaigns" / "maya.flac"
    with_all = np.frombuffer(decoded(path, channels=1), np.int16).astype(np.float32)[:, np.newaxis] / np.float32(32768)
    timeline = arrange(
        len(with_all),
        trim=Range(15 * SAMPLE_RATE, 60 * SAMPLE_RATE),
        cuts=[Range(30 * SAMPLE_RATE, 40 * SAMPLE_RATE)],
        inserts=[Insert(1, 5 * SAMPLE_RATE, SAMPLE_RATE, "intro")],
    )

    found = read_all(Assembly(timeline, Held(with_all), lambda _: Held(noise(5 * SAMPLE_RATE))))

    at = timeline.to_master(45)
    assert at == pytest.approx(4 + 15 + 5 - 0.01)
    assert np.array_equal(word(found, at, at + 5), word(with_all, 45, 50))
    assert np.abs(word(found, at, at + 5)).max() > 0.01
