"""What a file says about itself, without reading it through."""

import re
import struct
from dataclasses import dataclass
from pathlib import Path

from publisher.audio import ffmpeg
from publisher.audio.formats import Format, recognise
from publisher.audio.source.claims import stated
from publisher.errors import PublisherError

DURATION = re.compile(r"^\[info\]   Duration: (\S+),", re.MULTILINE)
STREAM = re.compile(r"^\[info\]   Stream #0:\d+(?! ->)", re.MULTILINE)
CODEC = re.compile(r"\S*: Audio: (\w+)")
STARTS = re.compile(r", start (-?\d+\.\d+)")
LASTS = re.compile(r"^\[info\]\s+DURATION\s*: (\S+)", re.MULTILINE)
"""What Matroska's writers put down for each track: when it ends, not how long it is."""
COVER = "(attached pic)"
ESTIMATED = "Estimating duration from bitrate"

AU_HEADER = struct.Struct(">4s5I")
"""Of an AU file: magic, offset, size, encoding, sample rate, channels."""

SAMPLE_RATES = range(8_000, 384_001)
"""Hz that are taken, from a telephone's to the finest recorder's. A header may say anything, and a minute of sound that
says it has one sample a second would be made into days."""
MOST_CHANNELS = 8
"""7.1. Beyond, nobody knows which loudspeaker a channel is for."""
LONGEST = 24 * 3600
"""Seconds of sound that a file may promise."""


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
    """Seconds of its sound; None when nothing in the file tells."""
    claimed: bool
    """The file itself states how long its sound is. Else it is estimated: from the file's size, or from a picture."""

    @property
    def floating(self) -> bool:
        """Its samples are floating-point numbers, or what is none: infinite, or not a number."""
        return self.codec.startswith("pcm_f")


def probe(path: Path) -> Probe:
    """Read the headers of `path` and decode its first block: some 30 ms, whatever its length.

    Raises PublisherError for what is no audio file, one that cannot be decoded, or one with numbers that nobody means.
    """
    kind = recognise(path)
    # First of all: ffmpeg would look for hours at what follows the sound of a WAV that is too long.
    stated_seconds = stated(path, kind)
    header = bytearray()
    # A tiny AU file gives rate and channels as numbers, after the decoder has had its say.
    first_block = ["-map", "0:a:0", "-frames:a", "1", "-c:a", "pcm_s16be", "-map_metadata", "-1", "-f", "au", "pipe:1"]
    log = ffmpeg.run([*ffmpeg.source(path, kind), *first_block], about=path, sink=header.extend)
    said = log.rpartition("[info] Output #0, au")[0]
    streams = STREAM.split(said)[1:]
    sound = next((stream for stream in streams if CODEC.match(stream)), "")
    codec = CODEC.match(sound)
    _, sound_at, _, _, sample_rate, channels = AU_HEADER.unpack(header[: AU_HEADER.size].ljust(AU_HEADER.size, b"\0"))
    if codec is None or len(header) <= sound_at:
        hint = "export it again from the recorder or the editor"
        raise PublisherError("has no sound in it", where=str(path), hint=hint)
    pictured = any(COVER not in stream for stream in streams if stream is not sound)
    promised = stated_seconds or _lasts(sound) or (None if pictured or ESTIMATED in said else _duration(said))
    duration = promised or _duration(said)
    found = Probe(path, kind, codec[1], sample_rate, channels, duration, claimed=promised is not None)
    _refuse_odd(found)
    return found


def _refuse_odd(found: Probe) -> None:
    """Refuse numbers that no recorder writes, before anything is worked out from them."""
    where = str(found.path)
    if found.channels > MOST_CHANNELS:
        hint = f"give at most {MOST_CHANNELS}, or each voice as a file of its own"
        raise PublisherError(f"has {found.channels} channels", where=where, hint=hint)
    if found.sample_rate not in SAMPLE_RATES:
        hint = f"give {SAMPLE_RATES[0]} to {SAMPLE_RATES[-1]} Hz"
        raise PublisherError(f"has a sample rate of {found.sample_rate} Hz", where=where, hint=hint)
    if found.claimed and found.duration and found.duration > LONGEST:
        hint = f"give at most {LONGEST // 3600} hours in one file"
        raise PublisherError(f"says that it is {found.duration / 3600:.1f} hours long", where=where, hint=hint)


def _lasts(sound: str) -> float | None:
    """Seconds from the start of the stream `sound` to its end, where the file puts that down."""
    ends, starts = LASTS.search(sound), STARTS.search(sound)
    seconds = _seconds(ends[1]) if ends else None
    return seconds - float(starts[1] if starts else 0) if seconds else None


def _duration(said: str) -> float | None:
    """Seconds of the whole file, as ffmpeg has it: the longest of its streams."""
    # The last: a name is in the log as well, and may hold whatever it likes.
    found = DURATION.findall(said)
    return _seconds(found[-1]) if found else None


def _seconds(clock: str) -> float | None:
    """Read `01:02:03.45`; None for anything else."""
    found = re.fullmatch(r"(\d+):(\d\d):(\d\d(?:\.\d+)?)", clock)
    return int(found[1]) * 3600 + int(found[2]) * 60 + float(found[3]) if found else None
