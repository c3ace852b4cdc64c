"""A conversation of two tracks that was cut, bleeped and put around with music: what the public gets of it."""

import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from audio.sounds import decoded, make
from lxml import etree
from support.commands import REPOSITORY, publish
from support.house import CONFIG, House, make_house

from publisher.audio.ffmpeg import executable
from publisher.audio.model import SAMPLE_RATE
from publisher.transcript.formats.webvtt import read_webvtt
from publisher.transcript.model import Transcript
from publisher.workflow.advance import advance
from publisher.workflow.edited import PART
from publisher.workflow.leaving import LEFT_OUT
from publisher.workflow.prepare import Prepared, prepare

if TYPE_CHECKING:
    from publisher.workflow.telling import Step

DEMO = REPOSITORY / "episodes/trust-before-campaigns"
SECONDS = 80
"""Long enough for tracks to be aligned by listening."""
LATE = 1.284
"""Seconds after which the second microphone was switched on."""
INTRO = 3.0
"""By which the intro makes all later: it lasts 4 seconds, one of which it shares with the talk."""
CUT = 3.5 + 0.01
"""Seconds that the cut takes, with its seam."""
BELL = 1.4
"""Seconds of the bell, without what it shares with the talk at both its ends."""
MATTER = """title: A talk
date: 2026-11-03T07:00:00+01:00
summary: Who says what.
speakers: [ann, ben]
recording:
  - {file: joe.flac, speaker: ann}
  - {file: maya.flac, speaker: ben}
transcript: talk.vtt
intro: {file: intro.wav}
jingles:
  - {file: bell.wav, at: "0:28.5", fade: 0.3}
edits:
  - {cut: 0:35.6-0:39.1, reason: They did not mean the customers.}
  - {bleep: 0:14.4-0:17.1, reason: Nobody needs to know who it was.}
chapters:
  - {start: "0:00", title: Before}
  - {start: "0:17.454", title: What was wrong}
  - {start: "0:28.5", title: After the bell}
  - {start: "0:35.9", title: Bluefin}
  - {start: "0:39.0", title: After the cut}
soundbites:
  - {start: "0:39.2", end: "0:54.4", title: What they say, audiogram: [square]}
"""
GUIDELINE = '\n[rules.request]\nsays = "Say it."\nwhy = "So."\ntokens = ["on request", "passionate", "managers"]\n'


def record(folder: Path) -> None:
    """Two people in one room, a microphone each, which hear each other; the second one was switched on later."""
    both = ";".join(
        (
            "[0]aresample=48000,asplit[joe][far]",
            "[1]aresample=48000,asplit[maya][away]",
            "[far]volume=-14dB[a]",
            "[away]volume=-14dB[b]",
            f"[joe][b]amix=2:normalize=0,atrim=end={SECONDS}[x]",
            f"[maya][a]amix=2:normalize=0,atrim=start={LATE}:end={SECONDS},asetpts=N/SR/TB[y]",
        )
    )
    inputs = ["-i", str(DEMO / "joe.flac"), "-i", str(DEMO / "maya.flac"), "-filter_complex", both]
    outputs = ["-map", "[x]", str(folder / "joe.flac"), "-map", "[y]", str(folder / "maya.flac")]
    subprocess.run([executable(), "-nostdin", "-loglevel", "error", "-y", *inputs, *outputs], check=True)


def add_talk(house: House) -> None:
    """The episode, with a transcript in which nobody is named."""
    folder = house.write("episodes/a-talk/episode.md", f"---\n{MATTER}---\n\nNotes.\n").parent
    record(folder)
    make(folder / "intro.wav", "sine=f=330:d=4")
    make(folder / "bell.wav", "sine=f=660:d=2")
    cues = (DEMO / "transcript.vtt").read_text().partition("00:01:08.628")[0]
    house.write("episodes/a-talk/talk.vtt", re.sub(r"<v [^>]+>", "", cues))
    house.write("guidelines.toml", (house.root / "guidelines.toml").read_text() + GUIDELINE)


@dataclass(frozen=True)
class Talk:
    """The prepared episode, and what is in its files."""

    house: House
    prepared: Prepared

    def path(self, role: str) -> Path:
        entry = next(file for file in self.prepared.revision.manifest.files if file.role == role)
        return self.house.context().media.path(entry)

    @property
    def transcript(self) -> Transcript:
        return read_webvtt(self.path("transcript"), "transcript")

    @property
    def chapters(self) -> dict[str, float]:
        said = json.loads(self.path("chapters").read_bytes())["chapters"]
        return {chapter["title"]: chapter["startTime"] for chapter in said}

    @cached_property
    def sound(self) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
        """The MP3 as anybody's player plays it, in mono."""
        return np.frombuffer(decoded(self.path("audio"), channels=1), "<i2").astype(float)

    def rings(self, hertz: float, start: float, end: float) -> bool:
        """Whether most of what sounds between two times is one tone."""
        part = self.sound[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]
        turned = np.exp(-2j * np.pi * hertz * np.arange(len(part)) / SAMPLE_RATE)
        return bool(2 * abs(part @ turned) ** 2 / len(part) > 0.5 * (part @ part))


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Talk:
    house = make_house(tmp_path_factory.mktemp("house"))
    house.write("publisher.toml", CONFIG + '[shows.aloud.audio]\nalternate = "m4a"\n')
    add_talk(house)
    context = house.context()
    return Talk(house, prepare(context, context.workspace.piece("a-talk")))


