"""Speech for tests: excerpts of a conversation in this repository, and the models that are installed for tests."""

import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
from imageio_ffmpeg import get_ffmpeg_exe
from support.commands import REPOSITORY

from publisher.audio.listening import RATE, Heard16
from publisher.speech import models
from publisher.speech.models import Asked, Model

TALK = REPOSITORY / "episodes/inside-engineering-scheduler/conversation.flac"
"""Two synthetic voices, one a side, with a little of each other."""
SAID = (
    "Welcome to Inside Engineering, the podcast of Acme Robotics. I am Joe, and with me today is Sandra Bloom from the "
    "platform group. Thanks for having me, Joe. It is good to be back."
)
"""What is said in its first 12 seconds; the last two sentences by the second voice."""
SECONDS = 12.0
GERMAN = Path(__file__).with_name("german.opus")
"""What `espeak-ng -v de -s 150` says."""
GERMAN_SAID = (
    "Guten Morgen. Ich glaube, dass wir unseren Kunden viel mehr zuhören müssen. Wir haben im letzten Jahr sehr viel "
    "von ihnen gelernt."
)
GERMAN_SECONDS = 8.7


@cache
def excerpt(start: float = 0.0, seconds: float = SECONDS) -> Path:
    """A WAV with some of the talk, both sides."""
    path = Path(mkdtemp()) / "talk.wav"
    made_by("-ss", str(start), "-t", str(seconds), "-i", str(TALK), to=path)
    return path


def made_by(*arguments: str, to: Path) -> Path:
    """A file that ffmpeg makes."""
    command = [get_ffmpeg_exe(), "-nostdin", "-v", "error", "-y", *arguments, "-bitexact", str(to)]
    subprocess.run(command, check=True)
    return to


def samples(path: Path) -> Heard16:
    """The sound of a file in one channel, at RATE."""
    command = [get_ffmpeg_exe(), "-v", "error", "-i", str(path), "-ar", str(RATE), "-ac", "1", "-f", "f32le", "-"]
    return np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, np.float32)


@cache
def model(name: str) -> Model:
    """The installed `base` or `tiny.en`, read and verified."""
    found = [place for _, place in models.places(Asked()) if place]
    return next(read for place in found if (read := models.read(place)).name == f"Whisper {name}")


def words(text: str) -> list[str]:
    """Words to compare, without capitals and signs."""
    return ["".join(letter for letter in word if letter.isalnum()) for word in text.casefold().split()]
