"""What was written with the times of the recording follows its edits into the master."""

from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.audio.edits.arranging import arrange
from publisher.audio.edits.timeline import Insert, Mask, Range, Timeline, range_of
from publisher.audio.model import SAMPLE_RATE
from publisher.errors import WorkspaceError
from publisher.rendering.sound import Soundbite as PublicSoundbite
from publisher.transcript.formats import FORMATS
from publisher.transcript.formats.webvtt import read_webvtt
from publisher.transcript.model import Cue, Transcript, Word
from publisher.workflow.leaving import LEFT_OUT
from publisher.workflow.retiming import retime_chapters, retime_soundbites, retime_transcript
from publisher.workflow.telling import tightened
from publisher.workspace.loading import load
from publisher.workspace.pieces import Chapter, Episode, Soundbite

ROOT = Path(__file__).parents[2]
LENGTH = 161 * SAMPLE_RATE


def seconds(start: float, end: float) -> Range:
    return range_of(start, end)


def bleep(start: float, end: float) -> Mask:
    part = range_of(start, end)
    return Mask(part.start, part.end, "bleep")


@cache
def recorded() -> tuple[Episode, Transcript]:
    """A real episode with its transcript."""
    found = load(ROOT).piece("trust-before-campaigns")
    assert isinstance(found, Episode)
    return found, read_webvtt(found.folder / "transcript.vtt", "transcript.vtt")


@pytest.fixture
def episode() -> Episode:
    return recorded()[0]


@pytest.fixture
def transcript() -> Transcript:
    return recorded()[1]


def biting(episode: Episode, *bites: tuple[float, float]) -> Episode:
    soundbites = [Soundbite(start=start, end=end, title=f"At {start}") for start, end in bites]
    return replace(episode, matter=episode.matter.model_copy(update={"soundbites": soundbites}))


def starts(chapters: tuple[Chapter, ...]) -> dict[str, float]:
    return {chapter.title: chapter.start for chapter in chapters}


def test_without_edits_nothing_changes(episode: Episode, transcript: Transcript) -> None:
    unedited = arrange(LENGTH)
    bitten = biting(episode, (10, 40.5))

    assert retime_transcript(transcript, unedited) == transcript
    assert retime_chapters(episode, unedited) == tuple(episode.matter.chapters)
    assert retime_soundbites(bitten, unedited) == tuple(bitten.matter.soundbites)


def test_a_cue_that_was_cut_disappears_and_those_behind_it_are_earlier() -> None:
    cues = Transcript((Cue(0, 5, "Ann", "One."), Cue(5, 9, "Ben", "Two."), Cue(9, 12, "Ann", "Three.")))
    timeline = arrange(20 * SAMPLE_RATE, cuts=[seconds(5, 9)])

    assert retime_transcript(cues, timeline).cues == (Cue(0, 4.995, "Ann", "One."), Cue(4.995, 7.99, "Ann", "Three."))


def test_a_cue_that_lost_something_is_shortened_and_loses_all_its_words() -> None:
    cues = Transcript((Cue(0, 5, "Ann", "We pay Bluefin a million."), Cue(5, 9, "Ben", "Two.")))

    cut = retime_transcript(cues, arrange(20 * SAMPLE_RATE, cuts=[seconds(2, 3)]))
    bleeped = retime_transcript(cues, arrange(20 * SAMPLE_RATE, masks=[bleep(2, 3)]))

    assert cut.cues == (Cue(0, 3.99, "Ann", LEFT_OUT), Cue(3.99, 7.99, "Ben", "Two."))
    assert bleeped.cues == (Cue(0, 5, "Ann", LEFT_OUT), Cue(5, 9, "Ben", "Two."))


def test_a_host_who_splits_the_cue_keeps_the_other_words() -> None:
    cues = Transcript((Cue(0, 2, "Ann", "We pay"), Cue(2, 3, "Ann", "Bluefin"), Cue(3, 5, "Ann", "a million.")))

    found = retime_transcript(cues, arrange(20 * SAMPLE_RATE, masks=[bleep(2, 3)]))

    assert [cue.text for cue in found.cues] == ["We pay", LEFT_OUT, "a million."]


def test_a_tightened_pause_takes_no_words() -> None:
    cues = Transcript((Cue(0, 9, "Ann", "One, and after a long while two."),))

    found = retime_transcript(cues, arrange(20 * SAMPLE_RATE, pauses=[seconds(2, 6)]))

    assert found.cues == (Cue(0, 4.99, "Ann", "One, and after a long while two."),)


def test_a_cue_that_ends_where_a_jingle_sounds_does_not_stand_through_it() -> None:
    cues = Transcript((Cue(0, 5, "Ann", "One."), Cue(5, 9, "Ann", "Two.")))
    jingle = Insert(1, 4 * SAMPLE_RATE, SAMPLE_RATE, "jingle", 5 * SAMPLE_RATE)

    found = retime_transcript(cues, arrange(20 * SAMPLE_RATE, inserts=[jingle]))

    assert [(cue.start, cue.end) for cue in found.cues] == [(0, 5), (7, 11)]


