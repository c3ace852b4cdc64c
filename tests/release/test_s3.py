"""What only a bucket has: credentials, endpoints, the wire, parts, pages of a listing."""

import dataclasses
import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from boto3.session import Session
from support.answering import ERROR, Store, answering
from support.s3_server import Server

from publisher.errors import PublisherError
from publisher.release.conditional import Conditions
from publisher.release.multipart import PART
from publisher.release.profiles import PROFILES
from publisher.release.s3 import S3Target
from publisher.release.s3_client import connect
from publisher.release.s3_errors import CODES
from publisher.release.target import Target, TargetOptions, open_target
from release.editions import edition_of, planned, public_file, release
from release.places import Bucket

PAGE = public_file("index.html", b"page")
EMPTY_LISTING = "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>"


def once(endpoint: str, bucket: str = "bucket-1") -> Target:
    """A target that tries each request once."""
    return open_target(f"s3://{bucket}/site", TargetOptions(endpoint=endpoint, region="eu-west-1", attempts=1))


@pytest.fixture
def store() -> Iterator[Store]:
    with answering(200, EMPTY_LISTING) as running:
        yield running


@pytest.mark.parametrize("code", sorted(CODES))
def test_what_a_store_answers_becomes_what_where_and_hint(code: str) -> None:
    with answering(400, ERROR.format(code=code)) as store, pytest.raises(PublisherError) as told:
        once(store.endpoint).put(PAGE)

    assert (told.value.what, told.value.hint) == CODES[code]
    assert told.value.where == "s3://bucket-1/site/index.html"


def test_an_answer_that_is_not_in_the_table_is_told_in_the_stores_words() -> None:
    with (
        answering(418, ERROR.format(code="Teapot")) as store,
        pytest.raises(PublisherError, match="the store refused: Teapot because"),
    ):
        once(store.endpoint).listing()


@pytest.mark.parametrize("status", [500, 503])
def test_a_store_that_fails_is_asked_again(status: int) -> None:
    with answering(status) as store, pytest.raises(PublisherError, match="after every retry"):
        open_target("s3://bucket-1", TargetOptions(endpoint=store.endpoint, attempts=2)).listing()

    assert len(store.requests) == 3  # plainly, then by botocore as often as was said


def test_a_missing_bucket_is_told(server: Server) -> None:
    with pytest.raises(PublisherError, match=r"s3://no-such-bucket/site/.*: there is no such bucket \(make the bucket"):
        planned(once(server.endpoint, "no-such-bucket"), edition_of(PAGE))


def test_an_endpoint_that_nobody_listens_at_is_told() -> None:
    with pytest.raises(PublisherError, match=r"the store can't be reached .*look at the endpoint"):
        planned(once("http://127.0.0.1:9"), edition_of(PAGE))


@pytest.mark.parametrize("endpoint", ["nonsense", "s3.example.com"])
def test_an_endpoint_without_a_scheme_is_told(endpoint: str) -> None:
    with pytest.raises(PublisherError, match=f"this can't be an endpoint: {endpoint} .*https://"):
        once(endpoint)


@pytest.mark.parametrize("address", ["s3://", "s3:///prefix"])
def test_an_address_without_a_bucket_is_told(address: str) -> None:
    with pytest.raises(PublisherError, match="there is no bucket in this address"):
        open_target(address, TargetOptions())


def test_a_name_that_no_bucket_can_have_is_told(store: Store) -> None:
    with pytest.raises(PublisherError, match="this can't be the name of a bucket"):
        once(store.endpoint, "no bucket!").listing()


def test_missing_credentials_are_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    with pytest.raises(PublisherError, match=r"there are no credentials .*AWS_ACCESS_KEY_ID"):
        once(store.endpoint).listing()


def test_a_missing_profile_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")

    with pytest.raises(PublisherError, match=r"there is no such profile .*AWS_PROFILE"):
        once(store.endpoint)


def test_an_unknown_access_key_is_told_without_it(
    server: Server, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not server.checks_credentials:
        pytest.skip("this ministack takes every access key")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAUNKNOWN")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush-hush")

    with pytest.raises(PublisherError, match="the store doesn't know this access key") as told:
        planned(once(server.endpoint, bucket.bucket), edition_of(PAGE))
    assert "AKIAUNKNOWN" not in str(told.value)
    assert "hush-hush" not in str(told.value)


