"""What a file is, by its content.

A name proves nothing: a text file called `talk.wav` may be a playlist, and ffmpeg, left to guess, would follow the
addresses in it. So the first bytes decide, and ffmpeg is told which reader to use.
"""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from publisher.errors import PublisherError

ACCEPTED = "WAV, FLAC, MP3, M4A or AAC, Ogg Opus or Vorbis, AIFF, W64, CAF, Matroska or WebM"
HEAD = 16_384
"""Bytes that are looked at, from the start and again behind an ID3 tag."""


@dataclass(frozen=True)
class Format:
    """A kind of file that is understood."""

    name: str
    """As people call it."""
    demuxer: str
    """As ffmpeg calls the reader of it."""
    checksums: bool = False
    """Every block of audio carries a checksum, so that one bad block is known to be damage."""
    options: tuple[str, ...] = ()
    """For the reader."""


# ffmpeg hands packets from thread to thread, so large ones are a quarter faster to decode; 64 KB fit into any cache.
# And what says that it is PCM is PCM: to look for DTS or AC-3 in disguise takes a tenth of a second each time.
PLAIN = ("-max_size", "65536", "-max_probe_packets", "1")

WAV = Format("WAV", "wav", options=PLAIN)
FLAC = Format("FLAC", "flac", checksums=True)
MP3 = Format("MP3", "mp3")
AAC = Format("AAC", "aac")
MP4 = Format("M4A", "mov")
OGG = Format("Ogg", "ogg", checksums=True)
W64 = Format("W64", "w64", options=PLAIN)
CAF = Format("CAF", "caf")

