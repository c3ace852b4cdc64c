"""Colours of an audiogram, taken from its artwork so that words can always be read.

Contrast as the Web Content Accessibility Guidelines define it (WCAG 2.2, 1.4.3): 4.5 to 1 for text at least.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

Colour: TypeAlias = tuple[int, int, int]
"""Red, green and blue, 0 to 255 each."""

WHITE: Colour = (255, 255, 255)
PALE: Colour = (214, 217, 222)
"""Of words that are not the point."""
READABLE = 4.5
"""Contrast that every word has with the ground, at least."""
COLOURFUL = 60
"""How far the channels of a colour lie apart, at least, for the eye to call it a colour."""
GREY_COUNTS = 32
"""A grey's weight beside a colour's, which is how far its channels lie apart."""
MUCH = 8
"""One part in so many."""
STEPS = 64
"""From a colour to black or white."""


@dataclass(frozen=True)
class Palette:
    """The colours of one audiogram."""

    ground: Colour
    """Behind everything: dark."""
    accent: Colour
    """Of the speaker's name and of the sound that was played."""


def palette(artwork: Mapping[Colour, int]) -> Palette:
    """Colours in tune with an artwork, of which it is given how often it has which colour.

    The ground is its main dark colour; or, where little of it is dark, its main colour, darkened as far as words ask
    for. The accent is its liveliest, lightened as far as it has to be, or white where the artwork has no colours.
    """
    dark = [colour for colour in artwork if _is_ground(colour)]
    eligible = dark if sum(artwork[colour] for colour in dark) * MUCH >= sum(artwork.values()) else artwork
    main = max(eligible, key=lambda colour: (artwork[colour] * (_chroma(colour) + GREY_COUNTS), colour))
    ground = next(filter(_is_ground, _darker(main)))
    lively = max(artwork, key=lambda colour: (artwork[colour] * _chroma(colour) ** 2, colour))
    lighter = _lighter(lively if _chroma(lively) >= COLOURFUL else WHITE)
    return Palette(ground, next(light for light in lighter if contrast(light, ground) >= READABLE))


def contrast(one: Colour, other: Colour) -> float:
    """From 1 (none) to 21 (black and white)."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def luminance(colour: Colour) -> float:
    """How bright a colour is to the eye: 0 to 1."""
    red, green, blue = (_LINEAR[channel] for channel in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: int) -> float:
    share = channel / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB's knee


_LINEAR = [round(_linear(channel), 9) for channel in range(256)]


def _is_ground(colour: Colour) -> bool:
    return contrast(PALE, colour) >= 2 * READABLE


def _chroma(colour: Colour) -> int:
    return max(colour) - min(colour)


def _darker(colour: Colour) -> Iterator[Colour]:
    """`colour` with less and less light, down to black."""
    red, green, blue = colour
    return ((red * step // STEPS, green * step // STEPS, blue * step // STEPS) for step in range(STEPS, -1, -1))


def _lighter(colour: Colour) -> Iterator[Colour]:
    """`colour` with more and more white, up to nothing else."""
    for white in range(STEPS + 1):
        red, green, blue = ((channel * (STEPS - white) + 255 * white) // STEPS for channel in colour)
        yield red, green, blue
