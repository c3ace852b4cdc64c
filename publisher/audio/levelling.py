"""How much louder, and how high the peaks may go: a first guess from the measurement, then corrections. Pure."""

from dataclasses import replace

from publisher.audio.graph import Aim
from publisher.audio.measuring import Heard
from publisher.audio.model import Loudness, Settings

TOLERANCE = 0.4
"""LU that a master may be off its target: within the promised 0.5 even where the next meter rounds the other way."""
MARGIN = 0.1
"""dB that the peaks of a master stay under what is allowed, for the same reason."""
HEADROOM = 1.0
"""dB between the limiter and the allowed peak: what MP3 adds to speech at 64 kbit/s."""
TAKEN_BY_LIMITER = 0.1
"""LU that limiting takes for each dB that the peaks were too high, as measured on conversations."""
TAKEN_BY_LAME = ((160, 0.45), (224, 0.25), (320, 0.0))
"""dB by which LAME lowers everything, for bit rates up to so many kbit/s: it scales by 0.95, 0.97 or not at all."""


def first_aim(heard: Heard, settings: Settings) -> Aim:
    """Guess so well that one encode is mostly enough."""
    ceiling = settings.true_peak - HEADROOM
    gain = settings.target - heard.loudness.integrated + _taken_by_lame(settings)
    over = max(0.0, heard.loudness.true_peak + gain - ceiling)
    return Aim(round(gain + TAKEN_BY_LIMITER * over, 2), round(ceiling, 2), heard.samples)


def next_aim(aim: Aim, got: Loudness, settings: Settings) -> Aim:
    """Correct by what is missing; a ceiling that was too high goes down a little more than it must."""
    too_high = got.true_peak - (settings.true_peak - MARGIN)
    ceiling = aim.ceiling - (too_high + MARGIN if too_high > 0 else 0)
    gain = aim.gain + settings.target - got.integrated
    return replace(aim, gain=round(gain, 2), ceiling=round(ceiling, 2))


def is_met(got: Loudness, settings: Settings) -> bool:
    """Whether listeners may get it."""
    near = abs(got.integrated - settings.target) <= TOLERANCE + 1e-9
    return near and got.true_peak <= settings.true_peak - MARGIN + 1e-9


def _taken_by_lame(settings: Settings) -> float:
    return next(taken for kbps, taken in TAKEN_BY_LAME if settings.bitrate_kbps <= kbps)
