"""From what authors say about tracks, edits and music to the sound: what is refused, named, found again and told."""

import re
import shutil

import pytest
from audio.sounds import make
from support.commands import REPOSITORY, publish
from support.house import CONFIG, House

from publisher.errors import PublisherError
from publisher.workflow.advance import advance
from publisher.workflow.edited import Edited, read_edits
from publisher.workflow.prepare import prepare
from publisher.workflow.source import source_digest
from publisher.workflow.telling import Step

MUSIC = '[shows.aloud.audio]\nintro = { file = "music/intro.wav" }\n'
TALK = REPOSITORY / "episodes/inside-engineering-scheduler"


def steps_of(house: House, slug: str = "a-talk") -> dict[str, Step]:
    """What `publish episode` tells, by the name of the step."""
    context = house.context()
    told: list[Step] = []
    advance(context, context.workspace.piece(slug), None, None, told.append)
    return {step.name: step for step in told}


def source(house: House) -> str:
    context = house.context()
    return source_digest(context, context.workspace.piece("a-talk"))


@pytest.mark.parametrize(
    ("matter", "key"),
    [
        ("edits:\n  - {trim: 0:09-end}\n", "edits.0.trim"),
        ("edits:\n  - {cut: 0:01-0:02, reason: R}\n  - {bleep: 0:09-0:10, reason: R}\n", "edits.1.bleep"),
        ("jingles:\n  - {file: talk.wav, at: '0:09'}\n", "jingles.0.at"),
        ("edits:\n  - {cut: start-end, reason: R}\n", "edits"),
    ],
)
def test_edits_that_do_not_fit_to_the_recording_are_told_by_their_key(house: House, matter: str, key: str) -> None:
    house.add_episode(matter=matter)
    ran = publish("episode", "a-talk", at=house.root)
    assert ran.code == 1
    assert f"episodes/a-talk/episode.md: {key}: " in ran.err
    assert "→" in ran.err


def test_music_belongs_to_the_source_of_the_episodes_that_have_it(house: House) -> None:
    house.add_episode()
    without = source(house)
    house.write("publisher.toml", CONFIG + MUSIC)
    make(house.write("music/intro.wav", b""), "sine=f=330:d=2")
    with_music = source(house)
    make(house.root / "music/intro.wav", "sine=f=440:d=2")
    assert len({without, with_music, source(house)}) == 3


def test_keys_that_are_said_as_they_would_be_anyway_change_no_source(house: House) -> None:
    house.add_episode()
    before = source(house)
    house.write("publisher.toml", CONFIG + '[shows.aloud.audio]\nchannels = "stereo"\ngate = true\n')
    house.add_episode(matter="edits: []\njingles: []\nsoundbites: []\n")
    assert source(house) == before


def test_who_is_alone_on_the_only_track_says_all_that_nobody_else_says(house: House) -> None:
    path = house.add_episode()
    path.write_text(path.read_text().replace("- file: talk.wav", "- {file: talk.wav, speaker: ann}"))
    transcript = path.with_name("talk.vtt")
    transcript.write_text(transcript.read_text().replace("<v Ann Host>", ""))
    context = house.context()
    made = prepare(context, context.workspace.piece("a-talk")).made
    assert made
    assert made.retimed.transcript
    assert [cue.speaker for cue in made.retimed.transcript.cues] == ["Ann Host", "Ben Author"]


def test_who_is_said_to_speak_and_says_nothing_is_told(house: House) -> None:
    path = house.add_episode().with_name("talk.vtt")
    path.write_text(path.read_text().replace("<v Ben Author>", "<v Ann Host>"))
    step = steps_of(house)["transcript"]

    assert (step.text, step.done) == ("2 cues from talk.vtt, none of Ben Author: name their turns", False)


@pytest.mark.slow
def test_a_guide_is_nobody_and_shifts_no_names(house: House) -> None:
    path = house.add_episode()
    shutil.copy(TALK / "conversation.flac", path.with_name("talk.flac"))
    cues = (TALK / "transcript.vtt").read_text()
    path.with_name("talk.vtt").write_text(re.sub(r"<v [^>]+>", "", cues))
    tracks = "- {file: talk.flac, guide: true}\n  - {file: talk.flac, channel: left, speaker: ann}\n"
    tracks += "  - {file: talk.flac, channel: right, speaker: ben}"
    path.write_text(path.read_text().replace("- file: talk.wav", tracks))
    context = house.context()
    made = prepare(context, context.workspace.piece("a-talk")).made
    assert made
    assert made.retimed.transcript
    names = [cue.speaker for cue in made.retimed.transcript.cues]
    original = [{"Joe Hart": "Ann Host"}.get(name, "Ben Author") for name in re.findall(r"<v ([^>]+)>", cues)]
    # A word or two over somebody else's voice is left open, never given to the wrong one.
    assert sum(name is not None for name in names) > 0.8 * len(names)
    assert all(name in {None, said} for name, said in zip(names, original, strict=True))


