"""Recordings that are cut off, damaged or without sound are refused; those that merely look odd are not."""

import struct
from pathlib import Path

import pytest

from audio.sounds import make, silence, speech
from publisher.audio.mastering import master
from publisher.audio.model import Settings, Track
from publisher.errors import PublisherError

CUT = {
    "wav": "-f wav",
    "flac": "-f flac",
    "mp3": "-f mp3",
    "m4a": "-movflags +faststart -f ipod",
    "webm": "-c:a libopus -f webm",
    "w64": "-f w64",
    "caf": "-c:a pcm_s16be -f caf",
    "rf64": "-rf64 always -f wav",
    "aiff": "-f aiff",
}


@pytest.mark.parametrize("kind", CUT)
def test_a_file_that_was_cut_off_is_refused_and_says_how_much_is_there(tmp_path: Path, kind: str) -> None:
    whole = speech(tmp_path / "whole", *CUT[kind].split(), seconds=6).read_bytes()
    cut = tmp_path / f"cut.{kind}"
    cut.write_bytes(whole[: len(whole) // 2])

    with pytest.raises(PublisherError, match=r"says that it is 6\.0 s long, but only [23]\.\d s can be read") as error:
        master([Track(cut)], Settings(), tmp_path / "cache")

    assert error.value.where == str(cut)
    assert error.value.hint


def test_an_ogg_that_ends_in_the_middle_of_a_page_is_refused(tmp_path: Path) -> None:
    whole = speech(tmp_path / "whole.ogg", "-c:a", "libopus", seconds=6).read_bytes()
    (tmp_path / "cut.ogg").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(PublisherError, match="breaks off: its end is missing"):
        master([Track(tmp_path / "cut.ogg")], Settings(), tmp_path / "cache")


def test_an_ogg_without_its_last_page_cannot_be_told_from_a_whole_one(tmp_path: Path) -> None:
    whole = speech(tmp_path / "whole.ogg", "-c:a", "libopus", seconds=6).read_bytes()
    (tmp_path / "cut.ogg").write_bytes(whole[: whole.rindex(b"OggS")])

    assert 4 < master([Track(tmp_path / "cut.ogg")], Settings(), tmp_path / "cache").duration < 6


def test_an_ogg_with_one_wrong_byte_is_refused(tmp_path: Path) -> None:
    path = speech(tmp_path / "flipped.ogg", "-c:a", "flac", seconds=20)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)

    with pytest.raises(PublisherError, match=r"is damaged|can be read"):
        master([Track(path)], Settings(), tmp_path / "cache")


def test_an_m4a_without_its_end_is_refused(tmp_path: Path) -> None:
    whole = speech(tmp_path / "whole.m4a", seconds=6).read_bytes()
    (tmp_path / "cut.m4a").write_bytes(whole[: len(whole) // 2])

    with pytest.raises(PublisherError, match="moov atom not found"):
        master([Track(tmp_path / "cut.m4a")], Settings(), tmp_path / "cache")


def test_a_flac_with_one_wrong_byte_is_refused(tmp_path: Path) -> None:
    path = speech(tmp_path / "flipped.flac", seconds=6)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(data)

    with pytest.raises(PublisherError, match=r"is damaged|can be read"):
        master([Track(path)], Settings(), tmp_path / "cache")


def test_a_flac_with_a_gap_long_before_its_end_is_refused_as_damaged(tmp_path: Path) -> None:
    path = speech(tmp_path / "gap.flac", seconds=130, rate=8000)
    data = bytearray(path.read_bytes())
    data[len(data) // 4 : len(data) // 4 + 3000] = bytes(3000)
    path.write_bytes(data)

    with pytest.raises(PublisherError, match=r"is damaged: .* cannot be read") as error:
        master([Track(path)], Settings(), tmp_path / "cache")

    assert error.value.where == str(path)


def test_a_flac_with_an_old_tag_at_its_end_is_mastered_however_little_sound_is_in_its_last_segment(
    tmp_path: Path,
) -> None:
    path = speech(tmp_path / "tagged.flac", seconds=60.05, rate=8000)
    path.write_bytes(path.read_bytes() + b"TAG" + b" " * 125)

    assert master([Track(path)], Settings(), tmp_path / "cache").duration == pytest.approx(60.05, abs=0.01)


def test_an_mp3_with_holes_is_refused(tmp_path: Path) -> None:
    path = speech(tmp_path / "holes.mp3", seconds=6)
    data = bytearray(path.read_bytes())
    for hole in (20_000, 40_000, 60_000):
        data[hole : hole + 3000] = b"U" * 3000
    path.write_bytes(data)

    with pytest.raises(PublisherError, match=r"is damaged|can be read"):
        master([Track(path)], Settings(), tmp_path / "cache")


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
def test_a_wav_from_a_recorder_that_was_switched_off_is_mastered(tmp_path: Path, size: int) -> None:
    path = speech(tmp_path / "stopped.wav", "-bitexact", seconds=4)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.index(b"data") + 4, size)
    path.write_bytes(data[:-1])

    made = master([Track(path)], Settings(), tmp_path / "cache")

    assert made.duration == pytest.approx(4, abs=0.01)


def test_an_mp3_cut_from_a_longer_one_and_with_an_old_tag_at_its_end_is_mastered(tmp_path: Path) -> None:
    data = speech(tmp_path / "long.mp3", "-b:a", "64k", "-write_xing", "0", seconds=8).read_bytes()
    (tmp_path / "cut.mp3").write_bytes(data[192 * 40 + 45 : -50] + b"TAG" + b" " * 125)

    made = master([Track(tmp_path / "cut.mp3")], Settings(), tmp_path / "cache")

    assert 6.5 < made.duration < 8


def test_a_flac_with_an_old_tag_at_its_end_is_mastered(tmp_path: Path) -> None:
    path = speech(tmp_path / "tagged.flac", seconds=3)
    path.write_bytes(path.read_bytes() + b"TAG" + b" " * 125)

    assert master([Track(path)], Settings(), tmp_path / "cache").duration == pytest.approx(3, abs=0.01)


def test_a_picture_inside_a_recording_is_left_alone(tmp_path: Path) -> None:
    picture = ["-f", "lavfi", "-i", "color=size=600x600,trim=end_frame=1", "-disposition:v", "attached_pic"]
    path = speech(tmp_path / "cover.mp3", *picture, seconds=3)

    assert master([Track(path)], Settings(), tmp_path / "cache").duration == pytest.approx(3, abs=0.01)


def test_a_recording_that_changes_its_shape_halfway_is_refused(tmp_path: Path) -> None:
    stereo = speech(tmp_path / "stereo.mp3", "-ac", "2", "-ar", "44100", seconds=2)
    mono = speech(tmp_path / "mono.mp3", seconds=2)
    stereo.write_bytes(stereo.read_bytes() + mono.read_bytes())

    with pytest.raises(PublisherError, match="changes its sample rate or its channels halfway"):
        master([Track(stereo)], Settings(), tmp_path / "cache")


def test_many_tracks_are_all_judged(tmp_path: Path) -> None:
    voice, mute = speech(tmp_path / "voice.wav", seconds=2), silence(tmp_path / "mute.wav", seconds=2)

    with pytest.raises(PublisherError, match="has no sound") as error:
        master([Track(mute), *[Track(voice)] * 24], Settings(), tmp_path / "cache")

    assert error.value.where == str(mute)


def test_silence_is_refused(tmp_path: Path) -> None:
    quiet = silence(tmp_path / "quiet.wav")

    with pytest.raises(PublisherError, match="has no sound") as error:
        master([Track(quiet)], Settings(), tmp_path / "cache")

    assert error.value.where == str(quiet)
    assert "microphone" in (error.value.hint or "")


def test_the_hiss_of_a_microphone_that_was_off_is_silence(tmp_path: Path) -> None:
    hiss = make(tmp_path / "hiss.flac", "anoisesrc=amplitude=0.0001:duration=5", "-sample_fmt", "s32")

    with pytest.raises(PublisherError, match="has no sound"):
        master([Track(hiss)], Settings(), tmp_path / "cache")


def test_one_silent_track_among_several_is_named(tmp_path: Path) -> None:
    both = make(
        tmp_path / "both.wav",
        "anoisesrc=color=pink:amplitude=0.4:duration=3[a];anullsrc=r=48000:cl=mono,atrim=duration=3[b];[a][b]amerge",
    )

    with pytest.raises(PublisherError, match="has no sound") as error:
        master([Track(both, "left"), Track(both, "right")], Settings(), tmp_path / "cache")

    assert error.value.where == f"{both} (right)"


def test_a_click_of_a_recording_is_too_short(tmp_path: Path) -> None:
    with pytest.raises(PublisherError, match=r"is too short: 0\.20 s"):
        master([Track(speech(tmp_path / "click.wav", seconds=0.2))], Settings(), tmp_path / "cache")


@pytest.mark.parametrize("sample", ["nan", "inf"])
def test_samples_that_are_not_numbers_are_refused(tmp_path: Path, sample: str) -> None:
    path = speech(tmp_path / "nan.wav", "-c:a", "pcm_f32le", "-bitexact", seconds=3)
    data = bytearray(path.read_bytes())
    middle = data.index(b"data") + 8 + 4 * 48_000
    data[middle : middle + 400] = struct.pack("<f", float(sample)) * 100
    path.write_bytes(data)

    with pytest.raises(PublisherError, match="not numbers"):
        master([Track(path)], Settings(), tmp_path / "cache")


def test_a_knock_in_an_almost_silent_room_cannot_be_levelled_and_says_so(tmp_path: Path) -> None:
    knocks = make(tmp_path / "knocks.flac", "aevalsrc='if(lt(mod(t\\,1)\\,0.00002)\\,0.9\\,0)':s=48000:d=4")

    with pytest.raises(PublisherError, match=r"cannot be brought to -16 LUFS under -1 dBTP"):
        master([Track(knocks)], Settings(), tmp_path / "cache")


def test_the_side_of_a_mono_file_is_not_there(tmp_path: Path) -> None:
    mono = speech(tmp_path / "mono.wav", seconds=2)

    with pytest.raises(PublisherError, match="has one channel only"):
        master([Track(mono, "right")], Settings(), tmp_path / "cache")


def test_a_recording_without_tracks_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PublisherError, match="at least one track"):
        master([], Settings(), tmp_path / "cache")
