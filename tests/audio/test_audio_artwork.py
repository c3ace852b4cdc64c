"""A cover that every app takes, or a refusal that says what was found."""

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image

from publisher.audio.tags.artwork import check_artwork
from publisher.errors import PublisherError


def picture(path: Path, width: int, height: int, mode: str = "RGB", kind: str | None = None) -> Path:
    Image.new(mode, (width, height)).save(path, format=kind)
    return path


def claims_to_be(path: Path, width: int, height: int) -> Path:
    """A PNG whose header promises any number of pixels, in a hundred bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    header = struct.pack(">2I5B", width, height, 8, 2, 0, 0, 0)
    content = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + content)
    return path


@pytest.mark.parametrize("side", [1400, 3000])
@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("cover.jpg", "image/jpeg"),
        ("cover.jpeg", "image/jpeg"),
        ("COVER.JPG", "image/jpeg"),
        ("cover.png", "image/png"),
    ],
)
def test_a_good_cover_is_taken(tmp_path: Path, name: str, content_type: str, side: int) -> None:
    found = check_artwork(picture(tmp_path / name, side, side))

    assert (found.path, found.content_type, found.side) == (tmp_path / name, content_type, side)


@pytest.mark.parametrize(("width", "height"), [(800, 600), (1399, 1399), (3001, 3001), (1400, 1401), (3000, 1400)])
def test_another_size_is_refused_with_the_size_that_was_found(tmp_path: Path, width: int, height: int) -> None:
    with pytest.raises(PublisherError) as error:
        check_artwork(picture(tmp_path / "cover.png", width, height))

    assert error.value.what == f"is {width} × {height} px"  # noqa: RUF001 - the sign for it
    assert error.value.hint == "give a square of 1400 to 3000 px"


@pytest.mark.parametrize("side", [10_000, 50_000, 2_000_000_000])
def test_a_picture_that_claims_to_be_huge_is_refused_without_unpacking_it(tmp_path: Path, side: int) -> None:
    with pytest.raises(PublisherError, match=r"px|far too large"):
        check_artwork(claims_to_be(tmp_path / "bomb.png", side, side))


@pytest.mark.parametrize(
    ("mode", "name"), [("RGBA", "cover.png"), ("L", "cover.jpg"), ("P", "cover.png"), ("CMYK", "cover.jpg")]
)
def test_other_colours_are_refused(tmp_path: Path, mode: str, name: str) -> None:
    with pytest.raises(PublisherError, match=f"has the colours {mode}"):
        check_artwork(picture(tmp_path / name, 1400, 1400, mode))


@pytest.mark.parametrize(("name", "kind"), [("cover.jpg", "PNG"), ("cover.png", "JPEG"), ("cover", "PNG")])
def test_a_name_that_belies_the_picture_is_refused(tmp_path: Path, name: str, kind: str) -> None:
    with pytest.raises(PublisherError, match=f"is a {kind}, but its name ends in") as error:
        check_artwork(picture(tmp_path / name, 1400, 1400, kind=kind))

    assert "rename it" in (error.value.hint or "")


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "TIFF"])
def test_other_kinds_of_picture_are_refused(tmp_path: Path, kind: str) -> None:
    with pytest.raises(PublisherError, match="is not a JPEG or PNG picture"):
        check_artwork(picture(tmp_path / "cover.png", 1400, 1400, kind=kind))


@pytest.mark.parametrize("name", ["cover.png", "cover.jpg"])
def test_half_a_picture_is_refused(tmp_path: Path, name: str) -> None:
    whole = tmp_path / name
    Image.effect_noise((1400, 1400), 90).convert("RGB").save(whole)
    whole.write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])

    with pytest.raises(PublisherError, match="cannot be read") as error:
        check_artwork(whole)

    assert error.value.hint == "save the picture again"


def test_what_is_no_picture_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cover.png").write_text("<svg/>")

    with pytest.raises(PublisherError, match="is not a JPEG or PNG picture"):
        check_artwork(tmp_path / "cover.png")


def test_a_missing_cover_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(PublisherError, match="is not there"):
        check_artwork(tmp_path / "cover.png")


def test_a_folder_is_no_cover(tmp_path: Path) -> None:
    with pytest.raises(PublisherError, match="cannot be read"):
        check_artwork(tmp_path)
