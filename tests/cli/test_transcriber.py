"""`publish transcribe` and `publish transcriber check`, as a user runs them."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest
from speech.samples import TALK, excerpt
from support.commands import HANGS, PUBLISH, environment, publish
from support.house import CONFIG, House
from workflow.test_transcribing import HEAD, tiny

NONE = (
    "import sys; from publisher.speech import models; models.PACKAGES = (); from publisher.cli import main; "
    "sys.argv[0] = 'publish'; main()"
)
"""The command where no model is installed."""


@pytest.fixture
def talk(house: House) -> House:
    """A house with an episode of one person, and no transcript."""
    house.write("episodes/a-talk/talk.wav", excerpt(0.0, 5.0).read_bytes())
    head = HEAD.replace("[ann, ben]", "[ann]")
    house.write("episodes/a-talk/episode.md", f"---\n{head}recording: [{{file: talk.wav}}]\n---\n\nNotes.\n")
    return house


def test_what_is_there_is_said_with_its_digest(house: House) -> None:
    ran = publish("transcriber", "check", at=house.root, env={"PUBLISH_MODEL": str(tiny())})
    assert ran.code == 0, ran.text
    assert f"model       Whisper tiny.en, from {tiny()}" in ran.out
    assert "sha256 2a4410629ba32953df4bbf64d2d866fb507e316f81671859dbd046eed47cc3b1" in ran.out


def test_what_is_missing_is_said_with_every_place_and_how_to_get_it(house: House) -> None:
    command = [PUBLISH[0], "-c", NONE, "transcriber", "check"]
    ran = subprocess.run(command, cwd=house.root, env=environment(), capture_output=True, text=True, check=False)
    assert ran.returncode == 1, ran.stderr
    for place in ("--model", "PUBLISH_MODEL", "transcriber.model", "install a package"):
        assert place in ran.stdout


def test_an_altered_model_is_refused_before_anything_is_heard(talk: House, tmp_path: Path) -> None:
    for path in tiny().iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes()[: -1 if path.suffix == ".bin" else None])
    ran = publish("transcribe", "a-talk", "--model", str(tmp_path), at=talk.root)
    assert ran.code == 1
    assert "model.bin is not that of Whisper tiny.en" in ran.err
    assert not (talk.root / ".publisher/speech").exists()


def test_five_seconds_of_one_person_are_written_down_in_their_name(talk: House) -> None:
    ran = publish("transcribe", "a-talk", "--model", str(tiny()), at=talk.root)
    assert ran.code == 0, ran.text
    assert "Next:  read and correct episodes/a-talk/transcript.vtt" in ran.out
    assert "<v Ann Host>Welcome to" in (talk.root / "episodes/a-talk/transcript.vtt").read_text(encoding="utf-8")

    again = publish("transcribe", "a-talk", "--model", str(tiny()), at=talk.root)
    assert again.code == 1
    assert "there is a transcript already" in again.err


def test_ctrl_c_leaves_no_transcript_and_says_so(talk: House) -> None:
    talk.write("episodes/a-talk/talk.wav", TALK.read_bytes())
    command = [*PUBLISH, "transcribe", "a-talk", "--model", str(tiny())]
    with subprocess.Popen(command, cwd=talk.root, env=environment(), stderr=subprocess.PIPE, text=True) as running:
        shelf = talk.root / ".publisher/speech"
        while not list(shelf.glob("*/speech")):
            assert running.poll() is None, "it ended before that"
            time.sleep(0.1)
        os.kill(running.pid, signal.SIGINT)
        _, said = running.communicate(timeout=HANGS)
    assert running.returncode == 130
    assert said.strip() == "Stopped. Nothing is half-written; run the same command to go on."
    assert not (talk.root / "episodes/a-talk/transcript.vtt").exists()


def test_without_a_transcript_host_and_legal_are_told_to_listen_to_all_of_it(talk: House) -> None:
    talk.write("publisher.toml", f"{CONFIG}\n[transcriber]\nautomatic = false\n")
    ran = publish("episode", "a-talk", at=talk.root)
    assert ran.code == 3, ran.text
    assert "none: listen to all of it; `publish transcriber check` says how to have one made" in ran.out
    assert "No transcript: listen to all of it" in publish("review", "show", "a-talk", at=talk.root).out
