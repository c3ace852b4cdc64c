"""What goes wrong between here and a store: retried until it succeeds, or told, and never half-written."""

import time
from collections.abc import Callable
from email.utils import formatdate

import pytest
from support.fault_proxy import Proxy
from support.faults import Answer, Damage, DamagedAnswer, Exchange, Fault, Meanwhile, Refuse, Reset, cut, flip

from publisher.edition.model import PublicFile
from publisher.errors import PublisherError
from publisher.release.multipart import PART
from publisher.release.target import Found, Overtaken, Target, TargetOptions, open_target
from release.editions import public_file
from release.places import Bucket

PAGE = public_file("a.html", b"hello")
LARGE = public_file("large.mp3", bytes(PART) + b"the end", content_type="audio/mpeg")
PASSING: dict[str, Fault] = {
    "500": Refuse(500, "InternalError"),
    "500, and done": Refuse(500, "InternalError", done=True),
    "503": Refuse(503, "SlowDown"),
    "reset": Reset(),
    "lost answer": Reset(answer_is_lost=True),
}
"""What a second try gets over."""
BOTH = 2
"""Times that meet the plain way (`publisher.release.s3_plain`) and botocore's first try."""


def target(proxy: Proxy, bucket: Bucket, attempts: int = 3, *, single_writer: bool = False) -> Target:
    options = TargetOptions(
        endpoint=proxy.endpoint,
        region="us-east-1",
        attempts=attempts,
        profile="ministack",
        single_writer=single_writer,
    )
    return open_target(bucket.address, options)


@pytest.mark.slow
@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
@pytest.mark.parametrize("over", ["anything", "new", "seen"])
def test_a_put_gets_over_what_passes(proxy: Proxy, bucket: Bucket, fault: Fault, over: str) -> None:
    ours = target(proxy, bucket)
    seen = ours.put(public_file("a.html", b"before")) if over == "seen" else None
    proxy.on("PUT", "a.html", fault, times=BOTH)
    etag = ours.put(PAGE) if over == "anything" else ours.put(PAGE, over=seen)

    assert bucket.contents() == {"a.html": b"hello"}
    assert ours.listing()["a.html"].etag == etag


@pytest.mark.slow
@pytest.mark.parametrize("fault", [PASSING["500"], PASSING["lost answer"]], ids=["500", "lost answer"])
@pytest.mark.parametrize("at", ["uploads", "partNumber=2", "uploadId=[^&]*$"])
def test_a_large_file_gets_over_what_passes(proxy: Proxy, bucket: Bucket, fault: Fault, at: str) -> None:
    proxy.on("PUT" if at.startswith("part") else "POST", at, fault)
    target(proxy, bucket).put(LARGE, over=None)

    assert bucket.contents() == {"large.mp3": LARGE.source}


@pytest.mark.parametrize("done", [True, False])
def test_an_error_inside_an_answer_of_200_is_an_error(proxy: Proxy, bucket: Bucket, *, done: bool) -> None:
    proxy.on("POST", "uploadId", Refuse(200, "InternalError", done=done))
    etag = target(proxy, bucket).put(LARGE)

    assert bucket.contents() == {"large.mp3": LARGE.source}
    assert proxy.store.client.head_object(Bucket=bucket.bucket, Key="site/large.mp3")["ETag"] == f'"{etag}"'


@pytest.mark.slow
@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
@pytest.mark.parametrize("is_new", [True, False])
def test_a_swap_gets_over_what_passes(proxy: Proxy, bucket: Bucket, fault: Fault, *, is_new: bool) -> None:
    ours = target(proxy, bucket)
    seen = None if is_new else ours.swap("state.json", b"before", None)
    proxy.on("PUT", "state.json", fault, times=BOTH)
    etag = ours.swap("state.json", b"after", seen)

    assert ours.peek("state.json") == Found(b"after", etag)


