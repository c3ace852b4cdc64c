"""A time in the recording has one place in the master, and a place in the master one in the recording."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from publisher.audio.edits.arranging import arrange
from publisher.audio.edits.timeline import SEAM, TALK, Clip, Insert, Mask, Range, Role, Timeline, edit_range
from publisher.audio.model import SAMPLE_RATE
from publisher.errors import PublisherError

SECOND = SAMPLE_RATE
ROLES: tuple[Role, ...] = ("intro", "jingle", "outro")


@dataclass(frozen=True)
class Case:
    """Edits of a recording, before they are arranged."""

    samples: int
    trim: Range | None
    cuts: Sequence[Range]
    pauses: Sequence[Range]
    inserts: Sequence[Insert]

    @property
    def removed(self) -> list[Range]:
        outside = [Range(0, self.trim.start), Range(self.trim.end, self.samples)] if self.trim else []
        return [*outside, *self.cuts, *self.pauses]

    def arranged(self) -> Timeline:
        return arrange(self.samples, trim=self.trim, cuts=self.cuts, pauses=self.pauses, inserts=self.inserts)

    def kept(self) -> NDArray[np.bool_]:
        """Of each sample, whether it is kept."""
        kept = np.ones(self.samples, np.bool_)
        for one in self.removed:
            kept[one.start : one.end] = False
        return kept


@st.composite
def ranges(draw: st.DrawFn, samples: int) -> Range:
    start = draw(st.integers(0, samples - 1))
    return Range(start, draw(st.integers(start + 1, min(samples, start + max(2, samples // 5)))))


@st.composite
def sounds(draw: st.DrawFn, number: int, samples: int) -> Insert:
    role = draw(st.sampled_from(ROLES))
    length, fade, at = draw(st.tuples(st.integers(1, 5000), st.integers(0, 3000), st.integers(0, samples)))
    return Insert(number, length, fade, role, at if role == "jingle" else 0)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    samples = draw(st.integers(1, 20_000))
    a_few = st.lists(ranges(samples), max_size=5)
    inserts = [draw(sounds(number, samples)) for number in range(1, draw(st.integers(0, 4)) + 1)]
    case = Case(samples, draw(st.none() | ranges(samples)), draw(a_few), draw(a_few), inserts)
    # Something has to be left of it; that nothing is, has a test of its own.
    kept = draw(st.integers(0, samples - 1))
    spared = [one for one in (*case.cuts, *case.pauses) if not one.start <= kept < one.end]
    trim = case.trim if case.trim and case.trim.start <= kept < case.trim.end else None
    return Case(
        samples,
        trim,
        [one for one in case.cuts if one in spared],
        [one for one in case.pauses if one in spared],
        inserts,
    )


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_talk_in_the_master_is_exactly_what_was_not_removed(case: Case) -> None:
    parts = [np.arange(one.start, one.end) for one in case.arranged().kept]

    assert np.array_equal(np.concatenate(parts), np.flatnonzero(case.kept()))


@settings(max_examples=60, deadline=None)
@given(cases())
def test_every_insert_sounds_whole_and_once(case: Case) -> None:
    clips = [clip for clip in case.arranged().clips if clip.source != TALK]

    assert sorted((clip.source, clip.begin, clip.length) for clip in clips) == [
        (insert.number, 0, insert.length) for insert in case.inserts
    ]


@settings(max_examples=60, deadline=None)
@given(cases())
def test_clips_overlap_by_their_fades_and_lengths_add_up(case: Case) -> None:
    timeline = case.arranged()

    assert timeline.clips[0].at == 0
    for clip, after in pairwise(timeline.clips):
        assert clip.fade_out == after.fade_in
        assert clip.at + clip.length - clip.fade_out == after.at
    shared = sum(clip.fade_out for clip in timeline.clips[:-1])
    assert timeline.samples == sum(clip.length for clip in timeline.clips) - shared


@settings(max_examples=60, deadline=None)
@given(cases())
def test_the_fades_of_a_clip_leave_each_other_alone(case: Case) -> None:
    for clip in case.arranged().clips:
        assert min(clip.fade_in, clip.fade_out) >= 0
        assert clip.fade_in + clip.fade_out <= clip.length


@settings(max_examples=60, deadline=None)
@given(cases(), st.data())
def test_times_run_forward_in_both_directions(case: Case, data: st.DataObject) -> None:
    timeline = case.arranged()
    times = st.lists(st.floats(-1, 2 * case.samples / SAMPLE_RATE + 1), min_size=2, max_size=20).map(sorted)

    for ending in (False, True):
        there = [timeline.to_master(time, ending=ending) for time in data.draw(times)]
        assert there == sorted(there)
        assert 0 <= there[0] <= there[-1] <= timeline.duration
    back = [found for time in data.draw(times) if (found := timeline.to_recording(time)) is not None]
    assert back == sorted(back)


def near_a_seam(timeline: Timeline, sample: int) -> bool:
    """Whether a kept sample lies in the outer half of a seam between two parts of the talk."""
    sources = [None, *(clip.source for clip in timeline.clips), None]
    for before, clip, after in zip(sources, timeline.clips, sources[2:], strict=False):
        if clip.source == TALK and clip.begin <= sample < clip.end:
            early = before == TALK and sample < clip.begin + clip.fade_in // 2
            return early or (after == TALK and sample >= clip.end - clip.fade_out + clip.fade_out // 2)
    raise AssertionError(sample)


@settings(max_examples=60, deadline=None)
@given(cases(), st.data())
def test_every_sample_that_is_heard_finds_its_way_there_and_back(case: Case, data: st.DataObject) -> None:
    timeline = case.arranged()
    part = data.draw(st.sampled_from(timeline.kept))
    sample = data.draw(st.integers(part.start, part.end - 1))
    back = timeline.to_recording(timeline.to_master(sample / SAMPLE_RATE))

    assert back is not None
    if not near_a_seam(timeline, sample):
        assert back * SAMPLE_RATE == pytest.approx(sample, abs=1e-6)


@settings(max_examples=60, deadline=None)
@given(cases(), st.data())
def test_a_place_in_the_master_finds_its_way_back_and_there(case: Case, data: st.DataObject) -> None:
    timeline = case.arranged()
    place = data.draw(st.integers(0, timeline.samples - 1)) / SAMPLE_RATE
    back = timeline.to_recording(place)

    if back is None:
        sounding = [clip.source for clip in timeline.clips if clip.at <= place * SAMPLE_RATE < clip.at + clip.length]
        assert TALK not in sounding
    else:
        sample = round(back * SAMPLE_RATE)
        assert case.kept()[max(0, sample - 1) : sample + 1].any()
        assert place == pytest.approx(timeline.to_master(back), abs=1e-9) or place == pytest.approx(
            timeline.to_master(back, ending=True), abs=1e-9
        )


@settings(max_examples=60, deadline=None)
@given(cases(), st.data())
def test_of_a_part_that_was_removed_nothing_is_left_and_of_others_something(case: Case, data: st.DataObject) -> None:
    timeline = case.arranged()
    part = data.draw(ranges(case.samples))
    left = timeline.span(part.start / SAMPLE_RATE, part.end / SAMPLE_RATE)
    heard = part.start + np.flatnonzero(case.kept()[part.start : part.end])

    if not len(heard):
        assert left is None
    elif not all(near_a_seam(timeline, sample) for sample in heard[:: SEAM // 4]):
        assert left is not None
        assert left[0] < left[1]


def test_a_recording_without_edits_is_its_own_master() -> None:
    timeline = arrange(90 * SECOND)

    assert timeline.clips == (Clip(TALK, 0, 90 * SECOND, at=0, fade_in=0, fade_out=0),)
    assert (timeline.to_master(41.234), timeline.to_recording(41.234)) == (41.234, 41.234)


def test_a_cut_makes_everything_behind_it_earlier_by_its_length_and_the_seam() -> None:
    timeline = arrange(60 * SECOND, cuts=[Range(20 * SECOND, 30 * SECOND)])

    assert timeline.duration == 49.99
    assert timeline.to_master(10) == 10
    assert timeline.to_master(45) == 34.99
    assert timeline.to_master(20) == timeline.to_master(25) == timeline.to_master(30) == 19.995
    assert timeline.span(21, 29) is None
    assert timeline.span(15, 25) == (15, 19.995)


def test_music_makes_everything_behind_it_later_but_for_the_fades() -> None:
    inserts = [
        Insert(1, 8 * SECOND, SECOND, "intro"),
        Insert(2, 3 * SECOND, SECOND, "jingle", 30 * SECOND),
        Insert(3, 5 * SECOND, 2 * SECOND, "outro"),
    ]
    timeline = arrange(60 * SECOND, inserts=inserts)

    assert [clip.source for clip in timeline.clips] == [1, TALK, 2, TALK, 3]
    assert timeline.duration == 7 + 60 + 1 + 3
    assert (timeline.to_master(0), timeline.to_master(29), timeline.to_master(31)) == (7, 36, 39)
    # What ends where the jingle sounds ends before it, and what begins there begins behind it.
    assert (timeline.to_master(30, ending=True), timeline.to_master(30)) == (37, 38)
    assert [timeline.to_recording(time) for time in (3, 37.5, 70)] == [None, None, None]


def test_a_jingle_where_something_was_cut_takes_the_place_of_the_seam() -> None:
    jingle = Insert(1, SECOND, 480, "jingle", 25 * SECOND)
    timeline = arrange(60 * SECOND, cuts=[Range(20 * SECOND, 30 * SECOND)], inserts=[jingle])

    assert [(clip.source, clip.begin) for clip in timeline.clips] == [(TALK, 0), (1, 0), (TALK, 30 * SECOND)]
    assert timeline.span(15, 25) == (15, 20)
    assert timeline.span(25, 35) == (20.98, 25.98)


def test_a_fade_is_no_more_than_half_of_what_fades() -> None:
    timeline = arrange(60 * SECOND, inserts=[Insert(1, 3 * SECOND, 10 * SECOND, "intro")])

    assert timeline.clips[0].fade_out == 1.5 * SECOND


def test_a_talk_that_is_begun_or_left_in_its_middle_fades_from_and_to_silence() -> None:
    (clip,) = arrange(60 * SECOND, trim=Range(SECOND, 59 * SECOND)).clips

    assert (clip.begin, clip.length, clip.fade_in, clip.fade_out) == (SECOND, 58 * SECOND, SEAM, SEAM)


def test_tightened_pauses_are_no_loss_and_cuts_are() -> None:
    timeline = arrange(60 * SECOND, cuts=[Range(10 * SECOND, 11 * SECOND)], pauses=[Range(40 * SECOND, 42 * SECOND)])

    assert timeline.is_whole(39, 45)
    assert timeline.is_whole(11, 12)
    assert not timeline.is_whole(10.999, 12)


def test_a_mask_touches_what_it_shares_a_sample_with() -> None:
    timeline = arrange(60 * SECOND, masks=[Mask(723 * 48, 724 * 48, "bleep")])

    assert [timeline.is_masked(*part) for part in ((0, 0.723), (0, 0.7231), (0.724, 9))] == [False, True, False]


def test_nothing_left_of_a_recording_is_an_error() -> None:
    with pytest.raises(PublisherError, match="nothing of the recording is left"):
        arrange(SECOND, trim=Range(0, 100), cuts=[Range(0, 50), Range(50, SECOND)])


def test_an_edit_behind_the_end_is_an_error_and_one_over_it_ends_there() -> None:
    with pytest.raises(PublisherError, match="nothing to edit at 1:01: the recording ends at 1:00"):
        edit_range(61, 62, 60 * SECOND)
    assert edit_range(59, 62, 60 * SECOND) == edit_range(59, None, 60 * SECOND) == Range(59 * SECOND, 60 * SECOND)
