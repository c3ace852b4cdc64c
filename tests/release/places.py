"""Where the tests release to, with a back door: what a stranger, or someone who tampers, does there."""

import gzip
from abc import ABC, abstractmethod
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.release.record import RECORD_KEY
from publisher.release.target import Target, TargetOptions, open_target

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client


@dataclass(frozen=True)
class Place(ABC):
    address: str
    options: TargetOptions

    def open(self) -> Target:
        return self._target

    @cached_property
    def _target(self) -> Target:
        # Once a test: boto3 takes a tenth of a second to make a client.
        return open_target(self.address, self.options)

    @abstractmethod
    def write(self, key: str, data: bytes) -> None: ...

    @abstractmethod
    def remove(self, key: str) -> None: ...

    @abstractmethod
    def contents(self) -> dict[str, bytes]:
        """Everything that is there, the record too."""

    def public(self) -> dict[str, bytes]:
        """Everything but the record."""
        return {key: data for key, data in self.contents().items() if key != RECORD_KEY}


@dataclass(frozen=True)
class Folder(Place):
    root: Path

    def write(self, key: str, data: bytes) -> None:
        path = self.root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    def remove(self, key: str) -> None:
        (self.root / key).unlink()

    def contents(self) -> dict[str, bytes]:
        paths = [path for path in self.root.rglob("*") if path.is_file()]
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in paths}


@dataclass(frozen=True)
class Bucket(Place):
    client: "S3Client"
    bucket: str
    prefix: str

    def write(self, key: str, data: bytes) -> None:
        self.client.put_object(Bucket=self.bucket, Key=self.prefix + key, Body=data)

    def remove(self, key: str) -> None:
        self.client.delete_object(Bucket=self.bucket, Key=self.prefix + key)

    def contents(self) -> dict[str, bytes]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=self.prefix)
        names = [item["Key"] for page in pages for item in page.get("Contents", [])]
        return {name.removeprefix(self.prefix): self._read(name) for name in names}

    def _read(self, name: str) -> bytes:
        """The bytes as a browser shows them."""
        found = self.client.get_object(Bucket=self.bucket, Key=name)
        data = found["Body"].read()
        return gzip.decompress(data) if found.get("ContentEncoding") == "gzip" else data
