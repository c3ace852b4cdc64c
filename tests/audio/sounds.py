"""Sounds that tests make for themselves, and other people's tools that judge what came of them."""

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Literal

import pytest

from publisher.audio.ffmpeg import executable
from publisher.audio.master import Master
from publisher.audio.mastering import master
from publisher.audio.model import Loudness, Settings, Track
from publisher.errors import PublisherError

SPEECH = "anoisesrc=color=pink:seed=7:amplitude=0.4:sample_rate={rate}:duration={seconds},tremolo=f=4:d=0.9"
"""Noise in syllables: about as peaky as a voice."""


def make(path: Path, source: str, *options: str) -> Path:
    """Let ffmpeg write the sound that `source` describes (in lavfi's words) to `path`."""
    command = [executable(), "-nostdin", "-loglevel", "error", "-y", "-f", "lavfi", "-i", source, *options, str(path)]
    subprocess.run(command, check=True)
    return path


def speech(path: Path, *options: str, seconds: float = 5, rate: int = 48_000) -> Path:
    return make(path, SPEECH.format(rate=rate, seconds=seconds), *options)


def film(path: Path, *options: str, picture: float, sound: float, late: float = 0) -> Path:
    """A film whose picture changes when it likes, and whose sound is as long as it likes and starts `late`."""
    uneven = f"testsrc=size=64x64:rate=10:duration={picture},select='lt(mod(n\\,7)\\,3)'"
    speaks = ["-itsoffset", str(late), "-f", "lavfi", "-i", SPEECH.format(rate=48_000, seconds=sound)]
    return make(path, uneven, *speaks, "-fps_mode", "vfr", *options)


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


def mastered(tmp_path: Path, *tracks: Path, channels: Literal[1, 2] = 2) -> Master:
    """The master of these tracks, with a cache below `tmp_path`."""
    return master([Track(track) for track in tracks], Settings(channels=channels), tmp_path / "cache")


def refusal(tmp_path: Path, *tracks: Path) -> PublisherError:
    """What is said when these tracks cannot be mastered; it says where, and what to do."""
    with pytest.raises(PublisherError) as error:
        mastered(tmp_path, *tracks)
    assert error.value.where
    assert error.value.hint
    return error.value
