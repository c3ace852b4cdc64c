"""The pictures of a piece: what comes from anywhere is looked at before it can get to the public."""

from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.errors import PublisherError
from publisher.rendering.model import MediaFile, public_name
from publisher.workflow.context import Context
from publisher.workspace.markdown import pictures
from publisher.workspace.pieces import Episode, Piece, Post

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

FORMATS = {"JPEG": (".jpg", ".jpeg"), "PNG": (".png",), "WEBP": (".webp",)}
"""What a picture may be, and how its name then ends."""
GPS = 0x8825
"""Where Exif keeps the place at which a picture was taken (Exif 3.0, 4.6.3)."""


def artwork(context: Context, episode: Episode) -> tuple[MediaFile, Path]:
    """The cover of an episode, its own or its show's, and where it lies.

    Errors: see `check_cover`.
    """
    own = episode.matter.artwork
    path = episode.folder / own if own else context.root / context.workspace.show(episode).artwork
    check_cover(path)
    return MediaFile("artwork", public_name(path), context.digests.digest(path), path), path


def check_cover(path: Path) -> None:
    """Say that a picture is one that podcast directories take, and that does not say where it was taken."""
    from publisher.audio.tags.artwork import check_artwork

    check_artwork(path)
    _check(path, str(path))


def piece_pictures(context: Context, piece: Piece) -> Iterator[MediaFile]:
    """The pictures in the text of a piece, and the one at the head of a post.

    Errors: a file that is no whole picture, or that says where it was taken.
    """
    for name in pictures(piece.text):
        yield _picture(context, piece, name, f"picture:{name}")
    if isinstance(piece, Post) and piece.matter.picture is not None:
        yield _picture(context, piece, piece.matter.picture.file, "artwork")


def _picture(context: Context, piece: Piece, name: str, role: str) -> MediaFile:
    path = piece.folder / name
    where = f"{Path(piece.file).parent}/{name}"
    if path.suffix.lower() not in chain(*FORMATS.values()):
        raise PublisherError("a picture is a JPEG, PNG or WebP file", where=where, hint="export it as one of these")
    _check(path, where)
    return MediaFile(role, public_name(path), context.digests.digest(path), path)


def _check(path: Path, where: str) -> None:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path, formats=tuple(FORMATS)) as image:
            kind, tells = str(image.format), _tells_where(image)
            # Only the pixels show that a file broke off.
            image.load()
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise PublisherError("this is not a whole picture", where=where, hint="export it again") from error
    if path.suffix.lower() not in FORMATS[kind]:
        hint = f"rename it to end in {FORMATS[kind][0]}"
        raise PublisherError(f"the picture is a {kind}, and its name says something else", where=where, hint=hint)
    if tells:
        raise PublisherError(
            "the picture says where it was taken",
            where=where,
            hint="export it without its location, and look at the rest",
        )


def _tells_where(image: "ImageFile") -> bool:
    """Whether Exif or XMP hold a place; cameras and editors write either."""
    xmp = image.info.get("xmp", b"")
    return bool(image.getexif().get_ifd(GPS)) or b"GPSL" in (xmp if isinstance(xmp, bytes) else str(xmp).encode())
