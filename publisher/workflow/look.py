"""Look at the revision in review: what a reviewer needs to decide, and a proof of the page to read and listen to."""

import os
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from publisher.edition.pages import Site
from publisher.edition.surroundings import Surroundings, theme
from publisher.files import write_atomically
from publisher.policy.findings import Finding, check
from publisher.rendering.model import Card
from publisher.rendering.piece import CARD
from publisher.rendering.site import body
from publisher.review.manifest import Entry, short
from publisher.review.revisions import Revision
from publisher.transcript.webvtt import read_webvtt
from publisher.workflow.context import Context
from publisher.workflow.decide import in_review
from publisher.workflow.recover import recover


@dataclass(frozen=True)
class Look:
    """A revision as a reviewer sees it."""

    slug: str
    revision: str
    card: Card
    files: tuple[Entry, ...]
    findings: tuple[Finding, ...]
    proof: Path
    """A page on this computer that shows and plays exactly the bytes of the revision."""

    def as_dict(self) -> dict[str, Any]:
        """For scripts."""
        return {**asdict(self), "proof": str(self.proof)}


def look(context: Context, slug: str) -> Look:
    """Gather what there is to see; media that are not here are made again."""
    revision = in_review(context, slug)
    recover(context, revision)
    card = Card.from_bytes(revision.parts[CARD])
    findings = _findings(context, revision)
    return Look(slug, revision.name, card, revision.manifest.files, findings, _proof(context, revision, card))


def _findings(context: Context, revision: Revision) -> tuple[Finding, ...]:
    """What the guidelines of today point at, in the transcript as submitted and the text as it is."""
    piece = context.workspace.pieces.get(revision.manifest.slug)
    if piece is None:
        return ()
    words = next((file for file in revision.manifest.files if file.role == "transcript"), None)
    transcript = read_webvtt(context.media.path(words), words.name) if words else None
    return check(piece, transcript, context.workspace.guidelines)


def _proof(context: Context, revision: Revision, card: Card) -> Path:
    """Lay out the page with its files in the cache, as it would stand at the target."""
    folder = context.cache / "proofs" / revision.manifest.slug / short(revision.name)
    assets = theme()
    for file in assets.values():
        write_atomically(folder / file.key, file.source if isinstance(file.source, bytes) else b"")
    for entry in revision.manifest.files:
        _link(context.media.path(entry), folder / entry.name)
    site = Site(
        Surroundings(context.workspace.config, {}, context.now), {name: file.key for name, file in assets.items()}, []
    )
    page = folder / card.page
    write_atomically(page, site.piece(card, revision.parts[body.PART]))
    return page


def _link(source: Path, destination: Path) -> None:
    """A second name for the same bytes, or a copy where the disk has no such thing."""
    destination.parent.mkdir(parents=True, exist_ok=True)
    destination.unlink(missing_ok=True)
    try:
        os.link(source, destination)
    except OSError:
        shutil.copyfile(source, destination)
