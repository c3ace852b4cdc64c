"""Edits, music, soundbites and tracks, as authors write them."""

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.house import CONFIG, House

from publisher.errors import WorkspaceError
from publisher.workspace.edits import Edit, Times, edit_flaws, parse_range
from publisher.workspace.inserts import Sounding, inserts_of
from publisher.workspace.loading import load
from publisher.workspace.music import Jingle, Music
from publisher.workspace.pieces import Episode, EpisodeMatter, Soundbite, Track
from publisher.workspace.schema import schema_text

DOCS = (Path(__file__).parents[2] / "docs/workspace.md").read_text(encoding="utf-8")
FILE = "episodes/a-talk/episode.md: "


def problems(house: House, matter: str) -> list[str]:
    """What is wrong with an episode that says this."""
    house.add_episode(matter=matter)
    return [str(problem).removeprefix(FILE) for problem in load(house.root).problems]


def episode(house: House, matter: str) -> Episode:
    """The episode that says this; its files are there."""
    house.add_episode(matter=matter)
    found = load(house.root).piece("a-talk")
    assert isinstance(found, Episode)
    return found


def soundings(house: House, matter: str = "") -> tuple[Sounding, ...]:
    found = episode(house, matter)
    return inserts_of(found, load(house.root).show(found), house.root)


@pytest.mark.parametrize(
    ("written", "times"),
    [
        ("12:03.2-12:04.0", (723.2, 724)),
        ("12:03.2 \u2013 12:04", (723.2, 724)),
        ("12:03.2\u201412:04", (723.2, 724)),
        ("723.2-724", (723.2, 724)),
        ("start-0:03", (0, 3)),
        ("0-0:03", (0, 3)),
        ("1:02:03-end", (3723, None)),
        ("Start - End", (0, None)),
    ],
)
def test_a_range_is_two_times_with_a_dash_between_them(house: House, written: str, times: tuple[float, float]) -> None:
    (edit,) = episode(house, f"edits:\n  - cut: {written}\n    reason: The phone rang.\n").matter.edits

    assert (edit.kind, edit.times, edit.reason) == ("cut", times, "The phone rang.")


@given(st.integers(0, 86_400_000), st.integers(1, 86_400_000))
def test_a_range_is_read_as_it_is_shown(start: int, length: int) -> None:
    times = Times(start / 1000, (start + length) / 1000)

    assert parse_range(str(times)) == times


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("cut: 12:03, reason: x", "edits.0.cut: '12:03' is not a range of times; write it like 12:03.2-12:04.0 or"),
        ("cut: [12:03, 12:04], reason: x", "edits.0.cut: is not a range of times; write it like 12:03.2-12:04.0"),
        ("cut: 12:04-12:03, reason: x", "edits.0.cut: '12:04-12:03' ends before it begins; write it like"),
        ("cut: 12:04-12:04, reason: x", "edits.0.cut: '12:04-12:04' is empty; write it like"),
        ("cut: 12:04-12:64, reason: x", "edits.0.cut: '12:64' has more than 59 seconds"),
        ("cut: a-b, reason: x", "edits.0.cut: 'a' is not a time; write it like 12:03.2 or 1:02:03"),
        ("cut: -0:03, reason: x", "edits.0.cut: '' is not a time"),
        ("cut: 1-2", "edits.0: add a reason: why the cut 0:01-0:02?"),
        ("bleep: 12:03.2-12:04", "edits.0: add a reason: why the bleep 12:03.2-12:04?"),
        ("silence: 1:00:01-end", "edits.0: add a reason: why the silence 1:00:01-end?"),
        ("cut: 1-2, bleep: 3-4, reason: x", "edits.0: give each edit an item of its own"),
        ("reason: x", "edits.0: say what to do: trim, cut, bleep, silence"),
        ("beep: 1-2, trim: 1-2", "edits.0.beep: is not known here; did you mean bleep?"),
    ],
)
def test_what_is_wrong_in_an_edit_says_what_to_do(house: House, written: str, problem: str) -> None:
    (found,) = problems(house, f"edits: [{{{written}}}]\n")

    assert found.startswith(problem)


def test_edits_that_contradict_each_other_are_told_all_at_once(house: House) -> None:
    edits = (
        "edits:\n"
        "  - {bleep: 0:19-0:30.5, reason: x}\n"
        "  - {cut: 0:10-0:20, reason: x}\n"
        "  - {trim: 0:15-1:00}\n"
        "  - {cut: 0:02-0:03, reason: x}\n"
        "  - {bleep: 1:00-end, reason: x}\n"
        "  - {trim: 0:10-end}\n"
    )

    assert problems(house, edits) == [
        "edits.0.bleep: the bleep 0:19-0:30.5 and the cut 0:10-0:20 overlap; let one end where the other begins",
        "edits.3.cut: the cut 0:02-0:03 lies outside of the trim 0:15-1:00, which keeps nothing of it; take it out",
        "edits.4.bleep: the bleep 1:00-end lies outside of the trim 0:15-1:00, which keeps nothing of it; take it out",
        "edits.5.trim: there is the trim 0:15-1:00 already; keep one of the two",
    ]