def test_words_that_were_cut_or_bleeped_are_in_nothing_that_the_public_gets(talk: Talk) -> None:
    manifest, media = talk.prepared.revision.manifest, talk.house.context().media
    files = {file.role: media.path(file).read_bytes() for file in manifest.files}
    parts = {name: data for name, data in talk.prepared.revision.parts.items() if name != PART}
    assert {"audio", "alternate", "waveform", "transcript", "chapters", "audiogram:1-square"} <= files.keys()
    for name, data in {**files, **parts}.items():
        for word in ("uptime", "managers", "Bluefin"):
            assert word.encode() not in data, (name, word)
            assert word.encode("utf-16-le") not in data, (name, word)


@pytest.mark.slow
def test_a_bleep_sounds_where_the_transcript_leaves_words_out(talk: Talk) -> None:
    (cue,) = (cue for cue in talk.transcript.cues if cue.text == LEFT_OUT)
    begin, end = 14.4 + INTRO, 17.1 + INTRO
    assert begin <= cue.start < cue.end <= end
    assert talk.rings(1000, begin + 0.02, begin + 0.2)
    assert talk.rings(1000, end - 0.2, end - 0.02)
    assert not talk.rings(1000, begin - 0.2, begin - 0.02)
    assert not talk.rings(1000, end + 0.02, end + 0.2)


def test_chapters_begin_where_the_sound_changes(talk: Talk) -> None:
    assert talk.chapters == {
        "Before": 0.0,
        "What was wrong": pytest.approx(17.454 + INTRO),
        "After the bell": pytest.approx(28.5 + INTRO + BELL),
        "After the cut": pytest.approx(35.6 + INTRO + BELL - 0.005, abs=0.002),
    }
    bell = talk.chapters["After the bell"]
    assert talk.rings(660, bell - 0.2, bell)
    assert not talk.rings(660, bell + 0.3, bell + 0.5)


@pytest.mark.slow
def test_the_chapters_of_the_file_and_of_the_page_are_those_of_the_list(talk: Talk) -> None:
    tags: Any = import_module("mutagen.id3").ID3(talk.path("audio"))
    listed: Any = import_module("mutagen.mp4").MP4(talk.path("alternate")).chapters
    inside = {str(chapter.sub_frames["TIT2"]): chapter.start_time / 1000 for chapter in tags.getall("CHAP")}
    assert inside == talk.chapters
    assert {chapter.title: chapter.start for chapter in listed} == talk.chapters
    page = talk.prepared.revision.parts["body.html"].decode()
    shown = re.findall(r'data-time="([\d.]+)"><time[^>]*>[^<]*</time> <span>([^<]*)', page)
    assert {title: float(start) for start, title in shown if title in inside} == talk.chapters


def test_the_soundbite_in_the_feed_has_the_times_of_the_master(talk: Talk) -> None:
    item: Any = etree.fromstring(talk.prepared.revision.parts["item.rss.xml"])
    (bite,) = item.iter("{*}soundbite")
    assert float(bite.get("startTime")) == pytest.approx(39.2 + INTRO + BELL - CUT, abs=0.002)
    assert float(bite.get("duration")) == pytest.approx(15.2, abs=0.002)


def test_speakers_are_named_from_their_tracks(talk: Talk) -> None:
    names = {"Joe Hart": "Ann Host", "Maya Okafor": "Ben Author"}
    original = read_webvtt(DEMO / "transcript.vtt", "transcript.vtt")
    said = {cue.text: names[cue.speaker or ""] for cue in original.cues}
    found = [cue for cue in talk.transcript.cues if cue.text != LEFT_OUT]
    assert [cue.speaker for cue in found] == [said[cue.text] for cue in found]


def test_findings_are_about_what_the_public_reads_with_its_time_in_both(talk: Talk) -> None:
    finding, gap = talk.prepared.findings
    assert finding.phrase == "on request"
    assert finding.time == pytest.approx(39.321 + INTRO + BELL - CUT, abs=0.002)
    assert finding.recorded == pytest.approx(39.321, abs=0.001)
    # The transcript ends before the talk does.
    assert gap.rule == "transcript-gap"
    assert gap.recorded == pytest.approx(68.6, abs=0.3)


@pytest.mark.slow
def test_the_same_workspace_gives_the_same_manifest_elsewhere(talk: Talk, tmp_path: Path) -> None:
    shutil.copytree(talk.house.root, tmp_path / "house", ignore=shutil.ignore_patterns(".publisher"))
    context = House(tmp_path / "house").context()
    again = prepare(context, context.workspace.piece("a-talk"))
    assert again.revision.manifest == talk.prepared.revision.manifest


def test_a_host_is_told_what_was_done_and_a_reviewer_why(talk: Talk) -> None:
    context = talk.house.context()
    steps: list[Step] = []
    advance(context, context.workspace.piece("a-talk"), None, None, steps.append)
    told = {step.name: step.text for step in steps}
    assert told["tracks"] == "maya.flac began 1.284 s later"
    assert told["edits"] == "1 cut (0:03.5 in all), 1 bleep"
    assert told["music"] == "intro.wav before, bell.wav at 0:28.5"
    assert told["audiograms"] == "1 audiogram: “What they say” square"
    assert told["transcript"] == "14 cues from talk.vtt, 1 cut away, 1 left without words by an edit"
    ran = publish("review", "show", "a-talk", at=talk.house.root)
    assert ran.code == 0
    assert "0:17  bleep   Nobody needs to know who it was. (0:14.4-0:17.1 in the recording)" in ran.out
