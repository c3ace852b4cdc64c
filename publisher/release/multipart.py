"""Sending a large file to a bucket in parts, visible only when the whole is shown to be right.

Our own, because `upload_file` reads the file by itself (what it sends is not what was digested), takes no conditions,
and begins anew after every interruption.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from publisher.edition.model import PublicFile
from publisher.errors import PublisherError
from publisher.release import proof
from publisher.release.conditional import Condition
from publisher.release.journal import Begun, Journal
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


def send_in_parts(
    place: Place, file: PublicFile, sent: Sent, finish: Finish, journal: Journal | None = None
) -> tuple[str, str]:
    """Send `file` to its place; give its etag, and the one that proves that the store took these bytes.

    Nothing shows until all is there. What is interrupted stays for the next time, if there is a journal of it; else,
    and if it is wrong, it is aborted, so that no parts are left to be paid for.
    """
    upload = _Upload(place, journal, _described(place, file))
    there = upload.begin()
    try:
        parts: list[CompletedPartTypeDef] = []
        digests: list[bytes] = []
        for number, block in enumerate(approved_blocks(file, PART), start=1):
            digest = proof.md5(block)
            etag = there.get(number, "")
            if proof.plain(etag) != digest.hex():
                etag = upload.send(number, block, digest)
            parts.append({"PartNumber": number, "ETag": etag})
            digests.append(digest)
            sent(len(block))
        proven = proof.etag_of_parts(digests)
        etag = finish(lambda condition: upload.complete(parts, condition), proven)
    except BaseException as error:
        if journal is None or isinstance(error, PublisherError):
            upload.abort()
        raise
    upload.forget()
    return etag, proven


def abort_stale(client: "S3Client", bucket: str, journal: Journal) -> None:
    """Abort the uploads to a bucket that nobody went on with for long. Those that aren't in the journal aren't ours."""
    for begun in journal.stale(client.meta.endpoint_url, bucket):
        _Upload(Place(client, bucket, begun.name), journal, begun).abort()


def _described(place: Place, file: PublicFile) -> Begun:
    return Begun(
        place.client.meta.endpoint_url,
        place.bucket,
        place.name,
        file.sha256,
        file.size,
        file.content_type,
        file.cache_control,
        PART,
    )


class _Upload:
    """One upload, and what the journal says of it."""

    def __init__(self, place: Place, journal: Journal | None, begun: Begun) -> None:
        self._client = place.client
        self._journal = journal
        self._begun = begun

    def begin(self) -> Mapping[int, str]:
        """Begin, or go on; give the etags of the parts that are there, by number."""
        found = self._journal.find(self._begun) if self._journal else None
        if found is not None:
            wanted, self._begun = self._begun, found
            if replace(found, upload="") == wanted and (there := self._parts()) is not None:
                return there
            self.abort()
            self._begun = wanted
        begun = self._client.create_multipart_upload(
            Bucket=self._begun.bucket,
            Key=self._begun.name,
            ContentType=self._begun.content_type,
            CacheControl=self._begun.cache_control,
        )
        self._begun = replace(self._begun, upload=begun["UploadId"])
        if self._journal:
            self._journal.note(self._begun)
        return {}

    def _parts(self) -> Mapping[int, str] | None:
        """Give the parts that are there; None if the upload is gone, or the store doesn't tell."""
        pages = self._client.get_paginator("list_parts")
        begun = self._begun
        try:
            return {
                part["PartNumber"]: part["ETag"]
                for page in pages.paginate(Bucket=begun.bucket, Key=begun.name, UploadId=begun.upload)
                for part in page.get("Parts", [])
            }
        except ClientError:
            return None

    def send(self, number: int, block: bytes, digest: bytes) -> str:
        """Send a part; give its etag."""
        answer = self._client.upload_part(
            Bucket=self._begun.bucket,
            Key=self._begun.name,
            UploadId=self._begun.upload,
            PartNumber=number,
            Body=block,
            ContentMD5=proof.header(digest),
        )
        return answer["ETag"]

    def complete(self, parts: "list[CompletedPartTypeDef]", condition: Condition) -> str:
        """Make the object of its parts; give its etag."""
        answer = self._client.complete_multipart_upload(
            Bucket=self._begun.bucket,
            Key=self._begun.name,
            UploadId=self._begun.upload,
            MultipartUpload={"Parts": parts},
            **condition,
        )
        return proof.plain(answer["ETag"])

    def abort(self) -> None:
        """Take the parts away. It is tidying: what failed is told already; what is left stays in the journal."""
        try:
            self._client.abort_multipart_upload(
                Bucket=self._begun.bucket, Key=self._begun.name, UploadId=self._begun.upload
            )
        except (ClientError, BotoCoreError) as error:
            if not (isinstance(error, ClientError) and error.response["Error"]["Code"] == "NoSuchUpload"):
                return
        self.forget()

    def forget(self) -> None:
        """Take it out of the journal."""
        if self._journal:
            self._journal.forget(self._begun)
