"""The pictures of an audiogram, one after the other. What stands still is drawn once; a frame copies what moves."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from publisher.audio.audiogram.captions import Caption
from publisher.audio.audiogram.drawing import Brush, colours_of
from publisher.audio.audiogram.layout import Box, Layout
from publisher.audio.audiogram.planes import Planes
from publisher.audio.audiogram.typeface import Typeface

if TYPE_CHECKING:
    from PIL.Image import Image

FADE = 3
"""Pictures that a caption takes to go, and as many that the next one takes to come: two at once cannot be read."""


@dataclass(frozen=True)
class Scene:
    """Everything that an audiogram shows."""

    layout: Layout
    typeface: Typeface
    artwork: "Image"
    """In RGB, square."""
    show: str
    episode: str
    title: str
    """The soundbite's."""
    captions: Sequence[Caption]
    """In their order."""
    bars: Sequence[int]
    """How loud each part of the sound is, 0 to 1000."""
    frames: int
    """How many pictures to draw."""


def drawn(scene: Scene) -> Iterator[memoryview]:
    """Every frame as ffmpeg reads `yuv420p`. The memory is used again for the next."""
    audiogram = _Audiogram(scene)
    buffer = np.empty(audiogram.frame.luma.size * 3 // 2, np.uint8)
    for number in range(scene.frames):
        audiogram.turn_to(number)
        audiogram.frame.write_to(buffer)
        yield buffer.data


class _Audiogram:
    def __init__(self, scene: Scene) -> None:
        from PIL import Image

        self._scene = scene
        colours = colours_of(scene.artwork)
        ground = Image.new("RGB", (scene.layout.width, scene.layout.height), colours.ground)
        self._brush = Brush(ground, colours, scene.typeface)
        self._draw_heading()
        self.frame = Planes.of(self._brush.picture)
        self._mute, self._played = (self._waveform(played=played) for played in (False, True))
        self._stage = lru_cache(maxsize=4)(self._draw_stage)

    def turn_to(self, number: int) -> None:
        """Make `frame` the picture of that number."""
        self._say(number)
        box = self._scene.layout.waveform
        # In steps of two pixels, the resolution of colours. The last picture has all of it.
        done = box.width * (number + 1) // self._scene.frames // 2 * 2
        self.frame.put(self._played.cut(Box(0, 0, done, box.height)), box.left, box.top)
        self.frame.put(self._mute.cut(Box(done, 0, box.width - done, box.height)), box.left + done, box.top)

    def _say(self, number: int) -> None:
        now, since = self._said_at(number)
        step = number - since + 1
        stage = self._scene.layout.stage
        if since and step < 2 * FADE:
            before, _ = self._said_at(since - 1)
            said, ink = (before, FADE - step) if step < FADE else (now, step - FADE)
            self.frame.put(self._stage("").towards(self._stage(said), ink, FADE), stage.left, stage.top)
        else:
            self.frame.put(self._stage(now), stage.left, stage.top)

    def _said_at(self, number: int) -> tuple[Caption | str, int]:
        """What stands on the stage of picture `number`, and since which picture: the title until the first words."""
        said: Caption | str = self._scene.title
        since = 0
        for caption in self._scene.captions:
            if number < caption.first:
                break
            said, since = (caption, caption.first) if number < caption.last else ("", caption.last)
        return said, since

    def _draw_heading(self) -> None:
        layout, scene, brush = self._scene.layout, self._scene, self._brush
        brush.paste_cover(scene.artwork, layout.cover)
        # Without captions the title stands on the stage all the time; and what the episode says need not be said twice.
        title = scene.title if scene.captions and scene.title != scene.episode else ""
        brush.write_heading(layout, scene.show, scene.episode, title)

    def _draw_stage(self, said: Caption | str) -> Planes:
        stage = self._scene.layout.stage
        brush = self._brush.on(stage)
        if isinstance(said, Caption):
            brush.write_caption(self._scene.layout, said.speaker, said.lines)
        elif said:
            brush.write_title(self._scene.layout, said)
        return Planes.of(brush.picture)

    def _waveform(self, *, played: bool) -> Planes:
        brush = self._brush.on(self._scene.layout.waveform)
        brush.draw_bars(self._scene.bars, played=played)
        return Planes.of(brush.picture)
