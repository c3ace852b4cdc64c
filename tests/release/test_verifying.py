"""Every byte of every public file is looked at: of text always, of media where all are asked for."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.public_server import Reply, Served, served

from publisher.edition.model import Edition, Phase
from publisher.release.asking import Public
from publisher.release.checks import END, Difference, Wanted, in_words
from publisher.release.directory import DirectoryTarget
from publisher.release.verifying import Folder, Place, Site, compare
from release.editions import edition_of, media_key, public_file, release

TALK = bytes(range(256)) * 200
PAGES = {f"posts/{number}.html": b"Page %d, " % number * 20 for number in range(8)}
VTT = b"WEBVTT\n\n00:00.000 --> 00:01.000\nWelcome.\n"


def _edition() -> Edition:
    return edition_of(
        public_file(media_key(TALK, "talk.mp3"), TALK, phase=Phase.MEDIA, content_type="audio/mpeg"),
        public_file(media_key(VTT, "talk.vtt"), VTT, phase=Phase.MEDIA, content_type="text/vtt; charset=utf-8"),
        *(public_file(key, content) for key, content in PAGES.items()),
    )


EDITION = _edition()
FILES = [
    Wanted(one.key, one.sha256, one.size, one.content_type, one.cache_control, one.phase, one.source)
    for one in EDITION.files.values()
]
RECORDING = next(file for file in FILES if file.is_media)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("verified") / "public"
    release(DirectoryTarget(root), EDITION)
    return root


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[Served]:
    with served(folder) as found:
        yield found


@pytest.fixture
def site(server: Served) -> Served:
    server.lies.clear()
    server.asked.clear()
    return server


def compared(place: Place, *, deep: bool = False, files: list[Wanted] = FILES) -> list[Difference]:
    return list(compare(place, files, lambda *_: False, lambda _: None, deep=deep))


def at(site: Served) -> Site:
    return Site(Public(site.url))


@given(st.data())
def test_a_bit_that_is_another_is_found_in_any_file(server: Served, data: st.DataObject) -> None:
    wanted, other = data.draw(st.sampled_from(FILES)), data.draw(st.sampled_from(FILES))
    files = list(dict.fromkeys((wanted, other)))
    place, bit = data.draw(st.integers(0, wanted.size - 1)), data.draw(st.integers(0, 7))

    def flipped(reply: Reply) -> Reply:
        body = bytearray(reply.body)
        body[place] ^= 1 << bit
        return replace(reply, body=bytes(body))

    server.lies = {wanted.key: flipped}
    deeply = [one.where for one in compared(at(server), deep=True, files=files)]
    plainly = [one.where for one in compared(at(server), files=files)]
    server.lies = {}
    assert deeply == [server.url + wanted.key]
    near_an_end = place < END or place >= wanted.size - END
    assert plainly == (deeply if near_an_end or not wanted.is_media else [])


@given(st.sampled_from(FILES), st.integers(0, 1 << 20), st.integers(0, 7))
def test_a_bit_that_is_another_is_found_in_any_file_of_a_folder(folder: Path, file: Wanted, at: int, bit: int) -> None:
    path = folder / file.key
    whole = path.read_bytes()
    changed = bytearray(whole)
    changed[at % len(whole)] ^= 1 << bit
    path.write_bytes(changed)
    found = [one.where for one in compared(Folder(DirectoryTarget(folder)))]
    path.write_bytes(whole)
    assert found == [f"{folder}/{file.key}"]


def test_a_link_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    root = tmp_path / "public"
    release(DirectoryTarget(root), EDITION)
    (root / "posts/1.html").rename(tmp_path / "elsewhere.html")
    (root / "posts/1.html").symlink_to(tmp_path / "elsewhere.html")
    (found,) = compared(Folder(DirectoryTarget(root)))
    assert "symbolic link" in found.what


def test_a_recording_is_asked_for_by_its_headers_and_two_parts_if_not_all_of_it(site: Served) -> None:
    compared(at(site), files=[RECORDING])
    assert site.asked == [f"HEAD {RECORDING.key}", f"GET {RECORDING.key}", f"GET {RECORDING.key}"]


def test_a_recording_whose_bytes_are_not_here_is_compared_by_its_size(site: Served) -> None:
    elsewhere = [replace(RECORDING, source=None)]
    assert compared(at(site), files=elsewhere) == []
    site.lies[RECORDING.key] = lambda reply: replace(reply, body=reply.body[1:])
    assert len(compared(at(site), files=elsewhere)) == 1


def test_a_short_file_and_an_empty_one_are_no_special_case(tmp_path: Path) -> None:
    edition = edition_of(
        public_file("a.mp3", b"x", content_type="audio/mpeg"), public_file("b.mp3", b"", content_type="audio/mpeg")
    )
    release(DirectoryTarget(tmp_path / "public"), edition)
    files = [
        Wanted(one.key, one.sha256, one.size, one.content_type, one.cache_control, one.phase, one.source)
        for one in edition.files.values()
    ]
    with served(tmp_path / "public") as found:
        assert compared(at(found), files=files) == []
        assert compared(at(found), files=files, deep=True) == []


def test_what_has_the_same_flaw_many_times_is_counted(site: Served) -> None:
    for key in PAGES:
        site.lies[key] = lambda _: Reply(404, {}, b"")
    found = compared(at(site))
    assert len(found) == len(PAGES)
    said = list(in_words(found, 5))
    assert [one.where for one in said[5:]] == [f"and {len(PAGES) - 5} more"]


def test_a_server_that_is_busy_once_is_asked_again(site: Served) -> None:
    calls: list[int] = []

    def busy(reply: Reply) -> Reply:
        calls.append(1)
        return Reply(503, {"Retry-After": "0"}, b"") if len(calls) == 1 else reply

    site.lies["posts/1.html"] = busy
    assert compared(at(site)) == []
    assert len(calls) == 2


def test_headers_in_other_letters_and_spaces_are_the_same(site: Served) -> None:
    site.lies["posts/1.html"] = lambda reply: reply.saying(
        Content_Type="Text/HTML;charset=UTF-8", Cache_Control="public,max-age=3600"
    )
    assert compared(at(site)) == []