@pytest.mark.parametrize("fault", [Reset(answer_is_lost=True), Refuse(500, "InternalError", done=True)])
def test_a_swap_whose_last_answer_is_lost_is_resolved_by_looking(proxy: Proxy, bucket: Bucket, fault: Fault) -> None:
    proxy.on("PUT", "state.json", fault, times=BOTH)
    etag = target(proxy, bucket, attempts=1).swap("state.json", b"ours", None)

    assert bucket.contents() == {"state.json": b"ours"}
    assert bucket.open().listing()["state.json"].etag == etag


@pytest.mark.parametrize("seen", [True, False])
def test_another_writer_that_comes_between_wins(proxy: Proxy, bucket: Bucket, *, seen: bool) -> None:
    ours = target(proxy, bucket)
    etag = ours.swap("state.json", b"before", None) if seen else None
    proxy.on("PUT", "state.json", Meanwhile(lambda: bucket.write("state.json", b"theirs")))

    with pytest.raises(Overtaken):
        ours.swap("state.json", b"ours", etag)
    assert bucket.contents() == {"state.json": b"theirs"}


@pytest.mark.parametrize("file", [PAGE, LARGE], ids=["small", "large"])
def test_a_file_that_comes_between_is_not_replaced(proxy: Proxy, bucket: Bucket, file: PublicFile) -> None:
    proxy.on(
        "PUT" if file is PAGE else "POST",
        f"{file.key}.(uploadId|$)",
        Meanwhile(lambda: bucket.write(file.key, b"theirs")),
    )

    with pytest.raises(Overtaken):
        target(proxy, bucket).put(file, over=None)
    assert bucket.contents() == {file.key: b"theirs"}
    assert "Uploads" not in bucket.client.list_multipart_uploads(Bucket=bucket.bucket)


def test_a_conflict_that_changed_nothing_is_asked_again(proxy: Proxy, bucket: Bucket) -> None:
    proxy.on("PUT", "state.json", Refuse(409, "ConditionalRequestConflict"), times=2 * BOTH)
    target(proxy, bucket).swap("state.json", b"ours", None)

    assert bucket.contents() == {"state.json": b"ours"}


@pytest.mark.parametrize(("status", "code"), [(501, "NotImplemented"), (400, "InvalidArgument")])
def test_a_store_that_knows_no_conditions_is_told_and_not_written_to(
    proxy: Proxy, bucket: Bucket, status: int, code: str
) -> None:
    proxy.on("PUT", "", Refuse(status, code), times=9)
    ours = target(proxy, bucket)

    writes: list[Callable[[], str]] = [
        lambda: ours.swap("state.json", b"ours", None),
        lambda: ours.put(PAGE, over=None),
    ]
    for write in writes:
        with pytest.raises(PublisherError, match=r"takes no conditional writes.* \(.*single_writer = true under"):
            write()
    assert bucket.contents() == {}


def test_a_single_writer_needs_no_conditions(proxy: Proxy, bucket: Bucket) -> None:
    alone = target(proxy, bucket, single_writer=True)
    etag = alone.swap("state.json", b"1", None)
    alone.swap("state.json", b"2", etag)
    alone.put(PAGE, over=None)

    writes: list[Callable[[], str]] = [
        lambda: alone.swap("state.json", b"3", etag),
        lambda: alone.put(public_file("a.html"), over=None),
    ]
    for write in writes:
        with pytest.raises(Overtaken):
            write()
    assert bucket.contents() == {"state.json": b"2", "a.html": b"hello"}


