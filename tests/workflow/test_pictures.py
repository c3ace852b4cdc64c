"""Pictures: what is no picture, or tells too much, does not reach legal."""

from io import BytesIO

import pytest
from PIL import Image
from support.house import House

from publisher.errors import PublisherError
from publisher.workflow.release import release


def jpeg(gps: dict[int, object] | None = None) -> bytes:
    """A small picture, with a place if one is given."""
    exif = Image.Exif()
    if gps:
        exif[0x8825] = gps
    out = BytesIO()
    Image.new("RGB", (64, 48), (42, 157, 143)).save(out, format="JPEG", exif=exif)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "WEBP", "JPEG"])
def test_every_kind_of_picture_is_taken(house: House, kind: str) -> None:
    out = BytesIO()
    Image.new("RGB", (64, 48), (42, 157, 143)).save(out, format=kind)
    name = f"field.{kind.lower()}"
    house.add_post(matter=f"picture: {{file: {name}, alt: A field}}\n")
    house.write(f"posts/a-post/{name}", out.getvalue())
    house.approved("a-post")
    release(house.context())
    assert [path.name for path in (house.root / "public/media").rglob("*.*")] == [name]


def test_a_picture_in_the_text_is_released_with_the_post(house: House) -> None:
    house.add_post(text="Look: ![A teal field](Größe 1.JPG)\n".replace("Größe 1.JPG", "<Größe 1.JPG>"))
    house.write("posts/a-post/Größe 1.JPG", jpeg())
    house.approved("a-post")
    release(house.context())
    (picture,) = (house.root / "public/media").rglob("*.jpg")
    assert picture.name == "grosse-1.jpg"
    assert picture.read_bytes() == jpeg()
    page = (house.root / "public/posts/a-post.html").read_text()
    assert f"../media/{picture.parent.name}/grosse-1.jpg" in page


def test_a_picture_that_says_where_it_was_taken_is_refused(house: House) -> None:
    house.add_post(text="![A field](field.jpg)\n")
    house.write("posts/a-post/field.jpg", jpeg({1: "N", 2: (52.0, 30.0, 0.0)}))
    with pytest.raises(PublisherError, match="says where it was taken"):
        house.submit("a-post")


@pytest.mark.parametrize("data", [b"", b"no picture", jpeg()[:200], b"<svg><script>alert(1)</script></svg>"])
def test_what_is_no_whole_picture_is_refused(house: House, data: bytes) -> None:
    house.add_post(matter="picture: {file: field.jpg, alt: A field}\n")
    house.write("posts/a-post/field.jpg", data)
    with pytest.raises(PublisherError, match="not a whole picture"):
        house.submit("a-post")


def test_a_picture_of_another_kind_is_refused(house: House) -> None:
    house.add_post(matter="picture: {file: field.svg, alt: A field}\n")
    house.write("posts/a-post/field.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>")
    with pytest.raises(PublisherError, match="JPEG, PNG or WebP"):
        house.submit("a-post")
