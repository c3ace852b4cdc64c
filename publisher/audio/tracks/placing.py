"""How the tracks of a recording lie on each other: what was said of it, or what is heard in them.

Tracks of one file began together and have one clock. Of other files, each began at its own moment. Where nothing in
common is heard (people who talk from far away, each with a microphone), they are taken to have begun together.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from publisher.audio import graph
from publisher.audio.model import SAMPLE_RATE, Shift
from publisher.audio.source.decoding import Decoder
from publisher.audio.source.recording import Recording
from publisher.audio.tracks.alignment import align, place, wanted
from publisher.audio.tracks.hearing import HEAD, Kept, Listener, Stretch
from publisher.audio.tracks.lines import Alignment

AT_ONCE = SAMPLE_RATE
"""Samples that are read at once."""
FROM_THE_BEGINNING = (Stretch(0, HEAD),)
SURE = 3
"""Standard errors that a drift must have to be taken for one."""
TOGETHER = Alignment(offset=0.0, drift=0.0, doubt=0.0, late=0.0, agreeing=0, clear=0)


def placed(recording: Recording) -> tuple[Shift, ...]:
    """How each track lies on the time of the first one that is heard, in the order of the tracks."""
    tracks = recording.tracks
    reference = next((number for number, track in enumerate(tracks) if track.guide), 0)
    listening = _Listening(recording, reference)
    said = {track.path: track.offset for track in tracks if track.offset is not None}
    by_file = _found(listening, [track.path not in {*said, tracks[reference].path} for track in tracks])
    found = {number: by_file.get(track.path) for number, track in enumerate(tracks)}
    first = next(number for number, track in enumerate(tracks) if not track.guide)
    zero = (found.get(first) or TOGETHER).offset
    return tuple(_shift(number, said.get(track.path), found[number], zero) for number, track in enumerate(tracks))


def _found(listening: "_Listening", wanted: Sequence[bool]) -> dict[Path, Alignment]:
    """How each file lies, by the track of it that is heard most clearly: both sides of a file have one clock."""
    found: dict[Path, Alignment] = {}
    for number, track in enumerate(listening.recording.tracks):
        line = listening.place(number) if wanted[number] else None
        if line and (track.path not in found or line.agreeing > found[track.path].agreeing):
            found[track.path] = line
    return found


def _shift(number: int, said: float | None, found: Alignment | None, zero: float) -> Shift:
    if said is not None:
        return Shift(number, said, 0.0, found=False)
    line = found or TOGETHER
    drift = line.drift if abs(line.drift) > SURE * line.doubt else 0.0
    return Shift(number, round((line.offset - zero) * SAMPLE_RATE) / SAMPLE_RATE, drift, found=found is not None)


@dataclass(frozen=True)
class _Listening:
    """Listens to the tracks of a recording, one after the other."""

    recording: Recording
    reference: int
    """The track that the others are held against."""

    def place(self, number: int) -> Alignment | None:
        """How a track lies on the reference; None when nothing in common is heard."""
        rough = place(self._head, self._heard(number, FROM_THE_BEGINNING))
        if rough is None:
            return None
        return align(self._whole, self._heard(number, wanted(self._length, rough)), rough)

    @property
    def _length(self) -> float:
        """Seconds of the reference."""
        return self.recording.found[self.reference].duration or self.recording.longest

    @cached_property
    def _head(self) -> Kept:
        """What all are held against first, heard once for all of them."""
        return self._heard(self.reference, FROM_THE_BEGINNING)

    @cached_property
    def _whole(self) -> Kept:
        return self._heard(self.reference, wanted(self._length))

    def _heard(self, number: int, stretches: Iterable[Stretch]) -> Kept:
        track, found = self.recording.tracks[number], self.recording.found[number]
        feed = Decoder(track, found.format, graph.pick(track, found.channels, 1), 1)
        listener = Listener(stretches)
        try:
            while not listener.done and len(block := feed.read(AT_ONCE)):
                listener.add(block)
        finally:
            feed.close()
        return listener.heard()
