"""The timeline of a master: which samples of the recording, and which sounds around them, stand where in it. Pure.

This is the one place where a time in the recording becomes a time in the master, and back. Where something was removed,
times go through the middle of the seam.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple, TypeAlias

from publisher.audio.model import SAMPLE_RATE
from publisher.errors import PublisherError
from publisher.transcript.timecode import format_timecode

SEAM = 480
"""Samples, 10 ms: long enough that nothing clicks, too short for two words to be heard at once."""
TALK = 0
"""The source that the talk is; inserts are numbered from 1."""

Role: TypeAlias = Literal["intro", "jingle", "outro"]
"""Of an insert: before the talk, at a place in it, after it."""


@dataclass(frozen=True)
class Range:
    """Samples of the recording."""

    start: int
    """The first one."""
    end: int
    """The first one behind it."""

    @property
    def length(self) -> int:
        """Samples."""
        return self.end - self.start

    def meets(self, other: "Range") -> bool:
        """Whether both have a sample in common."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True)
class Mask(Range):
    """Samples of the recording that nobody may hear, though their time passes."""

    kind: Literal["bleep", "silence"]
    """What sounds in their place."""


@dataclass(frozen=True)
class Insert:
    """A sound of its own before the talk, in it, or after it."""

    number: int
    """By which clips name it: 1 or more."""
    length: int
    """Samples, at least 1."""
    fade: int
    """Samples that it shares with its neighbours; fewer where it or the neighbour is shorter than two fades."""
    role: Role
    """Where it sounds."""
    at: int = 0
    """The sample of the recording before which a jingle sounds."""


@dataclass(frozen=True)
class Clip:
    """Samples of one source that stand in the master one after the other."""

    source: int
    """TALK, or the number of an insert."""
    begin: int
    """The first sample, in its source."""
    length: int
    """Samples; both fades together are no more."""
    at: int
    """The sample of the master at which it begins."""
    fade_in: int
    """Samples at its beginning in which it rises, while the clip before it, if there is one, falls."""
    fade_out: int
    """Samples at its end in which it falls, while the clip behind it, if there is one, rises."""

    @property
    def end(self) -> int:
        """The first sample behind it, in its source."""
        return self.begin + self.length


class _Stretch(NamedTuple):
    """A clip of the talk as times see it: without the outer halves of its seams."""

    begin: int
    """Its first sample in the recording."""
    end: int
    """The first one behind it."""
    shift: int
    """What makes a sample of the master of a sample of the recording."""
    low: int
    """The samples of the master between which its times are."""
    high: int


