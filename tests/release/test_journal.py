"""Uploads in parts that were stopped: the next one goes on, and clears what is ours and nothing else."""

import dataclasses
import os
import time
from pathlib import Path

import pytest
from support.fault_proxy import Proxy

from publisher.errors import PublisherError
from publisher.release.journal import STALE
from publisher.release.multipart import PART
from publisher.release.target import Target, TargetOptions, open_target
from release.editions import public_file
from release.places import Bucket

THREE = public_file("media/talk.mp3", bytes(PART) + b"x" * PART + b"end", content_type="audio/mpeg")
OTHER = public_file("media/talk.mp3", b"y" * PART + b"end", content_type="audio/mpeg")


class Stop(Exception):  # noqa: N818  as a kill, but the test goes on
    pass


@pytest.fixture
def journal(tmp_path: Path) -> Path:
    return tmp_path / "uploads"


def target(proxy: Proxy, bucket: Bucket, journal: Path) -> Target:
    options = TargetOptions(endpoint=proxy.endpoint, region="us-east-1", profile="ministack", journal=journal)
    return open_target(bucket.address, options)


class Stopper:
    def __init__(self, parts: int) -> None:
        self.left = parts

    def __call__(self, _size: int) -> None:
        self.left -= 1
        if not self.left:
            raise Stop


def parts_sent(proxy: Proxy) -> list[str]:
    return [each.query.partition("partNumber=")[2][:1] for each in proxy.requests if "partNumber" in each.query]


def uploads(bucket: Bucket) -> list[str]:
    listed = bucket.client.list_multipart_uploads(Bucket=bucket.bucket).get("Uploads", [])
    return [each["Key"] for each in listed]


def test_an_upload_that_was_stopped_goes_on_where_it_was(proxy: Proxy, bucket: Bucket, journal: Path) -> None:
    with pytest.raises(Stop):
        target(proxy, bucket, journal).put(THREE, Stopper(2))
    assert bucket.contents() == {}
    sizes: list[int] = []
    target(proxy, bucket, journal).put(THREE, sizes.append, over=None)

    assert bucket.contents() == {THREE.key: THREE.source}
    assert parts_sent(proxy) == ["1", "2", "3"]
    assert sum(sizes) == THREE.size
    assert (uploads(bucket), list(journal.iterdir())) == ([], [])


@pytest.mark.parametrize("change", ["bytes", "headers"])
def test_an_upload_of_something_else_begins_anew(proxy: Proxy, bucket: Bucket, journal: Path, change: str) -> None:
    with pytest.raises(Stop):
        target(proxy, bucket, journal).put(THREE, Stopper(1))
    other = OTHER if change == "bytes" else dataclasses.replace(OTHER, content_type="audio/ogg")
    target(proxy, bucket, journal).put(other)

    assert bucket.contents() == {other.key: other.source}
    head = bucket.client.head_object(Bucket=bucket.bucket, Key=f"site/{other.key}")
    assert head["ContentType"] == other.content_type
    assert uploads(bucket) == []


def test_a_part_that_is_not_the_right_one_is_sent_again(proxy: Proxy, bucket: Bucket, journal: Path) -> None:
    with pytest.raises(Stop):
        target(proxy, bucket, journal).put(THREE, Stopper(2))
    listed = bucket.client.list_multipart_uploads(Bucket=bucket.bucket)["Uploads"][0]
    bucket.client.upload_part(
        Bucket=bucket.bucket, Key=listed["Key"], UploadId=listed["UploadId"], PartNumber=1, Body=b"y" * PART
    )
    target(proxy, bucket, journal).put(THREE)

    assert bucket.contents() == {THREE.key: THREE.source}
    assert parts_sent(proxy) == ["1", "2", "1", "3"]


@pytest.mark.parametrize("happened", ["aborted", "damaged"])
def test_an_upload_that_is_gone_or_unreadable_begins_anew(
    proxy: Proxy, bucket: Bucket, journal: Path, happened: str
) -> None:
    with pytest.raises(Stop):
        target(proxy, bucket, journal).put(OTHER, Stopper(1))
    if happened == "aborted":
        listed = bucket.client.list_multipart_uploads(Bucket=bucket.bucket)["Uploads"][0]
        bucket.client.abort_multipart_upload(Bucket=bucket.bucket, Key=listed["Key"], UploadId=listed["UploadId"])
    else:
        next(journal.iterdir()).write_bytes(b"{")
    target(proxy, bucket, journal).put(OTHER)

    assert bucket.contents() == {OTHER.key: OTHER.source}
    assert list(journal.iterdir()) == []


def test_uploads_of_others_are_left_alone(bucket: Bucket, proxy: Proxy, journal: Path) -> None:
    bucket.client.create_multipart_upload(Bucket=bucket.bucket, Key=f"site/{OTHER.key}")
    ours = target(proxy, bucket, journal)
    with ours.exclusive():
        ours.put(OTHER)

    assert uploads(bucket) == [f"site/{OTHER.key}"]


def test_what_is_wrong_is_not_kept_to_go_on_with(proxy: Proxy, bucket: Bucket, journal: Path) -> None:
    wrong = dataclasses.replace(OTHER, source=b"y" * PART + b"EnD")
    with pytest.raises(PublisherError, match="not what legal approved"):
        target(proxy, bucket, journal).put(wrong)

    assert (uploads(bucket), list(journal.iterdir())) == ([], [])


@pytest.mark.parametrize(("age", "left"), [(STALE + 60, 0), (STALE - 60, 1)])
def test_what_nobody_goes_on_with_for_a_week_is_cleared(
    proxy: Proxy, bucket: Bucket, journal: Path, age: int, left: int
) -> None:
    with pytest.raises(Stop):
        target(proxy, bucket, journal).put(OTHER, Stopper(1))
    (note,) = journal.iterdir()
    os.utime(note, (time.time() - age, time.time() - age))
    with target(proxy, bucket, journal).exclusive():
        assert len(uploads(bucket)) == len(list(journal.iterdir())) == left