def test_a_wrong_secret_key_is_told(server: Server, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    if not server.checks_credentials:
        pytest.skip("this ministack takes every secret key")
    people = Session().client("iam", endpoint_url=server.endpoint, region_name="us-east-1")
    people.create_user(UserName="host")
    key = people.create_access_key(UserName="host")["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush-hush")

    with pytest.raises(PublisherError, match="the secret key doesn't belong to the access key"):
        planned(once(server.endpoint, bucket.bucket), edition_of(PAGE))


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"])
def test_the_endpoint_may_come_from_the_environment(
    bucket: Bucket, server: Server, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, server.endpoint)
    release(open_target(f"s3://{bucket.bucket}/site", TargetOptions()), edition_of(PAGE))

    assert bucket.contents().keys() == {"edition.json", "index.html"}


@pytest.mark.parametrize("prefix", ["", "/", "/a", "/a/b/"])
def test_a_prefix_may_be_written_with_or_without_its_last_slash(bucket: Bucket, prefix: str) -> None:
    options = dataclasses.replace(bucket.options)
    release(open_target(f"s3://{bucket.bucket}{prefix}", options), edition_of(PAGE))

    inside = prefix.strip("/")
    names = dataclasses.replace(bucket, prefix="").contents().keys()
    assert names == {f"{inside}/{key}".lstrip("/") for key in ("edition.json", "index.html")}


def test_two_prefixes_of_a_bucket_are_two_targets(bucket: Bucket) -> None:
    other = open_target(f"s3://{bucket.bucket}/site-2", bucket.options)
    release(bucket.open(), edition_of(PAGE))
    release(other, edition_of(PAGE))
    release(bucket.open(), edition_of())

    assert other.listing().keys() == {"edition.json", "index.html"}


def test_a_file_goes_out_in_one_request_signed_with_the_digest_that_was_approved() -> None:
    with answering(200, etag=hashlib.md5(b"page", usedforsecurity=False).hexdigest()) as store:
        once(store.endpoint).put(PAGE)

    ((method, path, headers),) = store.requests
    assert (method, path) == ("PUT", "/bucket-1/site/index.html")
    assert headers["x-amz-content-sha256"] == PAGE.sha256
    assert headers["content-type"] == PAGE.content_type
    assert headers["cache-control"] == PAGE.cache_control
    assert "/eu-west-1/s3/aws4_request" in headers["authorization"]
    assert not {"content-encoding", "x-amz-trailer", "x-amz-sdk-checksum-algorithm"} & headers.keys()


def test_the_region_may_come_from_the_environment(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "ap-south-1")
    open_target("s3://bucket-1", TargetOptions(endpoint=store.endpoint)).listing()

    assert "/ap-south-1/s3/aws4_request" in store.requests[0][2]["authorization"]


def test_an_unchanged_second_release_takes_one_request(bucket: Bucket) -> None:
    edition = edition_of(*(public_file(f"page-{number}.html") for number in range(20)))
    release(bucket.open(), edition)
    client = connect(bucket.options)
    requests: list[str] = []
    client.meta.events.register("before-send.s3", lambda request, **_: requests.append(f"{request.method}"))
    release(S3Target(client, bucket.bucket, "site", Conditions(PROFILES["ministack"], single_writer=False)), edition)

    assert requests == ["GET"]


@pytest.mark.slow
def test_a_listing_of_more_than_a_thousand_is_whole(bucket: Bucket) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda number: bucket.write(f"{number:04}.html", b""), range(1001)))

    assert len(bucket.open().listing()) == 1001


@pytest.mark.parametrize("wrong", [True, False])
def test_a_large_file_that_fails_leaves_no_parts_to_pay_for(bucket: Bucket, *, wrong: bool) -> None:
    large = public_file("media/talk.mp3", bytes(PART + 1))
    file = dataclasses.replace(large, source=bytes(PART) + b"x") if wrong else large
    with pytest.raises((PublisherError, KeyboardInterrupt)):
        bucket.open().put(file, interrupt)

    assert "Uploads" not in bucket.client.list_multipart_uploads(Bucket=bucket.bucket)


def interrupt(size: int) -> None:
    if size < PART:
        raise KeyboardInterrupt


def test_the_headers_of_a_large_file_are_those_of_the_edition(bucket: Bucket) -> None:
    large = public_file("media/talk.mp3", bytes(PART + 1), content_type="audio/mpeg")
    bucket.open().put(large)

    answer = bucket.client.head_object(Bucket=bucket.bucket, Key="site/media/talk.mp3")
    assert (answer["ContentType"], answer["CacheControl"]) == ("audio/mpeg", large.cache_control)
