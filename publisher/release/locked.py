"""A bucket under Object Lock: what is put there cannot be changed or taken away until a date.

That a store keeps the date is read back after every write: OpenStack Swift, for one, takes the header and forgets it.
A date only ever moves on. Source: docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Final, Literal

from botocore.exceptions import ClientError

from publisher.errors import PublisherError
from publisher.files import CHUNK, digest_blocks
from publisher.release import proof
from publisher.release.s3_client import connect
from publisher.release.s3_errors import ABSENT, CODES, told
from publisher.release.s3_reading import open_object
from publisher.release.s3_settings import profile_for
from publisher.release.target import TargetOptions

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

Mode = Literal["COMPLIANCE", "GOVERNANCE"]
DENIED: Final = frozenset({"AccessDenied", "Forbidden", "403", "AllAccessDisabled"})
"""What stores answer to who may not."""
UNLOCKED: Final = frozenset(
    {
        "NoSuchObjectLockConfiguration",
        "ObjectLockConfigurationNotFoundError",
        "InvalidRequest",
        "NotImplemented",
        "MethodNotAllowed",
        "501",
        "405",
    }
)
"""What stores answer about a lock that is not there, or of which they know nothing."""
LARGEST: Final = 5 << 30
"""Bytes that one PutObject takes."""
_BARS: Final = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
_FAILED: Final = frozenset({500, 502, 503, 504})
_RIGHTS: Final = "its credentials need the rights that docs/vault.md lists"


@dataclass(frozen=True)
class Item:
    """Something to be kept."""

    key: str
    sha256: str
    """Digest of the bytes."""
    source: bytes | Path
    """The bytes, or the file that holds them."""
    content_type: str = "application/octet-stream"


@dataclass(frozen=True)
class Kept:
    """What is there under a key."""

    size: int
    """Bytes."""
    etag: str
    version: str
    """The store's name for this state of it; empty where it has none."""
    mode: Mode | None
    """None if it is not locked."""
    until: datetime | None
    """As `mode`."""


def open_locked(address: str, options: TargetOptions, mode: Mode) -> "LockedBucket":
    """Open `s3://bucket/prefix`; nothing is asked of the network yet."""
    bucket, _, prefix = address.removeprefix("s3://").partition("/")
    with told(address):
        return LockedBucket(connect(options), (bucket, prefix.strip("/")), mode, options)