@st.composite
def edited(draw: st.DrawFn) -> Timeline:
    times = st.integers(0, 155_000)
    parts = st.builds(
        lambda start, length: range_of(start / 1000, (start + length) / 1000), times, st.integers(1, 6000)
    )
    return arrange(
        LENGTH,
        trim=draw(st.none() | st.just(seconds(5, 150))),
        cuts=draw(st.lists(parts, max_size=4)),
        pauses=draw(st.lists(parts, max_size=4)),
        masks=[Mask(part.start, part.end, "silence") for part in draw(st.lists(parts, max_size=3))],
        inserts=draw(
            st.sampled_from([(), (Insert(1, 240_000, 48_000, "intro"), Insert(2, 96_000, 9000, "jingle", 10**6))])
        ),
    )


@given(edited())
@settings(max_examples=60, deadline=None)
def test_words_of_touched_cues_are_nowhere_and_all_others_are_in_order(timeline: Timeline) -> None:
    transcript = recorded()[1]
    numbered = Transcript(tuple(replace(cue, text=f"{n}") for n, cue in enumerate(transcript.cues)))
    found = retime_transcript(numbered, timeline).cues

    touched = {
        f"{number}"
        for number, cue in enumerate(transcript.cues)
        if any(range_of(cue.start, cue.end).meets(part) for part in (*timeline.lost, *timeline.masks))
    }
    said = [cue.text for cue in found if cue.text != LEFT_OUT]
    assert not touched & set(said)
    assert said == sorted(said, key=int)
    assert all(cue.start < cue.end <= timeline.duration + 0.001 for cue in found)
    assert all(before.start <= after.start for before, after in pairwise(found))


def test_words_follow_the_edits_around_their_cue() -> None:
    words = (Word(2, 2.5, "One", 0.5), Word(3, 4, "two."))
    cues = Transcript((Cue(0, 1, "Ann", "Zero."), Cue(2, 4, "Ann", "One two.", words)))

    cut = retime_transcript(cues, arrange(20 * SAMPLE_RATE, cuts=[seconds(0, 1)], pauses=[seconds(2.6, 2.9)]))

    assert cut.cues == (Cue(1.0, 2.69, "Ann", "One two.", (Word(1.0, 1.5, "One", 0.5), Word(1.69, 2.69, "two."))),)


@pytest.mark.parametrize("part", [(2.2, 2.3), (3.0, 3.1), (3.9, 3.95), (4.05, 4.1)])
def test_where_an_edit_takes_any_word_of_a_cue_no_word_of_it_is_left(part: tuple[float, float]) -> None:
    """Also one that is said in part behind the end of its cue."""
    words = (Word(2, 2.5, "We"), Word(2.5, 2.8, "pay"), Word(3.2, 4.2, "Bluefin."))
    cues = Transcript((Cue(2, 4, "Ann", "We pay Bluefin.", words),))

    for timeline in (arrange(20 * SAMPLE_RATE, cuts=[seconds(*part)]), arrange(20 * SAMPLE_RATE, masks=[bleep(*part)])):
        (found,) = retime_transcript(cues, timeline).cues
        assert (found.text, found.words) == (LEFT_OUT, ())


def worded(draw: st.DrawFn, number: int, cue: Cue) -> Cue:
    """The cue with words that stand nowhere else; some are said a little before or behind it."""
    count = draw(st.integers(1, 6))
    step = (cue.end - cue.start) / count
    early, late = draw(st.sampled_from([(0.0, 0.0), (0.2, 0.0), (0.0, 0.2), (0.0, 0.0)]))
    words = tuple(
        Word(max(cue.start + n * step - early, 0), cue.start + (n + 1) * step + late, f"w{number}x{n}y")
        for n in range(count)
    )
    return replace(cue, text=" ".join(word.text for word in words), words=words)


@pytest.mark.slow
@given(timeline=edited(), data=st.data())
@settings(max_examples=100, deadline=None)
def test_a_word_of_which_anything_was_taken_stands_in_no_public_file(timeline: Timeline, data: st.DataObject) -> None:
    cues = recorded()[1].cues
    brought = Transcript(tuple(data.draw(st.composite(worded)(number, cue)) for number, cue in enumerate(cues)))
    public = retime_transcript(brought, timeline)

    files = [format_.write(public) for format_ in FORMATS]
    taken = (*timeline.lost, *timeline.masks)
    for cue in brought.cues:
        for word in cue.words:
            if any(range_of(word.start, word.end).meets(part) for part in taken):
                assert not any(word.text in file for file in files)
    for found in public.cues:
        assert found.text == (" ".join(word.text for word in found.words) or LEFT_OUT)
        assert all(found.start <= word.start <= word.end <= found.end for word in found.words)
        assert all(before.start <= after.start for before, after in pairwise(found.words))


