"""What is taken for audio, and what is refused, in which words."""

import os
import struct
import wave
from pathlib import Path

import pytest

from audio.sounds import make, speech
from publisher.audio.formats import recognise
from publisher.audio.source.probe import probe
from publisher.errors import PublisherError

ENCODED = {
    "wav": ("WAV", "pcm_s16le", "-f wav"),
    "wav-24-bit": ("WAV", "pcm_s24le", "-c:a pcm_s24le -f wav"),
    "wav-float": ("WAV", "pcm_f32le", "-c:a pcm_f32le -f wav"),
    "rf64": ("WAV", "pcm_s16le", "-rf64 always -f wav"),
    "w64": ("W64", "pcm_s16le", "-f w64"),
    "aiff": ("AIFF", "pcm_s16be", "-f aiff"),
    "caf": ("CAF", "pcm_s16be", "-c:a pcm_s16be -f caf"),
    "flac": ("FLAC", "flac", "-f flac"),
    "mp3": ("MP3", "mp3", "-f mp3"),
    "mp3-without-tags": ("MP3", "mp3", "-id3v2_version 0 -write_xing 0 -f mp3"),
    "mp2": ("MP3", "mp2", "-f mp2"),
    "m4a": ("M4A", "aac", "-f ipod"),
    "aac": ("AAC", "aac", "-f adts"),
    "ogg-vorbis": ("Ogg", "vorbis", "-c:a libvorbis -f ogg"),
    "ogg-opus": ("Ogg", "opus", "-c:a libopus -f ogg"),
    "webm": ("Matroska", "opus", "-c:a libopus -f webm"),
}


@pytest.mark.parametrize("kind", ENCODED)
def test_a_format_is_known_by_its_content_whatever_its_name(tmp_path: Path, kind: str) -> None:
    name, codec, options = ENCODED[kind]

    found = probe(speech(tmp_path / "holiday.jpeg", "-ac", "2", *options.split(), seconds=2))

    assert (found.format.name, found.codec) == (name, codec)
    assert (found.sample_rate, found.channels) == (48_000, 2)
    assert found.duration == pytest.approx(2, abs=0.1)


def test_a_film_is_taken_for_its_first_sound(tmp_path: Path) -> None:
    film = tmp_path / "film.mkv"
    make(film, "sine=duration=2:sample_rate=44100", "-f", "lavfi", "-i", "testsrc=duration=2", "-map", "1", "-map", "0")

    found = probe(film)

    assert (found.codec, found.sample_rate, found.channels) == ("vorbis", 44_100, 1)


def test_an_mp3_behind_a_large_picture_is_known(tmp_path: Path) -> None:
    sound = speech(tmp_path / "sound.mp3", "-id3v2_version", "0", seconds=1).read_bytes()
    picture = 100_000
    size = bytes([picture >> 21 & 0x7F, picture >> 14 & 0x7F, picture >> 7 & 0x7F, picture & 0x7F])
    tagged = tmp_path / "tagged.mp3"
    tagged.write_bytes(b"ID3\x04\x00\x00" + size + bytes(picture) + sound)

    assert recognise(tagged).name == "MP3"


PLAYLISTS = {
    "m3u": "#EXTM3U\n#EXTINF:10,\nfile://{other}\n",
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nhttp://127.0.0.1:9/a.ts\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{other}'\n",
    "text": "Good evening.\n",
    "web page": "<!doctype html><title>Sign in</title>",
    "only a tag": "ID3\x04\x00\x00\x00\x00\x00\x00#EXTM3U\nfile://{other}\n",
    "a frame's first bytes": "\u00ff\u00fb\u0090\u0064 and then words",
}


@pytest.mark.parametrize("name", ["talk.wav", "talk.mp3", "talk.flac"])
@pytest.mark.parametrize("kind", PLAYLISTS)
def test_what_is_no_audio_is_refused_whatever_its_name(tmp_path: Path, kind: str, name: str) -> None:
    other = speech(tmp_path / "other.wav", seconds=1)
    script = tmp_path / name
    script.write_bytes((PLAYLISTS[kind].format(other=other) * 30).encode("latin-1"))

    with pytest.raises(PublisherError, match="is not an audio file that is understood") as error:
        probe(script)

    assert "WAV, FLAC, MP3" in (error.value.hint or "")
    assert error.value.where == str(script)


@pytest.mark.parametrize("magic", [b"RIFF\xff\xff\xff\xffWAVE", b"fLaC", b"OggS", b"\0\0\0\x20ftypM4A "])
def test_a_good_beginning_with_rubbish_behind_it_is_refused_without_a_traceback(tmp_path: Path, magic: bytes) -> None:
    broken = tmp_path / "broken.wav"
    broken.write_bytes(magic + bytes(range(256)) * 40)

    with pytest.raises(PublisherError, match=r"cannot be read as audio|has no sound in it") as error:
        probe(broken)

    assert error.value.where == str(broken)
    assert error.value.hint
    assert "0x" not in error.value.what


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(PublisherError, match="is not there"):
        probe(tmp_path / "nothing.wav")


def test_an_empty_file_is_said_to_be_empty(tmp_path: Path) -> None:
    (tmp_path / "empty.wav").touch()

    with pytest.raises(PublisherError, match=r"is empty \(0 bytes\)"):
        probe(tmp_path / "empty.wav")


def test_a_folder_is_said_to_be_a_folder(tmp_path: Path) -> None:
    with pytest.raises(PublisherError, match="is a folder"):
        probe(tmp_path)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.wav")

    with pytest.raises(PublisherError, match="is not a regular file"):
        probe(tmp_path / "pipe.wav")


def test_a_file_without_permission_is_said_to_be_so(tmp_path: Path) -> None:
    secret = speech(tmp_path / "secret.wav", seconds=1)
    secret.chmod(0)
    root = os.geteuid() == 0
    if root:
        os.seteuid(65534)
    try:
        with pytest.raises(PublisherError, match="may not be read"):
            probe(secret)
    finally:
        if root:
            os.seteuid(0)


def test_a_file_without_sound_in_it_is_refused(tmp_path: Path) -> None:
    with wave.open(str(tmp_path / "none.wav"), "wb") as file:
        file.setparams((1, 2, 48_000, 0, "NONE", "not compressed"))

    with pytest.raises(PublisherError, match=r"cannot be read as audio|has no sound in it"):
        probe(tmp_path / "none.wav")


def test_a_film_without_sound_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PublisherError, match=r"cannot be read as audio|has no sound in it"):
        probe(make(tmp_path / "silent.mkv", "testsrc=duration=1"))


def test_a_name_that_looks_like_an_address_or_an_option_is_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("http:127.0.0.1", "-i", "concat:a|b", "100%d.wav"):
        speech(tmp_path / "plain.wav", seconds=1).rename(name)

        assert probe(Path(name)).codec == "pcm_s16le"


@pytest.mark.parametrize("size", [0, 0x7FFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF - 36])
def test_a_wav_whose_recorder_did_not_know_its_size_makes_no_claim(tmp_path: Path, size: int) -> None:
    path = speech(tmp_path / "stream.wav", "-bitexact", seconds=2)
    data = bytearray(path.read_bytes())
    struct.pack_into("<I", data, data.index(b"data") + 4, size)
    path.write_bytes(data)

    found = probe(path)

    assert not found.claimed
    assert found.duration == pytest.approx(2, abs=0.1)
