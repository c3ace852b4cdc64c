"""Sounds that tests make for themselves, and other people's tools that judge what came of them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from publisher.audio.ffmpeg import executable
from publisher.audio.model import Loudness

SPEECH = "anoisesrc=color=pink:seed=7:amplitude=0.4:sample_rate={rate}:duration={seconds},tremolo=f=4:d=0.9"
"""Noise in syllables: about as peaky as a voice."""


def make(path: Path, source: str, *options: str) -> Path:
    """Let ffmpeg write the sound that `source` describes (in lavfi's words) to `path`."""
    command = [executable(), "-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", source, *options, str(path)]
    subprocess.run(command, check=True)
    return path


def speech(path: Path, *options: str, seconds: float = 5, rate: int = 48_000) -> Path:
    return make(path, SPEECH.format(rate=rate, seconds=seconds), *options)


def silence(path: Path, *options: str, seconds: float = 5) -> Path:
    return make(path, f"anullsrc=r=48000:cl=mono,atrim=duration={seconds}", *options)


def tool(name: str) -> str:
    """Another people's tool: without it a test is skipped, but not on the machine that decides."""
    found = shutil.which(name)
    if found is None:
        if "CI" in os.environ:
            pytest.fail(f"{name} has to be installed here")
        pytest.skip(f"{name} is not installed")
    return found


def measured(path: Path, program: str | None = None) -> Loudness:
    """Loudness of a file as `program` (an ffmpeg) hears it, guessing the format as any player would."""
    command = [program or executable(), "-nostdin", "-hide_banner", "-i", str(path)]
    command += ["-af", "ebur128=peak=true", "-f", "null", "-"]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    report = said[said.rindex("Integrated loudness:") :]
    integrated, span, peak = (re.search(rf"{what}:\s+(-?[\d.]+|-?inf)", report) for what in ("I", "LRA", "Peak"))
    assert integrated
    assert span
    assert peak
    return Loudness(float(integrated[1]), float(span[1]), float(peak[1]))


def decoded(path: Path, channels: int = 2, program: str | None = None) -> bytes:
    """The sound of a file as 16-bit samples at 48 kHz, one after the other."""
    command = [program or executable(), "-nostdin", "-loglevel", "error", "-i", str(path)]
    command += ["-f", "s16le", "-ar", "48000", "-ac", str(channels), "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout
