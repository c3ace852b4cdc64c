"""Look at the revision in review: what a reviewer needs to decide, and a proof of the page to read and listen to."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from lxml import html

from publisher.edition.pages import Site
from publisher.edition.surroundings import Surroundings, theme
from publisher.errors import PublisherError
from publisher.files import atomic_path, write_atomically
from publisher.policy.findings import Finding, check, check_passages
from publisher.policy.passages import Passage, spoken, written
from publisher.rendering.model import Card
from publisher.rendering.piece import CARD
from publisher.rendering.site import body
from publisher.review.manifest import Entry, short
from publisher.review.revisions import Revision
from publisher.transcript.formats.webvtt import read_webvtt
from publisher.transcript.model import Transcript
from publisher.workflow import laying
from publisher.workflow.context import Context
from publisher.workflow.decide import in_review
from publisher.workflow.doubting import doubts_of
from publisher.workflow.edited import PART, Edited, read_edits
from publisher.workflow.media import copy_file
from publisher.workflow.recover import recover
from publisher.workflow.seen import mark_seen
from publisher.workflow.source import source_digest


@dataclass(frozen=True)
class Look:
    """A revision as a reviewer sees it."""

    slug: str
    revision: str
    card: Card
    files: tuple[Entry, ...]
    """What goes to the public as it is: first what is heard and read, then pictures and audiograms."""
    parts: tuple[Entry, ...]
    """What pages and feeds are put together from, feed entries among them; they lie in `folder`."""
    folder: Path
    edited: bool
    """Whether the piece was edited since it was submitted: the edit is not what is decided on."""
    edits: tuple[Edited, ...]
    """What was done to the recording, and why."""
    tracks: str
    """Which tracks of the recording nobody knows the beginning of; mostly empty."""
    findings: tuple[Finding, ...]
    """Their times are those of the master, which the proof plays."""
    proof: Path
    """A page on this computer that shows and plays exactly the bytes of the revision."""

    def as_dict(self) -> dict[str, Any]:
        """For scripts."""
        return {**asdict(self), "proof": str(self.proof), "folder": str(self.folder)}


def look(context: Context, slug: str) -> Look:
    """Gather what there is to see, and remember that it was seen; media that are not here are made again."""
    revision = in_review(context, slug)
    recover(context, revision)
    card = Card.from_bytes(revision.parts[CARD])
    edited = _is_edited(context, revision)
    seen = Look(
        slug=slug,
        revision=revision.name,
        card=card,
        files=tuple(sorted(revision.manifest.files, key=_rank)),
        parts=revision.manifest.parts,
        folder=context.revisions.folder(slug, revision.name),
        edited=edited,
        edits=read_edits(revision.parts.get(PART), f"revisions/{slug}/{revision.name}/{PART}"),
        tracks=revision.parts.get(laying.PART, b"").decode(errors="replace").strip(),
        findings=(*_findings(context, revision, card, edited=edited), *doubts_of(context, revision)),
        proof=_proof(context, revision, card),
    )
    mark_seen(context, slug, revision.name)
    return seen


def _rank(file: Entry) -> tuple[int, list[tuple[int, str]]]:
    """Where a file stands among the others: by what it is, then by its role, numbers in it by their value."""
    kind = file.role.partition(":")[0]
    place = _KINDS.index(kind) if kind in _KINDS else len(_KINDS)
    return place, [(int(part) if part.isdecimal() else 0, part) for part in re.split(r"(\d+)", file.role)]


_KINDS = ("audio", "alternate", "transcript", "chapters", "artwork", "waveform", "picture", "audiogram")
"""What the role of a file begins with, in the order of reading."""


def _is_edited(context: Context, revision: Revision) -> bool:
    piece = context.workspace.pieces.get(revision.manifest.slug)
    return piece is None or source_digest(context, piece) != revision.manifest.source


def _findings(context: Context, revision: Revision, card: Card, *, edited: bool) -> tuple[Finding, ...]:
    """What the guidelines of today point at in the revision, never in what the piece became since."""
    guidelines = context.workspace.guidelines
    words = next((file for file in revision.manifest.files if file.role == "transcript"), None)
    transcript = read_webvtt(context.media.path(words), words.name) if words else None
    piece = context.workspace.pieces.get(revision.manifest.slug)
    if piece is not None and not edited:
        return check(piece, transcript, guidelines, chapters=_chapter_titles(context, revision))
    return check_passages(_kept_words(revision, card, transcript), guidelines)


def _chapter_titles(context: Context, revision: Revision) -> set[str]:
    """Titles of the chapters that the public gets: an edit may have taken others away."""
    file = next((file for file in revision.manifest.files if file.role == "chapters"), None)
    said = json.loads(context.media.path(file).read_bytes())["chapters"] if file else []
    return {chapter["title"] for chapter in said}


def _kept_words(revision: Revision, card: Card, transcript: Transcript | None) -> Iterator[Passage]:
    yield written("title", card.title)
    yield written("summary", card.summary)
    yield written("tags", " ".join(card.tags))
    page: Any = html.fromstring(revision.parts[body.PART].decode())
    for element in page.xpath(_BLOCKS):
        yield written("page", " ".join(element.text_content().split()))
    if transcript:
        yield from spoken(transcript)


_BLOCKS = (
    "//*[self::p or self::li or self::h2 or self::h3 or self::td or self::th]"
    "[not(ancestor::*[contains(@class, 'transcript')])]"
)
"""Where words stand in a page; those of the transcript are looked at with their times."""


def _proof(context: Context, revision: Revision, card: Card) -> Path:
    """Lay out the page with its files in the cache, as it would stand at the target."""
    folder = context.cache / "proofs" / revision.manifest.slug / short(revision.name)
    assets = theme()
    for file in assets.values():
        write_atomically(folder / file.key, file.source if isinstance(file.source, bytes) else b"")
    for entry in revision.manifest.files:
        # A copy, not a link: whoever plays with the proof must not touch what was approved.
        with atomic_path(folder / entry.name) as temporary:
            copy_file(context.media.path(entry), temporary)
    if card.show is not None and card.show not in context.workspace.config.shows:
        raise PublisherError(
            f"its show {card.show!r} is not in publisher.toml any more",
            where=revision.manifest.slug,
            hint="put it back, or submit the piece again",
        )
    site = Site(
        Surroundings(context.workspace.config, {}, context.now), {name: file.key for name, file in assets.items()}, []
    )
    page = folder / card.page
    write_atomically(page, site.piece(card, revision.parts[body.PART]))
    return page
