"""Signatures of requests that are made without botocore, as AWS gives an example, and as a strict store checks them."""

import hashlib
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st
from support.sigv4 import Signed, problem

from publisher.release.sigv4 import Keys, Request, signed

NAMES = st.sampled_from(["content-md5", "content-type", "cache-control", "if-match"])
VALUES = st.text('abcXYZ019/=;-*"', min_size=1, max_size=20)


def test_the_example_of_the_manual_is_signed_as_it_stands_there() -> None:
    """https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, GET Object."""
    keys = Keys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
    said = {"host": "examplebucket.s3.amazonaws.com", "range": "bytes=0-9"}
    headers = signed(Request("GET", "/test.txt", said), keys, "us-east-1", "20130524T000000Z")

    expected = "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    assert headers["authorization"].endswith(expected)


@given(
    key=st.text(min_size=1, max_size=30),
    body=st.binary(max_size=100),
    said=st.dictionaries(NAMES, VALUES),
    secret=st.text("abcXYZ019/+", min_size=1),
    token=st.none() | st.text("abc/+=", min_size=1),
)
def test_a_strict_store_takes_what_was_signed_and_nothing_that_was_changed(
    key: str, body: bytes, said: dict[str, str], secret: str, token: str | None
) -> None:
    path, query = f"/bucket/{quote(key, safe='/-._~')}", f"list-type=2&prefix={quote(key, safe='-._~')}"
    request = Request("PUT", path, {"host": "127.0.0.1:1", **said}, hashlib.sha256(body).hexdigest(), query)
    headers = signed(request, Keys("me", secret, token), "eu-west-1", "20261127T150000Z")

    assert said.items() <= headers.items()
    assert headers.get("x-amz-security-token") == token
    assert problem(Signed("PUT", request.target, headers, body), secret) is None
    assert problem(Signed("PUT", request.target, headers, body + b"!"), secret) == "XAmzContentSHA256Mismatch"
    for other in (
        Signed("GET", request.target, headers, body),
        Signed("PUT", f"{request.target}x", headers, body),
        Signed("PUT", request.target, {**headers, "host": "127.0.0.2:1"}, body),
    ):
        assert problem(other, secret) == "SignatureDoesNotMatch"
    assert problem(Signed("PUT", request.target, headers, body), f"{secret}!") == "SignatureDoesNotMatch"


def test_no_secret_is_shown() -> None:
    assert "hush" not in repr(Keys("me", "hush-hush", "hush"))
