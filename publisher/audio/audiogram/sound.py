"""The stretch of the master that is heard."""

from pathlib import Path

import numpy as np

from publisher.audio import ffmpeg
from publisher.audio.audiogram.model import Soundbite
from publisher.audio.feed import Samples
from publisher.audio.model import SAMPLE_RATE
from publisher.audio.source.probe import Probe, probe
from publisher.errors import PublisherError

RUN_UP = SAMPLE_RATE
"""Samples decoded before the stretch and thrown away: an MP3 frame sounds as it should after a few others."""
FADE_IN, FADE_OUT = SAMPLE_RATE * 30 // 1000, SAMPLE_RATE * 150 // 1000
"""Samples: a cut in the middle of a sound would click."""


def stretch(master: Path, soundbite: Soundbite) -> Samples:
    """The soundbite's samples, faded in and out, in the channels of the master.

    Raises PublisherError when the master ends before the soundbite does, or is no audio.
    """
    found = probe(master)
    first = max(0, soundbite.first_sample - RUN_UP)
    wanted = soundbite.first_sample - first + soundbite.samples
    samples = _decoded(found, first, wanted)[soundbite.first_sample - first :]
    if len(samples) < soundbite.samples:
        length = f", which is {found.duration:.1f} seconds long" if found.duration else ""
        what = f"ends {soundbite.end:.1f} seconds into the master{length}"
        raise PublisherError(what, where=f"soundbite “{soundbite.title}”", hint="choose a stretch that is in it")
    return _faded(samples)


def _decoded(found: Probe, first: int, count: int) -> Samples:
    """`count` samples from `first` on; fewer where the file ends."""
    seek = ["-ss", f"{first / SAMPLE_RATE:.6f}"] if first else []
    # In an MP3 of constant bit rate ffmpeg finds any sample from the size of the frames, without reading up to it.
    raw = [
        "-map",
        "0:a:0",
        "-ar",
        str(SAMPLE_RATE),
        "-c:a",
        "pcm_f32le",
        "-map_metadata",
        "-1",
        "-f",
        "f32le",
        "pipe:1",
    ]
    with ffmpeg.Process([*seek, *ffmpeg.source(found.path, found.format), *raw], about=found.path) as process:
        data = process.read(count * found.channels * 4)
    return np.frombuffer(data, "<f4").reshape(-1, found.channels).astype(np.float32)


def _faded(samples: Samples) -> Samples:
    samples[:FADE_IN] *= _ramp(FADE_IN)
    samples[-FADE_OUT:] *= _ramp(FADE_OUT)[::-1]
    return samples


def _ramp(count: int) -> Samples:
    ramp: Samples = (np.arange(count, dtype=np.float32) / np.float32(count))[:, np.newaxis]
    return ramp