@dataclass(frozen=True)
class Timeline:
    """What of the recording stands where in the master. Times are in seconds, unless they say samples."""

    clips: tuple[Clip, ...]
    """In the order of the master, each beginning where the one before it begins to fade."""
    masks: tuple[Mask, ...]
    """In the order of the recording; also those that were cut."""
    lost: tuple[Range, ...]
    """What edits removed, in the order of the recording and apart from each other; tightened pauses are none of it."""
    recorded: int
    """Samples of the recording."""

    @property
    def samples(self) -> int:
        """Samples of the master."""
        return self.clips[-1].at + self.clips[-1].length

    @property
    def recording_duration(self) -> float:
        """Length of the recording."""
        return self.recorded / SAMPLE_RATE

    @property
    def duration(self) -> float:
        """Length of the master."""
        return self.samples / SAMPLE_RATE

    @property
    def kept(self) -> tuple[Range, ...]:
        """What of the recording is in the master, in its order."""
        return tuple(Range(clip.begin, clip.end) for clip in self.clips if clip.source == TALK)

    def to_master(self, seconds: float, *, ending: bool = False) -> float:
        """When in the master a moment of the recording is; one that was removed is at its seam.

        ending: the moment is an end, so that it lies before what was put there, and not behind it.
        """
        place, last = _place(seconds), len(self._stretches) - 1
        number = bisect_left(self._begins, place) - 1 if ending else bisect_right(self._ends, place)
        found = self._stretches[min(max(number, 0), last)]
        return min(max(place + found.shift, found.low), found.high) / SAMPLE_RATE

    def to_recording(self, seconds: float) -> float | None:
        """When in the recording a moment of the master is; None while nothing of the talk sounds."""
        place = _place(seconds)
        found = self._stretches[max(bisect_right(self._lows, place) - 1, 0)]
        return (place - found.shift) / SAMPLE_RATE if found.low <= place <= found.high else None

    def span(self, start: float, end: float) -> tuple[float, float] | None:
        """Beginning and end, in the master, of what is left of a part of the recording; None if nothing is."""
        left = self.to_master(start), self.to_master(end, ending=True)
        return left if left[0] < left[1] else None

    def is_whole(self, start: float, end: float) -> bool:
        """Whether no edit removed anything of a part of the recording; pauses may have been tightened in it."""
        part = range_of(start, end)
        return not any(part.meets(lost) for lost in self.lost)

    def is_mute(self, start: float, end: float) -> bool:
        """Whether all of a part of the recording is masked or lost, so that nothing of it is heard."""
        part = range_of(start, end)
        at = part.start
        for gone in sorted((*self.masks, *self.lost), key=lambda gone: gone.start):
            if gone.start <= at:
                at = max(at, gone.end)
        return at >= part.end

    def is_masked(self, start: float, end: float) -> bool:
        """Whether anything of a part of the recording is bleeped or silenced."""
        part = range_of(start, end)
        return any(part.meets(mask) for mask in self.masks)

    def to_plain(self) -> dict[str, Any]:
        """As what JSON can hold."""
        return asdict(self)

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> "Timeline":
        """What `to_plain` gave."""
        return cls(
            clips=tuple(Clip(**each) for each in plain["clips"]),
            masks=tuple(Mask(**each) for each in plain["masks"]),
            lost=tuple(Range(**each) for each in plain["lost"]),
            recorded=plain["recorded"],
        )

    @cached_property
    def _stretches(self) -> tuple[_Stretch, ...]:
        sources = [None, *(clip.source for clip in self.clips), None]
        return tuple(
            _stretch(clip, seam_before=before == TALK, seam_behind=behind == TALK)
            for before, clip, behind in zip(sources, self.clips, sources[2:], strict=False)
            if clip.source == TALK
        )

    @cached_property
    def _begins(self) -> list[int]:
        return [stretch.begin for stretch in self._stretches]

    @cached_property
    def _ends(self) -> list[int]:
        return [stretch.end for stretch in self._stretches]

    @cached_property
    def _lows(self) -> list[int]:
        return [stretch.low for stretch in self._stretches]


def _place(seconds: float) -> float:
    """Samples, to a thousandth: seconds of a sample are not exact, and must not come out before it."""
    return round(seconds * SAMPLE_RATE, 3)


def _stretch(clip: Clip, *, seam_before: bool, seam_behind: bool) -> _Stretch:
    low = clip.at + (clip.fade_in // 2 if seam_before else 0)
    # The same sample as the `low` of the clip behind it.
    high = clip.at + clip.length - (clip.fade_out - clip.fade_out // 2 if seam_behind else 0)
    return _Stretch(clip.begin, clip.end, clip.at - clip.begin, low, high)


def range_of(start: float, end: float) -> Range:
    """The samples between two times in seconds."""
    return Range(round(start * SAMPLE_RATE), round(end * SAMPLE_RATE))


def edit_range(start: float, end: float | None, samples: int) -> Range:
    """The samples of an edit; `end` is None for the end of the recording, which has so many `samples`.

    Raises PublisherError if it begins behind the end: the times are those of another recording.
    """
    found = range_of(start, samples / SAMPLE_RATE if end is None else end)
    if found.start >= samples:
        raise PublisherError(
            f"there is nothing to edit at {format_timecode(start)}: "
            f"the recording ends at {format_timecode(samples / SAMPLE_RATE)}",
            hint="correct the time",
        )
    return Range(found.start, min(found.end, samples))
