"""What only a bucket can be asked: checksums, uploads in parts, and locks on objects."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, TypedDict

from botocore.exceptions import BotoCoreError, ClientError

from publisher.errors import PublisherError
from publisher.release import proof
from publisher.release.multipart import Place
from publisher.release.probing import Outcome, Probed, Short, ask
from publisher.release.s3_errors import told

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest
    from types_boto3_s3.type_defs import CompletedPartTypeDef

LEAST = 5 << 20
"""Bytes that every part but the last has at least: https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html"""
LOCKED = timedelta(seconds=30)
"""So long an object stays in a vault after it was probed, if nobody may take it away before."""


class _At(TypedDict):
    """Arguments that name an object in every call of botocore's."""

    Bucket: str
    Key: str


def probe_bucket(place: Place) -> Iterator[Probed]:
    """Ask a bucket, below the key of `place`."""
    late = "damage on the way is noticed all the same, but only when the store names what it took"
    yield ask("refuse a wrong MD5", lambda: _wrong(place, _md5_of_others), Outcome.LACKS, late)
    harmless = "no harm where a wrong MD5 is refused: every upload goes with both"
    yield ask("refuse a wrong SHA-256", lambda: _wrong(place, _signed_for_others), Outcome.LACKS, harmless)
    yield ask("large files in parts", lambda: _parts(place))
    yield ask("go on with parts, abort", lambda: _aborted(place))


def probe_vault(place: Place, now: datetime) -> Probed:
    """Ask a bucket whether it keeps an object from being deleted, by trying to."""
    return ask("keep objects locked", lambda: _locked(place, now), advice="make the bucket with Object Lock enabled")


def _wrong(place: Place, spoil: Callable[[Place], None]) -> str:
    try:
        with told(place.name):
            spoil(place)
    except PublisherError as error:
        if isinstance(error.__cause__, ClientError) and _is_refusal(error.__cause__):
            return ""
        raise
    finally:
        with suppress(ClientError, BotoCoreError):
            place.client.delete_object(Bucket=place.bucket, Key=f"{place.name}/spoilt")
    raise Short("it took bytes with the checksum of others")


def _is_refusal(error: ClientError) -> bool:
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    return HTTPStatus.BAD_REQUEST <= status < HTTPStatus.INTERNAL_SERVER_ERROR


def _md5_of_others(place: Place) -> None:
    md5 = proof.header(proof.md5(b"others"))
    place.client.put_object(Bucket=place.bucket, Key=f"{place.name}/spoilt", Body=b"some", ContentMD5=md5)


def _signed_for_others(place: Place) -> None:
    """Send other bytes than were signed, as somebody on the way could."""

    def change(request: "AWSPreparedRequest", **_: object) -> None:
        request.body = b"othr"

    events = place.client.meta.events
    events.register("before-send.s3.PutObject", change)
    try:
        place.client.put_object(Bucket=place.bucket, Key=f"{place.name}/spoilt", Body=b"some")
    finally:
        events.unregister("before-send.s3.PutObject", change)


def _parts(place: Place) -> str:
    client, at = place.client, _At(Bucket=place.bucket, Key=f"{place.name}/parts")
    blocks = [bytes(LEAST), b"the end"]
    with told(place.name):
        upload = client.create_multipart_upload(**at)["UploadId"]
        parts: list[CompletedPartTypeDef] = []
        for number, block in enumerate(blocks, start=1):
            answer = client.upload_part(
                **at, UploadId=upload, PartNumber=number, Body=block, ContentMD5=proof.header(proof.md5(block))
            )
            parts.append({"PartNumber": number, "ETag": answer["ETag"]})
        etag = client.complete_multipart_upload(**at, UploadId=upload, MultipartUpload={"Parts": parts})["ETag"]
        size = client.head_object(**at)["ContentLength"]
        client.delete_object(**at)
    if size != sum(map(len, blocks)):
        raise Short("of two parts not all is there")
    proven = proof.plain(etag) == proof.etag_of_parts([proof.md5(block) for block in blocks])
    return "" if proven else "its etag proves nothing, so large files are read back"


def _aborted(place: Place) -> str:
    client, at = place.client, _At(Bucket=place.bucket, Key=f"{place.name}/aborted")
    with told(place.name):
        upload = client.create_multipart_upload(**at)["UploadId"]
        try:
            client.upload_part(**at, UploadId=upload, PartNumber=1, Body=b"part")
            listed = client.list_parts(**at, UploadId=upload).get("Parts", [])
        finally:
            client.abort_multipart_upload(**at, UploadId=upload)
    if [part["PartNumber"] for part in listed] != [1]:
        raise Short("it doesn't say which parts it has")
    return ""


def _locked(place: Place, now: datetime) -> str:
    """Lock an object, read the lock back, and try to delete what is locked: some stores take the lock and forget it."""
    client, at = place.client, _At(Bucket=place.bucket, Key=f"{place.name}/locked")
    until = now + LOCKED
    with told(f"s3://{place.bucket}"):
        made = client.put_object(
            **at,
            Body=b"locked",
            ContentMD5=proof.header(proof.md5(b"locked")),
            ObjectLockMode="GOVERNANCE",
            ObjectLockRetainUntilDate=until,
        )
        version = made.get("VersionId", "")
        kept = client.get_object_retention(**at).get("Retention", {})
    if kept.get("Mode") != "GOVERNANCE" or abs(kept["RetainUntilDate"] - until) > timedelta(seconds=1):
        raise Short("it took the lock and does not know of it now")
    try:
        client.delete_object(**at, VersionId=version)
    except (ClientError, BotoCoreError):
        return f"{place.name}/locked stays for {LOCKED.seconds} s: it can't be deleted"
    raise Short("it deleted what was locked")
