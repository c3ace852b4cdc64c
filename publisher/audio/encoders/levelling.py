"""How much louder, and how high the peaks may go: a first guess from the measurement, then corrections. Pure."""

import math
from dataclasses import replace
from pathlib import Path

from publisher.audio.encoders.encoding import Aim
from publisher.audio.meters.metering import Heard
from publisher.audio.model import Loudness, Settings
from publisher.errors import PublisherError

TRIES = 6
"""Encodes before giving up; speech needs one or two."""
TOLERANCE = 0.4
"""LU that a master may be off its target: within the promised 0.5 even where the next meter rounds the other way."""
MARGIN = 0.1
"""dB that the peaks of a master stay under what is allowed, for the same reason."""
HEADROOM = 0.9
"""dB between the limiter and the allowed peak: what MP3 adds to most speech at 128 kbit/s."""
FURTHER = 0.2
"""dB by which a ceiling that was too high goes down more than it must."""
CALMER = 0.5
"""dB by which all ceilings of an AAC go down while any peak is too high."""
TAKEN_BY_LIMITER = 0.014
"""LU that limiting takes for the square of the dB that the peaks were too high, as measured on conversations."""
TAKEN_BY_LAME = ((160, 0.45), (224, 0.25), (320, 0.0))
"""dB by which LAME lowers everything, for bit rates up to so many kbit/s: it scales by 0.95, 0.97 or not at all."""

HINTS = {
    "MP3": "it may be almost silent but for some knocks: take them out, or record closer to the microphone",
    "M4A": "the MP3 alone can be made: leave out `alternate` in publisher.toml",
}
"""What to do about a sound that cannot be brought to its level, by what it was encoded as."""


def first_aim(heard: Loudness, settings: Settings, taken: float) -> Aim:
    """Guess so well that one encode is mostly enough; `taken` is by how many dB the encoder lowers everything."""
    ceiling = settings.true_peak - HEADROOM + taken
    gain = settings.target - heard.integrated + taken
    over = max(0.0, heard.true_peak + gain - ceiling)
    return Aim(round(gain + TAKEN_BY_LIMITER * over**2, 2), round(ceiling, 2))


def next_aim(aim: Aim, got: Heard, settings: Settings) -> Aim:
    """Correct by what is missing; where a peak is too high, there alone the ceiling goes down.

    `got` lists the blocks that are above `limit`.
    """
    missing = settings.target - got.loudness.integrated
    gain = aim.gain if abs(missing) <= TOLERANCE else round(aim.gain + missing, 2)
    excess: dict[int, float] = {}
    for block, point in zip(got.high_blocks.tolist(), got.high_points.tolist(), strict=True):
        # What is heard in a block is made of the sound around it, too.
        for number in (block - 1, block, block + 1):
            excess[number] = max(excess.get(number, 0.0), _decibels(point) - settings.true_peak + MARGIN)
    lower = dict(aim.lower)
    lower |= {number: round(lower.get(number, aim.ceiling) - over - FURTHER, 2) for number, over in excess.items()}
    return replace(aim, gain=gain, lower=tuple(sorted(lower.items())))


def calmer_aim(aim: Aim, got: Heard, settings: Settings) -> Aim:
    """As `next_aim`, for an encoder that remembers all that came before, as that of AAC does.

    A correction in one place changes the bits of all that is behind it, so that other peaks come up: of a long sound,
    there are always some. So all of it goes down as well, and the gain makes up for what that takes.
    """
    step = CALMER if len(got.high_blocks) else 0.0
    lower = tuple((number, round(peak - step, 2)) for number, peak in aim.lower)
    calmer = replace(aim, ceiling=round(aim.ceiling - step, 2), lower=lower)
    missing = settings.target - got.loudness.integrated
    return replace(next_aim(calmer, got, settings), gain=round(aim.gain + missing, 2))


def limit(settings: Settings) -> float:
    """The highest point that a master may have; 1 is full scale."""
    return float(10 ** ((settings.true_peak - MARGIN) / 20))


def is_met(got: Loudness, settings: Settings) -> bool:
    """Whether listeners may get it."""
    near = abs(got.integrated - settings.target) <= TOLERANCE
    return near and got.true_peak <= settings.true_peak - MARGIN + 0.01


def not_met(got: Loudness, settings: Settings, about: Path, kind: str = "MP3") -> PublisherError:
    """The error when corrections do not help."""
    return PublisherError(
        f"cannot be brought to {settings.target:g} LUFS under {settings.true_peak:g} dBTP as {kind}:"
        f" it came to {got.integrated:.1f} LUFS and {got.true_peak:.1f} dBTP",
        where=str(about),
        hint=HINTS[kind],
    )


def _decibels(point: float) -> float:
    return 20 * math.log10(point)


def taken_by_lame(settings: Settings) -> float:
    """By how many dB LAME lowers everything."""
    return next(taken for kbps, taken in TAKEN_BY_LAME if settings.bitrate_kbps <= kbps)
