"""How long a file says that its sound is, read from the file itself where ffmpeg cannot be asked.

Of a WAV, W64 or CAF that was cut off it gives what is there, as if nothing were missing; of a film, how long the
picture is; of an Ogg, where the last whole page ends.
"""

from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from publisher.audio import chunks
from publisher.audio.chunks import Chunk
from publisher.audio.formats import CAF, MP4, OGG, W64, WAV, Format
from publisher.errors import PublisherError

UNKNOWN_SIZES = range(0x7FFF_F000, 0x1_0000_0000)
"""What recorders and pipes write for "I do not know yet" as the size of a WAV's data."""
UNKNOWN_BIG = 1 << 62
"""From here on, a size of 64 bits says the same."""
STEADY = (1, 2, 3, 6, 7, 0x11, 0xFFFE)
"""Codecs of a WAV that have as many bytes every second: PCM, floats, A-law, µ-law, ADPCM, and what stands for one."""
PAGE = 27 + 255 + 255 * 255
"""Bytes of the largest page of an Ogg."""


def stated(path: Path, kind: Format) -> float | None:
    """Seconds of sound that the file `path` of `kind` promises; None when it promises nothing, or ffmpeg can tell.

    Raises PublisherError for a WAV too long for its own header, and an Ogg that ends in the middle of a page.
    """
    reader = READERS.get(kind)
    if reader is None:
        return None
    with path.open("rb") as stream:
        return reader(stream, path)


def _wav(stream: BinaryIO, path: Path) -> float | None:
    """Microsoft, "Multimedia Programming Interface and Data Specifications 1.0": `fmt ` stands before `data`."""
    if stream.read(4) != b"RIFF":  # its younger kind for big files, RF64, is told by ffmpeg
        return None
    codec = byte_rate = 0
    for chunk in chunks.riff(stream):
        if chunk.name == b"fmt ":
            codec, byte_rate = chunks.unpack(stream, chunk.start, "<H6xI")
        if chunk.name == b"data":
            # Also what looks like an unknown size: of 12 hours, such a one is left.
            _refuse_wrapped(chunk, chunks.length(stream), path)
        if chunk.name == b"data" and chunk.size and chunk.size not in UNKNOWN_SIZES:
            return chunk.size / byte_rate if byte_rate and codec in STEADY else None
    return None


def _refuse_wrapped(data: Chunk, file_bytes: int, path: Path) -> None:
    """A size has 32 bits. Some recorders go on beyond and write what is left of it: hours would be lost unnoticed."""
    if file_bytes - data.start - data.size >= 1 << 32:
        what = f"has {file_bytes:,} bytes, more than a WAV can say, and says that it has {data.size:,} bytes of sound"
        raise PublisherError(what, where=str(path), hint="export it as RF64, W64 or FLAC")


def _w64(stream: BinaryIO, _path: Path) -> float | None:
    """Sony's Wave64: as a WAV, with longer names and sizes."""
    codec = byte_rate = 0
    for chunk in chunks.wave64(stream):
        if chunk.name == b"fmt ":
            codec, byte_rate = chunks.unpack(stream, chunk.start, "<H6xI")
        if chunk.name == b"data" and 0 < chunk.size < UNKNOWN_BIG:
            return chunk.size / byte_rate if byte_rate and codec in STEADY else None
    return None


def _caf(stream: BinaryIO, _path: Path) -> float | None:
    """Apple, "Core Audio Format Specification 1.0"; the first 4 bytes of its data count edits."""
    rate, packet_bytes, packet_samples = 0.0, 0, 0
    for chunk in chunks.caf(stream):
        if chunk.name == b"desc":
            rate, packet_bytes, packet_samples = chunks.unpack(stream, chunk.start, ">d8xII")
        if chunk.name == b"data" and 0 < chunk.size < UNKNOWN_BIG:
            steady = packet_bytes and packet_samples and rate >= 1
            return (chunk.size - 4) / packet_bytes * packet_samples / rate if steady else None
    return None


def _mp4(stream: BinaryIO, _path: Path) -> float | None:
    """ISO/IEC 14496-12: how long the first track of sound is as it is stored (`mdhd`) and as it is shown (`tkhd`).

    The shorter one counts. What is shown lacks what the encoder put in front; but it may have a pause there.
    """
    moov = chunks.box(stream, Chunk(b"", 0, chunks.length(stream)), b"moov")
    shown_rate, _ = _clock(stream, chunks.box(stream, moov, b"mvhd"))
    for track in chunks.boxes(stream, moov):
        if track.name == b"trak" and _is_sound(stream, track):
            rate, stored = _clock(stream, chunks.box(stream, track, b"mdia", b"mdhd"))
            shown = _shown(stream, chunks.box(stream, track, b"tkhd"))
            lengths = [stored / (rate or 1), shown / (shown_rate or 1)]
            return min((length for length in lengths if length), default=None) if rate and stored else None
    return None


def _is_sound(stream: BinaryIO, track: Chunk) -> bool:
    handler = chunks.box(stream, track, b"mdia", b"hdlr")
    return chunks.unpack(stream, handler.start, ">8x4s") == (b"soun",)


def _clock(stream: BinaryIO, head: Chunk) -> tuple[int, int]:
    """Ticks a second, and how many, of `mvhd` or `mdhd`; (0, 0) without one. Version 1 has longer numbers."""
    if not head.size:
        return 0, 0
    (version,) = chunks.unpack(stream, head.start, ">B")
    ticks, count = chunks.unpack(stream, head.start, ">20xIQ" if version else ">12xII")
    return ticks, count


def _shown(stream: BinaryIO, head: Chunk) -> int:
    """Ticks of the film's clock in `tkhd`; 0 without one."""
    if not head.size:
        return 0
    (version,) = chunks.unpack(stream, head.start, ">B")
    (count,) = chunks.unpack(stream, head.start, ">28xQ" if version else ">20xI")
    return int(count)


def _ogg(stream: BinaryIO, path: Path) -> None:
    """RFC 3533: every page says how long it is. It promises nothing about the whole."""
    end = chunks.length(stream)
    stream.seek(max(0, end - PAGE))
    tail = stream.read()
    page = tail[max(0, tail.rfind(b"OggS")) :]
    segments = page[27 : 27 + page[26]] if len(page) > 26 else b""  # noqa: PLR2004 - where their number stands
    if len(page) < 27 or len(segments) < page[26] or len(page) < 27 + len(segments) + sum(segments):  # noqa: PLR2004
        hint = "export it again from the recorder, or copy it again"
        raise PublisherError("breaks off: its end is missing", where=str(path), hint=hint)


READERS: dict[Format, Callable[[BinaryIO, Path], float | None]] = {
    WAV: _wav,
    W64: _w64,
    CAF: _caf,
    MP4: _mp4,
    OGG: _ogg,
}
"""Of the formats that are not here, ffmpeg tells what they promise."""
