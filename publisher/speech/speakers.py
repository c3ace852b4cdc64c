"""Who says each word, from the microphones, each of which is nearest to one person."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from publisher.audio.tracks.voices import Voiced, speaker_of
from publisher.transcript.model import Word

AROUND = 0.1
"""Seconds around a word that are looked at too: its times are no better than that."""


def speakers(words: Sequence[Word], spoken: Sequence[Voiced], names: Sequence[str | None]) -> tuple[str | None, ...]:
    """The name of who says each word; None where nobody knows.

    spoken: who speaks when, by the number of the track; nothing for a single one. names: of each track's speaker.
    """
    if len(names) == 1:
        return (names[0],) * len(words)
    if not any(names):
        return (None,) * len(words)
    tracks = [speaker_of(max(0.0, word.start - AROUND), word.end + AROUND, spoken) for word in words]
    return tuple(None if track is None else names[track] for track in _filled(tracks))


def _filled(tracks: Sequence[int | None]) -> Iterator[int | None]:
    """A word that is not clearly anybody's goes with the words around it, if those are one person's."""
    runs = [(track, len(list(run))) for track, run in groupby(tracks)]
    for number, (track, count) in enumerate(runs):
        around = {runs[beside][0] for beside in (number - 1, number + 1) if 0 <= beside < len(runs)}
        known = next(iter(around)) if track is None and len(around) == 1 else track
        yield from (known,) * count
