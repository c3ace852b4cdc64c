"""The archive of evidence has one form: what a zip file could do besides is refused, and by name."""

import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review.docket import flipped

from evidence.files import refusal
from publisher.errors import PublisherError
from publisher.review.archive import Archive, write_archive

MEMBERS: dict[str, bytes | Path] = {"b.txt": b"second", "a/one.json": b"{}", "empty": b""}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_archive(tmp_path / "some.zip", MEMBERS)
    return tmp_path / "some.zip"


def test_any_program_that_opens_zip_files_opens_it(file: Path) -> None:
    with zipfile.ZipFile(file) as held:
        assert held.testzip() is None
        assert {one.filename: held.read(one) for one in held.infolist()} == MEMBERS


def test_a_zip_file_of_pythons_with_the_same_fields_is_the_same(file: Path) -> None:
    assert zipped(keep) == file.read_bytes()


def test_members_come_back_as_they_were_put_in(file: Path, tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 3_000_000)
    write_archive(file, {**MEMBERS, "large": tmp_path / "large"})
    archive = Archive(file)
    assert {name: archive.read(name, 4_000_000) for name in archive.members} == {**MEMBERS, "large": b"x" * 3_000_000}
    with pytest.raises(PublisherError, match="larger than it can be"):
        archive.read("large", 1000)
    with pytest.raises(PublisherError, match="is missing"):
        archive.read("other", 1000)


def read_all(path: Path) -> None:
    archive = Archive(path)
    for name in archive.members:
        archive.digest(name)


def zipped(change: Callable[[zipfile.ZipInfo], object], more: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    """The same members, by Python's own zip files."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name, data in (*MEMBERS.items(), *more):
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 3, 0o100644 << 16
            change(info)
            archive.writestr(info, data)  # type: ignore[arg-type] # they are all bytes
    return held.getvalue()


def set_(**fields: object) -> Callable[[zipfile.ZipInfo], None]:
    def change(info: zipfile.ZipInfo) -> None:
        for key, value in fields.items():
            setattr(info, key, value)

    return change


def keep(_: zipfile.ZipInfo) -> None:
    """As it is."""


def commented() -> bytes:
    data = zipped(keep)
    return data[:-2] + struct.pack("<H", 5) + b"hello"


HOSTILE: dict[str, Callable[[], bytes]] = {
    "it is packed, and could burst": lambda: zipped(set_(compress_type=zipfile.ZIP_DEFLATED)),
    "it holds links": lambda: zipped(set_(external_attr=0o120777 << 16)),
    "it has other rights": lambda: zipped(set_(external_attr=0o100755 << 16)),
    "it has other times": lambda: zipped(set_(date_time=(2026, 1, 1, 0, 0, 0))),
    "it was made elsewhere": lambda: zipped(set_(create_system=0)),
    "it has remarks": lambda: zipped(set_(comment=b"hello")),
    "it has fields more": lambda: zipped(set_(extra=b"\x01\x00\x00\x00")),
    "it has a remark at its end": commented,
    "a name leads out": lambda: zipped(keep, (("../out.txt", b"x"),)),
    "a name is absolute": lambda: zipped(keep, (("/etc/x", b"x"),)),
    "a name is hidden": lambda: zipped(keep, ((".hidden", b"x"),)),
    "a name has other letters": lambda: zipped(keep, (("ä.txt", b"x"),)),
    "a name is a folder": lambda: zipped(keep, (("folder/", b""),)),
    "something stands before it": lambda: b"#!/bin/sh\n" + zipped(keep),
    "something follows": lambda: zipped(keep) + b"\n",
    "it is empty": lambda: b"",
    "it is no archive": lambda: b"%PDF-1.7\n" * 100,
    "it is cut": lambda: zipped(keep)[:-30],
    "it says that a member is huge": lambda: zipped(keep).replace(struct.pack("<II", 6, 6), b"\xff" * 8),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE.keys())
def test_it_is_refused_where(tmp_path: Path, make: Callable[[], bytes]) -> None:
    path = tmp_path / "hostile.zip"
    path.write_bytes(make())
    assert refusal(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "twice.zip"
    path.write_bytes(zipped(keep, (("b.txt", b"third"),)))
    assert refusal(path) == "a name stands in it twice"


@settings(max_examples=200, deadline=None)
@given(place=st.integers(0, 10_000), bit=st.integers(0, 7))
def test_whichever_bit_is_flipped_is_found(tmp_path_factory: pytest.TempPathFactory, place: int, bit: int) -> None:
    path = tmp_path_factory.mktemp("bits") / "some.zip"
    write_archive(path, MEMBERS)
    path.write_bytes(flipped(path.read_bytes(), place % path.stat().st_size, 1 << bit))
    with pytest.raises(PublisherError):
        read_all(path)


@pytest.mark.parametrize("name", ["", "..", "a//b", "/a", "a/../b", ".a", "a b", "ä", "a" * 501, "a\\b", "c:x"])
def test_a_name_that_no_archive_has_is_not_written(tmp_path: Path, name: str) -> None:
    with pytest.raises(PublisherError):
        write_archive(tmp_path / "some.zip", {name: b"x"})
    assert not (tmp_path / "some.zip").exists()


@pytest.mark.parametrize("make", [Path.mkdir, str], ids=["a folder", "nothing"])
def test_it_is_a_plain_file(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "some.zip")
    assert refusal(tmp_path / "some.zip") == "there is no such file"
