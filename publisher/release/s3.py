"""A bucket as a target: AWS S3, or any store that speaks as it does."""

import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, closing, nullcontext
from typing import TYPE_CHECKING

from boto3.session import Session
from botocore.config import Config
from botocore.exceptions import ClientError

from publisher.edition.model import PublicFile
from publisher.errors import PublisherError
from publisher.files import CHUNK
from publisher.release.keys import check_key
from publisher.release.multipart import PART, send_in_parts
from publisher.release.record import RECORD_KEY
from publisher.release.s3_errors import told
from publisher.release.source import approved_blocks
from publisher.release.target import Listed, Sent, Target, TargetOptions, unheard

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

ABSENT = frozenset({"NoSuchKey", "404"})
"""What stores answer when a key isn't there."""
ENDPOINT_VARIABLES = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL")
"""Where boto3 looks for an endpoint in the environment, in this order."""
CONNECT_SECONDS = 10
READ_SECONDS = 60


def open_at(address: str, options: TargetOptions) -> Target:
    """Open `s3://bucket` or `s3://bucket/prefix`; nothing is asked of the network yet.

    Raises PublisherError if there is no bucket in the address, or if an endpoint or a profile can't be right.
    """
    bucket, _, prefix = address.removeprefix("s3://").partition("/")
    if not bucket:
        raise PublisherError("there is no bucket in this address", where=address, hint="give s3://bucket/prefix")
    try:
        with told(address):
            return S3Target(connect(options), bucket, prefix)
    except ValueError as error:  # boto3's for an endpoint without a scheme or a host
        raise PublisherError(
            f"this can't be an endpoint: {options.endpoint}",
            where=address,
            hint="give one such as https://s3.example.com",
        ) from error


def connect(options: TargetOptions) -> "S3Client":
    """Make a client that other stores than AWS understand as well. Credentials come through boto3's own chain."""
    at_other_store = options.endpoint or any(os.environ.get(name) for name in ENDPOINT_VARIABLES)
    config = Config(
        signature_version="s3v4",
        # The default adds a trailing checksum over HTTPS, which other stores refuse or store as content. Without it
        # boto3 signs the SHA-256 of the payload, so what arrives is checked all the same.
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
        retries={"mode": "standard", "total_max_attempts": options.attempts},
        # Other stores seldom have a name for every bucket.
        s3={"addressing_style": "path"} if at_other_store else None,
        max_pool_connections=options.workers,
        connect_timeout=CONNECT_SECONDS,
        read_timeout=READ_SECONDS,
    )
    # boto3 itself reads AWS_DEFAULT_REGION only; every other tool of AWS reads AWS_REGION.
    region = options.region or os.environ.get("AWS_REGION") or None
    # A session of its own: the shared one would keep the credentials it found first, and isn't for threads.
    client: S3Client = Session().client("s3", endpoint_url=options.endpoint, region_name=region, config=config)
    return client


class S3Target:
    """A bucket, or what is below a prefix of it, by the contract of `Target`. Etags are the store's own."""

    def __init__(self, client: "S3Client", bucket: str, prefix: str = "") -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    @property
    def address(self) -> str:
        """`s3://bucket/prefix/`."""
        return f"s3://{self._bucket}/{self._prefix}"

    def exclusive(self) -> AbstractContextManager[None]:
        """Hold nothing: a bucket has no locks. Until it has a lease, one release at a time is up to the people."""
        return nullcontext()

    def listing(self) -> Mapping[str, Listed]:
        """Every object below the prefix: one request a thousand."""
        found: dict[str, Listed] = {}
        with told(self.address):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            for page in pages:
                for item in page.get("Contents", []):
                    found[item["Key"].removeprefix(self._prefix)] = Listed(item["Size"], _plain(item["ETag"]))
        return found

    def read(self, key: str) -> Iterator[bytes]:
        """Give the bytes of a key in blocks."""
        with told(self.address + key):
            try:
                answer = self._client.get_object(Bucket=self._bucket, Key=self._name(key))
            except ClientError as error:
                if error.response["Error"]["Code"] in ABSENT:
                    raise FileNotFoundError(self.address + key) from None
                raise
            with closing(answer["Body"]) as body:
                yield from body.iter_chunks(CHUNK)

    def put(self, file: PublicFile, sent: Sent = unheard) -> str:
        """Send a file that fits into one part in one request, and a larger one in parts."""
        name = self._name(file.key)
        with told(self.address + file.key):
            if file.size > PART:
                return _plain(send_in_parts(self._client, self._bucket, name, file, sent))
            data = b"".join(approved_blocks(file, PART))  # one block, so the very buffer that was digested
            answer = self._client.put_object(
                Bucket=self._bucket,
                Key=name,
                Body=data,
                ContentType=file.content_type,
                CacheControl=file.cache_control,
            )
            sent(len(data))
            return _plain(answer["ETag"])

    def put_record(self, data: bytes) -> None:
        """Replace the record; nobody may keep a copy of it."""
        with told(self.address + RECORD_KEY):
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._name(RECORD_KEY),
                Body=data,
                ContentType="application/json",
                CacheControl="no-store",
            )

    def delete(self, key: str) -> None:
        """Take an object away."""
        with told(self.address + key):
            self._client.delete_object(Bucket=self._bucket, Key=self._name(key))

    def _name(self, key: str) -> str:
        check_key(key)
        return self._prefix + key


def _plain(etag: str) -> str:
    """Take the quotes off: stores differ in where they put them."""
    return etag.removeprefix("W/").strip('"')
