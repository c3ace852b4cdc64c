"""The first frame of an MP3, which plays nothing and tells everything: the Info frame.

Apps read from it how long the file is, where to seek to, and how much of the encoder's run-up and padding to leave out
so that the sound starts and ends on its exact sample. ffmpeg cannot write it into a pipe, since it stands before what
it counts.
"""

import struct
from functools import cache
from pathlib import Path

from publisher.audio.model import Settings

FRAME_SAMPLES = 1152
ENCODER_DELAY = 576
"""Samples that LAME puts before the sound; a decoder adds 529 of its own and knows it."""
BLOCK = 1 << 20

INDEX = {64: 5, 80: 6, 96: 7, 112: 8, 128: 9, 160: 10, 192: 11, 224: 12, 256: 13, 320: 14}
"""The bit rate in a frame's header, by kbit/s."""

XING = struct.Struct(">4s3I100sI")
"""`Info`, which fields follow, frames, bytes, a hundred places to seek to, quality."""
LAME = struct.Struct(">9sBB8sBB3sBBHIH")
"""Encoder, method, lowpass, replay gain, flags, bit rate, delay and padding, misc, gain, preset, bytes, checksum."""


def blank(settings: Settings) -> bytes:
    """A frame's worth of zeros, to keep the place."""
    return bytes(settings.frame_bytes)


def seal(path: Path, settings: Settings, samples: int) -> None:
    """Write the Info frame over the blank one at the start of `path`, for the `samples` samples that were encoded."""
    with path.open("r+b") as stream:
        stream.seek(settings.frame_bytes)
        checksum = 0
        while block := stream.read(BLOCK):
            checksum = crc16(block, checksum)
        size = stream.tell()
        stream.seek(0)
        stream.write(info_frame(settings, samples, size, checksum))


def info_frame(settings: Settings, samples: int, size: int, checksum: int) -> bytes:
    """Build the frame: `samples` before encoding, `size` in bytes with this frame, `checksum` of what is behind it."""
    frames = size // settings.frame_bytes - 1
    seek = bytes(percent * 256 // 100 for percent in range(100))
    padding = frames * FRAME_SAMPLES - samples - ENCODER_DELAY
    gapless = (ENCODER_DELAY << 12 | padding).to_bytes(3, "big")
    kbps = min(settings.bitrate_kbps, 255)
    frame = _header(settings) + XING.pack(b"Info", 0b1111, frames, size, seek, 0)
    frame += LAME.pack(b"LAME3.100", 1, 0, bytes(8), 0, kbps, gapless, 0, 0, 0, size, checksum)
    own = crc16(frame.rjust(190, b"\0"))  # In mono an odd number of bytes; zeros before them do not count.
    return (frame + own.to_bytes(2, "big")).ljust(settings.frame_bytes, b"\0")


def crc16(data: bytes, checksum: int = 0) -> int:
    """CRC-16/ARC over an even number of bytes, two at a time, going on from `checksum`."""
    table = _table()
    for low, high in zip(data[::2], data[1::2], strict=True):
        checksum = table[checksum ^ (low | high << 8)]
    return checksum


@cache
def _table() -> list[int]:
    """What any sixteen bits become."""
    table = []
    for value in range(1 << 16):
        rest = value
        for _ in range(16):
            rest = rest >> 1 ^ (0xA001 if rest & 1 else 0)
        table.append(rest)
    return table


def _header(settings: Settings) -> bytes:
    """MPEG 1 layer III without checksum, 48 kHz; then the empty side information, longer in stereo."""
    mono = settings.channels == 1
    return bytes([0xFF, 0xFB, INDEX[settings.bitrate_kbps] << 4 | 0x4, 0xC0 if mono else 0]) + bytes(17 if mono else 32)
