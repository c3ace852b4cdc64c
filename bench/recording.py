"""The recording that is mastered, made from a conversation in this repository, and what ffmpeg says of a result."""

import re
import shutil
import subprocess
from pathlib import Path

from imageio_ffmpeg import get_ffmpeg_exe

TALK = Path(__file__).parent.parent / "episodes" / "inside-engineering-scheduler" / "conversation.flac"
"""Two voices, in stereo: 109 s at 16 kHz."""
BYTES_A_MINUTE = 60 * 48_000 * 2 * 2
DRIFT = "volume=eval=frame:volume='pow(10, 1.5 * sin(t / 97) / 20)'"
"""1.5 dB up and down in 610 s, so that no repetition of the talk is like the one before."""
INTEGRATED, PEAK = re.compile(r"\bI: +(\S+) LUFS"), re.compile(r"\bPeak: +(\S+) dBFS")

QUIET = [get_ffmpeg_exe(), "-nostdin", "-hide_banner", "-nostats", "-y"]


def make(folder: Path, minutes: int) -> Path:
    """Write a WAV of so many minutes, 48 kHz stereo, 16 bits."""
    path = folder / f"{minutes} minutes.wav"
    needed, free = 2 * minutes * BYTES_A_MINUTE, shutil.disk_usage(folder).free  # once more: pydub writes it again
    if free < needed:
        raise SystemExit(
            f"{folder}: {minutes} minutes need {needed / 1e9:.1f} GB, and {free / 1e9:.1f} GB are free\n"
            "→ set TMPDIR to a folder on a larger disk, or give fewer --minutes"
        )
    shape = ["-t", str(60 * minutes), "-af", DRIFT, "-ar", "48000", "-ac", "2", "-bitexact"]
    subprocess.run([*QUIET, "-v", "error", "-stream_loop", "-1", "-i", str(TALK), *shape, str(path)], check=True)
    return path


def encode(recording: Path, made: Path) -> list[str]:
    """Ffmpeg's plain encode, at the master's bit rate."""
    return [*QUIET, "-i", str(recording), "-codec:a", "libmp3lame", "-b:a", "128k", str(made)]


def measure(sound: Path, *, peaks: bool) -> list[str]:
    """Ffmpeg's own measurement by EBU R 128, with or without the true peak."""
    meter = f"ebur128=framelog=quiet:peak={'true' if peaks else 'none'}"
    return [*QUIET, "-i", str(sound), "-filter:a", meter, "-f", "null", "-"]


def accuracy(sound: Path) -> tuple[float, float]:
    """Integrated loudness in LUFS and true peak in dBTP of a file."""
    done = subprocess.run(measure(sound, peaks=True), check=True, capture_output=True, text=True)
    return float(INTEGRATED.findall(done.stderr)[-1]), float(PEAK.findall(done.stderr)[-1])
