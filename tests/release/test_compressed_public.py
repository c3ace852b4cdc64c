"""Compressed texts as the public gets them: compared with what was signed, whatever stands in between."""

import gzip
import itertools
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.public_server import Lie, Reply, Served, served
from support.s3_server import Server, open_to_all, running_server

from publisher.edition.model import Phase, PublicFile
from publisher.errors import PublisherError
from publisher.release.asking import Public
from publisher.release.checks import Difference, Wanted
from publisher.release.compression import GZIP, encoded
from publisher.release.directory import DirectoryTarget
from publisher.release.fetch import fetch
from publisher.release.probing_compressed import TRIAL, refuse_spoilers
from publisher.release.steps import Action
from publisher.release.target import Target, TargetOptions, open_target
from publisher.release.verifying import Site, compare
from publisher.release.visit import Visit
from release.editions import edition_of, media_key, planned, public_file, release
from release.places import Bucket
from release.test_compression import BOMB, WORDS, text

COUNT = itertools.count()


@pytest.fixture(scope="module")
def open_bucket(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Server, str]]:
    """A bucket that everybody may read, and its address."""
    with running_server(tmp_path_factory.mktemp("open")) as server:
        server.client.create_bucket(Bucket="open")
        open_to_all(server, "open")
        server.client.put_bucket_cors(
            Bucket="open", CORSConfiguration={"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
        )
        yield server, f"{server.endpoint}/open/"


@pytest.fixture
def reached(open_bucket: tuple[Server, str]) -> Target:
    """The same as a release reaches it."""
    return open_target("s3://open", TargetOptions(endpoint=open_bucket[0].endpoint, profile="ministack"))


# Its fixtures hold nothing that an example changes: each has a key of its own.
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.text() | st.builds(lambda one, many: one * many, st.text(), st.integers(1, 500)),
    content_type=st.sampled_from(["text/html; charset=utf-8", "application/json", "image/svg+xml", "text/vtt"]),
)
def test_any_text_is_kept_fetched_and_verified_as_it_was_signed(
    open_bucket: tuple[Server, str], reached: Target, tmp_path: Path, words: str, content_type: str
) -> None:
    file = text(f"{next(COUNT)}/a", words.encode(), content_type)
    reached.put(file, over=None)

    assert fetch(reached, file.key, file.sha256, tmp_path / "a")
    assert (tmp_path / "a").read_bytes() == words.encode()
    assert differences(open_bucket[1], file) == []


def wanted(file: PublicFile) -> Wanted:
    return Wanted(
        file.key, file.sha256, file.size, file.content_type, file.cache_control, file.phase, file.source,
        file.content_encoding,
    )  # fmt: skip


def differences(url: str, file: PublicFile) -> list[Difference]:
    return list(compare(Site(Public(url)), [wanted(file)], lambda *_: False, lambda _: None, deep=False))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Served]:
    """A page, as a bucket gives it that keeps it compressed."""
    release(DirectoryTarget(tmp_path / "public"), edition_of(text()))
    with served(tmp_path / "public") as found:
        yield found


def given_as(body: bytes, coding: str = GZIP) -> Lie:
    return lambda reply: replace(reply.saying(Content_Encoding=coding), body=body)


PACKED = encoded(WORDS, GZIP)[0]
FLAWS: dict[str, tuple[Lie, list[str]]] = {
    "as it was sent": (given_as(PACKED), []),
    "by another zlib": (given_as(zlib.compress(WORDS, level=0, wbits=31), "x-gzip"), []),
    "cut": (given_as(PACKED[:-9]), ["it does not decompress: it breaks off"]),
    "damaged": (given_as(PACKED[:-9] + bytes(9)), ["it does not decompress: it is damaged, or was never compressed"]),
    "followed by more": (given_as(PACKED + PACKED), ["it does not decompress: something follows its end"]),
    "other words": (given_as(gzip.compress(WORDS.upper())), ["its bytes are not what was approved"]),
    "fewer words": (given_as(gzip.compress(b"few")), ["it has 3 bytes, not the 2,580 that were approved"]),
    "a bomb": (given_as(BOMB), ["it decompresses to more than 2,580 bytes"]),
    "decompressed": (given_as(WORDS, ""), ["it was sent compressed, and is not given so"]),
    "in another coding": (
        given_as(WORDS, "br"),
        ["it is encoded as 'br', which nobody asked for", "it was sent compr"],
    ),
    "without its header": (given_as(PACKED, ""), ["it was sent compressed, and is not given so", "it has "]),
}


@pytest.mark.parametrize(("lie", "said"), FLAWS.values(), ids=FLAWS)
def test_what_the_public_gets_of_a_compressed_text_is_compared_with_what_was_signed(
    site: Served, lie: Lie, said: list[str]
) -> None:
    site.lies["posts/a.html"] = lie
    found = [one.what for one in differences(site.url, text())]

    assert len(found) == len(said)
    assert all(what.startswith(words) for what, words in zip(found, said, strict=True))


def test_a_text_that_would_not_shrink_is_given_as_it_is_and_that_is_no_flaw(site: Served) -> None:
    few = text(content=b"few")
    site.lies[few.key] = given_as(b"few", "")

    assert differences(site.url, few) == []


def test_a_text_that_nobody_compressed_and_comes_compressed_is_told(site: Served) -> None:
    site.lies["posts/a.html"] = given_as(PACKED)
    plain = public_file("posts/a.html", WORDS, content_type="text/html")

    assert [one.what for one in differences(site.url, plain)] == ["it is encoded as 'gzip', which nobody asked for"]


@pytest.mark.parametrize(("name", "refused"), [("as it was sent", False), ("without its header", True), ("cut", True)])
def test_before_pages_name_a_compressed_transcript_it_is_read_as_apps_do(
    site: Served, name: str, *, refused: bool
) -> None:
    talk = replace(text(media_key(WORDS, "a.vtt"), content_type="text/vtt"), phase=Phase.MEDIA)
    release(DirectoryTarget(site.folder), edition_of(text(), talk))
    site.lies[talk.key] = FLAWS[name][0]
    edition = edition_of(talk)
    steps = planned(DirectoryTarget(site.folder / "elsewhere"), edition).of(Action.PUT)

    if refused:
        with pytest.raises(PublisherError, match="a listener would not get it"):
            Visit(site.url, edition).after(steps)
    else:
        Visit(site.url, edition).after(steps)


def spoilt(reply: Reply) -> Reply:
    """What a CDN makes of it that forgets headers."""
    return reply.saying(Content_Encoding="")


def test_an_address_that_spoils_it_is_refused_although_the_store_does_not(bucket: Bucket, site: Served) -> None:
    site.lies[TRIAL] = lambda reply: spoilt(replace(reply, status=200, body=PACKED))

    with pytest.raises(PublisherError, match="who takes identity gets something else: other bytes than were sent"):
        refuse_spoilers(bucket.open(), Public(site.url))
    assert bucket.contents() == {}
