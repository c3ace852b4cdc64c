"""Whether a transcript that somebody brought belongs to the recording: its cues against where anybody speaks.

In a dense talk somebody speaks nearly all the time, so that any transcript covers most of the speech. What tells is
whether cues begin and end where speech does: by the correlation of both over tenths of a second (the phi coefficient),
which is near 0 for a transcript of another talk.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from publisher.speech.doubts import gaps, missing
from publisher.speech.model import Span
from publisher.transcript.model import Cue, Doubt, Transcript

SHORTEST = 60.0
"""Seconds of a recording from which on it is compared: in less, a few pauses decide."""
RELATED = 0.2
"""Correlation from which on a transcript belongs to a recording."""
TELLING = 0.03
"""Share of the time that has to be without cues, and without speech, or there is nothing to compare."""

Mask: TypeAlias = NDArray[np.bool_]


def compared(transcript: Transcript, speech: Sequence[Span], seconds: float) -> Transcript:
    """The transcript as it is to be doubted: its first cue if it belongs elsewhere, else a cue for speech without one.

    seconds: length of the recording.
    """
    if seconds < SHORTEST:
        return transcript
    if not fits(transcript.cues, speech, seconds):
        return foreign(transcript)
    lost = [missing(span, None) for span in gaps(transcript.cues, speech)]
    return Transcript(tuple(sorted([*transcript.cues, *lost], key=lambda cue: cue.start)))


def fits(cues: Iterable[Cue], speech: Sequence[Span], seconds: float) -> bool:
    """Whether cues stand where somebody speaks, as far as that can be told."""
    said, heard = _mask(((cue.start, cue.end) for cue in cues), seconds), _mask(_edges(speech), seconds)
    if not heard.any():
        return False
    shares = float(said.mean()), float(heard.mean())
    if not all(TELLING <= share <= 1 - TELLING for share in shares):
        return True
    return float(np.corrcoef(said, heard)[0, 1]) >= RELATED


def foreign(transcript: Transcript) -> Transcript:
    """The transcript, its first cue marked as that of another recording."""
    first, *others = transcript.cues
    return Transcript((replace(first, doubts=(Doubt(0, len(first.text), "foreign"),)), *others))


def _edges(spans: Iterable[Span]) -> Iterator[tuple[float, float]]:
    yield from ((span.start, span.end) for span in spans)


def _mask(spans: Iterable[tuple[float, float]], seconds: float) -> Mask:
    """Each tenth of a second, true within a span."""
    found = np.zeros(round(seconds * 10) + 1, bool)
    for start, end in spans:
        found[round(start * 10) : round(end * 10)] = True
    return found
