"""Which files at a target are of one piece: of all its revisions, also of those that cannot be read here any more."""

import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from publisher.edition.model import Phase
from publisher.errors import PublisherError
from publisher.release.compression import GzipError
from publisher.release.record import Record
from publisher.release.target import Target
from publisher.rendering.model import page_key
from publisher.review.gate import Evidence
from publisher.workflow.context import Context
from publisher.workflow.lines import public_revisions, submissions, whole_name

KINDS: Final = ("episode", "post")
_MEDIA: Final = re.compile(rb"media/[0-9a-f]{64}/[A-Za-z0-9._~-]+")
"""Keys of media as a page names them."""


@dataclass(frozen=True)
class Place:
    """A target as it was found."""

    target: Target
    name: str
    """As the ledger names it."""
    record: Record


@dataclass(frozen=True)
class Belongings:
    """What of a piece is at a target, as far as anybody can tell."""

    pages: frozenset[str]
    """Keys at which its page lies; one of them is another kind's, and nothing is there."""
    media: frozenset[str]
    """Keys of sound, transcript, chapters and pictures that no other public piece shares."""
    flaw: str = ""
    """Why there may be more; empty if this is all."""

    @property
    def keys(self) -> frozenset[str]:
        """All of them."""
        return self.pages | self.media


def belongings(context: Context, evidence: Evidence, slug: str, place: Place) -> Belongings:
    """Look for the files of a piece by its manifests, by its public page, and by what no other piece has.

    Errors: the target cannot be read.
    """
    pages = frozenset(page_key(kind, slug) for kind in KINDS)
    own, lost = _listed(context, slug, submissions(evidence.of(slug)))
    own |= _shown(place.target, pages)
    shared, unsure = _others(context, evidence, slug, place)
    if lost and not unsure:
        # What stands in the record and in no manifest of another piece can only be of this one.
        media = {
            key for key, each in place.record.files.items() if each.phase is Phase.MEDIA and _MEDIA.match(key.encode())
        }
        own |= media - _all_others(context, evidence, slug) - _covers(context)
    flaw = f"a manifest of it is missing or damaged, and so is that of {', '.join(unsure)}" if lost and unsure else ""
    # A cover is the house's, and stays with its show's feed, also where the piece was the only one of it.
    return Belongings(pages, frozenset(own - shared - _covers(context)), flaw)


def media_of(context: Context, evidence: Evidence, slug: str) -> set[str]:
    """Keys of the files of every revision that was ever submitted, if its manifest is still here."""
    return _listed(context, slug, submissions(evidence.of(slug)))[0]


def _listed(context: Context, slug: str, revisions: Iterable[str]) -> tuple[set[str], bool]:
    """Keys of the files of these revisions, and whether a manifest could not be read."""
    found: set[str] = set()
    lost = False
    for revision in revisions:
        try:
            found |= {file.name for file in context.revisions.get(slug, revision).manifest.files}
        except PublisherError:
            lost = True
    return found, lost


def _shown(target: Target, pages: Iterable[str]) -> set[str]:
    """Keys of media that public pages name; what cannot be read names none."""
    found: set[bytes] = set()
    for page in pages:
        with suppress(GzipError):
            if one := target.peek(page):
                found |= {*_MEDIA.findall(one.data)}
    return {key.decode() for key in found}


def _others(context: Context, evidence: Evidence, slug: str, place: Place) -> tuple[set[str], list[str]]:
    """Keys that other public pieces have, too, and the slugs of those of which only the public page tells."""
    shared: set[str] = set()
    unsure = []
    for other, revision in public_revisions(evidence.of(""), place.name).items():
        if other == slug:
            continue
        name = whole_name(evidence.of(other), revision)
        keys, lost = _listed(context, other, [name] if name else [])
        if lost or not name:
            unsure.append(other)
            keys |= _shown(place.target, (page_key(kind, other) for kind in KINDS))
        shared |= keys
    return shared, unsure


def _all_others(context: Context, evidence: Evidence, slug: str) -> set[str]:
    others = {record.slug for record in evidence.records if record.event == "submit"} - {slug}
    return {key for other in others for key in media_of(context, evidence, other)}


def _covers(context: Context) -> set[str]:
    return set(_cover_keys(context))


def _cover_keys(context: Context) -> Iterator[str]:
    from publisher.edition.surroundings import Cover

    for show in context.workspace.config.shows.values():
        path = context.root / show.artwork
        with suppress(OSError, PublisherError):
            yield Cover(path, context.digests.digest(path)).key