@pytest.mark.slow
@pytest.mark.parametrize("fault", [Refuse(503, "SlowDown"), Reset()])
def test_a_storm_ends_in_an_error_and_leaves_what_was_there(proxy: Proxy, bucket: Bucket, fault: Fault) -> None:
    bucket.write("a.html", b"before")
    for method in ("PUT", "POST", "DELETE", "GET", "HEAD"):
        proxy.on(method, "", fault, times=99)
    ours = target(proxy, bucket, attempts=2)

    for action in (
        lambda: ours.put(PAGE),
        lambda: ours.put(PAGE, over=None),
        lambda: ours.put(LARGE),
        lambda: ours.swap("a.html", b"after", "seen"),
        lambda: ours.delete("a.html"),
        lambda: ours.delete_many(["a.html"]),
        lambda: ours.peek("a.html"),
        lambda: list(ours.read("a.html")),
        ours.listing,
    ):
        with pytest.raises(PublisherError, match=r"after every retry|the connection to the store broke"):
            action()
    assert bucket.contents() == {"a.html": b"before"}


@pytest.mark.parametrize("change", [cut, flip])
@pytest.mark.parametrize("file", [PAGE, LARGE], ids=["small", "large"])
def test_a_store_that_keeps_other_bytes_is_caught_and_they_do_not_stay(
    proxy: Proxy, bucket: Bucket, file: PublicFile, change: Callable[[bytes], bytes]
) -> None:
    proxy.on("PUT", "html|partNumber=2", Damage(change))

    with pytest.raises(PublisherError, match="kept other bytes than were sent"):
        target(proxy, bucket).put(file)
    assert bucket.contents() == {}


def test_an_etag_that_is_no_md5_is_no_reason_to_doubt_the_bytes(proxy: Proxy, bucket: Bucket) -> None:
    proxy.on("PUT", "a.html", OtherEtag())

    assert target(proxy, bucket).put(PAGE) == "0123"
    assert [each.method for each in proxy.requests] == ["PUT", "GET"]


def test_reading_goes_on_where_the_connection_broke(proxy: Proxy, bucket: Bucket) -> None:
    bucket.write("large.mp3", bytes(range(256)) * 10_000)
    for _ in range(3):
        proxy.on("GET", "large", DamagedAnswer(cut))

    assert b"".join(target(proxy, bucket).read("large.mp3")) == bytes(range(256)) * 10_000
    assert len(proxy.requests) == 4


def test_what_changes_while_it_is_read_is_told(proxy: Proxy, bucket: Bucket) -> None:
    bucket.write("a.html", b"before, and long")
    proxy.at(1, DamagedAnswer(cut))
    proxy.at(2, Meanwhile(lambda: bucket.write("a.html", b"after")))

    with pytest.raises(PublisherError, match="somebody else wrote this meanwhile"):
        list(target(proxy, bucket).read("a.html"))


def test_a_connection_that_always_breaks_while_reading_is_told(proxy: Proxy, bucket: Bucket) -> None:
    bucket.write("a.html", b"x" * 10_000)
    proxy.on("GET", "a.html", DamagedAnswer(cut), times=99)

    with pytest.raises(PublisherError, match="the connection to the store broke"):
        list(target(proxy, bucket).read("a.html"))


def test_an_error_whose_own_words_are_cut_is_told(proxy: Proxy, bucket: Bucket) -> None:
    proxy.on("GET", "nothing", DamagedAnswer(cut), times=99)
    with pytest.raises(PublisherError, match="the connection to the store broke"):
        list(target(proxy, bucket).read("nothing"))


def test_what_is_peeked_at_through_a_bad_line_is_not_taken_for_true(proxy: Proxy, bucket: Bucket) -> None:
    bucket.write("state.json", b"{}")
    proxy.on("GET", "state", DamagedAnswer(flip))

    with pytest.raises(PublisherError, match="other bytes each time it is asked"):
        target(proxy, bucket).peek("state.json")


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-2 * 3600 - 180, "2 h 3 min ahead of"),
        (20 * 60 + 30, "20 min behind"),
        (0, "wrong by more than the store allows"),
    ],
)
def test_a_wrong_clock_is_told_with_how_far_it_is_off(proxy: Proxy, bucket: Bucket, seconds: int, said: str) -> None:
    date = formatdate(time.time() + seconds, usegmt=True)
    proxy.on("PUT", "", Refuse(403, "RequestTimeTooSkewed", {"date": date}), times=BOTH)

    with pytest.raises(PublisherError, match=f"this machine's clock is {said}.* \\(set the clock"):
        target(proxy, bucket).put(PAGE)


