"""What a file says about itself, without reading it through."""

import re
import struct
from dataclasses import dataclass
from pathlib import Path

from publisher.audio import ffmpeg
from publisher.audio.formats import WAV, Format, recognise
from publisher.errors import PublisherError

DURATION = re.compile(r"^\[info\]   Duration: (\d+):(\d\d):(\d\d\.\d+)", re.MULTILINE)
CODEC = re.compile(r"^\[info\]   Stream #0:\d+\S*: Audio: (\w+)", re.MULTILINE)
ESTIMATED = "Estimating duration from bitrate"
NO_AUDIO = "matches no streams"

AU_HEADER = struct.Struct(">4s5I")
"""Of an AU file: magic, offset, size, encoding, sample rate, channels."""

UNKNOWN_SIZES = range(0x7FFF_F000, 0x1_0000_0000)
"""What recorders and pipes write for "I do not know yet" as the size of a WAV's data."""


@dataclass(frozen=True)
class Probe:
    """One audio file, as far as its headers tell."""

    path: Path
    format: Format
    """Found from its content."""
    codec: str
    """ffmpeg's name of the codec: `pcm_s16le`, `mp3`, `aac`."""
    sample_rate: int
    """Hz."""
    channels: int
    """1 for mono, 2 for stereo, 6 for 5.1."""
    duration: float | None
    """Seconds; None when nothing in the file tells."""
    claimed: bool
    """The file itself states its duration. Else it is estimated from the file's size."""

    @property
    def floating(self) -> bool:
        """Its samples are floating-point numbers, or what is none: infinite, or not a number."""
        return self.codec.startswith("pcm_f")


def probe(path: Path) -> Probe:
    """Read the headers of `path` and decode its first block: some 30 ms, whatever its length.

    Raises PublisherError for what is no audio file, or one that cannot be decoded.
    """
    kind = recognise(path)
    header = bytearray()
    # A tiny AU file gives rate and channels as numbers, after the decoder has had its say.
    first_block = ["-map", "0:a:0", "-frames:a", "1", "-c:a", "pcm_s16be", "-map_metadata", "-1", "-f", "au", "pipe:1"]
    log = ffmpeg.run([*ffmpeg.source(path, kind), *first_block], about=path, sink=header.extend)
    codec = CODEC.search(log)
    _, sound_at, _, _, sample_rate, channels = AU_HEADER.unpack(header[: AU_HEADER.size].ljust(AU_HEADER.size, b"\0"))
    if codec is None or len(header) <= sound_at:
        hint = "export it again from the recorder or the editor"
        raise PublisherError("has no sound in it", where=str(path), hint=hint)
    stated = _wav_claim(path) if kind is WAV else None
    duration = stated or _duration(log)
    claimed = stated is not None or (duration is not None and ESTIMATED not in log)
    return Probe(path, kind, codec[1], sample_rate, channels, duration, claimed)


def _duration(log: str) -> float | None:
    found = DURATION.search(log)
    if found is None:
        return None
    hours, minutes, seconds = found.groups()
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def _wav_claim(path: Path) -> float | None:
    """Seconds of sound that a WAV's header promises; None when it promises nothing.

    ffmpeg cannot be asked: for a WAV that was cut off it gives what is there.
    """
    byte_rate = 0
    with path.open("rb") as stream:
        if stream.read(12)[:4] != b"RIFF":
            return None
        while len(header := stream.read(8)) == 8:  # noqa: PLR2004 - a chunk's name and size
            name, size = struct.unpack("<4sI", header)
            if name == b"data":
                return None if size == 0 or size in UNKNOWN_SIZES or byte_rate == 0 else size / byte_rate
            body = stream.tell()
            if name == b"fmt ":
                (byte_rate,) = struct.unpack_from("<8xI", stream.read(16).ljust(16, b"\0"))
            stream.seek(body + size + size % 2)
    return None
