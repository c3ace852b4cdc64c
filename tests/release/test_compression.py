"""Texts that a bucket keeps compressed: what comes back is what was signed, whoever compressed it, and none bursts."""

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fault_proxy import Proxy
from support.faults import Exchange, Fault, Ignore, Meanwhile

from publisher.edition.model import Edition, Phase, PublicFile
from publisher.errors import PublisherError
from publisher.release.compression import GZIP, SIZES, GzipError, compressed, decoded, encoded
from publisher.release.directory import DirectoryTarget
from publisher.release.fetch import fetch
from publisher.release.probing_compressed import TRIAL, refuse_spoilers
from publisher.release.record import RECORD_KEY
from publisher.release.steps import Action, Reason
from publisher.release.survey import read_record
from publisher.release.target import TargetOptions, open_target
from release.editions import edition_of, media_key, planned, public_bytes, public_file, release
from release.places import Bucket, Place

WORDS = b"<p>What is said twice is said shorter.</p>\n" * 60
BOMB = gzip.compress(bytes(20 << 20), mtime=0)
"""Twenty mebibytes of nothing, in twenty kibibytes."""


def text(key: str = "posts/a.html", content: bytes = WORDS, content_type: str = "text/html") -> PublicFile:
    return replace(public_file(key, content, content_type=content_type), content_encoding=GZIP)


def mixed() -> Edition:
    """A page, a feed, a style sheet, a transcript, a note that is too short, and a recording; a feed stays as it is."""
    return edition_of(
        public_file("posts/a.html", WORDS),
        public_file("feeds/a.xml", WORDS, phase=Phase.FEEDS, content_type="application/rss+xml; charset=utf-8"),
        public_file("assets/0/site.css", WORDS, phase=Phase.MEDIA, content_type="text/css; charset=utf-8"),
        public_file(media_key(WORDS, "a.vtt"), WORDS, phase=Phase.MEDIA, content_type="text/vtt; charset=utf-8"),
        public_file("robots.txt", b"User-agent: *\n", content_type="text/plain; charset=utf-8"),
        public_file(media_key(WORDS, "a.mp3"), WORDS, phase=Phase.MEDIA, content_type="audio/mpeg"),
    )


TEXTS = {"posts/a.html", "assets/0/site.css", media_key(WORDS, "a.vtt")}


@given(data=st.binary(max_size=3000) | st.builds(lambda one, many: one * many, st.binary(), st.integers(0, 9999)))
def test_what_is_compressed_is_smaller_and_comes_back_as_it_was(data: bytes) -> None:
    sent, coding = encoded(data, GZIP)

    assert (len(sent) < len(data)) == (coding == GZIP)
    assert b"".join(decoded([sent], coding, len(data))) == data
    assert encoded(data, GZIP) == (sent, coding)


@given(data=st.data())
def test_what_was_cut_changed_or_is_too_much_is_told_and_never_taken_for_something_else(data: st.DataObject) -> None:
    content = data.draw(st.binary(min_size=1, max_size=200)) * data.draw(st.integers(1, 20_000))
    packed = bytearray(gzip.compress(content, mtime=0))
    at, bit = data.draw(st.integers(0, len(packed) - 1)), data.draw(st.integers(0, 7))
    size = data.draw(st.integers(1, len(packed)))
    blocks = [bytes(packed[start : start + size]) for start in range(0, len(packed), size)]

    assert b"".join(decoded(blocks, GZIP, len(content))) == content
    for bound, some in (
        (len(content) - 1, blocks),
        (len(content), [bytes(packed[:at])]),
        (len(content), [*blocks, b"x"]),
    ):
        with pytest.raises(GzipError):
            b"".join(decoded(some, GZIP, bound))
    packed[at] ^= 1 << bit
    try:
        found = b"".join(decoded([bytes(packed)], GZIP, len(content)))
    except GzipError:
        return
    assert found == content  # of a header some bits mean nothing


def test_of_what_bursts_no_more_is_made_than_may_be_and_one_byte() -> None:
    blocks: list[bytes] = []
    with pytest.raises(GzipError, match="decompresses to more than 5,000 bytes"):
        blocks.extend(decoded([BOMB], GZIP, 5_000))
    assert sum(map(len, blocks)) <= 5_001


@pytest.mark.parametrize("size", [SIZES.start - 1, SIZES.start, SIZES.stop - 1, SIZES.stop])
def test_texts_of_a_fitting_size_are_compressed(size: int) -> None:
    found = compressed(edition_of(replace(public_file("a.html"), size=size))).files["a.html"]

    assert (found.content_encoding == GZIP) == (size in SIZES)


def test_sounds_films_pictures_and_fonts_are_not_compressed() -> None:
    types = ["audio/mpeg", "video/mp4", "image/png", "image/jpeg", "font/woff2", "application/octet-stream"]
    files = compressed(edition_of(*(public_file(f"a/{one}", WORDS, content_type=one) for one in types))).files

    assert not any(file.content_encoding for file in files.values())


def test_only_texts_are_sent_again_when_it_is_switched_on_and_off_and_each_time_once(place: Place) -> None:
    release(place.open(), mixed())
    for edition in (compressed(mixed()), mixed()):
        puts = planned(place.open(), edition).of(Action.PUT)
        assert {(step.key, step.why) for step in puts} == {(key, "changed header: Content-Encoding") for key in TEXTS}
        release(place.open(), edition)
        assert planned(place.open(), edition).is_empty
        assert planned(open_target(place.address, place.options), edition).is_empty
        assert place.public() == public_bytes(edition)


