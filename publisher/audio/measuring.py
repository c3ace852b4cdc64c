"""The first pass: read the recording through, hear how loud it is, and find out whether it is whole."""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from publisher.audio import ffmpeg, graph
from publisher.audio.formats import MP3
from publisher.audio.model import SAMPLE_RATE, Loudness, Settings, Track
from publisher.audio.probe import Probe
from publisher.audio.recording import Recording
from publisher.errors import PublisherError

GATE = -70.0
"""LUFS under which EBU R 128 takes anything for silence."""
SHORTEST = 0.4
"""Seconds of sound that a loudness can be told from: one block of EBU R 128."""
ROUNDING = 0.02
"""Seconds by which a duration in ffmpeg's log may differ from the samples."""

SUMMARY = re.compile(
    r"^\[ebur128@(?P<name>\w+) @ [^\]]*\] \[info\] Summary:"
    r"\s+Integrated loudness:\s+I:\s+(?P<integrated>\S+) LUFS"
    r".*?LRA:\s+(?P<span>\S+) LU$",
    re.MULTILINE | re.DOTALL,
)
# Searched for by itself: ffmpeg writes it apart, and lines of its other threads can come between.
PEAK = re.compile(r"^\s+True peak:\s+Peak:\s+(\S+) dBFS", re.MULTILINE)
DECODED = re.compile(
    r"^\[in#(?P<input>\d+)/.*Input stream #.*\(audio\):.*frames decoded;"
    r"(?: (?P<errors>\d+) decode errors)? \((?P<samples>\d+) samples\)",
    re.MULTILINE,
)
NO_NUMBERS = re.compile(r"Number of (?:NaNs|Infs): 0*[1-9]")


@dataclass(frozen=True)
class Heard:
    """What the first pass found."""

    samples: int
    """Length of the longest track in samples of SAMPLE_RATE."""
    loudness: Loudness
    """Of all tracks together, as they will be heard: with the master's channels."""


def measure(recording: Recording, settings: Settings, progress: Callable[[float], None]) -> Heard:
    """Read every track through, once; `progress` is told how much is done, 0 to 1.

    Raises PublisherError for a track that is cut off, damaged, too short or without sound, naming it.
    """
    floating = [found.floating for found in recording.found]
    filters = graph.measuring(recording.picked(settings.channels), floating)
    arguments = [*recording.inputs, "-filter_complex", filters]
    log, samples = _listen(arguments, recording.path, settings, recording.longest, progress)
    if NO_NUMBERS.search(log):
        hint = "export it again as 24-bit WAV or FLAC"
        raise PublisherError("has samples that are not numbers", where=str(recording.path), hint=hint)
    heard = loudnesses(log, recording.path)
    _refuse_damaged(recording, log)
    for index, track in enumerate(recording.tracks):
        _refuse_silent(track, heard[f"t{index}"])
    return Heard(samples, heard["mix"])


def measure_master(path: Path, settings: Settings, samples: int, progress: Callable[[float], None]) -> Loudness:
    """Decode an MP3 of `samples` samples again and measure what a listener gets."""
    heard = [*ffmpeg.source(path, MP3), "-filter_complex", f"[0:a:0]{graph.meter('mix', peaks=True)}[out]"]
    log, _ = _listen(heard, path, settings, samples / SAMPLE_RATE, progress)
    return loudnesses(log, path)["mix"]


def loudnesses(log: str, about: Path) -> dict[str, Loudness]:
    """Read every meter's report from ffmpeg's log, by the meter's name.

    Raises PublisherError when one reports twice: the sound changed its shape halfway, and each tells half the truth.
    """
    # Only the meter of the whole looks at peaks; see `graph.meter`.
    peaks = {"mix": float(PEAK.findall(log)[0])}
    reports = [(found["name"], _loudness(found, peaks)) for found in SUMMARY.finditer(log)]
    heard = dict(reports)
    if len(heard) != len(reports):
        hint = "export it as one WAV or FLAC file"
        raise PublisherError("changes its sample rate or its channels halfway", where=str(about), hint=hint)
    return heard


def _loudness(found: re.Match[str], peaks: Mapping[str, float]) -> Loudness:
    return Loudness(float(found["integrated"]), float(found["span"]), peaks.get(found["name"], math.nan))


def _listen(
    arguments: Sequence[str], about: Path, settings: Settings, total: float, progress: Callable[[float], None]
) -> tuple[str, int]:
    """Run a graph to its end; give ffmpeg's log and how many samples came out.

    `total` is the seconds expected, 0 if unknown. What comes out is counted and dropped, so it is a byte a sample.
    """
    count = 0
    expected = total * SAMPLE_RATE * settings.channels

    def add(block: bytes) -> None:
        nonlocal count
        count += len(block)
        progress(min(count / expected, 1.0) if expected else 0.0)

    log = ffmpeg.run([*arguments, "-map", "[out]", "-f", "u8", "pipe:1"], about=about, sink=add)
    progress(1.0)
    return log, count // settings.channels


def _refuse_damaged(recording: Recording, log: str) -> None:
    decoded = {int(found["input"]): found for found in DECODED.finditer(log)}
    # By index, so that a track of which the log says nothing is an error and never passes for whole.
    for index, probed in enumerate(recording.found):
        seconds = int(decoded[index]["samples"]) / probed.sample_rate
        if problem := _damage(probed, seconds, int(decoded[index]["errors"] or 0)):
            hint = "export it again from the recorder, or copy it again"
            raise PublisherError(problem, where=str(probed.path), hint=hint)
        if seconds < SHORTEST:
            hint = f"give at least {SHORTEST} s"
            raise PublisherError(f"is too short: {seconds:.2f} s", where=str(probed.path), hint=hint)


def _damage(found: Probe, seconds: float, broken: int) -> str | None:
    """What is wrong with a file of which `seconds` could be decoded and `broken` blocks could not.

    One broken block is often the end of a recording that was stopped, or a tag behind the sound, which nobody hears.
    In a format with checksums it is damage, unless all that was promised is there.
    """
    missing = found.duration - seconds if found.claimed and found.duration else None
    if found.duration and missing and missing > min(1.0, max(0.1, found.duration / 100)):
        return f"says that it is {found.duration:.1f} s long, but only {seconds:.1f} s can be read"
    complete = missing is not None and missing < ROUNDING
    if broken > (0 if found.format.checksums and not complete else 1):
        blocks = "a block" if broken == 1 else f"{broken} blocks"
        return f"is damaged: {blocks} of its sound cannot be read"
    return None


def _refuse_silent(track: Track, heard: Loudness) -> None:
    if heard.integrated <= GATE:
        hint = "check that the microphone was on and that this is the right track"
        raise PublisherError("has no sound: all of it is silence", where=str(track), hint=hint)
