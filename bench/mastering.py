"""Mastering ten minutes of talk, beside ffmpeg encoding the same without measuring or levelling anything."""

import sys
import tempfile
from pathlib import Path

from imageio_ffmpeg import get_ffmpeg_exe
from measuring import compare, run

ROOT = Path(__file__).parent.parent
TALK = ROOT / "episodes" / "trust-before-campaigns" / "joe.flac"

MASTER = """
import sys, tempfile
from pathlib import Path
from publisher.audio.mastering import master
from publisher.audio.model import Settings, Track
with tempfile.TemporaryDirectory() as cache:
    master([Track(Path(sys.argv[1]))], Settings(), Path(cache))
"""

print("## Mastering\n")
with tempfile.TemporaryDirectory() as folder:
    for minutes in (1, 10):
        wav, mp3 = (str(Path(folder) / f"talk.{kind}") for kind in ("wav", "mp3"))
        quiet = [get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y"]
        shape = ["-t", str(minutes * 60), "-ar", "48000", "-ac", "2", wav]
        run([*quiet, "-stream_loop", "-1", "-i", str(TALK), *shape])
        print(f"{minutes} min of 48 kHz stereo\n")
        compare(
            {
                "ffmpeg, encode only": [*quiet, "-i", wav, "-b:a", "128k", mp3],
                "master": [sys.executable, "-c", MASTER, wav],
            },
            rounds=3,
        )