MAGIC: tuple[tuple[int, bytes, Format], ...] = (
    (8, b"WAVE", WAV),
    (0, b"fLaC", FLAC),
    (4, b"ftyp", MP4),
    (4, b"moov", MP4),
    (4, b"mdat", MP4),
    (4, b"wide", MP4),
    (4, b"free", MP4),
    (4, b"skip", MP4),
    (0, b"OggS", OGG),
    (8, b"AIFF", Format("AIFF", "aiff")),
    (8, b"AIFC", Format("AIFF", "aiff")),
    (0, b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\x00\x00", W64),
    (0, b"caff", CAF),
    (0, b"\x1a\x45\xdf\xa3", Format("Matroska", "matroska")),
)
"""Offset, the bytes there, and what they mean. No two rows fit one file."""

REFUSED: tuple[tuple[int, bytes, str], ...] = (
    (0, b"#EXTM3U", "a playlist"),
    (0, b"ffconcat", "a list of files"),
    (0, b"v=0", "a session description (SDP)"),
    (0, b"<", "a web page or XML"),
    (8, b"AVI ", "an AVI film"),
    (0, b"\x47\x40", "an MPEG transport stream"),
    (0, b"\0\0\x01\xba", "an MPEG programme stream"),
    (0, b"FLV\x01", "a Flash film"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "Windows Media"),
    (0, b"#!AMR", "AMR"),
    (0, b"wvpk", "WavPack"),
    (0, b"MAC ", "Monkey's Audio"),
    (0, b"DSD ", "DSD"),
    (0, b".snd", "AU"),
    (0, b"MThd", "MIDI, which has notes and no sound"),
    (0, b"PK\x03\x04", "a ZIP"),
)
"""As MAGIC: what is known but not taken. Only for the sake of a message: what is in neither is refused as well."""

LAYERS = {0b01: MP3, 0b10: MP3, 0b00: AAC}
"""The layer bits of an MPEG audio frame: III and II; none at all is AAC in ADTS frames."""


def recognise(path: Path) -> Format:
    """Say what audio file `path` is.

    Raises PublisherError, each with its own words: no file, a folder, not readable, empty, not audio as understood.
    """
    with _opened(path) as stream:
        head = stream.read(HEAD)
        if not head:
            raise PublisherError("is empty (0 bytes)", where=str(path), hint="export the recording again")
        found = _by_magic(head) or _by_frames(_behind_id3(stream, head))
    if found is None:
        known = next((what for offset, magic, what in REFUSED if head.startswith(magic, offset)), None)
        what = "is not an audio file that is understood" + (f", but {known}" if known else "")
        raise PublisherError(what, where=str(path), hint=f"give {ACCEPTED}")
    return found


@contextmanager
def _opened(path: Path) -> Iterator[BinaryIO]:
    try:
        # A pipe would wait for somebody to write, so its kind is asked before it is opened.
        kind = path.stat().st_mode
        if stat.S_ISDIR(kind):
            raise PublisherError("is a folder, not an audio file", where=str(path), hint="give the file inside it")
        if not stat.S_ISREG(kind):
            raise PublisherError("is not a regular file", where=str(path), hint=f"give {ACCEPTED}")
        with path.open("rb") as stream:
            yield stream
    except FileNotFoundError:
        raise PublisherError("is not there", where=str(path), hint="check the name and the folder") from None
    except PermissionError:
        raise PublisherError(
            "may not be read", where=str(path), hint="ask its owner for permission to read it"
        ) from None
    except ValueError:  # a NUL, which the system takes for the end of a name
        raise PublisherError("is not a name that a file can have", where=repr(str(path)), hint="rename it") from None
    except OSError as error:
        what = f"cannot be read: {os.strerror(error.errno or 0)}"
        raise PublisherError(what, where=str(path), hint="check its name, its folder and the disk") from error


def _by_magic(head: bytes) -> Format | None:
    return next((kind for offset, magic, kind in MAGIC if head.startswith(magic, offset)), None)


def _behind_id3(stream: BinaryIO, head: bytes) -> bytes:
    """Give what follows an ID3v2 tag and the zeros that some writers put there; `head` itself without a tag."""
    if not head.startswith(b"ID3") or len(head) < 10:  # noqa: PLR2004 - the tag's own header
        return head
    high, mid, low, last = (byte & 0x7F for byte in head[6:10])
    stream.seek(10 + (high << 21 | mid << 14 | low << 7 | last))
    return stream.read(HEAD).lstrip(b"\0")


def _by_frames(data: bytes) -> Format | None:
    """Recognise bare frames by three in a row: one alone turns up by chance in any data.

    They need not start at once: a piece cut from a longer file starts in the middle of a frame.
    """
    if data.startswith(b"fLaC"):
        return FLAC
    starts = (found.start() for found in re.finditer(b"\xff", data))
    start = next((start for start in starts if _three_frames(data[start:])), None)
    return None if start is None else LAYERS[data[start + 1] >> 1 & 3]


def _three_frames(data: bytes) -> bool:
    for _ in range(3):
        size = _frame_size(data)
        if size == 0:
            return False
        data = data[size:]
    return True


def _frame_size(frame: bytes) -> int:
    """Size in bytes of the MPEG audio frame at the start of `frame`; 0 when there is none."""
    if len(frame) < 6 or frame[0] != 0xFF or frame[1] & 0xE0 != 0xE0:  # noqa: PLR2004 - the sync word
        return 0
    if frame[1] & 0xF6 == 0xF0:  # noqa: PLR2004 - ADTS: twelve bits of sync, no layer
        return (frame[3] & 3) << 11 | frame[4] << 3 | frame[5] >> 5
    return _mpeg_frame_size(version=frame[1] >> 3 & 3, layer=frame[1] >> 1 & 3, byte=frame[2])


LAYER_3, LAYER_2 = 0b01, 0b10
MPEG_1, RESERVED = 0b11, 0b01
KBPS = {
    (True, LAYER_3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (True, LAYER_2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (False, LAYER_3): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (False, LAYER_2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""Bit rates by (is MPEG 1, layer), for the indexes 1 to 14."""
RATES = {0b11: (44100, 48000, 32000), 0b10: (22050, 24000, 16000), 0b00: (11025, 12000, 8000)}
"""Sample rates in Hz by version: MPEG 1, 2 and 2.5."""


def _mpeg_frame_size(version: int, layer: int, byte: int) -> int:
    index, rate, padding = byte >> 4, byte >> 2 & 3, byte >> 1 & 1
    if version == RESERVED or layer not in (LAYER_3, LAYER_2) or index in (0, 15) or rate == 3:  # noqa: PLR2004
        return 0
    first = version == MPEG_1
    slots = 144 if first or layer == LAYER_2 else 72
    return slots * KBPS[first, layer][index - 1] * 1000 // RATES[version][rate] + padding
