"""Sounds as samples, for tests of what works on them: made by arithmetic, or read from this repository's episodes."""

import subprocess
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from publisher.audio.feed import Feed, Held, Samples
from publisher.audio.ffmpeg import executable
from publisher.audio.model import SAMPLE_RATE

EPISODES = Path(__file__).parents[2] / "episodes"
CONVERSATION = EPISODES / "inside-engineering-scheduler" / "conversation.flac"
RECORDINGS = sorted(EPISODES.glob("*/*.flac"))


def sound(values: ArrayLike, channels: int = 1) -> Samples:
    """Values of one channel, the same in all `channels`."""
    return np.repeat(np.asarray(values, np.float32).reshape(-1, 1), channels, axis=1)


def tone(hertz: float, seconds: float, level: float, channels: int = 1, phase: float = 0.0) -> Samples:
    """A sine whose top is at `level` dB of full scale; `phase` in degrees."""
    angles = 2 * np.pi * hertz / SAMPLE_RATE * np.arange(round(seconds * SAMPLE_RATE)) + np.radians(phase)
    return sound(10 ** (level / 20) * np.sin(angles), channels)


def noise(seconds: float, level: float = -20.0, channels: int = 1, seed: int = 1) -> Samples:
    """White noise of `level` dB on average; another one in each channel."""
    shape = (round(seconds * SAMPLE_RATE), channels)
    return (10 ** (level / 20) * np.random.default_rng(seed).standard_normal(shape)).astype(np.float32)


def music(seconds: float, channels: int = 2, beat: float = 0.5) -> Samples:
    """Chords that change, and a drum on every beat."""
    times = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    root = 110 * 2 ** (np.array([0, 5, 7, 3])[(times // (4 * beat)).astype(int) % 4] / 12)
    chord = sum(np.sin(2 * np.pi * np.cumsum(root * step) / SAMPLE_RATE) / step for step in (1, 1.25, 1.5, 2, 3))
    drum = np.random.default_rng(3).standard_normal(len(times)) * np.exp(-(times % beat) * 60)
    return sound(0.08 * chord + 0.35 * drum, channels)


def level(samples: Samples) -> float:
    """Root mean square in dB of full scale."""
    return float(10 * np.log10(np.mean(np.square(samples, dtype=np.float64)) + 1e-30))


@cache
def spoken(path: Path = CONVERSATION, channels: int = 1) -> Samples:
    """A recording of real speech."""
    return read(path, channels)


def read(path: Path, channels: int = 1, program: str | None = None) -> Samples:
    """The sound of a file, at SAMPLE_RATE, as a player (`program`, an ffmpeg) decodes it."""
    command = [program or executable(), "-nostdin", "-loglevel", "error", "-i", str(path)]
    command += ["-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", str(channels), "-"]
    data = subprocess.run(command, check=True, capture_output=True).stdout
    return np.frombuffer(data, np.float32).reshape(-1, channels)


def looped(samples: Samples, seconds: float) -> Samples:
    """As long as that, from the beginning again at its end."""
    return np.resize(samples, (round(seconds * SAMPLE_RATE), samples.shape[1]))


def write(path: Path, samples: Samples) -> Path:
    """A WAV in floating point."""
    shape = ["-f", "f32le", "-ar", str(SAMPLE_RATE), "-ac", str(samples.shape[1]), "-i", "-"]
    command = [executable(), "-loglevel", "error", "-y", *shape, "-c:a", "pcm_f32le", "-f", "wav", str(path)]
    subprocess.run(command, check=True, input=np.ascontiguousarray(samples).tobytes())
    return path


def in_pieces(samples: Samples, sizes: list[int]) -> list[Samples]:
    """Cut into pieces of these sizes, and the rest."""
    return np.split(samples, [place for place in np.cumsum(sizes) if place < len(samples)])


class Opened:
    """A sound that can be opened again and again, and that tells how much of it was read the last time."""

    def __init__(self, samples: Samples) -> None:
        self.samples = samples
        self.reads = 0

    def __call__(self) -> Feed:
        opened, feed = self, Held(self.samples)

        class Counting(Held):
            def read(self, count: int) -> Samples:
                opened.reads += 1
                return feed.read(count)

        self.reads = 0
        return Counting(self.samples)
