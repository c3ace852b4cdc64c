"""What every target has to do. A new kind of target joins by a `Place` of its own in `conftest.py`.

Every store runs all of it over HTTP; over HTTPS, where boto3 signs and checks in other ways, what sends and replaces.
"""

import dataclasses
import hashlib
import os
import threading
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from publisher.edition.model import Phase, PublicFile
from publisher.errors import PublisherError
from publisher.release.fetch import fetch
from publisher.release.multipart import PART
from publisher.release.target import Found, Overtaken, Target
from release.conftest import asked_for
from release.editions import HOUR, edition_of, from_disk, public_file, release
from release.places import Bucket, Place

LARGE = PART + (3 << 20)
"""Bytes of a file that goes to a bucket in two parts."""
SECURE = ["secure_bucket", "secure_seaweed"]
WRONG = [b"other bytes", b"content and more", b"cont", b""]


@pytest.fixture(params=["folder", "bucket", "careful_bucket", "seaweed"])
def place(request: pytest.FixtureRequest) -> Place:
    """Every kind of target there is."""
    return asked_for(request)


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


@pytest.mark.slow
def test_memory_does_not_grow_with_the_size_of_a_file(place: Place, tmp_path: Path) -> None:
    target = place.open()
    target.put(large_file(tmp_path, PART + 1))  # imports what sends in parts
    file = large_file(tmp_path, 4 * PART)
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


def test_what_is_peeked_at_is_whole_and_has_the_etag_that_is_listed(place: Place) -> None:
    target = place.open()
    etag = target.swap("state.json", b"{}", None)

    assert target.peek("state.json") == Found(b"{}", etag)
    assert target.listing()["state.json"].etag == etag
    assert target.peek("none.json") is None


def test_what_is_served_with_a_key_is_told(place: Place) -> None:
    target = place.open()
    etag = target.put(public_file("a.html", b"hello", content_type="text/html; charset=utf-8", cache_control=HOUR))

    told = target.head("a.html")
    assert told is not None
    assert (told.size, told.etag, told.content_encoding) == (5, etag, None)
    assert told.content_type in {None, "text/html; charset=utf-8"}
    assert told.cache_control in {None, HOUR}
    assert target.head("none.html") is None


def test_a_swap_replaces_what_was_seen_and_nothing_else(place: Place) -> None:
    target = place.open()
    first = target.swap("state.json", b"1", None)
    second = target.swap("state.json", b"2", first)

    for seen in (None, first):
        with pytest.raises(Overtaken, match=r"state\.json: somebody else wrote this meanwhile"):
            target.swap("state.json", b"3", seen)
    assert target.peek("state.json") == Found(b"2", second)


def test_a_swap_of_what_went_away_is_overtaken(place: Place) -> None:
    target = place.open()
    etag = target.swap("state.json", b"1", None)
    target.delete("state.json")

    with pytest.raises(Overtaken):
        target.swap("state.json", b"2", etag)
    assert place.contents() == {}


@pytest.mark.slow
@pytest.mark.parametrize("seen", [True, False])
def test_of_many_that_swap_at_the_same_time_exactly_one_wins(place: Place, *, seen: bool) -> None:
    target = place.open()
    for turn in range(4):
        key = f"state-{turn}.json"
        etag = target.swap(key, b"before", None) if seen else None
        with ThreadPoolExecutor(6) as pool:
            racers = [pool.submit(swapped, target, key, b"%d" % number, etag) for number in range(6)]
        won = [racer.result() for racer in racers]
        assert won.count(True) == 1
        assert place.contents()[key] == b"%d" % won.index(True)


def swapped(target: Target, key: str, data: bytes, seen: str | None) -> bool:
    try:
        target.swap(key, data, seen)
    except Overtaken:
        return False
    return True


