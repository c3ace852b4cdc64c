"""How samples and frames of an MP3 are handed to ffmpeg: as a WAV that does not say how long it is.

Inside ffmpeg, whatever is read goes from thread to thread, and each time somebody has to be woken up. What comes
without a header comes in small packets, an MP3 frame by frame; of a WAV, ffmpeg takes as much at once as it is told to.
It is the same sound: to encode it takes 5 % less of the processor's time, to measure an MP3 20 %.
"""

import struct

from publisher.audio.model import SAMPLE_RATE, Settings

UNKNOWN = 0xFFFFFFFF
"""The length of a part that goes on to the end."""
FLOAT, MP3 = 3, 0x55
"""Kinds of sound, as a WAV names them."""

PROMPT = ("-max_probe_packets", "1", "-ignore_length", "1", "-f", "wav")
"""What a WAV is that was made here needs no finding out."""
SAMPLES = ("-max_size", str(1 << 19), *PROMPT)
"""Reads what begins with a `samples_header`: packets of 1.4 s."""
FRAMES = ("-max_size", str(1 << 16), "-fflags", "+nofillin+noparse", *PROMPT)
"""Reads what begins with a `frames_header`: packets of whole frames, which the decoder takes apart."""


def samples_header(channels: int) -> bytes:
    """What goes before samples (see `feed.raw`) of so many channels."""
    size = 4 * channels
    return _header(FLOAT, channels, SAMPLE_RATE * size, size, bits=32)


def frames_header(settings: Settings) -> bytes:
    """What goes before frames of a master, without its Info frame."""
    return _header(MP3, settings.channels, settings.bitrate_kbps * 1000 // 8, settings.frame_bytes, bits=0)


def _header(kind: int, channels: int, rate: int, size: int, bits: int) -> bytes:
    """Of a WAV whose `size` bytes belong together, and of which `rate` bytes are a second."""
    shape = struct.pack("<IHHIIHH", 16, kind, channels, SAMPLE_RATE, rate, size, bits)
    whole, sound = (name + struct.pack("<I", UNKNOWN) for name in (b"RIFF", b"data"))
    return whole + b"WAVEfmt " + shape + sound
