"""Who speaks when: on the conversations of this repository, and what always holds of turns and gates."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio.sounds import decoded
from publisher.audio.model import BLOCK
from publisher.audio.tracks.voices import CLOSED, Levels, Voiced, gates, speaker_of, turns
from publisher.transcript.formats.webvtt import read_webvtt
from publisher.transcript.model import Transcript

EPISODES = Path(__file__).parents[2] / "episodes"
SCHEDULER = EPISODES / "inside-engineering-scheduler"
TRUST = EPISODES / "trust-before-campaigns"


def in_runs(runs: list[tuple[float, int]]) -> Levels:
    return np.repeat([level for level, _ in runs], [blocks for _, blocks in runs]).astype(np.float32)


LEVEL = st.sampled_from([0.0, 1e-9, 1e-7, 1e-5, 1e-4, 1e-3, 1e-2, 0.5, 4.0])
SOME = st.lists(st.lists(st.tuples(LEVEL, st.integers(0, 150)), max_size=8).map(in_runs), min_size=1, max_size=3)
"""Tracks of unequal length, each as quiet, loud and empty as it happens to be."""


def levels(path: Path, channel: int = 0) -> Levels:
    samples = np.frombuffer(decoded(path), "<i2").reshape(-1, 2)[:, channel].astype(np.float32) / np.float32(32768)
    blocks = np.square(samples[: len(samples) // BLOCK * BLOCK]).reshape(-1, BLOCK)
    found: Levels = blocks.mean(axis=1, dtype=np.float32)
    return found


def transcript(folder: Path) -> Transcript:
    return read_webvtt(folder / "transcript.vtt", "transcript.vtt")


CONVERSATIONS = {
    "with bleed": (
        [levels(SCHEDULER / "conversation.flac", channel) for channel in (0, 1)],
        ("Joe Hart", "Sandra Bloom"),
        transcript(SCHEDULER),
    ),
    "without": (
        [levels(TRUST / name) for name in ("joe.flac", "maya.flac")],
        ("Joe Hart", "Maya Okafor"),
        transcript(TRUST),
    ),
}


def bled(tracks: list[Levels], decibels: float) -> list[Levels]:
    """With each voice in the other's track too, and a room around them."""
    share = np.float32(10 ** (decibels / 10))
    length = min(map(len, tracks))
    one, two = (track[:length] for track in tracks)
    return [one + share * two + np.float32(1e-6), two + share * one + np.float32(1e-6)]


@pytest.mark.parametrize("name", CONVERSATIONS)
@pytest.mark.parametrize("bleed", [None, -26, -15, -10])
def test_every_cue_of_a_conversation_gets_its_speaker(name: str, bleed: float | None) -> None:
    tracks, speakers, spoken = CONVERSATIONS[name]
    voiced = turns(tracks if bleed is None else bled(tracks, bleed), [0, 0])
    named = [speaker_of(cue.start, cue.end, voiced) for cue in spoken.cues]
    assert named == [speakers.index(str(cue.speaker)) for cue in spoken.cues]


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_nobody_is_said_to_speak_where_only_the_other_one_does(name: str) -> None:
    tracks, speakers, spoken = CONVERSATIONS[name]
    for each in turns(tracks, [0, 0]):
        own = [cue for cue in spoken.cues if cue.speaker == speakers[each.track]]
        assert any(cue.start - 0.3 < each.end and each.start < cue.end + 0.3 for cue in own), each


