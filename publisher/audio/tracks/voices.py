"""Who speaks when, and how far each track is turned down meanwhile, from how loud the tracks are.

Every microphone hears every voice; the nearest one hears it loudest. So a track's speaker speaks where the track is
well above its own background, and above what the other tracks' voices make of themselves in it. How loud a voice
arrives in another track is measured, not assumed: it is what that track mostly has while the other one is loud.

All of it is done in whole eighths of a decibel. A level becomes one by a table, and from there on only integers are
compared, so that no processor's rounding decides who speaks.
"""

import math
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

STEPS = 8
"""Steps in a decibel."""
CLOSED = 18 * STEPS
"""How far a track is turned down while there is only bleed in it. Room tone stays, or the silence would be heard."""

Levels: TypeAlias = NDArray[np.float32]
"""Mean square of the samples of each block; shape (blocks,), full scale is 1.0."""
Steps: TypeAlias = NDArray[np.int16]
"""Eighths of a decibel; shape (blocks,)."""
Mask: TypeAlias = NDArray[np.bool_]

_SECOND = 100  # blocks
_FLOOR = -100 * STEPS  # silence
_LOUDEST = 20 * STEPS
_BOUNDS = np.array([10 ** ((step - 0.5) / STEPS / 10) for step in range(_FLOOR + 1, _LOUDEST + 1)], np.float32)

_SMOOTH = 5  # blocks on both sides: a syllable
_TAIL = 15  # blocks for which a room still answers
_ABOVE_BACKGROUND = 10 * STEPS
_BELOW_VOICE = 26 * STEPS  # under a track's loud moments; softer is breath, or bleed of somebody far away
_ABOVE_BLEED = 9 * STEPS
_NEAREST = -4 * STEPS  # bleed that is nearly as loud as the voice: then only the louder track counts
_FARTHEST = -40 * STEPS
_HYSTERESIS = 5 * STEPS
_AUDIBLE = -60 * STEPS  # a track without anything above that has no voice

_PAUSE = 0.35  # seconds within a sentence
_SHORTEST = 0.15  # seconds of the shortest word: "no"

_AHEAD, _HOLD = 15, 30  # blocks that a track is open before and after its speaker speaks
_OPENING, _CLOSING = 3 * STEPS, STEPS // 2  # steps a block: open within 60 ms, closed within 360 ms

_CLEARLY = 2  # times as much speech as anybody else
_LEAST = 0.2  # of a cue has to be speech of whoever it is given to


@dataclass(frozen=True)
class Voiced:
    """A time in which the speaker of one track speaks."""

    track: int
    """Index of the track."""
    start: float
    """Seconds."""
    end: float
    """Seconds; later than `start`."""


def turns(levels: Sequence[Levels], gains: Sequence[float]) -> tuple[Voiced, ...]:
    """Who speaks when, in the order of time; times of two tracks overlap where both really speak.

    levels: of tracks that are aligned; one may be shorter than another.
    gains: dB for each track, after which all the voices are equally loud.
    """
    found = [
        Voiced(track, start / _SECOND, end / _SECOND)
        for track, mask in enumerate(_speech(_in_steps(levels, gains)))
        for start, end in _runs(_joined(mask, round(_PAUSE * _SECOND)))
        if end - start >= _SHORTEST * _SECOND
    ]
    return tuple(sorted(found, key=lambda voiced: (voiced.start, voiced.track)))


def gates(levels: Sequence[Levels], gains: Sequence[float]) -> list[Steps]:
    """How far each track is turned down at the beginning of each block, in steps: 0 is open, CLOSED is not.

    A track is open while its speaker speaks, from a moment before. It closes when somebody else speaks. When nobody
    does, all stay as they are: opening and closing would be heard in the background. Parameters as for `turns`.
    """
    voices = _in_steps(levels, gains)
    speaking = [_long_enough(mask) for mask in _speech(voices)]
    opened = [_widened(mask, _AHEAD, _HOLD) for mask in speaking]
    anybody = np.logical_or.reduce(opened) if opened else np.zeros(0, bool)
    return [_ramped(_latched(mask, anybody)) for mask in opened]


def speaker_of(start: float, end: float, voiced: Sequence[Voiced]) -> int | None:
    """The track whose speaker says a cue; None when nobody clearly does.

    start, end: seconds of the cue. voiced: what `turns` gave.
    """
    spoken: defaultdict[int, float] = defaultdict(float)
    for each in voiced[: bisect_left(voiced, end, key=lambda each: each.start)]:
        spoken[each.track] += max(0.0, min(end, each.end) - max(start, each.start))
    most, second = [*sorted(spoken.values(), reverse=True), 0.0, 0.0][:2]
    if most < _LEAST * (end - start) or most <= _CLEARLY * second:
        return None
    return max(spoken, key=lambda track: spoken[track])


def _in_steps(levels: Sequence[Levels], gains: Sequence[float]) -> list[Steps]:
    """Every track's level, a syllable smoothed, as eighths of a decibel, all as long as the longest."""
    length = max(map(len, levels), default=0)
    return [_level(track, length, round(gain * STEPS)) for track, gain in zip(levels, gains, strict=True)]


