"""The tests' own strict store: what it lets pass, what it refuses, and what it makes go wrong."""

import threading
import time
from typing import TYPE_CHECKING

import pytest
from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError, ReadTimeoutError
from support.fault_proxy import Proxy
from support.faults import Damage, DamagedAnswer, Delay, Meanwhile, Refuse, Reset, cut, flip
from support.s3_server import OWNER

from release.places import Bucket

if TYPE_CHECKING:
    from collections.abc import Callable

    from botocore.awsrequest import AWSPreparedRequest
    from types_boto3_s3 import S3Client

KEY = "it's a (key)/ä+~.html"


def client(proxy: Proxy, secret: str = OWNER, patience: float = 60) -> "S3Client":
    """A client that asks once, and signs what it sends."""
    config = Config(
        s3={"addressing_style": "path", "payload_signing_enabled": True},
        retries={"total_max_attempts": 1},
        read_timeout=patience,
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
    found: S3Client = Session(OWNER, secret).client(
        "s3", endpoint_url=proxy.endpoint, region_name="us-east-1", config=config
    )
    return found


def code(error: ClientError) -> str:
    return error.response["Error"]["Code"]


def test_what_is_signed_right_passes_and_is_written_down(proxy: Proxy, bucket: Bucket) -> None:
    asked = client(proxy)
    asked.put_object(Bucket=bucket.bucket, Key=KEY, Body=b"hello", ContentType="text/html")
    found = asked.get_object(Bucket=bucket.bucket, Key=KEY)
    asked.list_objects_v2(Bucket=bucket.bucket, Prefix="a b")

    assert (found["Body"].read(), found["ContentType"]) == (b"hello", "text/html")
    assert [str(each) for each in proxy.requests[:2]] == [f"PUT {KEY}", f"GET {KEY}"]
    assert proxy.requests[2].query == "list-type=2&prefix=a%20b&encoding-type=url"
    assert proxy.refused == []


def test_a_wrong_secret_is_refused(proxy: Proxy, bucket: Bucket) -> None:
    with pytest.raises(ClientError) as told:
        client(proxy, "wrong").put_object(Bucket=bucket.bucket, Key="a", Body=b"hello")

    assert code(told.value) == proxy.refused[0] == "SignatureDoesNotMatch"


@pytest.mark.parametrize("what", ["body", "path", "header", "digest"])
def test_what_was_changed_after_it_was_signed_is_refused(proxy: Proxy, bucket: Bucket, what: str) -> None:
    asked = client(proxy)

    def change(request: "AWSPreparedRequest", **_: object) -> None:
        if what == "body":
            request.body = b"HELLO"
        elif what == "path":
            request.url = request.url.replace("/a", "/b")
        elif what == "header":
            request.headers["x-amz-meta-who"] = "me"
        else:
            request.headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"

    asked.meta.events.register("before-send.s3", change)
    with pytest.raises(ClientError):
        asked.put_object(Bucket=bucket.bucket, Key="a", Body=b"hello", Metadata={"who": "you"})
    wrong_digest = what in {"body", "digest"}
    assert proxy.refused == ["XAmzContentSHA256Mismatch" if wrong_digest else "SignatureDoesNotMatch"]
    assert "Contents" not in bucket.client.list_objects_v2(Bucket=bucket.bucket)


def test_a_wrong_md5_is_refused(proxy: Proxy, bucket: Bucket) -> None:
    with pytest.raises(ClientError) as told:
        client(proxy).put_object(Bucket=bucket.bucket, Key="a", Body=b"hello", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")

    assert code(told.value) == "BadDigest"


def test_a_fault_happens_at_the_request_that_was_named_and_at_no_other(proxy: Proxy, bucket: Bucket) -> None:
    asked = client(proxy)
    proxy.at(2, Refuse(503, "SlowDown"))
    proxy.on("GET", "b", Refuse(403, "AccessDenied"), times=2)
    answers = [answered(asked, bucket, verb, key) for verb, key in ("pa", "pa", "pb", "gb", "gb", "gb")]

    assert answers == ["done", "SlowDown", "done", "AccessDenied", "AccessDenied", "done"]


def answered(asked: "S3Client", bucket: Bucket, verb: str, key: str) -> str:
    try:
        if verb == "p":
            asked.put_object(Bucket=bucket.bucket, Key=key, Body=b"hello")
        else:
            asked.get_object(Bucket=bucket.bucket, Key=key)
    except ClientError as error:
        return code(error)
    return "done"


@pytest.mark.parametrize("answer_is_lost", [True, False])
def test_a_connection_breaks_before_or_after_the_store_hears(
    proxy: Proxy, bucket: Bucket, *, answer_is_lost: bool
) -> None:
    proxy.at(1, Reset(answer_is_lost=answer_is_lost))
    with pytest.raises(ConnectionClosedError):
        client(proxy).put_object(Bucket=bucket.bucket, Key="site/a", Body=b"hello")

    assert bucket.contents() == ({"a": b"hello"} if answer_is_lost else {})


def test_an_answer_may_come_too_late(proxy: Proxy, bucket: Bucket) -> None:
    proxy.at(1, Delay(0.4))
    with pytest.raises(ReadTimeoutError):
        client(proxy, patience=0.2).put_object(Bucket=bucket.bucket, Key="site/a", Body=b"hello")
    time.sleep(0.4)
    assert bucket.contents() == {"a": b"hello"}


@pytest.mark.parametrize(("change", "kept"), [(cut, b"he"), (flip, b"iello")])
def test_a_store_may_keep_other_bytes_than_it_was_sent(
    proxy: Proxy, bucket: Bucket, change: "Callable[[bytes], bytes]", kept: bytes
) -> None:
    proxy.at(1, Damage(change))
    client(proxy).put_object(Bucket=bucket.bucket, Key="site/a", Body=b"hello", ContentMD5="XUFAKrxLKna5cZ2REBfFkg==")

    assert bucket.contents() == {"a": kept}


def test_what_a_store_sends_may_arrive_changed_or_cut(proxy: Proxy, bucket: Bucket) -> None:
    bucket.write("a", b"hello")
    proxy.at(1, DamagedAnswer(flip))
    proxy.at(2, DamagedAnswer(cut))
    asked = client(proxy)

    assert asked.get_object(Bucket=bucket.bucket, Key="site/a")["Body"].read() == b"iello"
    with pytest.raises(HTTPClientError):
        asked.get_object(Bucket=bucket.bucket, Key="site/a")["Body"].read()


def test_another_writer_may_come_between(proxy: Proxy, bucket: Bucket) -> None:
    proxy.at(1, Meanwhile(lambda: bucket.write("a", b"theirs")))
    with pytest.raises(ClientError) as told:
        client(proxy).put_object(Bucket=bucket.bucket, Key="site/a", Body=b"ours", IfNoneMatch="*")

    assert code(told.value) == "PreconditionFailed"


def test_requests_at_the_same_time_are_all_written_down(proxy: Proxy, bucket: Bucket) -> None:
    asked = client(proxy)
    threads = [threading.Thread(target=answered, args=(asked, bucket, "p", f"{number}")) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(each.key for each in proxy.requests) == [f"{number}" for number in range(8)]
