"""Files that name other files, what is no file, and names: no other file is opened and nobody is called."""

import os
import socket
import struct
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from mutagen import mp4
from mutagen.id3 import APIC, ID3
from support.commands import HANGS

from audio.sounds import mastered, refusal, silence, speech
from publisher.audio.ffmpeg import executable
from publisher.audio.formats import recognise
from publisher.errors import PublisherError


class Listener:
    """A web server that nobody may call."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0)
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/other.wav"

    def was_called(self) -> bool:
        try:
            self._socket.accept()[0].close()
        except BlockingIOError:
            return False
        return True

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listening = Listener()
    yield listening
    listening.close()


SCRIPTS = {
    "m3u": "#EXTM3U\n#EXTINF:10,\n{other}\n",
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{other}\n#EXT-X-ENDLIST\n",
    "concat": "ffconcat version 1.0\nfile '{other}'\n",
    "concat without its name": "file '{other}'\n",
    "pls": "[playlist]\nFile1={other}\nNumberOfEntries=1\n",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=talk\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\na={other}\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>{other}</BaseURL></MPD>',
    "smil": '<smil><body><audio src="{other}"/></body></smil>',
    "asx": '<asx version="3.0"><entry><ref href="{other}"/></entry></asx>',
    "reference film": "rtsptext{other}",
    "subtitles in an AVI": "RIFF\x00\x10\x00\x00AVI LISTGAB2\x00#EXTM3U\n#EXTINF:10,\n{other}\n",
    "a playlist that says it is a WAV": "RIFF\x00\x10\x00\x00WAVE#EXTM3U\n#EXTINF:10,\n{other}\n",
    "a playlist that says it is an MP4": "\x00\x00\x00\x18ftypM4A \x00\x00\x00\x00\n#EXTM3U\n#EXTINF:10,\n{other}\n",
    "a playlist that says it is an Ogg": "OggS\n#EXTM3U\n#EXTINF:10,\n{other}\n",
}


@pytest.mark.parametrize("kind", SCRIPTS)
def test_a_script_named_like_audio_opens_no_file_and_calls_no_address(
    tmp_path: Path, listener: Listener, kind: str
) -> None:
    for number, other in enumerate([listener.address, speech(tmp_path / "other.wav", seconds=1).as_uri()]):
        script = tmp_path / f"talk{number}.wav"
        script.write_bytes(SCRIPTS[kind].format(other=other).encode("latin-1"))
        refusal(tmp_path, script)
    assert not listener.was_called()


def test_ffmpeg_left_to_guess_and_let_out_would_call(tmp_path: Path, listener: Listener) -> None:
    script = tmp_path / "talk.m3u8"
    script.write_text(SCRIPTS["hls"].format(other=listener.address))
    guessing = [executable(), "-nostdin", "-loglevel", "quiet", "-rw_timeout", "200000"]
    guessing += ["-protocol_whitelist", "file,http,tcp,crypto", "-extension_picky", "0", "-i", str(script)]

    subprocess.run([*guessing, "-f", "null", "-"], check=False, timeout=HANGS)

    assert listener.was_called()


def referring(path: Path, kind: bytes, entry: bytes) -> Path:
    """Make the film `path` say that its sound is in another file: its data reference grows, and all boxes around it."""
    data = bytearray(path.read_bytes())
    at = data.rindex(b"dref") - 4
    (old,) = struct.unpack_from(">I", data, at)
    new = b"dref" + bytes(4) + struct.pack(">II4s", 1, 12 + len(entry), kind) + bytes(4) + entry
    data[at : at + old] = struct.pack(">I", 4 + len(new)) + new
    for name in (b"moov", b"trak", b"mdia", b"minf", b"dinf"):
        head = data.rindex(name) - 4
        struct.pack_into(">I", data, head, struct.unpack_from(">I", data, head)[0] + 4 + len(new) - old)
    path.write_bytes(data)
    return path


def alias(other: Path) -> bytes:
    """What QuickTime writes about a file: a record of 150 bytes with its volume and name, then its whole path."""
    name, whole = str(other.name).encode(), str(other).encode()
    record = bytearray(150)
    record[10:15] = b"\x04disk"
    record[50 : 51 + len(name)] = bytes([len(name)]) + name
    struct.pack_into(">hh", record, 130, 1, 1)
    padded = whole + b"\0" * (len(whole) % 2)
    return bytes(record) + struct.pack(">hh", 2, len(whole)) + padded + struct.pack(">hh", -1, 0)


@pytest.mark.parametrize("kind", [b"alis", b"rsrc", b"url "])
def test_a_film_whose_sound_is_in_another_file_does_not_open_it(tmp_path: Path, kind: bytes) -> None:
    other = speech(tmp_path / "other.mov", "-c:a", "pcm_s16le", seconds=2)
    path = silence(tmp_path / "talk.mov", "-c:a", "pcm_s16le", seconds=2)
    # The sound starts at the same place in both, so that opening the other one would make it heard.
    film_ = referring(path, kind, alias(other) if kind != b"url " else other.as_uri().encode() + b"\0")

    said = refusal(tmp_path, film_).what

    assert "has no sound" in said or "cannot be read" in said


def test_a_matroska_that_goes_on_in_another_file_ends_where_it_ends(tmp_path: Path) -> None:
    other = speech(tmp_path / "other.mkv", seconds=4)
    name = str(other).encode()
    path = speech(tmp_path / "talk.mkv", "-metadata", f"title=:{other}", "-bitexact", seconds=2)
    data = path.read_bytes()
    # `Title` has an id of two bytes and `NextFilename` one of three.
    at = data.index(b":" + name)
    header = data.rindex(b"\x7b\xa9", 0, at)
    path.write_bytes(data[:header] + b"\x3e\x83\xbb" + bytes([0x80 | len(name)]) + name + data[at + 1 + len(name) :])

    assert mastered(tmp_path, path).duration == pytest.approx(2, abs=0.05)


def test_a_picture_that_is_a_link_is_not_fetched(tmp_path: Path, listener: Listener) -> None:
    mp3 = speech(tmp_path / "talk.mp3", seconds=2)
    tags = ID3()  # type: ignore[no-untyped-call]
    tags.add(APIC(encoding=0, mime="-->", type=3, desc="", data=listener.address.encode()))  # type: ignore[no-untyped-call]
    tags.save(mp3)
    m4a = speech(tmp_path / "talk.m4a", seconds=2)
    tagged = mp4.MP4(m4a)  # type: ignore[no-untyped-call]
    tagged["covr"] = [mp4.MP4Cover(listener.address.encode())]  # type: ignore[no-untyped-call]
    tagged.save()  # type: ignore[no-untyped-call]

    for path in (mp3, m4a):
        assert mastered(tmp_path, path).duration == pytest.approx(2, abs=0.05)
    assert not listener.was_called()


# --- What is no file ---


def test_a_link_to_a_recording_is_that_recording(tmp_path: Path) -> None:
    (tmp_path / "link.wav").symlink_to(speech(tmp_path / "talk.wav", seconds=1))

    assert mastered(tmp_path, tmp_path / "link.wav").duration == 1


def test_what_is_no_file_is_refused_and_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # a socket's path may have some hundred letters only
    os.mkfifo("pipe.wav")
    Path("device.wav").symlink_to("/dev/zero")
    Path("gone.wav").symlink_to("nothing.wav")
    Path("circle.wav").symlink_to("circle.wav")
    Path("folder.wav").mkdir()
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.wav")
        said = {name: refusal(tmp_path, Path(f"{name}.wav")).what for name in ("pipe", "device", "socket", "folder")}
    said |= {"gone": refusal(tmp_path, Path("gone.wav")).what}

    assert said == {
        "pipe": "is not a regular file",
        "device": "is not a regular file",
        "socket": "is not a regular file",
        "folder": "is a folder, not an audio file",
        "gone": "is not there",
    }
    with pytest.raises(PublisherError, match="cannot be read"):
        recognise(Path("circle.wav"))


NAMES = [
    b" spaces .wav",
    b'it\'s "quoted".wav',
    b"-dash.wav",
    "🎙 emoji.wav".encode(),
    b"concat:a|b.wav",
    b"file:x.wav",
    b"http:x.wav",
    b"pipe:0",
    b"%03d.wav",
    b"[0:a];anull.wav",
    b"\\back\\slash.wav",
    b"two\nlines.wav",
    b"a\n[info]   Duration: 99:00:00.00, start.wav",
    b"latin-1 \xe9\xff.wav",
    b"x" * 255,
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_is_only_a_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: bytes) -> None:
    monkeypatch.chdir(tmp_path)
    sound = speech(tmp_path / "plain.flac", seconds=1)
    path = Path(os.fsdecode(name))
    try:
        sound.rename(path)
    except OSError:
        pytest.skip("the file system does not take this name")

    assert mastered(tmp_path, path).duration == 1


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    for name in ("nul\0.wav", "x" * 300):
        refusal(tmp_path, tmp_path / name)
