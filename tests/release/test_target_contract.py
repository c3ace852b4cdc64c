"""What every target has to do. A new kind of target joins by a `Place` of its own in `conftest.py`."""

import dataclasses
import hashlib
import os
import threading
import tracemalloc
from pathlib import Path

import pytest

from publisher.edition.model import Phase, PublicFile
from publisher.errors import PublisherError
from publisher.release.fetch import fetch
from publisher.release.multipart import PART
from release.editions import edition_of, from_disk, public_file, release
from release.places import Bucket, Place

LARGE = PART + (3 << 20)
"""Bytes of a file that goes to a bucket in two parts."""
WRONG = [b"other bytes", b"content and more", b"cont", b""]


class Stop(Exception):  # noqa: N818  what a caller may raise to stop a file
    pass


def large_file(tmp_path: Path, size: int = LARGE) -> PublicFile:
    path = tmp_path / "large.mp3"
    with path.open("wb") as stream:
        stream.truncate(size)
    with path.open("rb") as stream:
        sha256 = hashlib.file_digest(stream, "sha256").hexdigest()
    return PublicFile(f"media/{sha256}/large.mp3", sha256, size, "audio/mpeg", "immutable", Phase.MEDIA, path)


def test_a_place_that_nothing_was_released_to_is_empty(place: Place) -> None:
    target = place.open()

    assert target.listing() == {}
    with pytest.raises(FileNotFoundError):
        b"".join(target.read("index.html"))


@pytest.mark.parametrize("key", ["index.html", "a/b/c.html", ".well-known/x", "it's-(1),~a+b=c@d!$&;.txt"])
def test_what_was_put_is_public_under_its_key(place: Place, key: str) -> None:
    place.open().put(public_file(key, b"hello"))

    assert place.contents() == {key: b"hello"}


def test_what_was_put_is_listed_with_its_size_and_the_etag_that_put_gave(place: Place) -> None:
    target = place.open()
    etag = target.put(public_file("a.html", b"hello"))

    listed = target.listing()["a.html"]
    assert (listed.size, listed.etag) == (5, etag)


def test_another_content_has_another_etag_and_the_same_content_the_same(place: Place) -> None:
    target = place.open()
    etags = [target.put(public_file("a.html", content)) for content in (b"one", b"two", b"one")]

    assert etags[0] == etags[2] != etags[1]


def test_an_empty_file_can_be_public(place: Place) -> None:
    target = place.open()
    target.put(public_file("empty.txt", b""))

    assert place.contents() == {"empty.txt": b""}
    assert b"".join(target.read("empty.txt")) == b""


@pytest.mark.parametrize("content", WRONG)
def test_bytes_that_legal_did_not_approve_are_refused_and_never_seen(place: Place, content: bytes) -> None:
    target = place.open()
    wrong = dataclasses.replace(public_file("a.html"), source=content)

    with pytest.raises(PublisherError, match=r"a\.html: its bytes are not what legal approved"):
        target.put(wrong)
    assert place.contents() == {}


def test_a_file_of_another_size_than_was_approved_is_refused(place: Place) -> None:
    with pytest.raises(PublisherError, match="not what legal approved"):
        place.open().put(dataclasses.replace(public_file("a.html", b"seven.."), size=8))
    assert place.contents() == {}


def test_a_refused_file_leaves_the_one_before_it_as_it_was(place: Place) -> None:
    target = place.open()
    target.put(public_file("a.html", b"approved"))

    with pytest.raises(PublisherError, match="not what legal approved"):
        target.put(dataclasses.replace(public_file("a.html"), source=b"not approved"))
    assert place.contents() == {"a.html": b"approved"}


def test_a_large_file_arrives_whole(place: Place, tmp_path: Path) -> None:
    target, file = place.open(), large_file(tmp_path)
    etag = target.put(file)

    listed = target.listing()[file.key]
    assert (listed.size, listed.etag) == (LARGE, etag)
    assert hashlib.sha256(b"".join(target.read(file.key))).hexdigest() == file.sha256


def test_a_large_file_that_is_wrong_in_its_last_byte_is_never_seen(place: Place, tmp_path: Path) -> None:
    file = large_file(tmp_path)
    with Path(str(file.source)).open("r+b") as stream:
        stream.seek(-1, os.SEEK_END)
        stream.write(b"x")

    with pytest.raises(PublisherError, match="not what legal approved"):
        place.open().put(file)
    assert place.contents() == {}


def test_a_large_file_that_is_stopped_is_never_seen(place: Place, tmp_path: Path) -> None:
    def stop(_size: int) -> None:
        raise Stop

    with pytest.raises(Stop):
        place.open().put(large_file(tmp_path), stop)
    assert place.contents() == {}


