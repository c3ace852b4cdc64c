"""A talk is heard with real models: its words, its voices, and what it is when nobody speaks in it."""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pytest
from imageio_ffmpeg import get_ffmpeg_exe

from publisher.audio.listening import RATE, Talk, talk_of
from publisher.audio.model import Track
from publisher.audio.shelf import Shelf
from publisher.speech.activity import speech_in
from publisher.speech.hearing import Hearing, find_speech
from publisher.speech.model import Heard, Recognised, Span
from publisher.speech.recogniser import Recogniser
from publisher.speech.writing import Voices, transcript_of
from speech.samples import GERMAN, GERMAN_SAID, GERMAN_SECONDS, SAID, SECONDS, excerpt, made_by, model, samples, words

BASE_SAID = "Can you say anything about Project Bluefin? Well, internally we call it Kestrel now,"
"""From 25.5 to 31.5 s of the talk."""


@dataclass
class Counting:
    """A recogniser that knows how often it was asked."""

    own: Recogniser
    asked: list[Span] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def recognise(self, sound: Any, span: Span, *rest: Any) -> Recognised:  # noqa: ANN401 - as the recogniser's
        with self.lock:
            self.asked.append(span)
        return self.own.recognise(sound, span, *rest)


@pytest.fixture(scope="module")
def tiny() -> Recogniser:
    return Recogniser(model("tiny.en"), 2)


@pytest.fixture(scope="module")
def talk(tmp_path_factory: pytest.TempPathFactory) -> Talk:
    return talk_of([Track(excerpt(), "left"), Track(excerpt(), "right")], tmp_path_factory.mktemp("cache"))


@pytest.fixture(scope="module")
def speech(talk: Talk, tmp_path_factory: pytest.TempPathFactory) -> tuple[Span, ...]:
    return find_speech(talk, Shelf(tmp_path_factory.mktemp("shelf")))


@pytest.fixture(scope="module")
def heard(talk: Talk, speech: tuple[Span, ...], tiny: Recogniser, tmp_path_factory: pytest.TempPathFactory) -> Heard:
    return Hearing(talk, Shelf(tmp_path_factory.mktemp("shelf"))).words(tiny, speech, "en", (), 1)


def test_what_is_said_is_written_down(heard: Heard) -> None:
    found, said = words(" ".join(word.text for word in heard.words)), words(SAID)

    assert sum(word in found for word in said) > 0.8 * len(said)
    assert 0.7 * len(said) < len(found) < 1.2 * len(said)
    assert all(0 <= word.start <= word.end <= SECONDS + 0.5 for word in heard.words)
    assert all(word.probability is not None for word in heard.words)
    assert heard.foreign == ()


def test_of_two_tracks_each_word_has_its_speaker(talk: Talk, heard: Heard) -> None:
    cues = transcript_of(heard, Voices(("Joe", "Sandra"), talk.spoken)).cues
    said = [(cue.speaker, word) for cue in cues for word in words(cue.text)]

    assert {speaker for speaker, word in said if word in {"podcast", "platform", "group"}} == {"Joe"}
    assert {speaker for speaker, word in said if word in {"thanks", "having", "back"}} == {"Sandra"}


def test_speech_is_found_where_it_is_however_the_sound_comes_in_blocks() -> None:
    sound = np.concatenate([np.zeros(40 * RATE, np.float32), samples(excerpt())])
    whole = speech_in([sound])
    parts = speech_in(np.array_split(sound, 37))

    assert whole == parts
    assert whole[0].start == pytest.approx(40.5, abs=0.4)
    assert sum(span.length for span in whole) > 8


@pytest.mark.slow
def test_the_words_are_the_same_for_any_number_of_workers_and_a_run_that_was_stopped_goes_on(
    talk: Talk, speech: tuple[Span, ...], tiny: Recogniser, tmp_path: Path
) -> None:
    def stop(_step: str, done: float, /, seconds: float = 0.0) -> None:
        assert seconds >= 0
        if done > 0.5:
            raise KeyboardInterrupt

    one, two = Counting(tiny), Counting(tiny)
    alone = Hearing(talk, Shelf(tmp_path / "one"), longest=4).words(one, speech, "en", (), 1)  # type: ignore[arg-type]
    with pytest.raises(KeyboardInterrupt):
        Hearing(talk, Shelf(tmp_path / "two"), stop, longest=4).words(two, speech, "en", (), 1)  # type: ignore[arg-type]
    stopped = len(two.asked)
    together = Hearing(talk, Shelf(tmp_path / "two"), longest=4).words(two, speech, "en", (), 2)  # type: ignore[arg-type]

    assert alone == together
    assert len(one.asked) == 3
    assert stopped > 1
    assert len(two.asked) < stopped + 3