def _level(levels: Levels, length: int, gain: int) -> Steps:
    padded = np.zeros(length + 2 * _SMOOTH, np.float32)
    padded[_SMOOTH : _SMOOTH + len(levels)] = levels
    total = padded[:length].copy()
    for shift in range(1, 2 * _SMOOTH + 1):
        total += padded[shift : shift + length]
    steps = np.searchsorted(_BOUNDS, total * np.float32(1 / (2 * _SMOOTH + 1)), side="right")
    silent = steps == 0
    found = (steps + (_FLOOR + gain)).astype(np.int16)
    found[silent] = _FLOOR
    return found


def _speech(voices: Sequence[Steps]) -> list[Mask]:
    """Where each track's own speaker speaks."""
    loud = [_loud(voice) for voice in voices]
    return [_own(index, voices, loud) for index in range(len(voices))]


def _loud(voice: Steps) -> int:
    """The level of a track's loud moments: a twentieth of what is no silence is louder."""
    return max(_share(voice[voice > _FLOOR], 0.95), _AUDIBLE)


def _own(index: int, voices: Sequence[Steps], loud: Sequence[int]) -> Mask:
    mine = voices[index]
    background = _share(mine[mine > _FLOOR], 0.1)
    quiet = max(background + _ABOVE_BACKGROUND, loud[index] - _BELOW_VOICE, _AUDIBLE)
    threshold = np.full(len(mine), quiet, np.int16)
    for other, voice in enumerate(voices):
        if other != index:
            bleed = _bleed(mine, voice, loud[other]) + _ABOVE_BLEED
            np.maximum(threshold, _answered(voice) + min(bleed, _NEAREST + _HYSTERESIS), out=threshold)
    return _hysteresis(mine >= threshold, mine >= threshold - _HYSTERESIS)


def _bleed(mine: Steps, other: Steps, loud: int) -> int:
    """How loud another track's voice is in this one, against its own: what it mostly is while that one is loud."""
    difference = (mine - other)[other >= loud - 10 * STEPS]
    return min(max(_share(difference, 0.5), _FARTHEST), _NEAREST)


def _answered(voice: Steps) -> Steps:
    """The level held for as long as a room answers, falling by 2 dB a block."""
    held = voice.copy()
    for late in range(1, min(_TAIL, len(voice))):
        np.maximum(held[late:], voice[:-late] - 2 * STEPS * late, out=held[late:])
    return held


def _share(steps: Steps, share: float) -> int:
    """The value that `share` of all values are not above; silence if there is none."""
    if not len(steps):
        return _FLOOR
    return int(np.partition(steps, at := min(len(steps) - 1, math.floor(share * len(steps))))[at])


def _hysteresis(above: Mask, near: Mask) -> Mask:
    """The runs of `near` in which there is any of `above`."""
    counted = np.concatenate([[0], np.cumsum(above)])
    return _filled(len(near), [(start, end) for start, end in _runs(near) if counted[end] > counted[start]])


def _long_enough(mask: Mask) -> Mask:
    runs = _runs(_joined(mask, round(_PAUSE * _SECOND)))
    return _filled(len(mask), [(start, end) for start, end in runs if end - start >= _SHORTEST * _SECOND])


def _joined(mask: Mask, pause: int) -> Mask:
    """The mask with every gap of at most `pause` blocks closed."""
    gaps = [(start, end) for start, end in _runs(~mask) if end - start <= pause and start > 0 and end < len(mask)]
    return mask | _filled(len(mask), gaps)


def _runs(mask: Mask) -> list[tuple[int, int]]:
    """Where the mask is true: from the first block to behind the last one."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], mask, [False]]).astype(np.int8))).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _filled(length: int, runs: Sequence[tuple[int, int]]) -> Mask:
    """The other way round of `_runs`."""
    mask = np.zeros(length, bool)
    for start, end in runs:
        mask[start:end] = True
    return mask


def _widened(mask: Mask, before: int, after: int) -> Mask:
    length = len(mask)
    return _filled(length, [(max(0, start - before), min(length, end + after)) for start, end in _runs(mask)])


def _latched(opened: Mask, anybody: Mask) -> Mask:
    """Open as it is while anybody speaks, and else as it was; before the first word as it will be."""
    decided = np.maximum.accumulate(np.where(anybody, np.arange(len(anybody)), -1))
    first = int(np.argmax(anybody)) if anybody.any() else 0
    found: Mask = opened[np.where(decided < 0, first, decided)]
    return found | ~anybody.any()


def _ramped(opened: Mask) -> Steps:
    """How far it is turned down: quickly open when its time comes, slowly closed behind it."""
    place = np.arange(len(opened))
    since = place - np.maximum.accumulate(np.where(opened, place, -len(place) - CLOSED))
    until = np.minimum.accumulate(np.where(opened, place, 2 * len(place) + CLOSED)[::-1])[::-1] - place
    return np.minimum(np.minimum(since * _CLOSING, until * _OPENING), CLOSED).astype(np.int16)