class LockedBucket:
    """What lies below a prefix of a bucket. Everything may be called from several threads at once."""

    def __init__(self, client: "S3Client", place: tuple[str, str], mode: Mode, options: TargetOptions) -> None:
        """place: bucket and prefix. options: as the client was made by."""
        self._client = client
        self._bucket = place[0]
        self._prefix = f"{place[1]}/" if place[1] else ""
        self._mode = mode
        self._options = options

    @property
    def address(self) -> str:
        """`s3://bucket/prefix/`."""
        return f"s3://{self._bucket}/{self._prefix}"

    def look(self, key: str) -> Kept | None:
        """Say what is there, and until when; None if nothing is."""
        with self._told(key):
            try:
                answer: Any = self._client.head_object(Bucket=self._bucket, Key=self._prefix + key)
            except ClientError as error:
                if error.response["Error"]["Code"] in ABSENT:
                    return None
                raise
            mode, until = answer.get("ObjectLockMode"), answer.get("ObjectLockRetainUntilDate")
            if until is None:  # also where the right to see it is missing
                mode, until = self._retention(key)
        version = answer.get("VersionId") or ""
        return Kept(answer["ContentLength"], proof.plain(answer["ETag"]), version, mode, until)

    def _retention(self, key: str) -> tuple[Any, datetime | None]:
        try:
            found = self._client.get_object_retention(Bucket=self._bucket, Key=self._prefix + key)["Retention"]
        except ClientError as error:
            if error.response["Error"]["Code"] in UNLOCKED | ABSENT:
                return None, None
            raise
        return found.get("Mode"), found.get("RetainUntilDate")

    def holds(self, found: Kept, until: datetime) -> bool:
        """Whether something is locked at least so long, and no weaker than here."""
        strong = found.mode in {"COMPLIANCE", self._mode}
        return strong and found.until is not None and found.until >= until

    def is_weaker(self, found: Kept) -> bool:
        """Whether something has a lock that cannot be made as strong as here: it must be put anew."""
        return found.mode == "GOVERNANCE" and self._mode == "COMPLIANCE"

    def put(self, item: Item, until: datetime) -> None:
        """Send something with its lock, and read both back. Errors: the store does not keep them."""
        digest, sha256, size = _measured(item.source)
        if sha256 != item.sha256:
            raise PublisherError("its bytes changed meanwhile", where=item.key, hint="run the same command again")
        if size > LARGEST:
            raise PublisherError("a vault takes files of at most 5 GiB", where=item.key, hint="make it smaller")
        with self._told(item.key), _opened(item.source) as body:
            self._client.put_object(
                Bucket=self._bucket,
                Key=self._prefix + item.key,
                Body=body,
                ContentMD5=proof.header(digest),
                ContentType=item.content_type,
                ObjectLockMode=self._mode,
                ObjectLockRetainUntilDate=until,
            )
        self._read_back(item.key, size, self._mode, until)

    def extend(self, key: str, found: Kept, until: datetime) -> None:
        """Move the end of a lock on, and read it back; one that ends later stays. Its mode is not changed by that."""
        if found.until is not None and found.until >= until:
            return
        mode: Mode = found.mode or self._mode
        with self._told(key):
            self._client.put_object_retention(
                Bucket=self._bucket,
                Key=self._prefix + key,
                Retention={"Mode": mode, "RetainUntilDate": until},
            )
        self._read_back(key, found.size, mode, until)

    def _read_back(self, key: str, size: int, mode: Mode, until: datetime) -> None:
        found = self.look(key)
        if found is None or found.size != size:
            raise PublisherError("the store lost what it was sent", where=self.address + key, hint="send it again")
        if found.until is None or found.until < until or found.mode not in {"COMPLIANCE", mode}:
            store = profile_for(self._options).title
            locked = f"locked until {found.until:%Y-%m-%d} ({found.mode})" if found.until else "not locked"
            raise PublisherError(
                f"the store ({store}) took the lock and did not keep it: what was sent is {locked}",
                where=self.address + key,
                hint="use a store with Object Lock, and a bucket that was made with it; docs/vault.md",
            )

    def read(self, key: str, version: str = "") -> Iterator[bytes] | None:
        """Give the bytes in blocks, those of a version if it is said; None if nothing is there."""
        with self._told(key):
            opened = open_object(self._client, self._bucket, self._prefix + key, version)
        return self._blocks(key, opened.blocks) if opened else None

    def has(self, key: str, sha256: str) -> bool:
        """Whether what is there has this digest: all of it is read back."""
        return digest_blocks(self.read(key) or ()).sha256 == sha256

    def _blocks(self, key: str, blocks: Iterator[bytes]) -> Iterator[bytes]:
        with self._told(key):
            yield from blocks

    def versions(self, key: str) -> list[str] | None:
        """The store's names of all that was put under a key before what is there now, the oldest first.

        None if the store does not list them, or not for these credentials.
        """
        name = self._prefix + key
        pages: Any = self._client.get_paginator("list_object_versions").paginate

        def listed(**where: str) -> list[Any]:
            return [one for page in pages(**where) for one in page.get("Versions", []) if one["Key"] == name]

        found, _ = self._asked(listed, Prefix=name)
        return None if found is None else [one["VersionId"] for one in reversed(found) if not one["IsLatest"]]

    def is_read_by_anybody(self, key: str) -> bool:
        """Whether a key that is there is given to who has no credentials."""
        anybody = connect(self._options, signed=False)
        with told(self.address):
            try:
                anybody.get_object(Bucket=self._bucket, Key=self._prefix + key)
            except ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] in _FAILED:
                    raise
                return False
        return True

    def has_lock(self) -> bool | None:
        """Whether the bucket was made with Object Lock; None if the store does not say."""
        found, code = self._asked(self._client.get_object_lock_configuration)
        if found is None:
            return False if code == "ObjectLockConfigurationNotFoundError" else None
        return bool(found["ObjectLockConfiguration"].get("ObjectLockEnabled") == "Enabled")

    def has_public_policy(self) -> bool | None:
        """Whether the bucket's policy opens it to anybody; None if the store does not say."""
        found, code = self._asked(self._client.get_bucket_policy_status)
        if found is None:
            return False if code == "NoSuchBucketPolicy" else None
        status = found.get("PolicyStatus", {})
        return bool(status["IsPublic"]) if "IsPublic" in status else None

    def is_barred(self) -> bool | None:
        """Whether no policy or list of rights can ever open the bucket; None if the store does not say."""
        found, code = self._asked(self._client.get_public_access_block)
        if found is None:
            return False if code == "NoSuchPublicAccessBlockConfiguration" else None
        return all(bool(found["PublicAccessBlockConfiguration"].get(name)) for name in _BARS)

    def gives_way(self, key: str, found: Kept) -> str | None:
        """Try to shorten a lock, and to delete what is locked: both must fail. Give what did not, or None.

        found: what is there now, locked for more than two days.
        """
        if not (found.version and found.until):
            return "replaced"  # there are no versions, so what is put over it is all that is left
        name = {"Key": self._prefix + key, "VersionId": found.version}
        sooner = {"Mode": found.mode, "RetainUntilDate": found.until - timedelta(days=1)}
        if self._asked(self._client.put_object_retention, **name, Retention=sooner)[0] is not None:
            return "shortened"
        return "deleted" if self._asked(self._client.delete_object, **name)[0] is not None else None

    def _asked(self, call: Any, **arguments: Any) -> tuple[Any, str]:  # noqa: ANN401  boto3's
        """What the store answers, or the code with which it refuses. Errors: as for anything else that is asked."""
        with told(self.address):
            try:
                return call(Bucket=self._bucket, **arguments), ""
            except ClientError as error:
                code = error.response["Error"]["Code"]
                if code in CODES.keys() - DENIED - UNLOCKED:
                    raise
                return None, code

    @contextmanager
    def _told(self, key: str) -> Iterator[None]:
        where = self.address + key
        try:
            with told(where, but=DENIED):
                yield
        except ClientError as error:
            what = f"the vault refuses {error.operation_name}"
            raise PublisherError(what, where=where, hint=_RIGHTS) from error


@contextmanager
def _opened(source: bytes | Path) -> Iterator[BinaryIO]:
    with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
        yield stream


def _measured(source: bytes | Path) -> tuple[bytes, str, int]:
    """MD5, with which the store compares what it gets, SHA-256 and size, in constant memory."""
    md5, sha, size = hashlib.md5(usedforsecurity=False), hashlib.sha256(), 0
    with _opened(source) as stream:
        while block := stream.read(CHUNK):
            md5.update(block)
            sha.update(block)
            size += len(block)
    return md5.digest(), sha.hexdigest(), size
