"""Pictures as video has them: how bright each pixel is, and two planes of colour at half the resolution.

The conversion is done here, in whole numbers, and once for each thing that is drawn: a frame is then put together by
copying rectangles, and the encoder takes it as it is.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Self, TypeAlias

import numpy as np
from numpy.typing import NDArray

from publisher.audio.audiogram.layout import Box

if TYPE_CHECKING:
    from PIL.Image import Image

Plane: TypeAlias = NDArray[np.uint8]
Numbers: TypeAlias = NDArray[np.int32]

# ITU-R BT.709-6, item 3.4 and 4.6: the limited range in 8 bits, times 65536. The rows of colour add up to 0: grey has
# none.
BRIGHTNESS, BLUENESS, REDNESS = (11_966, 40_254, 4_064), (-6_596, -22_188, 28_784), (28_784, -26_145, -2_639)
BLACK, GREY = 16, 128
BITS = 16


@dataclass(frozen=True)
class Planes:
    """A picture or a rectangle of one, of even width and height."""

    luma: Plane
    """Of shape (height, width)."""
    blue: Plane
    """Of shape (height / 2, width / 2)."""
    red: Plane
    """As `blue`."""

    @classmethod
    def of(cls, picture: "Image") -> Self:
        """The planes of a picture in RGB."""
        pixels = np.asarray(picture).astype(np.int32)
        corners = pixels[0::2, 0::2] + pixels[0::2, 1::2] + pixels[1::2, 0::2] + pixels[1::2, 1::2]
        return cls(
            _weighed(pixels, BRIGHTNESS, BLACK, BITS),
            _weighed(corners, BLUENESS, GREY, BITS + 2),
            _weighed(corners, REDNESS, GREY, BITS + 2),
        )

    def put(self, other: "Planes", left: int, top: int) -> None:
        """Copy `other` into this one, its upper left corner at a place of even numbers."""
        for mine, its, scale in zip(self.each, other.each, (1, 2, 2), strict=True):
            height, width = its.shape
            mine[top // scale : top // scale + height, left // scale : left // scale + width] = its

    def cut(self, box: Box) -> "Planes":
        """A rectangle of this, not copied."""
        return Planes(
            *(
                plane[box.top // scale : box.bottom // scale, box.left // scale : box.right // scale]
                for plane, scale in zip(self.each, (1, 2, 2), strict=True)
            )
        )

    def towards(self, other: "Planes", step: int, steps: int) -> "Planes":
        """This, on its way to `other`: `step` of `steps` are made."""
        return Planes(*(_between(one, two, step, steps) for one, two in zip(self.each, other.each, strict=True)))

    def write_to(self, buffer: NDArray[np.uint8]) -> None:
        """Lay the planes one behind the other, as ffmpeg reads `yuv420p`."""
        np.concatenate([plane.ravel() for plane in self.each], out=buffer)

    @property
    def each(self) -> tuple[Plane, Plane, Plane]:
        """The three, in the order of `yuv420p`."""
        return self.luma, self.blue, self.red


def _weighed(pixels: Numbers, weights: tuple[int, int, int], zero: int, bits: int) -> Plane:
    red, green, blue = weights
    mixed = pixels[..., 0] * red + pixels[..., 1] * green + pixels[..., 2] * blue
    plane: Plane = ((mixed + (1 << bits - 1) >> bits) + zero).astype(np.uint8)
    return plane


def _between(one: Plane, two: Plane, step: int, steps: int) -> Plane:
    mixed = one.astype(np.int32) * (steps - step) + two.astype(np.int32) * step
    plane: Plane = (mixed // steps).astype(np.uint8)
    return plane