@given(edited())
@settings(max_examples=60, deadline=None)
def test_chapters_ascend_whatever_was_cut(timeline: Timeline) -> None:
    found = [chapter.start for chapter in retime_chapters(recorded()[0], timeline)]

    assert found[0] == 0
    assert all(before < after for before, after in pairwise(found))
    assert found[-1] < timeline.duration


def test_a_chapter_whose_beginning_was_cut_begins_at_the_seam(episode: Episode) -> None:
    found = starts(retime_chapters(episode, arrange(LENGTH, cuts=[seconds(40, 50)])))

    assert found["What was wrong with the kit"] == 17.454
    assert found["Whose fault it will be"] == 39.995
    assert found["Three dull things"] == pytest.approx(66.811 - 10.01)


def test_a_chapter_of_which_nothing_is_left_disappears(episode: Episode) -> None:
    found = starts(retime_chapters(episode, arrange(LENGTH, cuts=[seconds(44.051, 66.811)])))

    assert "Whose fault it will be" not in found
    assert len(found) == 5


@pytest.mark.parametrize(
    ("masks", "stays"),
    [
        ([bleep(44.051, 66.811)], False),
        ([bleep(40, 50), bleep(50, 70)], False),
        ([bleep(45, 66.811)], True),
        ([bleep(44.051, 50), bleep(51, 70)], True),
    ],
)
def test_the_title_of_a_chapter_of_which_nothing_is_heard_is_not_shown(
    episode: Episode, masks: list[Mask], *, stays: bool
) -> None:
    found = starts(retime_chapters(episode, arrange(LENGTH, masks=masks)))

    assert ("Whose fault it will be" in found) == stays


def test_an_intro_belongs_to_the_first_chapter_also_of_a_talk_that_was_trimmed(episode: Episode) -> None:
    intro = Insert(1, 8 * SAMPLE_RATE, SAMPLE_RATE, "intro")
    found = starts(retime_chapters(episode, arrange(LENGTH, trim=seconds(7, 160), inserts=[intro])))

    assert found["Nine of 240"] == 0
    assert found["What was wrong with the kit"] == pytest.approx(17.454 - 7 + 7)


def test_a_chapter_after_the_end_is_told(episode: Episode) -> None:
    with pytest.raises(WorkspaceError) as caught:
        retime_chapters(episode, arrange(100 * SAMPLE_RATE))
    (problem,) = caught.value.problems
    assert f"{problem}" == (
        "episodes/trust-before-campaigns/episode.md: chapters.5.start: "
        "begins after the recording's end at 1:40; correct its time or take it out"
    )


def test_a_soundbite_moves_with_the_edits_before_it_and_jumps_over_a_tightened_pause(episode: Episode) -> None:
    timeline = arrange(LENGTH, cuts=[seconds(5, 10)], pauses=[seconds(30, 32)])

    (found,) = retime_soundbites(biting(episode, (20, 50)), timeline)

    assert (found.start, found.end, found.title) == (14.99, 42.98, "At 20")


def test_every_soundbite_that_lost_something_is_told_at_once(episode: Episode) -> None:
    timeline = arrange(LENGTH, cuts=[seconds(25, 26)], masks=[bleep(60, 60.5)])

    with pytest.raises(WorkspaceError) as caught:
        retime_soundbites(biting(episode, (10, 30), (50, 70), (80, 100), (150, 170)), timeline)
    assert [(problem.key, problem.advice) for problem in caught.value.problems] == [
        ("soundbites.0", "an edit takes away some of it; choose a passage that is heard whole"),
        ("soundbites.1", "an edit takes away some of it; choose a passage that is heard whole"),
        ("soundbites.3", "ends after the recording's end at 2:41; correct its times"),
    ]


def test_a_soundbite_that_tightened_pauses_make_too_short_is_told(episode: Episode) -> None:
    timeline = arrange(LENGTH, pauses=[seconds(30, 32)])

    with pytest.raises(WorkspaceError) as caught:
        retime_soundbites(biting(episode, (20, 36)), timeline)
    assert [(problem.key, problem.advice) for problem in caught.value.problems] == [
        ("soundbites.0", "lasts 13.99 seconds in the master; move its ends so that it lasts 15 to 120 (feed rule 29)")
    ]


@given(edited())
@settings(max_examples=60, deadline=None)
def test_what_is_gone_was_lost_to_edits_or_is_a_tightened_pause(timeline: Timeline) -> None:
    parts = [*timeline.kept, *timeline.lost, *tightened(timeline)]
    assert all(part.length > 0 for part in parts)
    assert sum(part.length for part in parts) == timeline.recorded


@given(st.integers(0, 36_000_000), st.integers(15_000, 120_000))
def test_the_end_of_a_soundbite_has_no_more_than_milliseconds(start: int, length: int) -> None:
    bite = PublicSoundbite(start / 1000, length / 1000, "T")
    assert bite.end == (start + length) / 1000
