"""The peers that mastering is compared with, in an environment of their own: nothing of ours depends on them."""

import os
import subprocess
from pathlib import Path

import installing
from imageio_ffmpeg import get_ffmpeg_exe

HOME = Path(__file__).parent / ".peers"
WANTED = ("ffmpeg-normalize==1.43.0", "pydub==0.25.1", "audioop-lts; python_version >= '3.13'")
ENVIRONMENT = {**os.environ, "FFMPEG_PATH": get_ffmpeg_exe()}
"""The same ffmpeg for everybody: this is how ffmpeg-normalize is told which."""

SCRIPT = """
import sys
from pydub import AudioSegment, effects
AudioSegment.converter = sys.argv[3]
effects.normalize(AudioSegment.from_wav(sys.argv[1]), headroom=1.0).export(sys.argv[2], format="mp3", bitrate="128k")
"""
"""What a search for "python normalize podcast" ends with. It aims at a peak: pydub does not measure loudness."""


def install() -> None:
    """Have them all there."""
    installing.install(HOME, WANTED)


def ffmpeg_normalize(recording: Path, made: Path) -> list[str]:
    """The command line that its manual gives for a podcast: EBU R 128 in two passes, and an MP3."""
    aims = ["--target-level", "-16", "--true-peak", "-1"]
    shape = ["--sample-rate", "48000", "--audio-codec", "libmp3lame", "--audio-bitrate", "128k"]
    return [str(HOME / "bin" / "ffmpeg-normalize"), str(recording), *aims, *shape, "--output", str(made), "--force"]


def pydub(recording: Path, made: Path) -> list[str]:
    """The short script that everybody writes."""
    return [str(HOME / "bin" / "python"), "-c", SCRIPT, str(recording), str(made), get_ffmpeg_exe()]


def versions() -> str:
    """What was compared, in a few words."""
    ffmpeg = subprocess.run([get_ffmpeg_exe(), "-version"], check=True, capture_output=True, text=True)
    return ", ".join([" ".join(ffmpeg.stdout.split()[:3:2]), *(peer.replace("==", " ") for peer in WANTED[:2])])
