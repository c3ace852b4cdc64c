"""From edits to a timeline: what is kept of a recording, and what stands around it. Pure.

What is cut, what a trim leaves out and what is tightened of a pause is all the same here: a range of samples that is
removed. What is on one side of it fades into what is on the other over SEAM samples, which are taken from what is kept:
of a cut, not one sample is heard.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from publisher.audio.edits.timeline import SEAM, TALK, Clip, Insert, Mask, Range, Role, Timeline
from publisher.errors import PublisherError


def arrange(  # noqa: PLR0913 - each kind of edit by its name
    samples: int,
    *,
    trim: Range | None = None,
    cuts: Iterable[Range] = (),
    masks: Iterable[Mask] = (),
    inserts: Sequence[Insert] = (),
    pauses: Iterable[Range] = (),
) -> Timeline:
    """The timeline of a recording of so many samples.

    trim: keep this only. cuts: take these out, in any order. masks: nobody may hear these. inserts: several of one role
    sound in the order given. pauses: what to take out of pauses.
    Raises PublisherError if nothing of the talk is left.
    """
    outside = [] if trim is None else [Range(0, trim.start), Range(trim.end, samples)]
    lost = _merged([*outside, *cuts], samples)
    kept = _between(_merged([*lost, *pauses], samples), samples)
    if not kept:
        raise PublisherError("nothing of the recording is left", hint="trim or cut less of it")
    clips = _laid(_in_order(kept, inserts), samples, {insert.number: insert.fade for insert in inserts})
    return Timeline(tuple(clips), tuple(sorted(masks, key=lambda mask: (mask.start, mask.end))), lost, samples)


def _merged(ranges: Iterable[Range], samples: int) -> tuple[Range, ...]:
    """The same samples in ranges that ascend and neither overlap nor touch, none of them empty."""
    merged: list[Range] = []
    inside = (Range(max(0, one.start), min(one.end, samples)) for one in ranges)
    for one in sorted((one for one in inside if one.length > 0), key=lambda one: one.start):
        if merged and one.start <= merged[-1].end:
            merged[-1] = Range(merged[-1].start, max(merged[-1].end, one.end))
        else:
            merged.append(one)
    return tuple(merged)


def _between(removed: Sequence[Range], samples: int) -> list[Range]:
    borders = [0, *(border for one in removed for border in (one.start, one.end)), samples]
    kept = (Range(start, end) for start, end in zip(borders[::2], borders[1::2], strict=True))
    return [one for one in kept if one.length > 0]


def _in_order(kept: Iterable[Range], inserts: Iterable[Insert]) -> list[Clip]:
    """All clips one after the other, not yet at their places. The talk is parted where a jingle stands in it."""
    by_role: dict[Role, list[Insert]] = {"intro": [], "jingle": [], "outro": []}
    for insert in inserts:
        by_role[insert.role].append(insert)
    parted = [(part.start, 1, _clip(TALK, part)) for part in _parted(kept, by_role["jingle"])]
    # A jingle at a place that was removed falls between what is left on both sides of it.
    jingles = [(jingle.at, 0, _whole(jingle)) for jingle in by_role["jingle"]]
    middle = [clip for _, _, clip in sorted([*parted, *jingles], key=lambda item: item[:2])]
    return [*map(_whole, by_role["intro"]), *middle, *map(_whole, by_role["outro"])]


def _parted(kept: Iterable[Range], jingles: Iterable[Insert]) -> Iterator[Range]:
    places = sorted({jingle.at for jingle in jingles})
    for one in kept:
        borders = [one.start, *(place for place in places if one.start < place < one.end), one.end]
        yield from (Range(start, end) for start, end in pairwise(borders))


def _whole(insert: Insert) -> Clip:
    return _clip(insert.number, Range(0, insert.length))


def _clip(source: int, part: Range) -> Clip:
    return Clip(source, part.start, part.length, at=0, fade_in=0, fade_out=0)


def _laid(clips: Sequence[Clip], samples: int, fades: dict[int, int]) -> Iterator[Clip]:
    """Put clips at their places, each over the end of the one before it by as much as they fade."""
    seams = [_first_fade(clips[0]), *(_fade(one, next_, fades) for one, next_ in pairwise(clips))]
    seams.append(_last_fade(clips[-1], samples))
    at = 0
    for clip, fade_in, fade_out in zip(clips, seams, seams[1:], strict=False):
        yield replace(clip, at=at, fade_in=fade_in, fade_out=fade_out)
        at += clip.length - fade_out


def _fade(before: Clip, behind: Clip, fades: dict[int, int]) -> int:
    """Samples of a seam; never more than half of a clip, so that its two fades leave each other alone."""
    wanted = [fades[clip.source] for clip in (before, behind) if clip.source != TALK] or [SEAM]
    return min(*wanted, before.length // 2, behind.length // 2)


def _first_fade(clip: Clip) -> int:
    """A talk that was begun in its middle rises from silence."""
    return min(SEAM, clip.length // 2) if clip.source == TALK and clip.begin > 0 else 0


def _last_fade(clip: Clip, samples: int) -> int:
    return min(SEAM, clip.length // 2) if clip.source == TALK and clip.end < samples else 0
