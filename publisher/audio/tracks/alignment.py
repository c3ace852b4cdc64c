"""When one track began and how fast its clock runs, against another track that heard some of the same sound.

Two recorders start at different moments, and of two clocks one is always faster: by 20 ppm the tracks of an hour are
72 ms apart at its end. Both follow from what both heard: a voice that bleeds into the other microphone, or a track that
heard everybody. It is looked for in the waveform. The envelopes would lie: while one speaks, the other one is silent.

It goes in two steps, and neither holds a recording. `place` searches the first ten minutes of both tracks for short
pieces of one in the other. `align` then compares pieces from beginning to end where `place` says that they are, and
lays a line through what it finds. `wanted` says which stretches of a track it has to hear for that.

Every frame is whitened before it is compared: each frequency counts the same, loud or soft. That is the phase transform
of Knapp and Carter (The Generalized Correlation Method for Estimation of Time Delay, 1976).

Sound takes 3 ms for a metre. So a voice is late in the far microphone, and the other voice is late in the other one.
Where both are heard, what they say is two parallel lines, and the truth lies in the middle; where one is heard only,
its delay stays in the offset, as it would for somebody who aligns by ear.
"""

import math

import numpy as np
from numpy.typing import NDArray

from publisher.audio.tracks.hearing import HEAD, RATE, SILENCE, Kept, Mono, Stretch, whitened
from publisher.audio.tracks.lines import LARGEST_OFFSET, Alignment, Match, line_through

_ROUGH_RATE = RATE // 2
_ROUGH = 4  # seconds of a piece that is searched for; in more of them the drift would smear what it finds
_ROUGH_PIECES = 64
_BATCH = 8
_STRIDES = (0, 4, 2, 6, 1, 5, 3, 7)  # each of them halves what is open between those before it
_ENOUGH = 6  # pieces that agree, after which no more are searched for
_PIECE = 10  # seconds of a piece that is compared
_PIECES = 60
_MARGIN = 2  # seconds around where `place` says that it is
_SLICE = RATE // 2  # samples that are compared at once: so few that the drift does not smear them
_FINER = 4

_CLEAR_ROUGH = 11.0  # times the RMS of all: the highest of 2.4 million values of noise is at 5.5, of two voices at 10
_CLEAR = 8.0  # the same for 128 thousand values of noise: 4.7


def wanted(length: float, placed: Alignment | None = None) -> tuple[Stretch, ...]:
    """The stretches that `align` has to hear, of a track that others are aligned to.

    length: its seconds; however many, the stretches take ten minutes at most.
    placed: gives, instead, the stretches of the track that this is about: a little more, because where they are is
    known roughly.
    """
    count = max(1, min(_PIECES, int(length / _PIECE)))
    starts = [(length - _PIECE) * index / max(1, count - 1) for index in range(count)]
    if placed is None:
        return tuple(Stretch(start, start + _PIECE) for start in starts)
    around = _MARGIN + 0.1  # for roundings at both ends
    return tuple(Stretch(placed.at(start) - around, placed.at(start + _PIECE) + around) for start in starts)


def place(reference: Kept, track: Kept) -> Alignment | None:
    """Find roughly where a track lies on the time of a reference, from the first HEAD seconds of both.

    None when they have nothing clearly in common.
    """
    haystack, found = _Haystack(_from_beginning(track)), list[Match]()
    whole = whitened(_from_beginning(reference), _ROUGH_RATE)
    starts = _spread_out(len(whole), _ROUGH * _ROUGH_RATE)
    for index, start in enumerate(starts, start=1):
        match = haystack.find(whole[start : start + _ROUGH * _ROUGH_RATE], start)
        found.extend([match] if match else [])
        if index % _BATCH == 0 or index == len(starts):
            line = line_through(found)
            if line and (line.agreeing >= _ENOUGH or index == len(starts)):
                return line
    return None


def align(reference: Kept, track: Kept, placed: Alignment) -> Alignment | None:
    """Find exactly where a track lies on the time of a reference, from the stretches that were `wanted`.

    Tracks that are no longer than HEAD may come as they came to `place`. None when the pieces contradict each other.
    """
    roughly = _aligned(reference, track, placed)
    # Once more: the closer the drift is known, the less it smears the slices of a piece.
    return _aligned(reference, track, roughly) if roughly else None


def _aligned(reference: Kept, track: Kept, placed: Alignment) -> Alignment | None:
    starts = (
        start
        for begins, samples in reference.stretches
        for start in range(begins, begins + len(samples) - _PIECE * RATE + 1, _PIECE * RATE)
    )
    return line_through([match for start in starts if (match := _compare(reference, track, start, placed))])