def test_the_blocks_that_were_sent_are_told(place: Place, tmp_path: Path) -> None:
    sizes: list[int] = []
    place.open().put(large_file(tmp_path), sizes.append)

    assert sum(sizes) == LARGE
    assert len(sizes) > 1


@pytest.mark.parametrize("size", [100_000, LARGE])
def test_a_source_is_read_once(place: Place, tmp_path: Path, size: int) -> None:
    content = b"x" * size
    pipe = tmp_path / "pipe"  # what was read from a pipe can't be read again
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_bytes, args=[content])
    writer.start()
    place.open().put(dataclasses.replace(public_file("once.mp3", content), source=pipe))
    writer.join()

    assert place.contents() == {"once.mp3": content}


def test_memory_does_not_grow_with_the_size_of_a_file(place: Place, tmp_path: Path) -> None:
    target, file = place.open(), large_file(tmp_path, 4 * PART)
    target.put(public_file("warm-up.html"))
    tracemalloc.start()
    target.put(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 2.5 * PART


def test_a_source_that_went_away_is_told_with_its_path(place: Place, tmp_path: Path) -> None:
    file = from_disk(public_file("a.html"), tmp_path / "gone.html")
    (tmp_path / "gone.html").unlink()

    with pytest.raises(PublisherError, match=r"a\.html, from .*gone\.html: can't read what is to be sent"):
        place.open().put(file)


def test_reading_gives_blocks_of_at_most_a_mebibyte(place: Place, tmp_path: Path) -> None:
    target, file = place.open(), large_file(tmp_path)
    target.put(file)

    assert max(len(block) for block in target.read(file.key)) <= 1 << 20


def test_a_delete_takes_a_key_away_and_may_be_repeated(place: Place) -> None:
    target = place.open()
    target.put(public_file("a/b.html"))
    target.put(public_file("a.html"))

    target.delete("a/b.html")
    target.delete("a/b.html")
    assert list(place.contents()) == ["a.html"]


def test_a_record_is_replaced_and_read_back(place: Place) -> None:
    target = place.open()
    target.put_record(b"one")
    target.put_record(b"two")

    assert b"".join(target.read("edition.json")) == b"two"


def test_a_strangers_file_is_listed(place: Place) -> None:
    place.write("theirs/notes.txt", b"notes")

    assert place.open().listing()["theirs/notes.txt"].size == 5


@pytest.mark.parametrize("key", ["../x", "/x", "a/../x", "a//b", "./x", "x/", "", "a\\b", "a b", "ä", "%2e", "a\nb"])
def test_a_key_that_could_lead_elsewhere_is_refused(place: Place, key: str) -> None:
    target = place.open()

    for action in (lambda: target.put(public_file(key)), lambda: target.delete(key), lambda: list(target.read(key))):
        with pytest.raises(PublisherError, match="not a name that a public file can have"):
            action()


def test_exclusive_may_be_taken_again_after_it_was_given_back(place: Place) -> None:
    target = place.open()

    for _ in range(2):
        with target.exclusive():
            target.put(public_file("a.html"))
    assert list(place.contents()) == ["a.html"]


def test_fetching_gives_back_the_bytes_that_were_released(place: Place, tmp_path: Path) -> None:
    target, file = place.open(), public_file("media/talk.mp3", b"talk", phase=Phase.MEDIA)
    release(target, edition_of(file))

    assert fetch(target, file.key, file.sha256, tmp_path / "cache" / "talk.mp3")
    assert (tmp_path / "cache" / "talk.mp3").read_bytes() == b"talk"


@pytest.mark.parametrize("key", ["media/talk.mp3", "media/none.mp3"])
def test_fetching_other_bytes_or_none_leaves_the_destination_alone(place: Place, tmp_path: Path, key: str) -> None:
    target, destination = place.open(), tmp_path / "talk.mp3"
    target.put(public_file("media/talk.mp3", b"tampered"))
    destination.write_bytes(b"before")

    assert not fetch(target, key, hashlib.sha256(b"talk").hexdigest(), destination)
    assert destination.read_bytes() == b"before"


def test_headers_are_those_of_the_edition(bucket: Bucket) -> None:
    bucket.open().put(public_file("a.html", content_type="text/html; charset=utf-8", cache_control="max-age=60"))

    answer = bucket.client.head_object(Bucket=bucket.bucket, Key="site/a.html")
    assert (answer["ContentType"], answer["CacheControl"]) == ("text/html; charset=utf-8", "max-age=60")
