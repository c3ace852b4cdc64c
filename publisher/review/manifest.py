"""The manifest: the digests of everything about one revision of a piece that the public would get.

It is canonical JSON (RFC 8785), so that the same revision has the same bytes and one digest names it.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cached_property
from types import MappingProxyType
from typing import Any, Final

from publisher.errors import PublisherError
from publisher.files import Digest, digest_bytes
from publisher.review import canonical

SCHEMA: Final = "corporate-voices/manifest/1"

_SLUG: Final = re.compile(r"[a-z0-9-]{1,80}")
_KIND: Final = re.compile(r"[a-z]{1,20}")
_PART: Final = re.compile(r"[a-z0-9][a-z0-9._-]{0,99}")
"""A plain file name: parts lie side by side in one folder."""
_KEY: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
"""A path below the site's address: no step of it begins with a dot, so none leads upwards."""


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
    """Of a file: what `rendering.model.MediaFile` says, like `audio`, `transcript` or `picture:NAME`."""

    @property
    def digest(self) -> Digest:
        """What its bytes must digest to."""
        return Digest(self.sha256, self.size)


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

    def __post_init__(self) -> None:
        """Hold a copy that nobody can change: the digest is worked out once."""
        object.__setattr__(self, "loudness", MappingProxyType(dict(self.loudness)))

    def to_bytes(self) -> bytes:
        """Canonical JSON."""
        return self._bytes

    @cached_property
    def _bytes(self) -> bytes:
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        lists = {key: [vars(entry) for entry in said[key]] for key in ("parts", "files")}
        # Nothing else in it is a number that JavaScript may write in another way.
        dump = canonical.dump if self.loudness else canonical.dump_plain
        return dump({"schema": SCHEMA, **said, **lists, "loudness": dict(self.loudness)})

    @cached_property
    def revision(self) -> str:
        """The digest that names this revision: SHA-256 of the canonical bytes, 64 hexadecimal digits."""
        return digest_bytes(self.to_bytes()).sha256

    @classmethod
    def from_bytes(cls, data: bytes, where: str) -> "Manifest":
        """Read what `to_bytes` wrote; anything else, even one space more, is an error.

        where: what the error says, the file's path.
        """
        try:
            manifest = cls._from_json(canonical.parse(data))
            if manifest.to_bytes() == data:
                return manifest
        except (AttributeError, LookupError, TypeError, ValueError) as error:
            raise _damaged(where) from error
        raise _damaged(where)

    @classmethod
    def _from_json(cls, found: dict[str, Any]) -> "Manifest":
        if found.pop("schema") != SCHEMA or found.keys() != {field.name for field in fields(cls)}:
            raise ValueError(SCHEMA)
        lists = {key: tuple(Entry(**entry) for entry in found[key]) for key in ("parts", "files")}
        # A number without a fraction is written as an integer, and read as one.
        loudness = {key: float(value) if type(value) is int else value for key, value in found["loudness"].items()}
        manifest = cls(**{**found, **lists, "people": tuple(found["people"]), "loudness": loudness})
        for key, is_right in _CHECKS.items():
            if not is_right(getattr(manifest, key)):
                raise ValueError(key)
        return manifest


def _damaged(where: str) -> PublisherError:
    return PublisherError("this is not a manifest as it was written", where=where, hint="restore it from git")


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.isprintable()


def _matches(pattern: re.Pattern[str]) -> "Check":
    return lambda value: isinstance(value, str) and pattern.fullmatch(value) is not None


def _are_people(people: Iterable[object]) -> bool:
    return all(_is_text(id_) for id_ in people)


def _are_entries(name: re.Pattern[str]) -> "Check":
    """Each whole, and no name twice: of two parts with one name, only one would be compared."""

    def check(entries: tuple[Entry, ...]) -> bool:
        names = {entry.name for entry in entries}
        return len(names) == len(entries) and all(_is_entry(entry, name) for entry in entries)

    return check


def _is_entry(entry: Entry, name: re.Pattern[str]) -> bool:
    return (
        _matches(name)(entry.name)
        and canonical.is_sha256(entry.sha256)
        and canonical.is_count(entry.size)
        and _is_text(entry.type)
        and isinstance(entry.role, str)
    )


def _is_loudness(measured: Mapping[str, object]) -> bool:
    return all(isinstance(value, float) for value in measured.values())


Check = Callable[[Any], bool]
_CHECKS: Final[Mapping[str, Check]] = {
    "house": _is_text,
    "kind": _matches(_KIND),
    "slug": _matches(_SLUG),
    "people": _are_people,
    "source": canonical.is_sha256,
    "parts": _are_entries(_PART),
    "files": _are_entries(_KEY),
    "loudness": _is_loudness,
}
"""What must hold of each field. Names become paths, so a manifest that someone tampered with must not lead anywhere."""


def entry(name: str, digest: Digest, type_: str = "", role: str = "") -> Entry:
    """An entry from a digest."""
    return Entry(name, digest.sha256, digest.size, type_, role)


def is_slug(value: str) -> bool:
    """Whether a text is the slug of a piece, and so a safe name of a folder."""
    return _SLUG.fullmatch(value) is not None


def short(revision: str) -> str:
    """The first twelve digits, as people say a revision's name."""
    return revision[:12]
