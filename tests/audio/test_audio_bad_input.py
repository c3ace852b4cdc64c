"""Headers that say anything, and recordings that are odd and good."""

import os
import struct
import wave
from pathlib import Path
from typing import Literal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audio.sounds import SPEECH, decoded, film, make, mastered, refusal, silence, speech
from publisher.audio.formats import Format
from publisher.audio.model import Track
from publisher.audio.source.claims import READERS, stated
from publisher.audio.source.damage import refuse_no_numbers
from publisher.audio.source.probe import probe
from publisher.errors import PublisherError


def wav(path: Path, *, rate: int = 48_000, channels: int = 1, codec: int = 1, data: int = 96_000) -> Path:
    """A WAV whose header says this, with `data` bytes of noise."""
    size = 2 * channels
    form = struct.pack("<HHIIHH", codec, channels, rate, rate * size & 0xFFFFFFFF, size & 0xFFFF, 16)
    noise = (struct.pack("<97h", *(number * 331 % 20_011 - 10_000 for number in range(97))) * (data // 194 + 1))[:data]
    path.write_bytes(
        b"RIFF"
        + struct.pack("<I", 36 + data)
        + b"WAVEfmt \x10\0\0\0"
        + form
        + b"data"
        + struct.pack("<I", data)
        + noise
    )
    return path


def test_more_channels_than_a_cinema_has_are_refused(tmp_path: Path) -> None:
    assert "200 channels" in refusal(tmp_path, wav(tmp_path / "many.wav", channels=200)).what
    assert "9 channels" in refusal(tmp_path, wav(tmp_path / "nine.wav", channels=9)).what


@pytest.mark.parametrize("channels", [0, 65_535])
def test_numbers_of_channels_that_nobody_has_are_refused(tmp_path: Path, channels: int) -> None:
    refusal(tmp_path, wav(tmp_path / "odd.wav", channels=channels))


@pytest.mark.parametrize("rate", [1, 7_999, 768_000])
def test_sample_rates_that_no_recorder_has_are_refused(tmp_path: Path, rate: int) -> None:
    assert refusal(tmp_path, wav(tmp_path / "odd.wav", rate=rate)).what == f"has a sample rate of {rate} Hz"


@pytest.mark.parametrize("rate", [0, 2**32 - 1])
def test_sample_rates_that_cannot_be_are_refused(tmp_path: Path, rate: int) -> None:
    refusal(tmp_path, wav(tmp_path / "odd.wav", rate=rate))


def test_a_flac_at_the_highest_rate_it_can_say_is_refused(tmp_path: Path) -> None:
    path = make(tmp_path / "high.flac", "sine=sample_rate=655350:duration=0.2")

    assert refusal(tmp_path, path).what == "has a sample rate of 655350 Hz"


def test_a_flac_that_lies_about_its_channels_does_no_harm(tmp_path: Path) -> None:
    path = speech(tmp_path / "eight.flac", seconds=2)
    data = bytearray(path.read_bytes())
    data[20] |= 0b1110  # one channel less than there are, of three bits; every frame says the truth
    path.write_bytes(data)

    assert mastered(tmp_path, path).duration == pytest.approx(2, abs=0.1)


def test_days_of_sound_are_refused_before_they_are_read(tmp_path: Path) -> None:
    path = wav(tmp_path / "days.wav", rate=8_000)
    os.truncate(path, 0x7000_0000)
    with path.open("r+b") as file:
        file.seek(40)
        file.write(struct.pack("<I", 0x7000_0000 - 44))

    with pytest.raises(PublisherError, match=r"says that it is 32\.6 hours long"):
        probe(path)


def test_twelve_hours_are_probed_as_fast_as_a_second(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 1, 8_000, 12 * 3600 * 8_000, "NONE", "not compressed"))
        file.writeframesraw(b"")
    size = 12 * 3600 * 8_000
    path.write_bytes(b"RIFF" + struct.pack("<I", 36 + size) + path.read_bytes()[8:40] + struct.pack("<I", size))
    os.truncate(path, 44 + size)

    found = probe(path)

    assert (found.duration, found.claimed, found.sample_rate) == (12 * 3600, True, 8_000)


def test_twelve_hours_with_what_is_left_of_their_size_are_refused_at_once(tmp_path: Path) -> None:
    path, size = tmp_path / "long.wav", 12 * 3600 * 192_000
    shape = struct.pack("<IHHIIHH", 16, 1, 2, 48_000, 192_000, 4, 16)
    path.write_bytes(b"RIFF\0\0\0\0WAVEfmt " + shape + b"data" + struct.pack("<I", size % (1 << 32)))
    os.truncate(path, 44 + size)

    with pytest.raises(PublisherError, match="more than a WAV can say"):
        probe(path)


def test_a_wav_over_four_gigabytes_is_refused_and_not_read_in_part(tmp_path: Path) -> None:
    path = wav(tmp_path / "long.wav")
    os.truncate(path, path.stat().st_size + (1 << 32))

    with pytest.raises(PublisherError, match="more than a WAV can say") as error:
        probe(path)

    assert "RF64" in (error.value.hint or "")


@settings(max_examples=60, deadline=None)
@given(kind=st.sampled_from(sorted(READERS, key=lambda kind: kind.name)), data=st.data())
def test_whatever_a_header_holds_it_is_read_without_a_traceback(
    tmp_path_factory: pytest.TempPathFactory, headers: dict[str, bytes], kind: Format, data: st.DataObject
) -> None:
    content = bytearray(headers[kind.name])
    for at in data.draw(st.lists(st.integers(0, len(content) - 1), max_size=12)):
        content[at] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("header") / "odd"
    path.write_bytes(content[: data.draw(st.integers(0, len(content)))])

    try:
        seconds = stated(path, kind)
    except PublisherError:
        return
    assert seconds is None or seconds >= 0


@pytest.fixture(scope="module")
def headers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """A short file of each format whose header is read here."""
    folder = tmp_path_factory.mktemp("headers")
    options = {
        "WAV": "-f wav",
        "W64": "-f w64",
        "CAF": "-c:a pcm_s16be -f caf",
        "M4A": "-f ipod",
        "Ogg": "-c:a libopus -f ogg",
    }
    return {name: speech(folder / name, *how.split(), seconds=0.05).read_bytes() for name, how in options.items()}


# --- What is odd and good ---


def test_a_telephone_call_is_mastered(tmp_path: Path) -> None:
    call = speech(tmp_path / "call.wav", "-c:a", "pcm_mulaw", rate=8_000, seconds=3)

    made = mastered(tmp_path, call)

    assert made.duration == pytest.approx(3, abs=0.01)
    assert made.loudness.integrated == pytest.approx(-16, abs=0.5)


def test_floating_point_over_full_scale_is_brought_down_and_not_cut_off(tmp_path: Path) -> None:
    source = SPEECH.format(rate=48_000, seconds=4) + ",volume={times}:precision=float"
    loud, soft = (
        make(tmp_path / f"{times}.wav", source.format(times=times), "-c:a", "pcm_f32le") for times in (16, 0.25)
    )
    samples = np.frombuffer(loud.read_bytes()[-4 * 48_000 :], "<f4")
    assert np.abs(samples).max() > 2

    assert mastered(tmp_path, loud).loudness.true_peak == pytest.approx(
        mastered(tmp_path, soft).loudness.true_peak, abs=0.3
    )


def test_a_constant_voltage_is_taken_away(tmp_path: Path) -> None:
    source = SPEECH.format(rate=48_000, seconds=4) + ",volume=0.3,dcshift=0.3"

    made = mastered(tmp_path, make(tmp_path / "shifted.wav", source))

    heard = np.frombuffer(decoded(made.path), "<i2")[48_000:] / 32_768
    assert abs(heard.mean()) < 0.002


def test_a_track_of_zeros_among_good_ones_is_named(tmp_path: Path) -> None:
    voice, zeros = speech(tmp_path / "voice.wav", seconds=2), silence(tmp_path / "zeros.wav", seconds=2)

    error = refusal(tmp_path, voice, zeros, voice)

    assert error.where == str(zeros)
    assert "has no sound" in error.what


def test_tracks_of_different_lengths_and_rates_are_mixed(tmp_path: Path) -> None:
    tracks = [
        speech(tmp_path / "telephone.wav", rate=8_000, seconds=3),
        speech(tmp_path / "stereo.flac", "-ac", "2", rate=44_100, seconds=2),
        speech(tmp_path / "fine.wav", "-c:a", "pcm_f32le", rate=96_000, seconds=1),
    ]

    assert mastered(tmp_path, *tracks).duration == pytest.approx(3, abs=0.01)


def cinema(path: Path, channel: str) -> Path:
    """7.1 surround with a voice in one channel, or in all."""
    where = channel if channel != "all" else "FL=c0|FR=c0|FC=c0|LFE=c0|BL=c0|BR=c0|SL=c0|SR"
    return make(path, SPEECH.format(rate=48_000, seconds=3) + f",volume=2,pan=7.1|{where}=c0")


@pytest.mark.parametrize("channels", [1, 2])
def test_a_voice_in_the_centre_of_seven_point_one_is_heard_on_both_sides(
    tmp_path: Path, channels: Literal[1, 2]
) -> None:
    made = mastered(tmp_path, cinema(tmp_path / "centre.wav", "FC"), channels=channels)

    assert made.loudness.integrated == pytest.approx(-16 if channels == 2 else -19, abs=0.5)
    left, right = np.frombuffer(decoded(made.path), "<i2").reshape(-1, 2).T.astype(float)
    assert abs(np.abs(left).mean() / np.abs(right).mean() - 1) < 0.02


@pytest.mark.parametrize("channels", [1, 2])
def test_seven_point_one_that_is_full_everywhere_is_not_cut_off(tmp_path: Path, channels: Literal[1, 2]) -> None:
    full = mastered(tmp_path, cinema(tmp_path / "all.wav", "all"), channels=channels)
    one = mastered(tmp_path, cinema(tmp_path / "centre.wav", "FC"), channels=channels)

    assert full.loudness.true_peak == pytest.approx(one.loudness.true_peak, abs=0.4)


def test_the_channel_for_low_effects_alone_is_silence(tmp_path: Path) -> None:
    assert "has no sound" in refusal(tmp_path, cinema(tmp_path / "low.wav", "LFE")).what


FILMS = {
    "mp4": "-c:v mpeg4 -movflags +faststart",
    "mov": "-c:v mpeg4 -c:a pcm_s16le -movflags +faststart",
    "mkv": "-c:v mpeg4 -c:a flac",
    "webm": "-c:v libvpx -c:a libopus",
}


@pytest.mark.parametrize("kind", FILMS)
def test_a_film_is_as_long_as_its_sound_and_not_as_its_picture(tmp_path: Path, kind: str) -> None:
    path = film(tmp_path / f"film.{kind}", *FILMS[kind].split(), picture=9, sound=3, late=1.5)

    assert mastered(tmp_path, path).duration == pytest.approx(3, abs=0.1)
    assert probe(path).claimed


@pytest.mark.parametrize("kind", FILMS)
def test_a_film_that_was_cut_off_is_refused(tmp_path: Path, kind: str) -> None:
    whole = film(tmp_path / "whole", *FILMS[kind].split(), "-f", kind.replace("mkv", "matroska"), picture=6, sound=6)
    cut = tmp_path / f"cut.{kind}"
    cut.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])

    assert "says that it is 6.0 s long" in refusal(tmp_path, cut).what


