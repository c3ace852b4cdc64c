"""Reading an object of a bucket, past connections that break in the middle."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, NotRequired, TypedDict

from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError

from publisher.files import CHUNK
from publisher.release import proof
from publisher.release.s3_errors import ABSENT

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import GetObjectOutputTypeDef

BREAKS = 4
"""How often a connection may break in the middle of one object before that counts as failed."""


class _Which(TypedDict):
    """An object, as the store is asked for it."""

    Bucket: str
    Key: str
    VersionId: NotRequired[str]


@dataclass(frozen=True)
class Opened:
    """An object that is being read."""

    etag: str
    blocks: Iterator[bytes]
    """Its bytes as they are kept, in blocks of at most 1 MiB. Raises botocore's errors."""
    content_encoding: str = ""
    """The header that says how to read them; empty for none."""


def open_object(client: "S3Client", bucket: str, name: str, version: str = "") -> Opened | None:
    """Begin to read an object, or a version of it; None if it isn't there. Raises botocore's errors."""
    which: _Which = {"Bucket": bucket, "Key": name}
    if version:
        which["VersionId"] = version
    try:
        answer = client.get_object(**which)
    except ClientError as error:
        if error.response["Error"]["Code"] in ABSENT:
            return None
        raise
    coding = answer.get("ContentEncoding", "")
    return Opened(proof.plain(answer["ETag"]), _blocks(client, which, answer), coding)


def _blocks(client: "S3Client", which: "_Which", answer: "GetObjectOutputTypeDef") -> Iterator[bytes]:
    """Give the bytes; where the connection breaks, ask for the rest, if it is still the rest of the same object."""
    got, etag = 0, answer["ETag"]
    for left in reversed(range(BREAKS + 1)):
        try:
            with closing(answer["Body"]) as body:
                for block in body.iter_chunks(CHUNK):
                    got += len(block)
                    yield block
        except (HTTPClientError, IncompleteReadError):
            if not left:
                raise
            answer = client.get_object(**which, Range=f"bytes={got}-", IfMatch=etag)
        else:
            return
