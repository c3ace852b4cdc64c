"""The filters that a track goes through, in ffmpeg's words. Nothing here runs anything."""

from typing import Literal

from publisher.audio.model import SAMPLE_RATE, Settings, Track
from publisher.errors import PublisherError

# Below 20 Hz nobody hears, but a microphone's direct current and the rumble of a table use up room under the limiter.
INAUDIBLE = 20
FLOAT = "aformat=sample_fmts=fltp"
# Ten decibels of what is steady, by wavelets that learn it in the pauses, however loud it is; a sound without noise
# comes out as it went in. `afftdn` takes one or two decibels of most noise, and gives all some milliseconds too late.
DENOISE = "afwtdn=adaptive=1:percent=70"
MONO, STEREO = 1, 2
SIDES = {"left": 0, "right": 1}


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


def drifting(drift: float) -> list[str]:
    """Filters for a track whose clock is `drift` ppm faster than it should be: so much shorter it becomes.

    The resampler is told rates a thousand times as high, because it takes whole numbers of Hz only.
    """
    high = 1000 * SAMPLE_RATE
    rate = round(high * (1 + drift / 1e6))
    set_rate, back = f"asetrate={rate}", f"aresample={high}:linear_interp=1,asetrate={SAMPLE_RATE}"
    return [set_rate, back] if rate != high else []


def clean(settings: Settings) -> str:
    """Filters that take away what is no voice, as far as the show asks for it."""
    steps = [f"highpass=f={settings.high_pass or INAUDIBLE}:r=f64"]
    if settings.noise_reduction:
        steps.append(DENOISE)
    return ",".join(steps)