def test_two_who_speak_at_once_are_both_heard() -> None:
    tracks, _, _ = CONVERSATIONS["without"]
    together = bled([tracks[0], tracks[1][850:]], -20)  # Maya's first words fall into Joe's second sentence
    voiced = turns(together, [0, 0])
    during = [each.track for each in voiced if each.start < 7.5 and each.end > 6.5]
    assert sorted(set(during)) == [0, 1]


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_no_word_is_turned_down_and_bleed_is(name: str) -> None:
    tracks, speakers, spoken = CONVERSATIONS[name]
    closed = gates(tracks, [0, 0])
    for cue in spoken.cues:
        mine = speakers.index(str(cue.speaker))
        words = slice(int(cue.start * 100) + 15, int(cue.end * 100) - 15)  # around them is a little silence
        assert not closed[mine][words].any()
    inside = [slice(int(cue.start * 100) + 60, int(cue.end * 100) - 30) for cue in spoken.cues]
    down = [closed[1 - speakers.index(str(cue.speaker))][part] for cue, part in zip(spoken.cues, inside, strict=True)]
    assert np.mean(np.concatenate(down) == CLOSED) > 0.9


def test_gates_stay_as_they_are_while_nobody_speaks() -> None:
    word, pause = np.full(100, 1e-2, np.float32), np.full(400, 1e-7, np.float32)
    first, second = np.concatenate([pause, word, pause, pause[:100]]), np.concatenate([pause, pause[:100], pause, word])
    one, two = gates([first, second], [0, 0])
    assert one[:850].max() == 0
    assert two[:850].min() == CLOSED
    assert (one[-1], two[-1]) == (CLOSED, 0)


def test_a_gain_decides_who_is_loud() -> None:
    speech = np.tile(np.repeat(np.array([1e-2, 1e-6], np.float32), 200), 3)
    bleed = speech * np.float32(0.05) + np.float32(1e-8)
    assert {each.track for each in turns([speech, bleed], [0, 0])} == {0}


def test_a_steady_hiss_is_nobody() -> None:
    tracks, _, _ = CONVERSATIONS["with bleed"]
    hiss = np.random.default_rng(3).normal(0, 0.01, (len(tracks[0]), BLOCK)).astype(np.float32)
    voiced = turns([*tracks, np.square(hiss).mean(axis=1, dtype=np.float32)], [0, 0, 10])
    assert {each.track for each in voiced} == {0, 1}


@given(SOME)
def test_turns_are_in_order_and_those_of_one_track_never_touch(tracks: list[Levels]) -> None:
    voiced = turns(tracks, [0.0] * len(tracks))
    assert list(voiced) == sorted(voiced, key=lambda each: each.start)
    for track in range(len(tracks)):
        own = [each for each in voiced if each.track == track]
        assert all(0 <= each.start < each.end <= max(map(len, tracks)) / 100 for each in own)
        assert all(one.end < two.start for one, two in pairwise(own))


@given(SOME)
def test_gates_move_softly_between_open_and_closed(tracks: list[Levels]) -> None:
    for gate in gates(tracks, [0.0] * len(tracks)):
        assert len(gate) == max(map(len, tracks))
        assert ((gate >= 0) & (gate <= CLOSED)).all()
        assert (np.abs(np.diff(gate)) <= 24).all()


@given(SOME)
def test_at_no_time_are_all_tracks_closed(tracks: list[Levels]) -> None:
    assert (np.min(gates(tracks, [0.0] * len(tracks)), axis=0) < CLOSED).all()


def test_a_short_track_beside_a_long_one_is_silent_after_its_end() -> None:
    tracks = [np.full(50, 1e-2, np.float32), np.full(300, 1e-8, np.float32)]
    assert all(each.end < 0.7 for each in turns(tracks, [0, 0]))
    assert [len(gate) for gate in gates(tracks, [0, 0])] == [300, 300]


@pytest.mark.parametrize(
    ("voiced", "speaker"),
    [
        ([Voiced(0, 9, 20)], 0),
        ([Voiced(1, 9, 20), Voiced(0, 10, 10.2)], 1),
        ([Voiced(0, 9, 20), Voiced(1, 9, 20)], None),
        ([Voiced(0, 10, 10.1)], None),
        ([Voiced(0, 0, 10), Voiced(1, 12, 13)], None),
        ([], None),
    ],
)
def test_a_cue_has_the_speaker_who_clearly_says_it_or_none(voiced: list[Voiced], speaker: int | None) -> None:
    assert speaker_of(10, 12, sorted(voiced, key=lambda each: each.start)) == speaker