def test_edits_that_meet_at_a_time_are_fine(house: House) -> None:
    edits = "edits: [{cut: 0-5, reason: x}, {bleep: 5-6, reason: x}, {cut: 6-end, reason: x}, {trim: 4-8}]\n"

    assert problems(house, edits) == []


RANGES = st.tuples(st.integers(0, 60), st.integers(1, 20)).map(lambda one: f"{one[0]}-{one[0] + one[1]}")


@given(st.lists(RANGES, max_size=6))
def test_edits_are_accepted_just_when_no_second_has_two_of_them(written: list[str]) -> None:
    edits = [Edit.model_validate({"cut": one, "reason": "x"}) for one in written]
    seconds = [second for one in edits for second in range(int(one.times.start), int(one.times.end or 0))]

    assert (not list(edit_flaws(edits))) == (len(seconds) == len(set(seconds)))


def with_music(house: House, audio: str = "") -> None:
    for name in ("music/in.flac", "music/out.flac", "episodes/a-talk/own.wav", "episodes/a-talk/bell.wav"):
        house.write(name, b"sound")
    house.write("publisher.toml", f"{CONFIG}\n[shows.aloud.audio]\n{audio}")


SHOWS = 'intro = { file = "music/in.flac", fade = 2 }\noutro = { file = "music/out.flac", gain = -6 }\n'


def test_a_shows_music_is_around_its_episodes(house: House) -> None:
    with_music(house, SHOWS)

    assert soundings(house) == (
        Sounding("intro", "show:music/in.flac", house.root / "music/in.flac", 2, 0, None),
        Sounding("outro", "show:music/out.flac", house.root / "music/out.flac", 1, -6, None),
    )


@pytest.mark.parametrize("none", ["none", "false", "No"])
def test_an_episode_has_its_own_music_or_none(house: House, none: str) -> None:
    with_music(house, SHOWS)
    folder = house.root / "episodes/a-talk"

    assert soundings(house, f"intro: {none}\noutro: {{file: own.wav}}\n") == (
        Sounding("outro", "own.wav", folder / "own.wav", 1, 0, None),
    )


def test_an_episode_that_has_no_music_is_another_one_than_an_episode_that_says_nothing(house: House) -> None:
    said = [
        episode(house, more).matter.model_dump(mode="json", exclude_defaults=True) for more in ("", "intro: none\n")
    ]

    assert said[0] != said[1]


def test_jingles_come_in_the_order_of_the_recording(house: House) -> None:
    with_music(house)
    jingles = "jingles: [{file: own.wav, at: 0:20}, {file: bell.wav, at: 0:10.5, fade: 0, gain: 3}]\n"

    assert [(one.role, one.name, one.at, one.fade) for one in soundings(house, jingles)] == [
        ("jingle", "bell.wav", 10.5, 0),
        ("jingle", "own.wav", 20, 1),
    ]


def test_music_that_is_not_there_or_not_right_is_told(house: House) -> None:
    found = problems(house, "intro: {file: lost.wav}\noutro: {file: ../x.wav}\njingles: [{file: bell.wav, at: 0:10}]\n")
    assert found == ["outro.file: name a file in the same folder or below it"]

    found = problems(house, "intro: {file: lost.wav}\njingles: [{file: bell.wav, at: 0:10}]\n")
    assert found == [
        "intro.file: there is no file lost.wav in a-talk/; add it or correct the name",
        "jingles.0.file: there is no file bell.wav in a-talk/; add it or correct the name",
    ]

    found = problems(house, "outro: {fil: x, fade: much, gain: 21}\njingles: [{file: x, at: soon}]\nintro: bell.wav\n")
    assert found == [
        "intro: must be a table of keys, like {file: bell.wav}",
        "jingles.0.at: 'soon' is not a time; write it like 12:03.2 or 1:02:03",
        "outro.fade: must be a number",
        "outro.fil: is not known here; did you mean file?",
        "outro.file: is missing; add it",
        "outro.gain: must be 20.0 or less",
    ]


def test_a_file_whose_name_has_a_line_break_is_to_be_renamed(house: House) -> None:
    found = problems(house, 'intro: {file: "in\\ntro.wav"}\n')
    assert found == ["intro.file: has line breaks or other characters that nobody sees; rename the file"]


