"""Is a picture a cover that every app takes? Apple's rules, which the other directories share."""

import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.errors import PublisherError

if TYPE_CHECKING:
    from PIL.Image import Image

SMALLEST, LARGEST = 1400, 3000
"""Pixels of a side."""
EXTENSIONS = {"JPEG": (".jpg", ".jpeg"), "PNG": (".png",)}
CONTENT_TYPES = {"JPEG": "image/jpeg", "PNG": "image/png"}
WANTED = f"give a square of {SMALLEST} to {LARGEST} px"


@dataclass(frozen=True)
class Artwork:
    """A cover that was found to be good."""

    path: Path
    content_type: str
    """`image/jpeg` or `image/png`."""
    side: int
    """Pixels, both ways."""


def check_artwork(path: Path) -> Artwork:
    """Say that `path` is a square JPEG or PNG of SMALLEST to LARGEST pixels in RGB, named as what it is, and whole.

    Raises PublisherError that says what is wrong and what was found. A picture that claims to be huge is not unpacked.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        # Pillow warns of huge pictures when it reads the header; the size is judged here, before any pixel is read.
        with warnings.catch_warnings(action="ignore"), Image.open(path, formats=tuple(EXTENSIONS)) as picture:
            return _checked(path, picture)
    except FileNotFoundError:
        raise PublisherError("is not there", where=str(path), hint="check the name and the folder") from None
    except Image.DecompressionBombError:
        raise PublisherError("is far too large", where=str(path), hint=WANTED) from None
    except UnidentifiedImageError:
        raise PublisherError("is not a JPEG or PNG picture", where=str(path), hint=WANTED) from None
    except (OSError, SyntaxError, ValueError) as error:  # what Pillow raises for broken files
        raise PublisherError(f"cannot be read: {error}", where=str(path), hint="save the picture again") from error


def _checked(path: Path, picture: "Image") -> Artwork:
    kind = str(picture.format)
    width, height = picture.size
    if path.suffix.lower() not in EXTENSIONS[kind]:
        hint = f"rename it to end in {EXTENSIONS[kind][0]}"
        raise PublisherError(f"is a {kind}, but its name ends in “{path.suffix}”", where=str(path), hint=hint)
    if width != height or not SMALLEST <= width <= LARGEST:
        raise PublisherError(f"is {width} × {height} px", where=str(path), hint=WANTED)  # noqa: RUF001 - the sign for it
    if picture.mode != "RGB":
        raise PublisherError(
            f"has the colours {picture.mode}", where=str(path), hint="save it as RGB, without transparency"
        )
    # Only pixels show that a download broke off. A JPEG gives an eighth of them for the same reading.
    picture.draft("RGB", (width // 8, height // 8))
    picture.load()
    return Artwork(path, CONTENT_TYPES[kind], width)
