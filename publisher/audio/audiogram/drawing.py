"""Drawing with Pillow: the ground, the cover, words and bars."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from publisher.audio.audiogram.colours import PALE, WHITE, Colour, Palette, palette
from publisher.audio.audiogram.layout import Box, Layout, Words
from publisher.audio.audiogram.typeface import Typeface, runs_leftwards
from publisher.audio.audiogram.wrapping import Lines, fit

if TYPE_CHECKING:
    from PIL.Image import Image

SAMPLE = 64
"""Pixels a side that the colours of an artwork are counted on."""
FINER = 4
"""How much finer than the picture round corners are drawn, to be smooth."""
ROUNDED = 20
"""Pixels of the cover's corners."""
NEAR = 16
"""How far the channels of colours that look the same may lie apart."""
APART = 8
"""Pixels between the episode's title and the soundbite's."""
PITCH, BAR = 14, 8
"""Pixels from one bar to the next, and of a bar's width."""
MUTE = 96
"""Of 256: how much of the white a bar has that was not played yet."""


def colours_of(artwork: "Image") -> Palette:
    """The colours that go with an artwork."""
    from PIL.Image import Resampling

    small = artwork.resize((SAMPLE, SAMPLE), Resampling.BOX)
    groups: defaultdict[Colour, Counter[Colour]] = defaultdict(Counter)
    for red, green, blue in np.asarray(small).reshape(-1, 3).tolist():
        groups[red // NEAR, green // NEAR, blue // NEAR][red, green, blue] += 1
    # Colours that are nearly the same count together, as the most frequent of them.
    return palette({max(group, key=lambda colour: (group[colour], colour)): group.total() for group in groups.values()})


def bars_in(box: Box) -> int:
    """How many bars a waveform of that width has."""
    return (box.width + PITCH - BAR) // PITCH


class Brush:
    """Draws on one picture in RGB; every place is counted from its own upper left corner."""

    def __init__(self, picture: "Image", colours: Palette, typeface: Typeface) -> None:
        from PIL import ImageDraw

        self.picture = picture
        self._colours = colours
        self._typeface = typeface
        self._draw = ImageDraw.Draw(picture)

    def on(self, box: Box) -> "Brush":
        """A brush for a copy of that part of the picture."""
        return Brush(self.picture.crop((box.left, box.top, box.right, box.bottom)), self._colours, self._typeface)

    def paste_cover(self, artwork: "Image", box: Box) -> None:
        """The artwork, with round corners."""
        from PIL.Image import Resampling

        small = artwork.resize((box.width, box.height), Resampling.BICUBIC)
        self.picture.paste(small, (box.left, box.top), _rounded(box.width, box.height, ROUNDED))

    def write_heading(self, layout: Layout, show: str, episode: str, title: str) -> None:
        """The show above the episode above the soundbite's title, all in the middle of the heading's height."""
        box = layout.heading
        rows = [(layout.show, show, PALE), (layout.episode, episode, WHITE), (layout.subtitle, title, PALE)]
        found = [(words, *self._set(text, box.width, words), colour) for words, text, colour in rows]
        heights = [len(lines) * words.leading(size) for words, size, lines, _ in found]
        heights[0] = heights[0] * 4 // 3
        heights[1] += APART if title else 0
        top = box.top + (box.height - sum(heights)) // 2
        for (words, size, lines, colour), height in zip(found, heights, strict=True):
            self._write(lines, Box(box.left, top, box.width, height), words, size, colour)
            top += height

    def write_caption(self, layout: Layout, speaker: str | None, lines: Lines) -> None:
        """Who speaks, and under it what is said; lines keep their places from one caption to the next."""
        box = layout.stage
        size, names = self._set(speaker or "", box.width, layout.speaker)
        name_height = layout.speaker.leading(size) * 3 // 2
        self._write(names, Box(0, 0, box.width, name_height), layout.speaker, size, self._colours.accent)
        below = Box(0, name_height, box.width, box.height - name_height)
        self._write(lines, below, layout.caption, layout.caption.sizes[0], WHITE)

    def write_title(self, layout: Layout, title: str) -> None:
        """The soundbite's title, as large as it can be."""
        size, lines = self._set(title, layout.stage.width, layout.title)
        self._write(lines, Box(0, 0, layout.stage.width, layout.stage.height), layout.title, size, WHITE)

    def draw_bars(self, levels: Sequence[int], *, played: bool) -> None:
        """A bar for each of `levels` (0 to 1000), around the middle; silence is a dot."""
        width, height = self.picture.size
        mask = _bars(levels, width, height)
        ink, share = (self._colours.accent, 256) if played else (WHITE, MUTE)
        self.picture.paste(ink, (0, 0), mask.point([value * share // 256 for value in range(256)]))

    def _set(self, text: str, width: int, words: Words) -> tuple[int, Lines]:
        """The letters' size, and the lines."""
        measures = [self._typeface.measure(size, words.weight) for size in words.sizes]
        number, lines = fit(text, width, words.most, measures)
        return words.sizes[number], lines

    def _write(self, lines: Lines, box: Box, words: Words, size: int, colour: Colour) -> None:
        font = self._typeface.at(size, words.weight)
        for number, line in enumerate(lines):
            # Capitals are about 0.73 of a font's size high: that is where the first line's foot is.
            foot = box.top + size * 73 // 100 + number * words.leading(size)
            left, anchor = (box.right, "rs") if runs_leftwards(" ".join(lines)) else (box.left, "ls")
            self._draw.text((left, foot), line, colour, font, anchor)


def _rounded(width: int, height: int, radius: int) -> "Image":
    from PIL import Image, ImageDraw

    mask = Image.new("L", (width * FINER, height * FINER))
    corner = (0, 0, width * FINER - 1, height * FINER - 1)
    ImageDraw.Draw(mask).rounded_rectangle(corner, radius * FINER, 255)
    return mask.resize((width, height), Image.Resampling.BOX)


def _bars(levels: Sequence[int], width: int, height: int) -> "Image":
    from PIL import Image, ImageDraw

    mask = Image.new("L", (width * FINER, height * FINER))
    draw = ImageDraw.Draw(mask)
    for number, level in enumerate(levels):
        half = max(BAR, height * level // 1000) * FINER // 2
        left, middle = number * PITCH * FINER, height * FINER // 2
        right = left + BAR * FINER - 1
        draw.rounded_rectangle((left, middle - half, right, middle + half - 1), BAR * FINER // 2, 255)
    return mask.resize((width, height), Image.Resampling.BOX)
