"""Revisions on disk: `revisions/SLUG/REVISION/` holds the manifest and the parts as they were submitted.

They are evidence and belong in git: what legal saw can be shown years later, and a release needs no renderer to
publish an approved piece. Media are too large for that; they lie in a cache under their digest, and can be made again
or fetched back from a target.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Final

from publisher.errors import PublisherError
from publisher.files import digest_bytes, read_plain, write_atomically
from publisher.rendering.model import CARD, Card
from publisher.review.canonical import is_sha256
from publisher.review.manifest import Manifest, is_slug, short

MANIFEST: Final = "manifest.json"
_RESTORE: Final = "restore it from git, or submit the piece again"


@dataclass(frozen=True)
class Revision:
    """A manifest with its parts."""

    manifest: Manifest
    parts: Mapping[str, bytes]
    """By name; a copy that nobody can change."""

    def __post_init__(self) -> None:
        """Whoever holds a revision that the gate let through can put nothing else into it."""
        object.__setattr__(self, "parts", MappingProxyType(dict(self.parts)))

    @property
    def name(self) -> str:
        """The digest of the manifest."""
        return self.manifest.revision

    @cached_property
    def card(self) -> Card:
        """What lists and pages say of it. Errors: it is not as it was written, or missing."""
        return Card.from_bytes(self.parts.get(CARD, b""), f"{self.manifest.slug}, {CARD}")


class Revisions:
    """The folder `revisions/` of a workspace."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folder(self, slug: str, revision: str) -> Path:
        """Where a revision lies.

        Errors: what should be a slug and a digest is something else, and could lead out of the folder.
        """
        if not (is_slug(slug) and is_sha256(revision)):
            raise PublisherError("this names no revision", where=f"revisions/{slug!r}/{revision!r}", hint=_RESTORE)
        return self._folder / slug / short(revision)

    def keep(self, revision: Revision) -> None:
        """Write a revision; the manifest comes last, so that a revision with one is whole.

        Errors: it could not be read again, or another revision has the same first twelve digits.
        """
        folder = self.folder(revision.manifest.slug, revision.name)
        data = revision.manifest.to_bytes()
        where = f"revisions/{revision.manifest.slug}/{folder.name}"
        _checked(Manifest.from_bytes(data, where), revision.parts, where)
        _refuse_another(folder, revision.name, where)
        for name, part in revision.parts.items():
            write_atomically(folder / name, part)
        write_atomically(folder / MANIFEST, data)

    def get(self, slug: str, revision: str) -> Revision:
        """Read a revision as it was submitted; what else lies in its folder is not looked at.

        Errors: it is missing, or a byte of it is not as it was.
        """
        folder = self.folder(slug, revision)
        where = f"revisions/{slug}/{folder.name}"
        manifest = Manifest.from_bytes(_read(folder, MANIFEST, f"{where}/{MANIFEST}"), f"{where}/{MANIFEST}")
        if manifest.revision != revision:
            raise PublisherError("the manifest is not the one that was submitted", where=where, hint=_RESTORE)
        parts = {part.name: _read(folder, part.name, f"{where}/{part.name}") for part in manifest.parts}
        return _checked(manifest, parts, where)


def _checked(manifest: Manifest, parts: Mapping[str, bytes], where: str) -> Revision:
    """The revision, if its parts are those of the manifest."""
    if flawed := next(flawed_parts(manifest, parts), None):
        raise PublisherError("this is not what was submitted", where=f"{where}/{flawed}", hint=_RESTORE)
    return Revision(manifest, parts)


def flawed_parts(manifest: Manifest, parts: Mapping[str, bytes]) -> Iterator[str]:
    """Names of parts that are missing, were added, or have other bytes than the manifest says."""
    known = {part.name: part.digest for part in manifest.parts}
    for name in sorted({*known, *parts}):
        if name not in parts or name not in known or digest_bytes(parts[name]) != known[name]:
            yield name


def _refuse_another(folder: Path, revision: str, where: str) -> None:
    """Twelve digits are enough to tell revisions apart; if they ever are not, nothing that was submitted is lost."""
    try:
        there = Manifest.from_bytes(_read(folder, MANIFEST, where), where).revision
    except PublisherError:
        return  # nothing is there, or something that is damaged and heals now
    if there != revision and short(there) == short(revision):
        raise PublisherError(
            f"revision {there} begins with the same digits as {revision}", where=where,
            hint="change a word of the piece and submit it again",
        )  # fmt: skip


def _read(folder: Path, name: str, where: str) -> bytes:
    try:
        data = read_plain(f"{folder}/{name}")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise PublisherError("a file of a submitted revision is missing", where=where, hint=_RESTORE) from error
    if data is None:
        raise PublisherError("this is not a plain file", where=where, hint=_RESTORE)
    return data
