"""The talk of a recording as a recogniser hears it: all its voices in one channel, at a low rate, read and never held.

Several tracks are put together as the master has them: in one time, every voice equally loud, each microphone turned
down while its speaker is silent. What edits and music make of the talk is not in it: a transcript has the times of the
recording.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from publisher.audio import store
from publisher.audio.feed import Feed, mono
from publisher.audio.meters.looking import POWER
from publisher.audio.meters.metering import Heard, Meter
from publisher.audio.model import SAMPLE_RATE, Progress, Settings, Shift, Track, no_progress
from publisher.audio.planning import blend
from publisher.audio.segments import Crew, cores
from publisher.audio.shelf import SUFFIX, Shelf
from publisher.audio.source.recording import Recording
from publisher.audio.talk import Studio
from publisher.audio.tracks.placing import placed
from publisher.audio.tracks.voices import Voiced

RATE = 16_000
"""Hz that recognisers of speech are made for."""
BLOCK = RATE
"""Samples that are given at once: a second."""

Heard16: TypeAlias = NDArray[np.float32]
"""Samples of one channel at RATE; shape (n,), full scale is 1.0."""

_FACTOR = SAMPLE_RATE // RATE
_TAPS = 97
_CUTOFF = 7_200  # Hz: the filter is down by 60 dB at 8 kHz, above which nothing may be left


@dataclass(frozen=True)
class Talk:
    """What is said in a recording, to be heard as often as wanted."""

    open: Callable[[], Feed]
    """All of it, from its beginning, at SAMPLE_RATE."""
    spoken: tuple[Voiced, ...]
    """Who speaks when, by the number of the track among those that are heard; nothing for a single one."""
    seconds: float
    """How long it is, as far as the headers tell; 0 if they do not."""

    def blocks(self) -> Iterator[Heard16]:
        """All of it in blocks of BLOCK samples, the last one shorter. Raises PublisherError where it cannot be read."""
        with closing(self.open()) as feed:
            yield from _thinned(_read(feed))


def talk_of(tracks: Sequence[Track], cache: Path, progress: Progress = no_progress) -> Talk:
    """Get ready to hear a recording; several tracks are laid on each other first, which takes some time.

    Raises PublisherError for tracks that cannot be used.
    """
    studio = Studio(Recording.of(tracks), Settings(channels=1))
    heard = studio.recording.heard
    if len(heard) == 1:
        return Talk(lambda: studio.track(heard[0]), (), studio.recording.longest)
    progress("align", 0.0)
    shifts = [shift for shift in placed(studio.recording) if not studio.recording.tracks[shift.track].guide]
    progress("align", 1.0)
    with store.held(cache):
        shelf = Shelf(cache / f"listening-{os.getpid()}{SUFFIX}")
        try:
            voices = [_measured(studio, shift, Crew(cores(), cache), shelf) for shift in shifts]
        finally:
            shelf.clear()
    mixed = blend(voices, shifts, [studio.wider(shift.track) for shift in shifts], studio.settings)
    return Talk(lambda: studio.talk(mixed), mixed.spoken, mixed.samples / SAMPLE_RATE)


def _measured(studio: Studio, shift: Shift, crew: Crew, shelf: Shelf) -> Heard:
    path = studio.recording.tracks[shift.track].path
    with closing(studio.track(shift.track, shift.drift)) as feed:
        return Meter(crew, shelf.below(f"track-{shift.track}"), path, (POWER,)).listen(feed)


def _read(feed: Feed) -> Iterator[Heard16]:
    """The samples of a feed in one channel, in blocks."""
    while len(block := feed.read(BLOCK * _FACTOR)):
        yield mono(block)


def _low_pass() -> Heard16:
    """A windowed sinc, at SAMPLE_RATE."""
    at = np.arange(_TAPS) - (_TAPS - 1) / 2
    taps = np.sinc(2 * _CUTOFF / SAMPLE_RATE * at) * np.blackman(_TAPS)
    return np.asarray(taps / taps.sum(), np.float32)


def _thinned(blocks: Iterator[Heard16]) -> Iterator[Heard16]:
    """Every third sample, after a low-pass that delays nothing; the same however the sound comes in blocks."""
    taps, margin = _low_pass(), np.zeros((_TAPS - 1) // 2, np.float32)
    rest = margin
    for block in blocks:
        rest = np.concatenate([rest, block])
        while len(rest) >= BLOCK * _FACTOR + _TAPS - 1:
            yield _filtered(rest[: BLOCK * _FACTOR + _TAPS - 1], taps)
            rest = rest[BLOCK * _FACTOR :]
    if len(rest) > len(margin):
        yield _filtered(np.concatenate([rest, margin]), taps)


def _filtered(samples: Heard16, taps: Heard16) -> Heard16:
    windows = np.lib.stride_tricks.sliding_window_view(samples, _TAPS)[::_FACTOR]
    return np.asarray(windows @ taps, np.float32)
