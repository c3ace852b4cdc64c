"""The plain way to a bucket: what takes it, and what is left to botocore's client."""

import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from support.answering import answering
from support.s3_server import OWNER

from publisher.errors import PublisherError
from publisher.release.profiles import PROFILES
from publisher.release.s3_plain import NotPlain, plain_way
from publisher.release.target import Found, TargetOptions, open_target
from release.editions import public_file
from release.places import Bucket

PAGE = public_file("index.html", b"page")
HERE = "http://127.0.0.1:9000"
PROGRAM = """
import sys
from publisher.edition.model import Edition, Phase, PublicFile
from publisher.release.apply import apply
from publisher.release.plan import plan
from publisher.release.survey import survey
from publisher.release.target import TargetOptions, open_target

address, endpoint, profile, sha256 = sys.argv[1:]
file = PublicFile("index.html", sha256, 4, "text/html", "no-cache", Phase.PAGES, b"page")
target, edition = open_target(address, TargetOptions(endpoint=endpoint, profile=profile)), Edition({file.key: file})
for _ in range(2):
    seen = survey(target, edition)
    todo = plan(edition, seen.record, seen.listing)
    print(apply(todo, edition, target, etag=seen.etag).put)
print([name for name in ("botocore.session", "pydantic", "urllib3") if name in sys.modules])
"""


def test_small_files_are_released_without_waiting_for_botocore_or_pydantic_to_be_imported(bucket: Bucket) -> None:
    told = [bucket.address, str(bucket.options.endpoint), str(bucket.options.profile), PAGE.sha256]
    found = subprocess.run([sys.executable, "-c", PROGRAM, *told], check=True, capture_output=True, text=True)

    assert found.stdout.splitlines() == ["1", "0", "[]"]
    assert bucket.public() == {"index.html": b"page"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("AWS_PROFILE", "voices"),
        ("AWS_USE_FIPS_ENDPOINT", "true"),
        ("AWS_NEVER_HEARD_OF", "1"),
        ("AWS_CONFIG_FILE", __file__),
        ("https_proxy", "http://proxy:3128"),
        ("ALL_PROXY", "http://proxy:3128"),
        ("AWS_SECRET_ACCESS_KEY", ""),
    ],
)
def test_where_more_is_set_up_or_less_is_known_botocore_is_asked(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options, generic = TargetOptions(endpoint=HERE), PROFILES["minio"]
    assert plain_way("bucket-1", options, generic) is not None
    monkeypatch.setenv(name, value)

    assert plain_way("bucket-1", options, generic) is None


def test_an_option_that_only_botocore_understands_is_left_to_it() -> None:
    @dataclass(frozen=True)
    class Later(TargetOptions):
        identity: str | None = None

    assert plain_way("bucket-1", Later(endpoint=HERE), PROFILES["minio"]) is not None
    assert plain_way("bucket-1", Later(endpoint=HERE, identity="other"), PROFILES["minio"]) is None


@pytest.mark.parametrize(
    "endpoint", [None, "ftp://host", "http://me:hush@host", "http://host/below", "http://host:99999", "http://host?a=b"]
)
def test_what_is_more_than_a_host_and_a_port_is_left_to_botocore(endpoint: str | None) -> None:
    assert plain_way("bucket-1", TargetOptions(endpoint=endpoint), PROFILES["minio"]) is None


def test_buckets_in_the_hosts_name_are_left_to_botocore() -> None:
    assert plain_way("bucket-1", TargetOptions(endpoint=HERE), PROFILES["aws"]) is None


def test_after_an_answer_that_was_not_expected_all_is_left_to_botocore() -> None:
    with answering(403) as store:
        target = open_target("s3://bucket-1", TargetOptions(endpoint=store.endpoint, attempts=1))
        for _ in range(2):
            with pytest.raises(PublisherError):
                target.put(PAGE)

    asked_by = ["botocore" in headers.get("user-agent", "") for _, _, headers in store.requests]
    assert asked_by == [False, True, True]


def test_a_connection_that_the_store_closed_meanwhile_is_not_used_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening, ThreadPoolExecutor(1) as pool:
        listening.settimeout(60)  # so that it ends where nobody comes
        options = TargetOptions(endpoint=f"http://127.0.0.1:{listening.getsockname()[1]}")
        way = plain_way("bucket-1", options, PROFILES["minio"])
        assert way is not None
        for _ in range(2):
            closed = pool.submit(_answer_and_close, listening)
            assert way.get("index.html") == Found(b"page", "etag")
            closed.result()


def _answer_and_close(listening: socket.socket) -> None:
    connection, _ = listening.accept()
    with connection:
        assert connection.recv(1 << 16).endswith(b"\r\n\r\n")
        connection.sendall(b'HTTP/1.1 200 OK\r\nETag: "etag"\r\nContent-Length: 4\r\n\r\npage')


def test_a_session_token_goes_with_every_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SESSION_TOKEN", OWNER)
    with answering(200, etag=PAGE.sha256) as store:
        open_target("s3://bucket-1", TargetOptions(endpoint=store.endpoint)).head("index.html")

    assert [headers["x-amz-security-token"] for _, _, headers in store.requests] == [OWNER]


@pytest.mark.parametrize(
    "listing", ["", "<Other/>", "<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"]
)
def test_a_listing_that_is_not_whole_is_not_taken_for_one(listing: str) -> None:
    with answering(200, listing) as store:
        way = plain_way("bucket-1", TargetOptions(endpoint=store.endpoint), PROFILES["minio"])
        assert way is not None
        with pytest.raises(NotPlain):
            way.listing("site/")


def test_a_certificate_that_nobody_vouches_for_is_told(secure_bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_CA_BUNDLE")

    with pytest.raises(PublisherError, match="certificate can't be trusted"):
        open_target(secure_bucket.address, replace(secure_bucket.options, attempts=1)).peek("edition.json")


def test_all_is_the_same_whichever_way_it_went(bucket: Bucket, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    plainly = bucket.open()
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path))
    carefully = open_target(bucket.address, bucket.options)
    files = [public_file(f"a/{sign}.html", b"x") for sign in "~!$&'()+,;=@-"]
    for target, some in ((plainly, files[::2]), (carefully, files[1::2])):
        for file in some:
            target.put(file, over=None)

    assert plainly.listing() == carefully.listing()
    for file in files:
        assert plainly.head(file.key) == carefully.head(file.key)
        assert plainly.peek(file.key) == carefully.peek(file.key)