@pytest.mark.parametrize("size", [10, LARGE])
def test_a_file_that_may_only_be_new_replaces_nothing(place: Place, tmp_path: Path, size: int) -> None:
    target, file = place.open(), large_file(tmp_path, size)
    place.write(file.key, b"theirs")

    with pytest.raises(Overtaken):
        target.put(file, over=None)
    assert place.contents() == {file.key: b"theirs"}

    place.remove(file.key)
    assert target.put(file, over=None) == target.listing()[file.key].etag


@pytest.mark.parametrize("size", [10, LARGE])
def test_a_file_may_replace_only_what_was_seen(place: Place, tmp_path: Path, size: int) -> None:
    target, file = place.open(), large_file(tmp_path, size)
    seen = target.put(public_file(file.key, b"one"))
    place.write(file.key, b"theirs")
    with pytest.raises(Overtaken):
        target.put(file, over=seen)
    assert place.contents() == {file.key: b"theirs"}

    target.put(file, over=target.listing()[file.key].etag)
    assert target.listing()[file.key].size == size


def test_putting_what_is_there_already_is_no_conflict(place: Place) -> None:
    target = place.open()
    etag = target.put(public_file("a.html", b"hello"))

    assert target.put(public_file("a.html", b"hello"), over=None) == etag


def test_many_keys_go_at_once_and_those_that_are_not_there_do_no_harm(place: Place) -> None:
    target = place.open()
    for number in range(5):
        target.put(public_file(f"a/{number}.html"))

    target.delete_many([*(f"a/{number}.html" for number in range(4)), "a/none.html"])
    target.delete_many([])
    assert list(place.contents()) == ["a/4.html"]


@pytest.mark.parametrize("place", SECURE, indirect=True)
def test_over_https_bytes_arrive_as_they_are(place: Place, tmp_path: Path) -> None:
    target, file = place.open(), large_file(tmp_path)
    target.put(public_file("a.html", b"hello"))
    target.put(file, over=None)

    assert place.contents()["a.html"] == b"hello"
    assert hashlib.sha256(b"".join(target.read(file.key))).hexdigest() == file.sha256
    for key in ("a.html", file.key):
        told = target.head(key)
        assert told is not None
        assert told.content_encoding is None


@pytest.mark.parametrize("place", SECURE, indirect=True)
def test_over_https_states_are_swapped_and_keys_deleted(place: Place) -> None:
    target = place.open()
    etag = target.swap("state.json", b"1", None)
    target.swap("state.json", b"2", etag)
    with pytest.raises(Overtaken):
        target.swap("state.json", b"3", etag)

    target.delete_many(["state.json"])
    assert place.contents() == {}


@pytest.mark.parametrize("place", ["folder", "bucket", "careful_bucket", "seaweed", *SECURE], indirect=True)
def test_a_compressed_text_comes_back_as_it_was_signed(place: Place, tmp_path: Path) -> None:
    target, words = place.open(), b"<p>What is said twice is said shorter.</p>\n" * 60
    file = dataclasses.replace(public_file("a.html", words), content_encoding="gzip")
    etag = target.put(file, over=None)
    assert target.put(file, over=etag) == target.put(file, over=None) == target.listing()["a.html"].etag

    told = target.head("a.html")
    assert told is not None
    kept = (told.content_encoding, told.size < len(words))
    assert kept == (("gzip", True) if target.promises.keeps_encoding else (None, False))
    assert target.peek("a.html") == Found(words, etag)
    assert b"".join(target.read("a.html")) == words
    assert fetch(target, "a.html", file.sha256, tmp_path / "fetched.html")
    with pytest.raises(PublisherError, match="not what legal approved"):
        target.put(dataclasses.replace(file, source=words.upper()))


def test_headers_are_those_of_the_edition(bucket: Bucket) -> None:
    bucket.open().put(public_file("a.html", content_type="text/html; charset=utf-8", cache_control="max-age=60"))

    answer = bucket.client.head_object(Bucket=bucket.bucket, Key="site/a.html")
    assert (answer["ContentType"], answer["CacheControl"]) == ("text/html; charset=utf-8", "max-age=60")
