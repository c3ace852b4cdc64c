"""The manifest: the digests of everything about one revision of a piece that the public would get.

It is canonical JSON (RFC 8785), so that the same revision has the same bytes and one digest names it.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

import rfc8785

from publisher.errors import PublisherError
from publisher.files import Digest, digest_bytes

SCHEMA = "corporate-voices/manifest/1"


@dataclass(frozen=True)
class Entry:
    """One file or part of a revision."""

    name: str
    """Of a file: its key below the site's address. Of a part: its name, `body.html`."""
    sha256: str
    size: int
    """Bytes."""
    type: str = ""
    """Of a file: its Content-Type."""
    role: str = ""
    """Of a file: `audio`, `transcript`, `chapters`, `artwork` or `picture:NAME`."""


@dataclass(frozen=True)
class Manifest:
    """What one approval is about."""

    house: str
    """The site's address: an approval for one house is none for another."""
    kind: str
    slug: str
    people: tuple[str, ...]
    """Ids of those who made the piece, who may not approve it."""
    source: str
    """Digest of what the authors wrote and recorded, by which the workspace finds this revision again."""
    parts: tuple[Entry, ...]
    """What pages and feeds are put together from, by name."""
    files: tuple[Entry, ...]
    """What goes to the public as it is, by key."""
    loudness: Mapping[str, float]
    """The measurement of the master: `integrated_lufs`, `range_lu`, `true_peak_dbtp`; empty for a post."""

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return rfc8785.dumps({"schema": SCHEMA, **asdict(self)})

    @property
    def revision(self) -> str:
        """The digest that names this revision: SHA-256 of the canonical bytes, 64 hexadecimal digits."""
        return digest_bytes(self.to_bytes()).sha256

    @classmethod
    def from_bytes(cls, data: bytes, where: str) -> "Manifest":
        """Read what `to_bytes` wrote; anything else, even one space more, is an error."""
        damaged = PublisherError("this is not a manifest as it was written", where=where, hint="restore it from git")
        try:
            manifest = cls._from_json(_load(data))
        except (ValueError, TypeError, KeyError) as error:
            raise damaged from error
        if manifest.to_bytes() != data:
            raise damaged
        return manifest

    @classmethod
    def _from_json(cls, found: dict[str, Any]) -> "Manifest":
        if found.pop("schema") != SCHEMA or found.keys() != {field.name for field in fields(cls)}:
            raise ValueError(SCHEMA)
        lists = {key: tuple(Entry(**entry) for entry in found[key]) for key in ("parts", "files")}
        return cls(**{**found, **lists, "people": tuple(found["people"])})


def _load(data: bytes) -> dict[str, Any]:
    import json

    found = json.loads(data)
    if not isinstance(found, dict):
        raise TypeError(SCHEMA)
    return found


def entry(name: str, digest: Digest, type_: str = "", role: str = "") -> Entry:
    """An entry from a digest."""
    return Entry(name, digest.sha256, digest.size, type_, role)


def short(revision: str) -> str:
    """The first twelve digits, as people say a revision's name."""
    return revision[:12]
