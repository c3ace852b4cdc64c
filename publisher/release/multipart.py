"""Sending a large file to a bucket in parts, visible only when the whole is shown to be right.

Our own, because `upload_file` reads the file by itself: what it sends is not what was digested.
"""

from contextlib import suppress
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from publisher.edition.model import PublicFile
from publisher.release.source import approved_blocks
from publisher.release.target import Sent

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import CompletedPartTypeDef

PART = 16 << 20
"""Bytes of one part. A bucket takes 10,000 parts a file, so 160 GB; memory is one part a worker."""


def send_in_parts(client: "S3Client", bucket: str, name: str, file: PublicFile, sent: Sent) -> str:
    """Send `file` to the object `name`; give the etag as the store wrote it.

    Whatever goes wrong, the upload is aborted: nothing shows, and no parts stay behind to be paid for. What a kill
    left of an earlier try is cleared first.
    """
    _abort_leftovers(client, bucket, name)
    begun = client.create_multipart_upload(
        Bucket=bucket, Key=name, ContentType=file.content_type, CacheControl=file.cache_control
    )
    upload = begun["UploadId"]
    try:
        parts: list[CompletedPartTypeDef] = []
        for number, block in enumerate(approved_blocks(file, PART), start=1):
            part = client.upload_part(Bucket=bucket, Key=name, UploadId=upload, PartNumber=number, Body=block)
            parts.append({"PartNumber": number, "ETag": part["ETag"]})
            sent(len(block))
        whole = client.complete_multipart_upload(
            Bucket=bucket, Key=name, UploadId=upload, MultipartUpload={"Parts": parts}
        )
    except BaseException:
        _abort(client, bucket, name, upload)
        raise
    return whole["ETag"]


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