REFUSALS = [
    (Refuse(400, "ExpiredToken"), "the credentials have expired .*log in again"),
    (Refuse(301, "PermanentRedirect", {"x-amz-bucket-region": "eu-west-3"}), 'another region: eu-west-3 .*"eu-west-3"'),
    (Refuse(400, "AuthorizationHeaderMalformed"), "the bucket is in another region"),
    (Refuse(404, "NoSuchBucket"), "there is no such bucket"),
    (Refuse(403, "AccessDenied"), "the credentials may not"),
]


@pytest.mark.parametrize(("fault", "said"), REFUSALS)
def test_what_no_retry_mends_is_told_at_once(proxy: Proxy, bucket: Bucket, fault: Refuse, said: str) -> None:
    for method in ("PUT", "GET", "HEAD"):
        proxy.on(method, "", fault, times=9)
    ours = target(proxy, bucket)

    for action in (lambda: ours.put(PAGE, over=None), lambda: ours.swap("s.json", b"", None), ours.listing):
        with pytest.raises(PublisherError, match=said):
            action()
    assert bucket.contents() == {}


def test_credentials_that_expire_in_the_middle_leave_no_parts(proxy: Proxy, bucket: Bucket) -> None:
    proxy.on("PUT", "partNumber=2", Refuse(400, "ExpiredToken"))

    with pytest.raises(PublisherError, match="the credentials have expired"):
        target(proxy, bucket).put(LARGE)
    assert bucket.contents() == {}


def test_a_listing_that_is_denied_is_told_with_the_right_that_is_missing(proxy: Proxy, bucket: Bucket) -> None:
    proxy.on("GET", "list-type", Refuse(403, "AccessDenied"), times=BOTH)

    with pytest.raises(PublisherError, match=r"may not list the bucket \(they need s3:ListBucket"):
        target(proxy, bucket).listing()


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_deletes_get_over_what_passes(proxy: Proxy, bucket: Bucket, fault: Fault) -> None:
    for key in ("a", "b", "c"):
        bucket.write(key, b"")
    proxy.on("POST", "delete", fault)
    proxy.on("DELETE", "c", fault)
    target(proxy, bucket).delete_many(["a", "b"])
    target(proxy, bucket).delete("c")

    assert bucket.contents() == {}


def test_a_store_that_does_not_know_how_to_delete_many_is_asked_one_by_one(proxy: Proxy, bucket: Bucket) -> None:
    for key in ("a", "b"):
        bucket.write(key, b"")
    proxy.on("POST", "delete", Refuse(501, "NotImplemented"))
    target(proxy, bucket).delete_many(["a", "b"])

    assert bucket.contents() == {}


def test_a_key_that_could_not_be_deleted_among_many_is_told(proxy: Proxy, bucket: Bucket) -> None:
    error = b"<Error><Key>site/b</Key><Code>AccessDenied</Code></Error>"
    failed = b'<?xml version="1.0" encoding="UTF-8"?><DeleteResult>%s</DeleteResult>' % error
    proxy.on("POST", "delete", DamagedAnswer(lambda _: failed))

    with pytest.raises(PublisherError, match=r"s3://bucket-.*/site/b: the credentials may not"):
        target(proxy, bucket).delete_many(["a", "b"])


class OtherEtag(Fault):
    """The store names what it took by something else than its MD5."""

    def serve(self, exchange: Exchange) -> None:
        found = exchange.forward()
        exchange.answer(Answer(found.status, {**found.headers, "etag": '"0123"'}, found.body))