def test_the_record_keeps_the_digest_and_the_size_of_what_was_signed(bucket: Bucket) -> None:
    release(bucket.open(), compressed(mixed()))
    record = read_record(bucket.open())

    for key, file in mixed().files.items():
        found, there = record.files[key], bucket.open().head(key)
        assert (found.sha256, found.size) == (file.sha256, file.size)
        assert there is not None
        assert (there.content_encoding, there.size < file.size) == ((GZIP, True) if key in TEXTS else (None, False))
    kept = bucket.client.get_object(Bucket=bucket.bucket, Key=f"site/{RECORD_KEY}")
    assert json.loads(kept["Body"].read())["schema"] == 3


def otherwise_compressed(bucket: Bucket, file: PublicFile) -> None:
    """Keep it as another zlib would have compressed it."""
    assert isinstance(file.source, bytes)
    packed = gzip.compress(file.source, compresslevel=1, mtime=1)
    assert packed != encoded(file.source, GZIP)[0]
    bucket.client.put_object(
        Bucket=bucket.bucket, Key=f"site/{file.key}", Body=packed,
        ContentType=file.content_type, CacheControl=file.cache_control, ContentEncoding=GZIP,
    )  # fmt: skip


@pytest.mark.parametrize("mended", [True, False])
def test_what_another_zlib_compressed_is_sent_again_once_at_most(bucket: Bucket, *, mended: bool) -> None:
    edition = compressed(mixed())
    release(bucket.open(), edition)
    otherwise_compressed(bucket, edition.files["posts/a.html"])
    release(bucket.open(), edition, anew=mended)

    assert release(bucket.open(), edition, anew=True).put == (0 if mended else 1)
    assert bucket.public() == public_bytes(edition)


@pytest.mark.parametrize("now", [mixed(), compressed(mixed())], ids=["not compressed", "compressed"])
@pytest.mark.parametrize("other", [True, False], ids=["by another zlib", "by this one"])
def test_where_the_record_was_lost_compressed_texts_are_known_again(
    bucket: Bucket, now: Edition, *, other: bool
) -> None:
    release(bucket.open(), compressed(mixed()))
    if other:
        for key in TEXTS:
            otherwise_compressed(bucket, compressed(mixed()).files[key])
    bucket.remove(RECORD_KEY)

    assert {step.reason for step in planned(bucket.open(), now).steps} == {Reason.UNRECORDED}
    release(bucket.open(), now)
    assert planned(bucket.open(), now).is_empty
    assert bucket.public() == public_bytes(now)


def test_a_strangers_file_is_not_taken_for_ours_though_it_says_that_it_is_compressed(bucket: Bucket) -> None:
    for body in (BOMB, b"no gzip", gzip.compress(WORDS + b"more"), encoded(WORDS, GZIP)[0][:-1]):
        bucket.client.put_object(Bucket=bucket.bucket, Key="site/posts/a.html", Body=body, ContentEncoding=GZIP)
        with pytest.raises(PublisherError, match="would be replaced that no release put there"):
            planned(bucket.open(), compressed(mixed()))


def test_an_answer_that_got_lost_is_no_conflict_though_another_zlib_was_faster(proxy: Proxy, bucket: Bucket) -> None:
    page, meanwhile = text(), Meanwhile(lambda: otherwise_compressed(bucket, page))
    ours = open_target(bucket.address, TargetOptions(endpoint=proxy.endpoint, region="us-east-1", profile="ministack"))
    proxy.on("PUT", "a.html", meanwhile)

    assert ours.put(page, over=None) == ours.listing()[page.key].etag
    assert bucket.contents() == {page.key: WORDS}


def test_a_compressed_text_is_fetched_as_it_was_and_a_burst_never_fills_a_disk(bucket: Bucket, tmp_path: Path) -> None:
    page, to = text(), tmp_path / "a.html"
    bucket.open().put(page)
    assert fetch(bucket.open(), page.key, page.sha256, to)
    assert to.read_bytes() == WORDS

    for body in (BOMB, b"no gzip"):
        bucket.client.put_object(Bucket=bucket.bucket, Key=f"site/{page.key}", Body=body, ContentEncoding=GZIP)
        assert not fetch(bucket.open(), page.key, page.sha256, to)
    assert to.read_bytes() == WORDS


def test_a_folder_keeps_a_text_as_it_is(tmp_path: Path) -> None:
    target = DirectoryTarget(tmp_path / "public")
    target.put(text())

    assert (tmp_path / "public/posts/a.html").read_bytes() == WORDS
    assert not target.promises.keeps_encoding


class Decode(Fault):
    """A store that keeps what was compressed as it was before, and forgets the header."""

    def serve(self, exchange: Exchange) -> None:
        exchange.answer(exchange.forward(gzip.decompress, without="content-encoding"))


SPOILERS: dict[str, tuple[str, Fault]] = {
    "loses the header": ("does not keep the Content-Encoding", Ignore("content-encoding")),
    "decompresses": ("does not keep the Content-Encoding", Decode()),
}


@pytest.mark.parametrize(("said", "fault"), SPOILERS.values(), ids=SPOILERS)
def test_a_store_that_does_not_pass_it_through_is_refused_before_anything_is_sent(
    proxy: Proxy, bucket: Bucket, said: str, fault: Fault
) -> None:
    proxy.on("PUT", TRIAL, fault, times=9)
    target = open_target(bucket.address, TargetOptions(endpoint=proxy.endpoint, profile="ministack"))

    with pytest.raises(PublisherError, match=rf"{said}.*\(leave out compress = true"):
        refuse_spoilers(target, None)
    assert bucket.contents() == {}


def test_a_store_that_passes_it_through_is_asked_little_and_left_as_it_was(bucket: Bucket, seaweed: Bucket) -> None:
    for one in (bucket, seaweed):
        refuse_spoilers(one.open(), None)
        assert one.contents() == {}
