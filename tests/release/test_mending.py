"""What is there already when a release begins: strangers' files, harmed ones, a lost record, another release's rest."""

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest

from publisher.edition.model import Phase
from publisher.errors import PublisherError
from release.editions import edition_of, planned, public_bytes, public_file, release, site
from release.places import Bucket, Place
from release.watching import Diary, Watched

SIZE = 10_000


def test_a_strangers_file_is_never_touched(place: Place, tmp_path: Path) -> None:
    place.write("theirs/notes.txt", b"notes")
    release(place.open(), site(1, tmp_path, SIZE))
    release(place.open(), edition_of())

    assert place.public() == {"theirs/notes.txt": b"notes"}


@pytest.mark.parametrize("theirs", [b"theirs", b"their content"])
def test_a_strangers_file_in_the_way_refuses_the_release_before_anything_is_sent(place: Place, theirs: bytes) -> None:
    place.write("index.html", theirs)
    diary = Diary()
    with pytest.raises(PublisherError, match=r"index\.html: 1 file at the target would be replaced"):
        release(Watched(place.open(), diary), edition_of(public_file("index.html"), public_file("b.html")))

    assert diary.writes == []
    assert place.contents() == {"index.html": theirs}


def tamper(place: Place) -> None:
    place.write("index.html", b"buy cheap watches")


def tamper_at_the_same_length(place: Place) -> None:
    place.write("index.html", b"-> episodes/talk-9.html\n")


def remove(place: Place) -> None:
    place.remove("index.html")


@pytest.mark.parametrize("harm", [tamper, tamper_at_the_same_length, remove])
def test_a_file_that_was_harmed_at_the_target_is_mended(
    place: Place, tmp_path: Path, harm: Callable[[Place], None]
) -> None:
    edition = site(1, tmp_path, SIZE)
    release(place.open(), edition)
    harm(place)

    assert release(place.open(), edition, anew=True).put == 1
    assert place.public() == public_bytes(edition)


def test_headers_that_others_changed_are_mended(bucket: Bucket, tmp_path: Path) -> None:
    edition = site(1, tmp_path, SIZE)
    release(bucket.open(), edition)
    name = bucket.prefix + "index.html"
    bucket.client.copy_object(
        Bucket=bucket.bucket, Key=name, CopySource={"Bucket": bucket.bucket, "Key": name},
        MetadataDirective="REPLACE", ContentType="text/plain",
    )  # fmt: skip
    assert release(bucket.open(), edition).put == 0, "nobody asked"

    assert release(bucket.open(), edition, anew=True).put == 1
    there, sent = bucket.open().head("index.html"), edition.files["index.html"]
    assert there
    assert (there.content_type, there.cache_control) == (sent.content_type, sent.cache_control)
    assert release(bucket.open(), edition, anew=True).put == 0


def test_a_lost_record_is_written_anew(place: Place, tmp_path: Path) -> None:
    edition = site(1, tmp_path, SIZE)
    release(place.open(), edition)
    before = place.contents()
    place.remove("edition.json")
    release(place.open(), edition)

    assert place.contents() == before
    assert planned(place.open(), edition).is_empty


def test_a_damaged_record_stops_the_release(place: Place, tmp_path: Path) -> None:
    place.write("edition.json", b"{")

    with pytest.raises(PublisherError, match=r"/edition\.json: the record of what is public is damaged"):
        release(place.open(), site(1, tmp_path, SIZE))


def test_too_many_deletes_refuse_the_release_before_anything_is_sent(place: Place) -> None:
    files = [public_file(f"page-{number:02}.html") for number in range(12)]
    release(place.open(), edition_of(*files))
    diary = Diary()
    with pytest.raises(PublisherError, match=r"12 files of 12 .* --max-deletes 12"):
        release(Watched(place.open(), diary), edition_of())
    assert diary.writes == []

    assert release(place.open(), edition_of(), max_deletes=12).deleted == 12


def test_headers_of_an_interrupted_release_are_not_taken_for_the_earlier_ones(bucket: Bucket) -> None:
    """The bytes and the etag stay the same, so only the record can know that the headers may have changed."""
    page, late = public_file("index.html", cache_control="max-age=60"), public_file("z.xml", phase=Phase.FEEDS)
    release(bucket.open(), edition_of(page))
    changed = edition_of(dataclasses.replace(page, cache_control="max-age=1"), late)
    with pytest.raises(PublisherError, match="the network is down"):
        release(Watched(bucket.open(), Diary(fail_at="put z.xml")), changed)
    release(bucket.open(), edition_of(page))

    assert bucket.client.head_object(Bucket=bucket.bucket, Key="site/index.html")["CacheControl"] == "max-age=60"
