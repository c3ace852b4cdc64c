"""Several microphones as one talk, and what is laid around it, as they come out of the master."""

from pathlib import Path

import numpy as np
import pytest

from audio.samples import level, noise, read, sound, spoken, tone, write
from audio.sounds import measured
from publisher.audio.feed import Samples
from publisher.audio.mastering import master
from publisher.audio.model import SAMPLE_RATE, Edits, Music, Settings, Track

TOLERANCE = 1.0
"""LU, between parts of a master: a voice of a few seconds is not level."""


def part(samples: Samples, start: float, end: float) -> Samples:
    return samples[round(start * SAMPLE_RATE) : round(end * SAMPLE_RATE)]


def talk() -> Samples:
    return spoken(channels=1)[: 20 * SAMPLE_RATE]


def delayed(samples: Samples, seconds: float) -> Samples:
    return np.concatenate([np.zeros((round(seconds * SAMPLE_RATE), samples.shape[1]), np.float32), samples])


def test_a_voice_with_a_guide_is_heard_alone_and_from_both_sides(tmp_path: Path) -> None:
    voice = write(tmp_path / "voice.wav", talk())
    guide = write(tmp_path / "guide.wav", talk() * np.float32(0.3))
    music = write(tmp_path / "music.wav", tone(440, 4, -6.0, channels=2))

    made = master(
        [Track(guide, guide=True), Track(voice)],
        Settings(),
        tmp_path / "cache",
        edits=Edits(music=(Music("intro", music),)),
    )

    found = measured(made.path)
    assert found.integrated == pytest.approx(-16, abs=0.5)
    left, right = read(made.path, channels=2).T
    assert level(left) == pytest.approx(level(right), abs=0.01)
    assert made.duration == pytest.approx(20 + 4 - 1, abs=0.05)


def test_mono_and_stereo_voices_and_music_are_equally_loud_in_a_stereo_show(tmp_path: Path) -> None:
    voice = talk()
    mono = write(tmp_path / "mono.wav", voice)
    both = delayed(np.repeat(voice * np.float32(0.25), 2, axis=1), 22)
    stereo = write(tmp_path / "stereo.wav", both)
    music = write(tmp_path / "music.wav", np.repeat(voice, 2, axis=1)[: 10 * SAMPLE_RATE] * np.float32(0.5))

    made = master(
        [Track(mono), Track(stereo, offset=0.0)],
        Settings(gate=False),
        tmp_path / "cache",
        edits=Edits(music=(Music("outro", music, fade=0.0),)),
    )

    heard = read(made.path, channels=2)
    first, second = level(part(heard, 0.5, 20)), level(part(heard, 22.5, 42))
    music_alone = level(part(heard, 42.5, 52)) - level(part(heard, 22.5, 31.5))
    assert first == pytest.approx(second, abs=TOLERANCE)
    assert music_alone == pytest.approx(0, abs=TOLERANCE)


def test_music_and_bleeps_are_as_loud_as_what_is_left_of_the_talk(tmp_path: Path) -> None:
    loud, voice = noise(30, -6.0), talk() * np.float32(0.1)
    recording = write(tmp_path / "talk.wav", np.concatenate([loud, voice]))
    music = write(tmp_path / "music.wav", talk()[: 10 * SAMPLE_RATE])
    edits = Edits(trim=(30.0, None), bleeps=((35.0, 36.0),), music=(Music("intro", music, fade=0.0),))

    made = master([Track(recording)], Settings(channels=1), tmp_path / "cache", edits=edits)

    heard = read(made.path)
    intro, rest = level(part(heard, 0, 10)), level(part(heard, 16.5, 29.5))
    bleep = level(part(heard, 15.1, 15.9))
    assert intro == pytest.approx(rest, abs=3)
    assert bleep < rest + 3


@pytest.mark.slow
def test_both_sides_of_a_file_lie_where_the_one_that_hears_the_others_lies(tmp_path: Path) -> None:
    one = spoken(channels=1)[: 100 * SAMPLE_RATE]
    hearing = part(one, 5, 100) * np.float32(0.2) + noise(95, -70.0, seed=2)
    other = np.concatenate([hearing, noise(95, -50.0, seed=3)], axis=1)
    first, second = write(tmp_path / "one.wav", one), write(tmp_path / "two.wav", other)

    made = master(
        [Track(first), Track(second, "left"), Track(second, "right")],
        Settings(channels=1, bitrate_kbps=64),
        tmp_path / "cache",
    )

    assert [shift.offset for shift in made.shifts] == [0.0, pytest.approx(5.0, abs=0.001), made.shifts[1].offset]
    assert [shift.found for shift in made.shifts[1:]] == [True, True]


def test_parts_of_another_take_are_not_taken(tmp_path: Path) -> None:
    recording = tmp_path / "talk.wav"
    take = write(tmp_path / "take.wav", talk()).read_bytes()
    other = write(tmp_path / "other.wav", sound(talk()[::-1].copy())).read_bytes()

    def swap(step: str, done: float, /, seconds: float = 0.0) -> None:  # noqa: ARG001 - as Progress
        if step == "measure" and done == 1.0:
            recording.write_bytes(other)
        if step == "check":
            recording.write_bytes(take)
            raise KeyboardInterrupt

    recording.write_bytes(take)
    undisturbed = master([Track(recording)], Settings(), tmp_path / "undisturbed").sha256
    with pytest.raises(KeyboardInterrupt):
        master([Track(recording)], Settings(), tmp_path / "cache", progress=swap)

    assert master([Track(recording)], Settings(), tmp_path / "cache").sha256 == undisturbed