def test_what_is_wrong_in_the_audio_of_a_show_is_told(house: House) -> None:
    house.add_episode()
    with_music(house, 'high_pass = 20\nlongest_pause = 0.1\nalternate = "ogg"\nintro = { fade = 1 }\n')
    with pytest.raises(WorkspaceError) as caught:
        load(house.root)
    assert [str(one).removeprefix("publisher.toml: shows.aloud.audio.") for one in caught.value.problems] == [
        "alternate: write m4a, or leave it out",
        "high_pass: must be 40 or more",
        "intro.file: is missing; add it",
        "longest_pause: must be 0.5 or more",
    ]

    with_music(house, 'outro = { file = "music/lost.flac" }\n')
    with pytest.raises(WorkspaceError, match="1 problem") as caught:
        load(house.root)
    assert caught.value.problems[0].key == "shows.aloud.audio.outro.file"


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ("start: 0:10, end: 0:12, title: x", "soundbites.0: lasts 2 seconds; move its ends so that it lasts 15 to 120"),
        ("start: 0:10, end: 2:11, title: x", "soundbites.0: lasts 121 seconds"),
        ("start: 0:10, end: 0:05, title: x", "soundbites.0: ends before it begins"),
        (f"start: 0:10, end: 0:30, title: {'x' * 129}", "soundbites.0.title: has 129 characters; shorten it to 128"),
        (
            "start: 0:10, end: 0:30, title: x, audiogram: [round]",
            "soundbites.0.audiogram.0: use one of 'square' or 'vertical'",
        ),
        (
            "start: 0:10, end: 0:30, title: x, audiogram: [square, square]",
            "soundbites.0.audiogram: name each form once",
        ),
        ("start: [1], end: 0:30, title: x", "soundbites.0.start: must be a time, like 12:03.2"),
    ],
)
def test_what_is_wrong_in_a_soundbite_says_what_to_do(house: House, written: str, problem: str) -> None:
    (found,) = problems(house, f"soundbites: [{{{written}}}]\n")

    assert found.startswith(problem)


@pytest.mark.parametrize("end", ["0:25", "2:10"])
def test_a_soundbite_lasts_15_to_120_seconds(house: House, end: str) -> None:
    assert (
        problems(house, f"soundbites: [{{start: 0:10, end: {end}, title: x, audiogram: [square, vertical]}}]\n") == []
    )


def test_tracks_say_when_they_start_and_whether_they_are_heard(house: House) -> None:
    path = house.add_episode()
    recording = (
        "recording:\n  - {file: talk.wav, guide: true}\n  - {file: talk.wav}\n  - {file: two.wav, offset: -0.35}\n"
    )
    (path.parent / "two.wav").write_bytes((path.parent / "talk.wav").read_bytes())
    path.write_text(re.sub(r"recording:.*?\n(?=\w)", recording, path.read_text(), flags=re.DOTALL))
    found = load(house.root).piece("a-talk")

    assert isinstance(found, Episode)
    assert [(track.offset, track.guide) for track in found.matter.recording] == [
        (None, True),
        (None, False),
        (-0.35, False),
    ]

    path.write_text(path.read_text().replace("offset: -0.35", "offset: early"))
    assert [str(one).removeprefix(FILE) for one in load(house.root).problems] == [
        "recording.2.offset: must be a number"
    ]


@pytest.mark.parametrize(
    ("tracks", "advice"),
    [
        ("[{file: talk.wav, guide: true}]", "nobody is heard"),
        ("[{file: talk.wav, offset: 2}, {file: two.wav}]", "offsets count from talk.wav, the first that is heard"),
        (
            "[{file: talk.wav}, {file: two.wav, channel: left, offset: 2}, {file: two.wav, channel: right, offset: 3}]",
            "two.wav began once: give it one offset",
        ),
    ],
)
def test_offsets_that_contradict_each_other_are_refused(house: House, tracks: str, advice: str) -> None:
    path = house.add_episode()
    (path.parent / "two.wav").write_bytes((path.parent / "talk.wav").read_bytes())
    path.write_text(re.sub(r"recording:.*?\n(?=\w)", f"recording: {tracks}\n", path.read_text(), flags=re.DOTALL))

    (problem,) = load(house.root).problems

    assert problem.advice.startswith(advice)


def test_the_schema_knows_that_an_episode_may_have_no_music() -> None:
    assert {"enum": ["none", False]} in json.loads(schema_text("episode"))["properties"]["intro"]["anyOf"]


def test_the_example_in_the_documentation_is_right(house: House) -> None:
    (example,) = re.findall(r"```yaml\n(edits:.*?)```", DOCS, re.DOTALL)

    assert [edit.kind for edit in episode(house, example).matter.edits] == ["trim", "cut", "bleep"]


@pytest.mark.parametrize(
    "model", [Track, Edit, Music, Jingle, Soundbite, EpisodeMatter], ids=lambda model: model.__name__
)
def test_every_key_is_documented(model: type[EpisodeMatter]) -> None:
    section = DOCS.partition("\n## episode.md")[2].partition("\n## ")[0]

    assert [key for key in model.model_fields if not re.search(rf"\b{key}\b", section)] == []
