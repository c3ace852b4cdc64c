"""The filters that a recording goes through, in ffmpeg's words. Nothing here runs anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from publisher.audio.model import SAMPLE_RATE, Track
from publisher.errors import PublisherError

OVERSAMPLED = 4 * SAMPLE_RATE
"""Hz at which the limiter works: there it sees the peaks between the samples of the master."""

# Below 20 Hz nobody hears, but a microphone's direct current and the rumble of a table use up room under the limiter.
RUMBLE = "highpass=f=20:r=f64"
FLOAT = "aformat=sample_fmts=fltp"
SEARCH = "astats=measure_perchannel=none:measure_overall=Number_of_NaNs+Number_of_Infs,"
MONO, STEREO = 1, 2
SIDES = {"left": 0, "right": 1}


@dataclass(frozen=True)
class Aim:
    """How a recording is levelled."""

    gain: float
    """dB, the same from beginning to end: a conversation keeps its louder and softer moments."""
    ceiling: float
    """dBTP that the limiter lets through; some way under what the master may have, since encoding adds peaks."""
    samples: int
    """Length of the result in samples of SAMPLE_RATE, exactly."""


def pick(track: Track, present: int, channels: Literal[1, 2]) -> str:
    """Filters that bring one track from the `present` channels to the rate and the `channels` of the master.

    Full strength for every voice: mono goes to both sides as it is, both sides of stereo go to mono by halves.
    Raises PublisherError when the channel that is asked for is not there.
    """
    steps = [FLOAT]
    if track.channel is not None:
        if present == MONO:
            what = f"has one channel only, so none is the {track.channel} one"
            raise PublisherError(what, where=str(track.path), hint="leave out its channel")
        steps.append(f"pan=mono|c0=c{SIDES[track.channel]}")
        present = MONO
    if present > STEREO:
        steps.append("aformat=channel_layouts=stereo")
    if present == MONO and channels == STEREO:
        steps.append("pan=stereo|c0=c0|c1=c0")
    if present >= STEREO and channels == MONO:
        steps.append("pan=mono|c0=0.5*c0+0.5*c1")
    return ",".join([*steps, f"aresample={SAMPLE_RATE}"])


def meter(name: str, *, peaks: bool = False) -> str:
    """A filter that measures what passes and reports at the end as `ebur128@NAME`."""
    return f"ebur128@{name}=framelog=quiet" + (":peak=true" if peaks else "")


def measuring(picked: Sequence[str], floating: Sequence[bool]) -> str:
    """The whole graph of the first pass, from the inputs to `[out]`.

    Every track has a meter `tN`; their sum has one named `mix`, as the master will sound. A `floating` track is
    searched for samples that are no numbers: one would make a filter silent from there to the end.
    """
    checked = [SEARCH * floats + track for track, floats in zip(picked, floating, strict=True)]
    metered = [f"{track},{meter(f't{index}')}" for index, track in enumerate(checked)]
    return f"{_mixed(metered)},{meter('mix', peaks=True)}[out]"


def levelling(picked: Sequence[str], aim: Aim) -> str:
    """The whole graph of the second pass, from the inputs to `[out]`."""
    limit = 10 ** (aim.ceiling / 20)
    steps = [
        _mixed(picked),
        f"volume={aim.gain:.2f}dB",
        f"aresample={OVERSAMPLED}",
        f"alimiter=limit={limit:.6f}:level=disabled:attack=5:release=50:latency=1",
        f"aresample={SAMPLE_RATE}",
        f"apad=whole_len={aim.samples}",
        f"atrim=end_sample={aim.samples}",
    ]
    return ",".join(steps) + "[out]"


def _mixed(picked: Sequence[str]) -> str:
    """Tracks one over the other, each as loud as it is; the longest decides the length."""
    if len(picked) == 1:
        return f"[0:a:0]{picked[0]},{RUMBLE}"
    tracks = ";".join(f"[{index}:a:0]{track}[t{index}]" for index, track in enumerate(picked))
    labels = "".join(f"[t{index}]" for index in range(len(picked)))
    return f"{tracks};{labels}amix=inputs={len(picked)}:duration=longest:normalize=0,{RUMBLE}"