def test_a_film_in_pieces_says_nothing_of_its_sound_and_is_mastered(tmp_path: Path) -> None:
    options = "-c:v mpeg4 -movflags frag_keyframe+empty_moov"
    path = film(tmp_path / "film.mp4", *options.split(), picture=6, sound=2)

    assert not probe(path).claimed
    assert mastered(tmp_path, path).duration == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize(("kind", "name"), [("avi", "AVI"), ("mpegts", "transport stream"), ("flv", "Flash")])
def test_other_films_are_refused_by_name(tmp_path: Path, kind: str, name: str) -> None:
    path = film(tmp_path / "film.mp4", "-f", kind, "-c:v", "flv", "-c:a", "mp3", "-ar", "44100", picture=1, sound=1)

    error = refusal(tmp_path, path)

    assert name in error.what
    assert "Matroska or WebM" in (error.hint or "")


def test_the_first_sample_that_is_no_number_is_found() -> None:
    block = np.zeros((48_000, 2), np.float32)
    block[24_000, 1] = np.nan
    block[30_000, 0] = np.inf
    track = Track(Path("talk.wav"), "left")

    refuse_no_numbers(track, block[:24_000], 0)
    with pytest.raises(PublisherError, match="not numbers") as error:
        refuse_no_numbers(track, block, 62 * 48_000)

    assert error.value.where == "talk.wav (left), 1:02.5"
