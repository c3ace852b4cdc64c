"""What an object of a bucket is written with, by botocore's names and by those of HTTP."""

from typing import Final

from publisher.edition.model import PublicFile
from publisher.release import proof
from publisher.release.conditional import Condition
from publisher.release.source import Body


class Headers(Condition, total=False):
    """Of what is written, by botocore's names."""

    ContentMD5: str
    ContentType: str
    CacheControl: str
    ContentEncoding: str


NAMES: Final = {
    "ContentMD5": "content-md5",
    "ContentType": "content-type",
    "CacheControl": "cache-control",
    "ContentEncoding": "content-encoding",
    "IfMatch": "if-match",
    "IfNoneMatch": "if-none-match",
}
"""As they are sent."""


def headers_of(file: PublicFile, body: Body, condition: Condition) -> Headers:
    """What goes with the bytes of a file; a store must not be told of an encoding that is none."""
    headers: Headers = {
        "ContentMD5": proof.header(body.md5),
        "ContentType": file.content_type,
        "CacheControl": file.cache_control,
    }
    if body.content_encoding:
        headers["ContentEncoding"] = body.content_encoding
    return {**headers, **condition}
