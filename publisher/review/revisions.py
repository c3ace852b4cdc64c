"""Revisions on disk: `revisions/SLUG/REVISION/` holds the manifest and the parts as they were submitted.

They are evidence and belong in git: what legal saw can be shown years later, and a release needs no renderer to publish an approved
piece. Media are too large for that; they lie in a cache under their digest, and can be made again or fetched back from a target.
"""

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from publisher.errors import PublisherError
from publisher.files import digest_bytes, write_atomically
from publisher.review.manifest import Manifest, short

MANIFEST = "manifest.json"


@dataclass(frozen=True)
class Revision:
    """A manifest with its parts."""

    manifest: Manifest
    parts: Mapping[str, bytes]

    @property
    def name(self) -> str:
        """The digest of the manifest."""
        return self.manifest.revision


class Revisions:
    """The folder `revisions/` of a workspace."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def folder(self, slug: str, revision: str) -> Path:
        """Where a revision lies."""
        return self._folder / slug / short(revision)

    def keep(self, revision: Revision) -> None:
        """Write a revision; the manifest comes last, so that a revision with one is whole."""
        folder = self.folder(revision.manifest.slug, revision.name)
        for name, data in revision.parts.items():
            write_atomically(folder / name, data)
        write_atomically(folder / MANIFEST, revision.manifest.to_bytes())

    def get(self, slug: str, revision: str) -> Revision:
        """Read a revision as it was submitted.

        Errors: it is missing, or a byte of it is not as it was.
        """
        folder = self.folder(slug, revision)
        where = f"revisions/{slug}/{short(revision)}"
        manifest = Manifest.from_bytes(_read(folder / MANIFEST, f"{where}/{MANIFEST}"), f"{where}/{MANIFEST}")
        if manifest.revision != revision:
            raise PublisherError("the manifest is not the one that was submitted", where=where, hint=_RESTORE)
        parts = {}
        for part in manifest.parts:
            data = _read(folder / part.name, f"{where}/{part.name}")
            if digest_bytes(data).sha256 != part.sha256:
                raise PublisherError("this is not what was submitted", where=f"{where}/{part.name}", hint=_RESTORE)
            parts[part.name] = data
        return Revision(manifest, parts)

    def drop(self, slug: str, revision: str) -> None:
        """Take away a revision that was never submitted."""
        shutil.rmtree(self.folder(slug, revision), ignore_errors=True)


_RESTORE = "restore it from git, or submit the piece again"


def _read(path: Path, where: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise PublisherError("a file of a submitted revision is missing", where=where, hint=_RESTORE) from error
