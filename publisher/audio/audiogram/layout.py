"""Where everything stands, for each shape. Pixels; every number is even, since colours have half the resolution.

The vertical one keeps clear of what the apps lay over a video. Meta wants the upper 14 %, the lower 35 % and 6 % at the
sides of a Reel left free, YouTube's and TikTok's own words stand in the lower quarter, and TikTok's buttons in the 120
pixels at the right. So all words stand in the middle half, and below it, where Meta may cover it, the waveform alone.
"""

from dataclasses import dataclass

from publisher.audio.audiogram.model import Shape


@dataclass(frozen=True)
class Box:
    """A rectangle of the picture."""

    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The column behind its last one."""
        return self.left + self.width

    @property
    def bottom(self) -> int:
        """The row behind its last one."""
        return self.top + self.height


@dataclass(frozen=True)
class Words:
    """How one kind of text is set."""

    sizes: tuple[int, ...]
    """Of the letters, the largest first; a smaller one is taken where the text would not fit."""
    most: int
    """Lines."""
    weight: int
    """400 for regular, 700 for bold, where the font has them."""

    def leading(self, size: int) -> int:
        """From one line's foot to the next one's, for letters of `size`."""
        return size * 5 // 4


@dataclass(frozen=True)
class Layout:
    """A shape, laid out."""

    width: int
    height: int
    cover: Box
    """The artwork, as it is."""
    heading: Box
    """Show and episode; once words are on the stage, the soundbite's title below them."""
    stage: Box
    """The speaker, and below what is said; or the soundbite's title."""
    waveform: Box
    """The sound, a bar beside the other; the part that was played is coloured."""
    show: Words
    episode: Words
    subtitle: Words
    """The soundbite's title in the heading."""
    speaker: Words
    caption: Words
    title: Words


LAYOUTS: dict[Shape, Layout] = {
    "square": Layout(
        width=1080,
        height=1080,
        cover=Box(72, 72, 272, 272),
        heading=Box(384, 72, 624, 272),
        stage=Box(72, 384, 936, 424),
        waveform=Box(72, 848, 936, 160),
        show=Words((34, 30, 26), 1, 500),
        episode=Words((50, 44, 40, 36, 32), 2, 700),
        subtitle=Words((34, 30, 28), 2, 500),
        speaker=Words((36, 30), 1, 600),
        caption=Words((76,), 3, 600),
        title=Words((84, 76, 68, 56), 4, 700),
    ),
    "vertical": Layout(
        width=1080,
        height=1920,
        cover=Box(120, 270, 340, 340),
        heading=Box(120, 624, 840, 286),
        stage=Box(120, 930, 840, 318),
        waveform=Box(120, 1300, 840, 140),
        show=Words((36, 32, 28), 1, 500),
        episode=Words((54, 48, 42, 36), 2, 700),
        subtitle=Words((34, 30, 28), 2, 500),
        speaker=Words((36, 30), 1, 600),
        caption=Words((66,), 3, 600),
        title=Words((84, 72, 60, 52), 3, 700),
    ),
}
