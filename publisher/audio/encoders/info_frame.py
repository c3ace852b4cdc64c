"""The first frame of an MP3, which plays nothing and tells everything: the Info frame.

Apps read from it how long the file is, where to seek to, and how much of the encoder's run-up and padding to leave out
so that the sound starts and ends on its exact sample. ffmpeg cannot write it into a pipe, since it stands before what
it counts.
"""

import struct
from pathlib import Path

from fastcrc import crc16

from publisher.audio.model import ENCODER_DELAY, FRAME, Settings

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
            checksum = crc16.arc(block, checksum)
        size = stream.tell()
        stream.seek(0)
        stream.write(info_frame(settings, samples, size, checksum))


def info_frame(settings: Settings, samples: int, size: int, checksum: int) -> bytes:
    """Build the frame: `samples` before encoding, `size` in bytes with this frame, `checksum` of what is behind it."""
    frames = size // settings.frame_bytes - 1
    seek = bytes(percent * 256 // 100 for percent in range(100))
    padding = frames * FRAME - samples - ENCODER_DELAY
    gapless = (ENCODER_DELAY << 12 | padding).to_bytes(3, "big")
    kbps = min(settings.bitrate_kbps, 255)
    frame = _header(settings) + XING.pack(b"Info", 0b1111, frames, size, seek, 0)
    frame += LAME.pack(b"LAME3.100", 1, 0, bytes(8), 0, kbps, gapless, 0, 0, 0, size, checksum)
    own = crc16.arc(frame)
    return (frame + own.to_bytes(2, "big")).ljust(settings.frame_bytes, b"\0")


def _header(settings: Settings) -> bytes:
    """MPEG 1 layer III without checksum, 48 kHz; then the empty side information, longer in stereo."""
    mono = settings.channels == 1
    return bytes([0xFF, 0xFB, INDEX[settings.bitrate_kbps] << 4 | 0x4, 0xC0 if mono else 0]) + bytes(17 if mono else 32)