class _Haystack:
    """The first minutes of a track, to search pieces in."""

    def __init__(self, samples: Mono) -> None:
        white = whitened(samples, _ROUGH_RATE)
        self._length = len(white)
        self._size = _fast_size(self._length + _ROUGH * _ROUGH_RATE)
        self._spectrum = np.fft.rfft(white, self._size)
        # Where a track is silent for a while, even noise would stand out beside the silence.
        power = np.concatenate([[0.0], np.cumsum(np.square(white, dtype=np.float64))])
        ends = np.minimum(np.arange(self._length) + _ROUGH * _ROUGH_RATE, self._length)
        around = power[ends] - power[: self._length]
        self._strength = np.sqrt(np.maximum(around, 0.2 * around.max(initial=0.0)) + SILENCE).astype(np.float32)

    def find(self, piece: Mono, start: int) -> Match | None:
        """Where the piece is that begins at sample `start` of the reference."""
        found = np.fft.irfft(self._spectrum * np.conj(np.fft.rfft(piece, self._size)), self._size)
        reach = round(LARGEST_OFFSET * _ROUGH_RATE)
        first = max(0, start - reach)
        last = min(self._length, start + reach)
        where = _peak(found[first:last] / self._strength[first:last], _CLEAR_ROUGH)
        middle = (start + len(piece) / 2) / _ROUGH_RATE
        return None if where is None else Match(middle, (first + where - start) / _ROUGH_RATE)


def _compare(reference: Kept, track: Kept, start: int, placed: Alignment) -> Match | None:
    """How far the piece at sample `start` is from where `placed` expects it, its slices laid over each other."""
    margin = _MARGIN * RATE
    # By its middle: where it begins, the drift has moved a slice less than what it finds says.
    half = _SLICE // 2
    middles = range(start + half, start + _PIECE * RATE, _SLICE)
    expected = [placed.at(middle / RATE) * RATE - half for middle in middles]
    first = math.floor(expected[0]) - margin
    mine = reference.cut(start, _PIECE * RATE)
    other = track.cut(first, math.ceil(expected[-1]) + _SLICE + margin - first)
    if mine is None or other is None:
        return None
    mine, other = whitened(mine, RATE), whitened(other, RATE)
    size = _SLICE + 2 * margin
    total = np.zeros(size // 2 + 1, np.complex128)
    turn = 2j * math.pi * np.arange(size // 2 + 1) / size
    for index, begins in enumerate(expected):
        begin = math.floor(begins) - margin - first
        piece = np.fft.rfft(mine[index * _SLICE : (index + 1) * _SLICE], size)
        there = np.fft.rfft(other[begin : begin + size], size)
        total += there * np.conj(piece) * np.exp(turn * (begins - math.floor(begins)))
    found = np.fft.irfft(total, size * _FINER)[: 2 * margin * _FINER]
    where = _peak(found, _CLEAR)
    if where is None:
        return None
    time = start / RATE + _PIECE / 2
    return Match(time, placed.at(time) + (where / _FINER - margin) / RATE - time)


def _peak(values: NDArray[np.floating], clear: float) -> float | None:
    """Where the highest of the values is, between them too; None when it does not stand out `clear` times the RMS."""
    if len(values) < 3:  # noqa: PLR2004 - a parabola goes through three
        return None
    top = min(max(int(np.argmax(values)), 1), len(values) - 2)
    rms = math.sqrt(float(np.mean(np.square(values))))
    if values[top] <= clear * rms:
        return None
    before, at, after = (float(values[top + step]) for step in (-1, 0, 1))
    bend = before - 2 * at + after
    return top + (0.5 * (before - after) / bend if bend < 0 else 0.0)


def _from_beginning(heard: Kept) -> Mono:
    found = [samples[: round(HEAD * RATE)] for start, samples in heard.stretches if start == 0]
    return found[0] if found else np.zeros(0, np.float32)


def _spread_out(length: int, piece: int) -> list[int]:
    """Where pieces begin, in such an order that any few from the first on are spread over the whole."""
    if length < piece:
        return []
    count = max(1, min(_ROUGH_PIECES, 2 * (length - piece) // piece + 1))
    starts = [(length - piece) * index // max(1, count - 1) for index in range(count)]
    return [start for first in _STRIDES for start in starts[first::_BATCH]]


def _fast_size(least: int) -> int:
    """The next size that a Fourier transform is fast with: five times a power of two, or three times, or one."""
    power = 1 << max(0, (least - 1).bit_length() - 3)
    return next(power * factor for factor in (4, 5, 6, 8) if power * factor >= least)
