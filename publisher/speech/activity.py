"""Where anybody speaks: the voice activity detector that faster-whisper carries (Silero), block by block.

It gives a probability for each window of 32 ms and remembers what it heard before. Blocks are heard with a run-up, so
that memory does not grow with the length, and what is found does not depend on how the sound comes.
"""

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from numpy.typing import NDArray

from publisher.speech.model import Span

if TYPE_CHECKING:
    from publisher.audio.listening import Heard16

RATE = 16_000
WINDOW = 512
"""Samples of a window."""
_BLOCK, _RUN_UP = 1000, 32  # windows: 32 s, and one

SPEECH, SILENCE = 0.5, 0.35
"""Probability from which on somebody speaks, and below which nobody does any more: the detector's own defaults."""
PAUSE = 0.3
"""Seconds of silence within a span of speech."""
SHORTEST = 0.1
"""Seconds of the shortest sound that is taken for speech."""

Probabilities: TypeAlias = NDArray[np.float32]


def speech_in(blocks: "Iterable[Heard16]", told: Callable[[float], object] = lambda _: None) -> tuple[Span, ...]:
    """Where anybody speaks in a sound that comes in blocks of any size; `told` how many seconds were heard."""
    from faster_whisper.vad import get_vad_model

    detect = get_vad_model()
    before, found, heard = np.zeros(_RUN_UP * WINDOW, np.float32), list[Probabilities](), 0
    for block in _blocks(blocks):
        padded = np.concatenate([before, block, np.zeros(-len(block) % WINDOW, np.float32)])
        # A copy: it zeroes the end of what it is given.
        found.append(np.asarray(detect(padded.copy()), np.float32).reshape(-1)[_RUN_UP:])
        before = padded[-_RUN_UP * WINDOW :]
        heard += len(block)
        told(heard / RATE)
    return spans(np.concatenate(found) if found else np.zeros(0, np.float32))


def _blocks(blocks: "Iterable[Heard16]") -> "Iterator[Heard16]":
    """The same sound in blocks of _BLOCK windows."""
    size, rest = _BLOCK * WINDOW, np.zeros(0, np.float32)
    for block in blocks:
        rest = np.concatenate([rest, block])
        while len(rest) >= size:
            yield rest[:size]
            rest = rest[size:]
    if len(rest):
        yield rest


def spans(probabilities: Probabilities) -> tuple[Span, ...]:
    """Speech, by how probable it is in each window: above SPEECH until below SILENCE, short pauses closed."""
    found: list[Span] = []
    for span in _runs(probabilities):
        if found and span.start - found[-1].end < PAUSE:
            found[-1] = Span(found[-1].start, span.end)
        else:
            found.append(span)
    return tuple(span for span in found if span.length >= SHORTEST)


def _runs(probabilities: Probabilities) -> Iterator[Span]:
    seconds, start = WINDOW / RATE, None
    for number, probability in enumerate(probabilities.tolist()):
        if start is None and probability >= SPEECH:
            start = number
        elif start is not None and probability < SILENCE:
            yield Span(round(start * seconds, 3), round(number * seconds, 3))
            start = None
    if start is not None:
        yield Span(round(start * seconds, 3), round(len(probabilities) * seconds, 3))