@pytest.mark.slow
def test_names_are_heard_right_and_another_language_is_told(tmp_path: Path) -> None:
    base = Recogniser(model("base"))
    path = excerpt(25.5, 6.0)
    talk = talk_of([Track(path)], tmp_path)
    names = base.fitting(["Bluefin", "Kestrel", "Globex"])
    found = Hearing(talk, Shelf(tmp_path / "s")).words(base, find_speech(talk, Shelf(tmp_path / "s")), "de", names, 1)

    assert names == ("Bluefin", "Kestrel", "Globex")
    assert {"bluefin", "kestrel"} <= set(words(" ".join(word.text for word in found.words)))
    assert [language for _, language in found.foreign] == ["en"]


@pytest.mark.slow
@pytest.mark.parametrize("first", ["host", "guest"])
def test_who_speaks_another_language_in_between_is_heard_in_it_and_that_is_told(tmp_path: Path, first: str) -> None:
    host, guest = str(excerpt(12.0, 13.5)), str(GERMAN)
    order = (host, guest) if first == "host" else (guest, host)
    forms = [f"[{number}]aformat=sample_rates=16000:channel_layouts=mono[{number}a];" for number in (0, 1)]
    join = f"{''.join(forms)}[0a][1a]concat=v=0:a=1"
    path = made_by("-i", order[0], "-i", order[1], "-filter_complex", join, to=tmp_path / "talk.wav")
    talk, shelf = talk_of([Track(path)], tmp_path / "cache"), Shelf(tmp_path / "s")
    found = Hearing(talk, shelf).words(Recogniser(model("base")), find_speech(talk, shelf), "en", (), 1)

    ((there, code),) = found.foreign
    start = 13.5 if first == "host" else 0.0
    assert code == "de"
    assert there.start == pytest.approx(start, abs=1.0)
    assert GERMAN_SECONDS / 2 < there.length < GERMAN_SECONDS + 1, "a phrase may be lost, to be marked as in doubt"
    said = words(" ".join(word.text for word in found.words))
    assert sum(word in said for word in words(GERMAN_SAID)) > 0.5 * len(words(GERMAN_SAID))
    assert {"services", "nightly", "build"} <= {*said}


def test_names_are_kept_to_what_the_recogniser_has_room_for(tiny: Recogniser) -> None:
    base = Recogniser(model("base"))
    many = base.fitting([f"Person Number {number}" for number in range(500)])

    assert 20 < len(many) < 100
    assert tiny.fitting(["Bluefin"]) == ()


SILENCE = ("-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono")
CHORD = "sine=220:d=6,tremolo=2[a];sine=277.2:d=6[b];sine=329.6:d=6,tremolo=3[c];[a][b][c]amix=3"


@pytest.mark.parametrize("source", [SILENCE, ("-filter_complex", CHORD)], ids=["silence", "music"])
def test_in_silence_and_music_nobody_speaks(tmp_path: Path, source: tuple[str, ...]) -> None:
    talk = talk_of([Track(made_by(*source, "-t", "6", "-ar", "16000", to=tmp_path / "sound.wav"))], tmp_path)

    assert find_speech(talk, Shelf(tmp_path / "shelf")) == ()


def test_the_sound_that_is_heard_is_the_sound_of_the_file(tmp_path: Path) -> None:
    path = made_by("-f", "lavfi", "-i", "sine=1000:d=3:r=48000", to=tmp_path / "tone.wav")
    heard = np.concatenate(list(talk_of([Track(path)], tmp_path).blocks()))
    other = subprocess.run(
        [get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-ar", "16000", "-f", "f32le", "-"],
        check=True,
        capture_output=True,
    )
    expected = np.frombuffer(other.stdout, np.float32)

    assert len(heard) == len(expected) == 3 * RATE
    assert np.abs(heard - expected)[1600:-1600].max() < 0.01


def test_what_recognisers_cannot_hear_does_not_fold_into_what_they_can(tmp_path: Path) -> None:
    path = made_by("-f", "lavfi", "-i", "sine=9000:d=2:r=48000", to=tmp_path / "high.wav")
    heard = np.concatenate(list(talk_of([Track(path)], tmp_path).blocks()))

    assert np.abs(heard)[1600:-1600].max() < 0.001
