"""Is a recording whole? What came out of a file is held against what it promises. Nothing here runs anything."""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from publisher.audio.feed import Samples
from publisher.audio.model import SAMPLE_RATE, Track
from publisher.audio.source.probe import Probe
from publisher.errors import PublisherError
from publisher.transcript.timecode import format_tenths

GATE = -70.0
"""LUFS under which EBU R 128 takes anything for silence."""
SHORTEST = 0.4
"""Seconds of sound that a loudness can be told from: one block of EBU R 128."""
ROUNDING = 0.02
"""Seconds by which a duration in ffmpeg's log may differ from the samples."""

DECODED = re.compile(
    r"^\[in#(?P<input>\d+)/.*Input stream #.*\(audio\):.*frames decoded;"
    r"(?: (?P<errors>\d+) decode errors)? \((?P<samples>\d+) samples\)",
    re.MULTILINE,
)
ENCODED = re.compile(r"^\[out#0/.*Output stream #0:0 \(audio\): \d+ frames encoded \((\d+) samples\)", re.MULTILINE)
WRONG_PAGE = re.compile(r"^\[in#(?P<input>\d+)/.*\[error\] CRC mismatch!", re.MULTILINE)
"""A page of an Ogg that ffmpeg leaves out: no decoder sees it, so none counts it."""


@dataclass(frozen=True)
class Decoded:
    """What came of one file, by ffmpeg's own account."""

    samples: int
    """Of each channel, at the file's own rate."""
    broken: int
    """Blocks that could not be decoded, or that do not match their checksum."""


def decoded(log: str) -> dict[int, Decoded]:
    """Read what came of each input, by its index, from the log of an ffmpeg that has ended (see `ffmpeg.run`).

    An input of which the log says nothing is not in it: look it up by its index, so that it never passes for whole.
    """
    pages = [int(found["input"]) for found in WRONG_PAGE.finditer(log)]
    return {
        (index := int(found["input"])): Decoded(int(found["samples"]), int(found["errors"] or 0) + pages.count(index))
        for found in DECODED.finditer(log)
    }


def encoded(log: str, about: Path) -> int:
    """Samples of each channel that an ffmpeg put out which has ended, by its `log`.

    Raises PublisherError where it says nothing of it: to take that for no sound would call a good recording silent.
    """
    if found := ENCODED.search(log):
        return int(found[1])
    raise PublisherError("ffmpeg did not say how much it measured", where=str(about), hint="run the same command again")


def refuse_damaged(found: Probe, got: Decoded) -> None:
    """Raise PublisherError for a file that is cut off, damaged, or too short to be measured."""
    seconds = got.samples / found.sample_rate
    if problem := _damage(found, seconds, got.broken):
        hint = "export it again from the recorder, or copy it again"
        raise PublisherError(problem, where=str(found.path), hint=hint)
    if seconds < SHORTEST:
        raise PublisherError(
            f"is too short: {seconds:.2f} s", where=str(found.path), hint=f"give at least {SHORTEST} s"
        )


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


def refuse_no_numbers(track: Track, block: Samples, before: int) -> None:
    """Raise PublisherError for infinity or "not a number" in `block`, with the time of the first.

    before: samples of this track that came earlier. A file in floating point may hold such things; one of them would
    make a filter silent from there to the end.
    """
    numbers = np.isfinite(block)
    if numbers.all():
        return
    first = before + int(np.argmin(numbers.all(axis=1)))
    where = f"{track}, {format_tenths(first / SAMPLE_RATE)}"
    hint = "export it again as 24-bit WAV or FLAC"
    raise PublisherError("has samples that are not numbers, the first here", where=where, hint=hint)


def refuse_silent(track: Track, integrated: float) -> None:
    """Raise PublisherError for a track of `integrated` LUFS that is silent from beginning to end."""
    if integrated <= GATE:
        hint = "check that the microphone was on and that this is the right track"
        raise PublisherError("has no sound: all of it is silence", where=str(track), hint=hint)
