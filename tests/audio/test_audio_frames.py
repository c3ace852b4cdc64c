"""The MP3 itself, as strict programs see it: its Info frame tells the truth, and nothing else is in it."""

import struct
import subprocess
from pathlib import Path

import pytest
from fastcrc import crc16

from audio.sounds import speech, tool
from publisher.audio.encoders.info_frame import info_frame
from publisher.audio.ffmpeg import executable
from publisher.audio.master import Master
from publisher.audio.mastering import master
from publisher.audio.model import Settings, Track

SETTINGS = [Settings(), Settings(1, 64), Settings(2, 64), Settings(2, 320)]


def made_with(settings: Settings, folder: Path) -> Master:
    return master([Track(speech(folder / "recording.wav", "-ac", "2"))], settings, folder / "cache")


def info(path: Path, settings: Settings) -> tuple[int, int, int, int]:
    """Frames, bytes, delay and padding, as the Info frame gives them."""
    data = path.read_bytes()
    place = data.index(b"Info", 0, settings.frame_bytes)
    _, frames, size = struct.unpack_from(">3I", data, place + 4)
    gapless = int.from_bytes(data[place + 141 : place + 144], "big")
    return frames, size, gapless >> 12, gapless & 0xFFF


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_info_frame_counts_what_is_there(tmp_path: Path, settings: Settings) -> None:
    made = made_with(settings, tmp_path)
    data = made.path.read_bytes()
    syncs = [data[place : place + 3] for place in range(0, len(data), settings.frame_bytes)]

    frames, size, delay, padding = info(made.path, settings)

    assert {sync[:2] for sync in syncs} == {b"\xff\xfb"}
    assert len({sync[2] >> 4 for sync in syncs}) == 1
    assert frames == len(syncs) - 1
    assert size == len(data) == made.size
    assert frames * 1152 - delay - padding == made.samples


@pytest.mark.parametrize("settings", SETTINGS)
def test_the_info_frame_says_what_ffmpeg_would_say(tmp_path: Path, settings: Settings) -> None:
    recording = speech(tmp_path / "recording.wav", "-ac", str(settings.channels))
    theirs = tmp_path / "theirs.mp3"
    options = ["-c:a", "libmp3lame", "-reservoir", "0", "-b:a", f"{settings.bitrate_kbps}k", "-id3v2_version", "0"]
    command = [executable(), "-nostdin", "-loglevel", "error", "-i", str(recording), *options, str(theirs)]
    subprocess.run(command, check=True)
    data = theirs.read_bytes()

    music = data[settings.frame_bytes :]
    ours = info_frame(settings, 5 * 48_000, len(data), crc16.arc(music))

    place = data.index(b"Info")
    assert len(ours) == settings.frame_bytes
    assert ours[: place + 16] == data[: place + 16], "the header, frames and bytes"
    assert ours[place + 141 : place + 144] == data[place + 141 : place + 144], "delay and padding"
    assert ours[place + 148 : place + 154] == data[place + 148 : place + 154], "size and checksum of the sound"


@pytest.mark.parametrize("settings", SETTINGS)
def test_mp3val_finds_nothing_to_mend(tmp_path: Path, settings: Settings) -> None:
    checker = tool("mp3val")

    said = subprocess.run(
        [checker, str(made_with(settings, tmp_path).path)], check=True, capture_output=True, text=True
    )

    problems = [
        line for line in said.stdout.splitlines() if line.startswith("WARNING") and "No supported tags" not in line
    ]
    assert problems == []
    assert "CBR" in said.stdout


def test_ffprobe_reads_its_length(tmp_path: Path) -> None:
    made = made_with(Settings(), tmp_path)
    command = [tool("ffprobe"), "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(made.path)]

    said = subprocess.run(command, check=True, capture_output=True, text=True)

    assert float(said.stdout) == pytest.approx(made.duration, abs=0.05)
    assert said.stderr == ""


def test_nobody_signs_the_master(tmp_path: Path) -> None:
    data = made_with(Settings(), tmp_path).path.read_bytes()

    assert not data.startswith(b"ID3")
    assert data[-128:-125] != b"TAG"
    assert b"Lavf" not in data
    assert b"Lavc" not in data
