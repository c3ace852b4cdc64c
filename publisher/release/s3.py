"""A bucket as a target: AWS S3, or any store that speaks as it does."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from publisher.edition.model import Phase, PublicFile
from publisher.errors import PublisherError
from publisher.files import digest_blocks, digest_bytes
from publisher.release import proof
from publisher.release.compression import GzipError, decoded
from publisher.release.conditional import Condition, Conditions
from publisher.release.journal import Journal
from publisher.release.keys import check_key
from publisher.release.multipart import PART, Place, abort_stale, send_in_parts
from publisher.release.s3_client import connect, connect_late
from publisher.release.s3_errors import ABSENT, UNKNOWN_VERB, refusal, told
from publisher.release.s3_headers import headers_of
from publisher.release.s3_plain import NotPlain, PlainWay, plain_way
from publisher.release.s3_reading import Opened, open_object
from publisher.release.s3_settings import profile_for
from publisher.release.source import Body, approved_blocks
from publisher.release.target import (
    ANYTHING,
    Found,
    Headed,
    Listed,
    Over,
    Promises,
    Sent,
    Target,
    TargetOptions,
    unheard,
)

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import ObjectIdentifierTypeDef

MANY = 1000
"""Keys that one DeleteObjects takes, at most."""


def open_at(address: str, options: TargetOptions) -> Target:
    """Open `s3://bucket` or `s3://bucket/prefix`; nothing is asked of the network yet.

    Raises PublisherError if there is no bucket in the address, or if an endpoint or a profile can't be right.
    """
    bucket, _, prefix = address.removeprefix("s3://").partition("/")
    if not bucket:
        raise PublisherError("there is no bucket in this address", where=address, hint="give s3://bucket/prefix")
    if prefix.strip("/"):
        check_key(prefix.strip("/"))
    try:
        with told(address):
            profile = profile_for(options)
            journal = Journal(options.journal) if options.journal else None
            conditions = Conditions(profile, single_writer=options.single_writer)
            plain = plain_way(bucket, options, profile)
            client = connect_late(options) if plain else connect(options)
            return S3Target(client, bucket, prefix, conditions, journal, plain)
    except ValueError as error:  # botocore's for an endpoint without a scheme or a host
        raise PublisherError(
            f"this can't be an endpoint: {options.endpoint}",
            where=address,
            hint="give one such as https://s3.example.com",
        ) from error


class S3Target:
    """A bucket, or what is below a prefix of it, by the contract of `Target`. Etags are the store's own."""

    def __init__(  # noqa: PLR0913, PLR0917  what it works with
        self,
        client: "S3Client",
        bucket: str,
        prefix: str,
        conditions: Conditions,
        journal: Journal | None = None,
        plain: PlainWay | None = None,
    ) -> None:
        self._client = client
        self._bucket = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        self._conditions = conditions
        self._journal = journal
        self._plain = plain

    @property
    def address(self) -> str:
        """`s3://bucket/prefix/`."""
        return f"s3://{self._bucket}/{self._prefix}"

    @property
    def promises(self) -> Promises:
        """What its kind of store is known to do."""
        return self._conditions.profile.promises

    def place(self, key: str) -> Place:
        """Where the object of a key is, for who asks the store more than the contract has words for."""
        return Place(self._client, self._bucket, self._name(key))

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold nothing: a bucket has no locks, so who releases there takes turns by a lease (see `lease`)."""
        if self._journal and not self._journal.is_empty:
            with told(self.address):
                abort_stale(self._client, self._bucket, self._journal)
        yield

    def listing(self) -> Mapping[str, Listed]:
        """Every object below the prefix: one request a thousand."""
        if self._plain:
            with suppress(NotPlain):
                there = self._plain.listing(self._prefix)
                return {name.removeprefix(self._prefix): listed for name, listed in there.items()}
        found: dict[str, Listed] = {}
        with told(self.address):
            pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=self._prefix)
            for page in pages:
                for item in page.get("Contents", []):
                    found[item["Key"].removeprefix(self._prefix)] = Listed(item["Size"], proof.plain(item["ETag"]))
        return found

    def read(self, key: str) -> Iterator[bytes]:
        """Give the bytes of a key in blocks."""
        with told(self.address + key):
            opened = open_object(self._client, self._bucket, self._name(key))
            if opened is None:
                raise FileNotFoundError(self.address + key)
            yield from self._plainly(key, opened)

    def _plainly(self, key: str, opened: Opened) -> Iterator[bytes]:
        """Bytes as they were before they were compressed, if they were."""
        try:
            yield from decoded(opened.blocks, opened.content_encoding)
        except GzipError as error:
            raise GzipError(error.what, self.address + key) from error

    def peek(self, key: str) -> Found | None:
        """Give a small object whole: in one request, where its etag proves its bytes, else as two requests agree."""
        found = self._fetched(key)
        if found is None or found.etag == proof.md5(found.data).hex() or self._fetched(key) == found:
            return found
        raise PublisherError(
            "the store gives other bytes each time it is asked, or somebody is writing them",
            where=self.address + key,
            hint="run the same command again; if it stays, the store or the way to it is broken",
        )

    def _fetched(self, key: str) -> Found | None:
        if self._plain:
            with suppress(NotPlain):
                return self._plain.get(self._name(key))
        with told(self.address + key):
            opened = open_object(self._client, self._bucket, self._name(key))
            return Found(b"".join(self._plainly(key, opened)), opened.etag) if opened else None

    def head(self, key: str) -> Headed | None:
        """Say what is served with a key."""
        if self._plain:
            with suppress(NotPlain):
                return self._plain.head(self._name(key))
        with told(self.address + key):
            try:
                answer = self._client.head_object(Bucket=self._bucket, Key=self._name(key))
            except ClientError as error:
                if error.response["Error"]["Code"] in ABSENT:
                    return None
                raise
            return Headed(
                answer["ContentLength"],
                proof.plain(answer["ETag"]),
                answer.get("ContentType"),
                answer.get("CacheControl"),
                answer.get("ContentEncoding") or None,
            )

    def put(self, file: PublicFile, sent: Sent = unheard, over: Over = ANYTHING) -> str:
        """Send a file that fits into one part in one request, and a larger one in parts.

        The store compares what it gets with a SHA-256 and an MD5; if it doesn't name what it took by the MD5, the
        bytes are read back, and taken away if they are others. Text is compressed first, if the file says so.
        """
        with told(self.address + file.key):
            if file.size <= PART:
                etag, proven = self._put_whole(file, sent, over)
            else:
                etag, proven = self._put_parts(file, sent, over)
        if etag != proven:
            self._refuse_damage(file, etag)
        return etag

    def _refuse_damage(self, file: PublicFile, etag: str) -> None:
        """Read back what a store took without naming it by its MD5; what nobody approved doesn't stay public."""
        if self._holds(file):
            return
        there = self.head(file.key)
        if there is not None and there.etag == etag:
            self.delete(file.key)
        raise PublisherError(
            "the store kept other bytes than were sent to it, and was told to delete them",
            where=self.address + file.key,
            hint="run the same command again; if it stays, the store or its disk is broken",
        )

    def swap(self, key: str, data: bytes, seen: str | None) -> str:
        """Replace a small JSON object if it is still what was seen; nobody may keep a copy of it."""
        where = self.address + key
        note = PublicFile(key, digest_bytes(data).sha256, len(data), "application/json", "no-store", Phase.FEEDS, data)
        body = Body.of(note, data)
        with told(where):
            return self._conditions.write(
                seen,
                send=lambda condition: self._send(note, body, condition),
                look=lambda: self.peek(key),
                ours=lambda there: there.data == data,
                where=where,
            )

    def delete(self, key: str) -> None:
        """Take an object away."""
        with told(self.address + key):
            self._client.delete_object(Bucket=self._bucket, Key=self._name(key))

    def delete_many(self, keys: Sequence[str]) -> None:
        """Take objects away, a thousand a request; one by one where the store doesn't know how."""
        for start in range(0, len(keys), MANY):
            some = keys[start : start + MANY]
            try:
                self._delete_some(some)
            except ClientError as error:
                if error.response["Error"]["Code"] not in UNKNOWN_VERB:
                    raise
                for key in some:
                    self.delete(key)

    def _delete_some(self, keys: Sequence[str]) -> None:
        names: list[ObjectIdentifierTypeDef] = [{"Key": self._name(key)} for key in keys]
        with told(self.address, but=UNKNOWN_VERB):
            answer = self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": names, "Quiet": True})
        for failed in answer.get("Errors", []):
            raise refusal(failed.get("Code", ""), failed.get("Message", ""), f"s3://{self._bucket}/{failed['Key']}")

    def _put_whole(self, file: PublicFile, sent: Sent, over: Over) -> tuple[str, str]:
        # One block, so the very buffer that was digested.
        body = Body.of(file, b"".join(approved_blocks(file, PART)))
        proven, coding = body.md5.hex(), body.content_encoding
        etag = self._written(file, over, lambda condition: self._send(file, body, condition), proven, coding)
        sent(file.size)
        return etag, proven

    def _send(self, file: PublicFile, body: Body, condition: Condition) -> str:
        """Send a file whose bytes are in memory, and were found to be those of its digest; give the etag."""
        headers, name = headers_of(file, body, condition), self._name(file.key)
        if self._plain:
            with suppress(NotPlain):
                return self._plain.put(name, body, headers)
        answer = self._client.put_object(Bucket=self._bucket, Key=name, Body=body.data, **headers)
        return proof.plain(answer["ETag"])

    def _put_parts(self, file: PublicFile, sent: Sent, over: Over) -> tuple[str, str]:
        def finish(send: Callable[[Condition], str], proven: str) -> str:
            return self._written(file, over, send, proven)

        return send_in_parts(self.place(file.key), file, sent, finish, self._journal)

    def _written(
        self, file: PublicFile, over: Over, send: Callable[[Condition], str], proven: str, coding: str = ""
    ) -> str:
        return self._conditions.write(
            over,
            send,
            look=lambda: self.head(file.key),
            ours=lambda there: self._is(file, there, proven, coding),
            where=self.address + file.key,
        )

    def _is(self, file: PublicFile, there: Headed, proven: str, coding: str) -> bool:
        """Whether what is there is this file, with its headers, whoever compressed it."""
        described = (there.content_type, there.cache_control, there.content_encoding or "")
        same = described == (file.content_type, file.cache_control, coding) and (coding or there.size == file.size)
        return bool(same) and (there.etag == proven or self._holds(file))

    def _holds(self, file: PublicFile) -> bool:
        """Whether the bytes of the file are there: they are all read back."""
        try:
            return digest_blocks(self.read(file.key)).sha256 == file.sha256
        except (FileNotFoundError, GzipError):
            return False

    def _name(self, key: str) -> str:
        check_key(key)
        return self._prefix + key
