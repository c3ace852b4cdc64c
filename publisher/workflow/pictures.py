"""The pictures of a piece: what comes from anywhere is looked at before it can get to the public."""

from collections.abc import Iterator
from pathlib import Path

from publisher.errors import PublisherError
from publisher.rendering.model import MediaFile, public_name
from publisher.workflow.context import Context
from publisher.workspace.markdown import pictures
from publisher.workspace.pieces import Episode, Piece, Post

ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp"})
FORMATS = ("JPEG", "PNG", "WEBP")
GPS = 0x8825
"""Where Exif keeps the place at which a picture was taken (Exif 3.0, 4.6.3)."""


def artwork(context: Context, episode: Episode) -> tuple[MediaFile, Path]:
    """The cover of an episode, its own or its show's, and where it lies.

    Errors: a picture that podcast directories refuse.
    """
    from publisher.audio.artwork import check_artwork

    own = episode.matter.artwork
    path = episode.folder / own if own else context.root / context.workspace.show(episode).artwork
    check_artwork(path)
    return MediaFile("artwork", public_name(path), context.digests.digest(path), path), path


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
    if path.suffix.lower() not in ENDINGS:
        raise PublisherError("a picture is a JPEG, PNG or WebP file", where=where, hint="export it as one of these")
    _check(path, where)
    return MediaFile(role, public_name(path), context.digests.digest(path), path)


def _check(path: Path, where: str) -> None:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path, formats=FORMATS) as image:
            image.verify()
        # What was verified cannot be read any more: it is opened again.
        with Image.open(path, formats=FORMATS) as image:
            place = image.getexif().get_ifd(GPS)
    except (UnidentifiedImageError, OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise PublisherError("this is not a whole picture", where=where, hint="export it again") from error
    if place:
        raise PublisherError(
            "the picture says where it was taken",
            where=where,
            hint="export it without its location, and look at the rest",
        )
