"""From what was heard of each track and from the edits: how the talk is put together, and what stands where. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from publisher.audio.edits.arranging import arrange
from publisher.audio.edits.pauses import pauses
from publisher.audio.edits.timeline import Insert, Mask, Range, Timeline, edit_range
from publisher.audio.meters.loudness import GATE, integrated
from publisher.audio.meters.metering import MOMENT, MOMENTARY, Heard
from publisher.audio.model import BLOCK, SAMPLE_RATE, Edits, Settings, Shift, Times
from publisher.audio.tracks.voices import STEPS, Steps, Voiced, gates, turns

LEVEL = -20.0
"""LUFS to which every voice of several is brought before they are mixed; the master's own level comes later."""
LOUD = -16.0
"""LUFS of a talk to which a bleep of BLEEP fits."""
BLEEP = 0.1
"""The highest sample of a bleep in such a talk: -20 dBFS."""
MOST = 30.0
"""dB by which a track is made louder at most: what is quieter still is no voice but noise."""


@dataclass(frozen=True)
class Voice:
    """How one track goes into the talk."""

    track: int
    """Which of the recording's tracks, from 0."""
    gain: float
    """dB."""
    offset: int
    """Samples that it begins after the talk; below 0, so many of its first ones are dropped."""
    drift: float
    """ppm by which its clock is faster."""
    gates: Steps | None
    """How far it is turned down from block to block; None for not at all."""


@dataclass(frozen=True)
class Blend:
    """How the talk is put together from its tracks."""

    voices: tuple[Voice, ...]
    samples: int
    """Its length: that of the longest track."""
    loudness: float
    """LUFS of it, as far as it is known before it is mixed."""
    power: NDArray[np.float32]
    """Mean square in each BLOCK, as far as it is known."""
    spoken: tuple[Voiced, ...]
    """Who speaks when; nothing for a single track."""

    @property
    def is_plain(self) -> bool:
        """Whether it is one track as it is."""
        return len(self.voices) == 1


def blend(heard: Sequence[Heard], shifts: Sequence[Shift], wider: Sequence[float], settings: Settings) -> Blend:
    """Put several voices together, each as loud as the others, and none of them twice.

    heard: of each track that is to be heard, in the order of `shifts`.
    """
    if len(heard) == 1:
        only, track = heard[0], shifts[0].track
        voice = Voice(track, 0.0, 0, 0.0, None)
        return Blend((voice,), only.samples, only.loudness.integrated, only.power, ())
    offsets = [round(shift.offset * SAMPLE_RATE) for shift in shifts]
    levels = [_shifted(each.power, offset) for each, offset in zip(heard, offsets, strict=True)]
    gains = _gains(heard, levels, wider)
    spoken = turns(levels, gains)
    gated = gates(levels, gains) if settings.gate else [None] * len(gains)
    voices = tuple(
        Voice(shift.track, gain, offset, shift.drift, gate)
        for shift, gain, offset, gate in zip(shifts, gains, offsets, gated, strict=True)
    )
    samples = max(each.samples + offset for each, offset in zip(heard, offsets, strict=True))
    return Blend(voices, samples, LEVEL, _mixed(levels, voices), spoken)


def _gains(heard: Sequence[Heard], levels: Sequence[NDArray[np.float32]], wider: Sequence[float]) -> list[float]:
    """Decibels by which each voice becomes as loud as the others; a track in which nobody speaks stays below them."""
    gains = [
        min(round(LEVEL - each.loudness.integrated - more, 2), MOST) for each, more in zip(heard, wider, strict=True)
    ]
    speaking = {each.track for each in turns(levels, gains)}
    least = min((gains[track] for track in speaking), default=0.0)
    return [gain if track in speaking else min(gain, least) for track, gain in enumerate(gains)]


def _shifted(power: NDArray[np.float32], offset: int) -> NDArray[np.float32]:
    blocks = round(offset / BLOCK)
    return np.concatenate((np.zeros(blocks, np.float32), power)) if blocks > 0 else power[-blocks:]


def _mixed(levels: Sequence[NDArray[np.float32]], voices: Sequence[Voice]) -> NDArray[np.float32]:
    """Powers of sounds that have nothing in common add up."""
    total = np.zeros(max(map(len, levels)), np.float32)
    for level, voice in zip(levels, voices, strict=True):
        gates = np.zeros(1, np.int16) if voice.gates is None else voice.gates
        down = gates[np.minimum(np.arange(len(level)), len(gates) - 1)]
        factors = [10 ** ((voice.gain - step / STEPS) / 10) for step in range(int(gates.max()) + 1)]
        total[: len(level)] += level * np.array(factors, np.float32)[down]
    return total


def timeline(talk: Blend, edits: Edits, lengths: Sequence[int]) -> Timeline:
    """What stands where in the master. lengths: samples of each sound of `edits.music`.

    Raises PublisherError for edits that leave nothing, or that begin behind the recording's end.
    """
    tightened = () if edits.longest_pause is None else pauses(talk.power, edits.longest_pause)
    masks = [
        *(Mask(each.start, each.end, "bleep") for each in _ranges(edits.bleeps, talk.samples)),
        *(Mask(each.start, each.end, "silence") for each in _ranges(edits.silences, talk.samples)),
    ]
    inserts = [
        Insert(
            number, length, round(music.fade * SAMPLE_RATE), music.role, edit_range(music.at, None, talk.samples).start
        )
        for number, (music, length) in enumerate(zip(edits.music, lengths, strict=True), 1)
    ]
    return arrange(
        talk.samples,
        trim=edit_range(*edits.trim, talk.samples) if edits.trim else None,
        cuts=_ranges(edits.cuts, talk.samples),
        masks=masks,
        inserts=inserts,
        pauses=tightened,
    )


def kept_loudness(heard: Sequence[Heard], talk: Blend, line: Timeline) -> float:
    """LUFS of what is left of the talk and not masked; of all of it where too little is left to tell."""
    if not talk.is_plain:
        return talk.loudness
    momentary = heard[0].momentary
    ends = (np.arange(len(momentary)) + MOMENTARY) * MOMENT
    left = np.zeros(len(ends), bool)
    for part in line.kept:
        left |= (ends - MOMENTARY * MOMENT >= part.start) & (ends <= part.end)
    for mask in line.masks:
        left &= (ends <= mask.start) | (ends - MOMENTARY * MOMENT >= mask.end)
    found = integrated(momentary[left])
    return found if found > GATE else talk.loudness


def _ranges(times: Sequence[Times], samples: int) -> list[Range]:
    return [edit_range(start, end, samples) for start, end in times]


def bleep(loudness: float) -> float:
    """The highest sample of a bleep that suits a talk of so many LUFS."""
    return float(BLEEP * 10 ** ((loudness - LOUD) / 20))
