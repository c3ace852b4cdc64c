"""Sending a large file to a bucket in parts, visible only when the whole is shown to be right.

Our own, because `upload_file` reads the file by itself: what it sends is not what was digested.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from publisher.edition.model import PublicFile
from publisher.release import proof
from publisher.release.conditional import Condition
from publisher.release.source import approved_blocks
from publisher.release.target import Sent

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef

PART = 16 << 20
"""Bytes of one part. A bucket takes 10,000 parts a file, so 160 GB; memory is one part a worker."""


@dataclass(frozen=True)
class Place:
    """Where one object of a bucket is, or is to be."""

    client: "S3Client"
    bucket: str
    name: str


Finish = Callable[[Callable[[Condition], str], str], str]
"""Told how to complete an upload, and the etag that proves it, and gives the etag that it got."""


def send_in_parts(place: Place, file: PublicFile, sent: Sent, finish: Finish) -> tuple[str, str]:
    """Send `file` to its place; give its etag, and the one that proves that the store took these bytes.

    Whatever goes wrong, the upload is aborted: nothing shows, and no parts stay behind to be paid for. What a kill
    left of an earlier try is cleared first.
    """
    client, bucket, name = place.client, place.bucket, place.name
    _abort_leftovers(client, bucket, name)
    begun = client.create_multipart_upload(
        Bucket=bucket, Key=name, ContentType=file.content_type, CacheControl=file.cache_control
    )
    upload = begun["UploadId"]
    try:
        parts: list[CompletedPartTypeDef] = []
        digests: list[bytes] = []
        for number, block in enumerate(approved_blocks(file, PART), start=1):
            digest = proof.md5(block)
            part = client.upload_part(
                Bucket=bucket,
                Key=name,
                UploadId=upload,
                PartNumber=number,
                Body=block,
                ContentMD5=proof.header(digest),
            )
            parts.append({"PartNumber": number, "ETag": part["ETag"]})
            digests.append(digest)
            sent(len(block))

        def complete(condition: Condition) -> str:
            whole = client.complete_multipart_upload(
                Bucket=bucket, Key=name, UploadId=upload, MultipartUpload={"Parts": parts}, **condition
            )
            return proof.plain(whole["ETag"])

        proven = proof.etag_of_parts(digests)
        return finish(complete, proven), proven
    except BaseException:
        _abort(client, bucket, name, upload)
        raise


def _abort_leftovers(client: "S3Client", bucket: str, name: str) -> None:
    """Abort unfinished uploads of exactly this object: its key is ours, so they are. A store may not list them."""
    with suppress(ClientError):
        for upload in client.list_multipart_uploads(Bucket=bucket, Prefix=name).get("Uploads", []):
            if upload["Key"] == name:
                _abort(client, bucket, name, upload["UploadId"])


def _abort(client: "S3Client", bucket: str, name: str, upload: str) -> None:
    # It is tidying: what is raised already says what went wrong, and the next try clears what is left.
    with suppress(ClientError, BotoCoreError):
        client.abort_multipart_upload(Bucket=bucket, Key=name, UploadId=upload)