def test_a_transcript_of_which_nothing_is_heard_is_not_published(house: House) -> None:
    house.add_episode(matter="edits:\n  - {trim: 0:03.2-end}\n")
    steps = steps_of(house)
    assert steps["transcript"].text == "2 cues from talk.vtt, 2 cut away"
    assert steps["edits"].text == "trimmed to 0:03.2-end"
    context = house.context()
    roles = {file.role for file in prepare(context, context.workspace.piece("a-talk")).revision.manifest.files}
    assert "transcript" not in roles
    assert publish("review", "show", "a-talk", at=house.root).code == 0


def test_tracks_that_hear_nothing_of_each_other_are_told(house: House) -> None:
    path = house.add_episode()
    make(path.with_name("far.flac"), "anoisesrc=color=pink:seed=3:d=4,tremolo=f=3:d=0.9")
    both = "- file: talk.wav\n  - file: far.flac"
    path.write_text(path.read_text().replace("- file: talk.wav", both))
    step = steps_of(house)["tracks"]
    assert not step.done
    assert step.text.startswith("far.flac: nothing in common was heard with talk.wav")
    told = f"… Tracks: {step.text.removesuffix('; if not, say its offset')}"
    assert told in publish("review", "show", "a-talk", at=house.root).out
    path.write_text(path.read_text().replace("far.flac", "far.flac\n    offset: 0.2"))
    assert steps_of(house)["tracks"] == Step("tracks", "far.flac begins 0.200 s later, as you said")
    assert "Tracks:" not in publish("review", "show", "a-talk", at=house.root).out


@pytest.mark.parametrize(
    ("matter", "where"),
    [
        ("intro: {file: quiet.wav}\n", "episodes/a-talk/episode.md: intro.file"),
        ("jingles:\n  - {file: quiet.wav, at: '0:01'}\n", "episodes/a-talk/episode.md: jingles.0.file"),
        ("", "publisher.toml: shows.aloud.audio.outro.file"),
    ],
)
def test_a_sound_that_cannot_be_used_is_told_by_its_key(house: House, matter: str, where: str) -> None:
    folder = house.add_episode(matter=matter).parent
    make(folder / "quiet.wav", "anullsrc=d=2")
    if not matter:
        house.write("publisher.toml", CONFIG + '[shows.aloud.audio]\noutro = { file = "music/quiet.wav" }\n')
        make(house.write("music/quiet.wav", b""), "anullsrc=d=2")
    with pytest.raises(PublisherError) as refused:
        steps_of(house)
    assert refused.value.where == where
    assert refused.value.what == "quiet.wav has no sound: all of it is silence"


def test_a_track_that_cannot_be_used_is_told_by_its_key(house: House) -> None:
    house.add_episode()
    house.write("episodes/a-talk/talk.wav", "no sound at all")
    with pytest.raises(PublisherError, match=r"talk\.wav is not an audio file") as refused:
        steps_of(house)
    assert refused.value.where == "episodes/a-talk/episode.md: recording.0.file"


def test_tightened_pauses_are_told_in_seconds(house: House) -> None:
    house.add_episode()
    make(house.root / "episodes/a-talk/talk.wav", "sine=f=330:d=6,volume='if(between(t,2,4),0,1)':eval=frame")
    house.write("publisher.toml", CONFIG + "[shows.aloud.audio]\nlongest_pause = 1.0\n")
    assert re.fullmatch(r"1 pause tightened by [01]\.\d s", steps_of(house)["edits"].text)


def test_an_edit_that_goes_on_after_the_end_is_told(house: House) -> None:
    house.add_episode(matter="edits:\n  - {bleep: 0:03-0:09, reason: R}\n")
    step = steps_of(house)["edits"]
    assert not step.done
    assert step.text.startswith("the bleep 0:03-0:09: goes on after the recording's end")


def test_what_became_of_the_master_is_told_before_anything_else_is_made(house: House) -> None:
    house.add_episode(matter="edits:\n  - {cut: 0:01-0:02, reason: R}\n")
    house.write("episodes/a-talk/talk.vtt", "WEBVTT\n\n00:00.000 --> 00:01.000\nHi.\n\n00:09.000 --> 00:10.000\nHi.\n")
    context = house.context()
    told: list[str] = []
    with pytest.raises(PublisherError, match="goes on after the recording's end"):
        advance(context, context.workspace.piece("a-talk"), None, None, lambda step: told.append(step.name))
    assert told == ["recording", "edits", "master"]


def test_edits_are_read_as_they_were_written_or_not_at_all() -> None:
    good = b'[{"kind": "cut", "recording": "0:01-0:02", "reason": "R", "at": 1.0}]'
    assert read_edits(good, "here") == (Edited("cut", "0:01-0:02", "R", 1.0),)
    assert read_edits(None, "here") == ()
    for bad in (b"", b"1", b"[1]", b"\xff", b"[{}]", good.replace(b"1.0", b'"1"'), good.replace(b'"R"', b"7")):
        with pytest.raises(PublisherError, match="as they were written"):
            read_edits(bad, "here")
