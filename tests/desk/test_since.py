"""What changed since somebody looked, what of the sound needs a second listen, and what was heard of it."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.house import House

from desk.opened import opened
from publisher.desk.comparing import Pair, changed_cues, changed_lines
from publisher.desk.shapes import changed
from publisher.transcript.model import Cue
from publisher.workflow.heard import Heard, merged

TIMES = st.floats(0, 60, allow_nan=False)
STRETCHES = st.lists(st.tuples(TIMES, TIMES), max_size=30)


@given(STRETCHES)
def test_stretches_that_were_heard_are_in_order_apart_and_within_the_sound(
    stretches: list[tuple[float, float]],
) -> None:
    found = merged(stretches, 50)
    edges = [edge for stretch in found for edge in stretch]
    assert edges == sorted(edges)
    assert all(0 <= edge <= 50 for edge in edges)
    assert merged(found, 50) == found
    for start, end in stretches:
        assert end <= start or start >= 50 or any(a <= start and min(end, 50) <= b for a, b in found)


def test_all_of_it_is_heard_only_when_nothing_is_missing() -> None:
    assert Heard(((0, 50.2), (52.5, 60.0)), 60).percent == 96
    assert Heard(((0, 59.3),), 60).percent == 100
    assert Heard(((0, 10), (20, 60)), 60).missing == ((10, 20),)
    assert Heard((), 0).noted == {}


def cues(*texts: str) -> list[Cue]:
    return [Cue(number * 2.0, number * 2.0 + 2, "Ann", text) for number, text in enumerate(texts)]


def test_words_that_went_and_came_are_told_apart_from_those_that_stayed() -> None:
    old, new = cues("One two.", "It is never safe."), cues("One two.", "It is hardly safe.", "Really.")
    (found,) = changed_cues(old, new)
    assert found.start == 2.0
    assert [(piece.what, piece.text) for piece in found.pieces] == [
        ("same", "[Ann] It is"), ("gone", "never"), ("new", "hardly"), ("same", "safe."), ("new", "Really."),
    ]  # fmt: skip


@given(st.lists(st.text("ab c", max_size=12), max_size=6), st.lists(st.text("ab c", max_size=12), max_size=6))
def test_what_stayed_and_what_went_are_the_old_words_and_what_stayed_and_came_the_new(
    old: list[str], new: list[str]
) -> None:
    found = list(changed_lines(old, new))
    gone = sum(len(piece.text.split()) for one in found for piece in one.pieces if piece.what == "gone")
    came = sum(len(piece.text.split()) for one in found for piece in one.pieces if piece.what == "new")
    assert came - gone == len(" ".join(new).split()) - len(" ".join(old).split())
    assert bool(found) == (old != new)


def speech(seconds: float, seed: int = 1) -> np.ndarray:
    """Samples at 1 kHz whose loudness changes as that of speech."""
    generator = np.random.default_rng(seed)
    syllables = np.repeat(generator.uniform(0.05, 1, int(seconds * 5) + 1), 200)[: int(seconds * 1000)]
    return np.asarray(syllables * generator.uniform(-1, 1, len(syllables)))


def levels(samples: np.ndarray) -> np.ndarray:
    return np.array([np.abs(samples[at : at + 100]).max() * 127 for at in range(0, len(samples), 100)])


def test_the_same_sound_has_no_stretch_that_changed() -> None:
    sound = levels(speech(60))
    assert changed(sound, sound, []) == []
    assert changed(sound, np.trunc(sound * 1.03), []) == []


@pytest.mark.parametrize("cut", [2.0, 3.27, 0.555])
def test_what_follows_a_cut_is_the_same_though_it_moved_by_no_whole_tenths(cut: float) -> None:
    sound = speech(60)
    at, end = 20_000, 20_000 + int(cut * 1000)
    now = np.concatenate([sound[:at], sound[end:]])
    found = changed(levels(sound), levels(now), [Pair(5.0, 0.0), Pair(30.0, -cut)])
    assert all(start > 19 and stop < 21.5 for start, stop in found)


def test_a_stretch_that_is_bleeped_has_to_be_heard_again_and_nothing_else() -> None:
    sound = speech(60)
    now = sound.copy()
    now[30_000:31_000] = 0.3 * np.sin(np.arange(1000))
    ((start, end),) = changed(levels(sound), levels(now), [])
    assert 29.5 < start < 30.6
    assert 30.5 < end < 31.5


def test_the_desk_says_what_changed_since_this_person_looked(house: House) -> None:
    house.add_episode(seconds=8)
    house.submit("a-talk")
    with opened(house) as desk:
        desk.enter()
        assert desk.get("/pieces/a-talk/changes").says("Everything is new.")
        desk.get("/pieces/a-talk")
        house.add_episode(
            seconds=8, matter="edits:\n  - {bleep: '0:05-0:06', reason: A name.}\n", text="Other notes.\n"
        )
        transcript = house.root / "episodes/a-talk/talk.vtt"
        transcript.write_text(transcript.read_text().replace("Hello.", "Good day."))
        house.submit("a-talk")
        page = desk.get("/pieces/a-talk/changes")
        assert page.says("you looked at it last")
        for words in ("taken out: Hello.", "put in: Good day.", "taken out: Notes.", "put in: Other notes.", "A name."):
            assert page.says(words), words
        assert page.says("0:05.0 to")
        assert 'data-changed="' in desk.get("/pieces/a-talk").text


def test_a_sound_that_did_not_change_needs_no_second_listen(house: House) -> None:
    house.add_episode()
    house.submit("a-talk")
    with opened(house) as desk:
        desk.enter()
        desk.get("/pieces/a-talk")
        path = house.root / "episodes/a-talk/episode.md"
        path.write_text(path.read_text().replace("Notes.", "Other notes."))
        house.submit("a-talk")
        page = desk.get("/pieces/a-talk/changes")
        assert page.says("The sound is the same, byte for byte.")
        assert "data-changed" not in desk.get("/pieces/a-talk").text
