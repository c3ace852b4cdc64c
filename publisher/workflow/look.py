"""Look at the revision in review: what a reviewer needs to decide, and a proof of the page to read and listen to.

The terminal's `Look` has the proof as a file; the desk has what is `Inspected`, and shows the page itself.
"""

import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from publisher.edition.pages import Site
from publisher.edition.surroundings import Surroundings, theme
from publisher.errors import PublisherError
from publisher.files import atomic_path, write_atomically
from publisher.policy.findings import Finding
from publisher.rendering.model import Card
from publisher.rendering.site import body
from publisher.review.manifest import Entry, short
from publisher.review.revisions import Revision
from publisher.workflow import answered, laying
from publisher.workflow.answered import Answer, read_answers
from publisher.workflow.context import Context
from publisher.workflow.decide import in_review
from publisher.workflow.doubting import doubts_of
from publisher.workflow.edited import PART, Edited, read_edits
from publisher.workflow.media import copy_file
from publisher.workflow.pointing import findings_of, is_edited
from publisher.workflow.recover import recover
from publisher.workflow.seen import mark_seen


@dataclass(frozen=True)
class Inspected:
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
    answers: tuple[Answer, ...]
    """What its author answered to guidelines that ask."""
    silent: str
    """What nobody looked for though rules ask for it, and why; mostly empty."""
    findings: tuple[Finding, ...]
    """Their times are those of the master."""


@dataclass(frozen=True)
class Look(Inspected):
    """The same, with a proof."""

    proof: Path
    """A page on this computer that shows and plays exactly the bytes of the revision."""

    def as_dict(self) -> dict[str, Any]:
        """For scripts."""
        return {**asdict(self), "proof": str(self.proof), "folder": str(self.folder)}


def look(context: Context, slug: str) -> Look:
    """Gather what there is to see, and remember that it was seen; media that are not here are made again."""
    revision = in_review(context, slug)
    found = inspect(context, revision)
    seen = Look(**vars(found), proof=_proof(context, revision, found.card))
    mark_seen(context, slug, revision.name)
    return seen


def inspect(context: Context, revision: Revision) -> Inspected:
    """Gather what there is to see of a revision; media that are not here are made again. Errors: as `recover`."""
    recover(context, revision)
    slug = revision.manifest.slug
    where = f"revisions/{slug}/{revision.name}"
    return Inspected(
        slug=slug,
        revision=revision.name,
        card=revision.card,
        files=tuple(sorted(revision.manifest.files, key=_rank)),
        parts=revision.manifest.parts,
        folder=context.revisions.folder(slug, revision.name),
        edited=is_edited(context, revision),
        edits=read_edits(revision.parts.get(PART), f"{where}/{PART}"),
        tracks=revision.parts.get(laying.PART, b"").decode(errors="replace").strip(),
        answers=read_answers(revision.parts.get(answered.PART), f"{where}/{answered.PART}"),
        silent=context.tiers.silent,
        findings=(*findings_of(context, revision), *doubts_of(context, revision)),
    )


def _rank(file: Entry) -> tuple[int, list[tuple[int, str]]]:
    """Where a file stands among the others: by what it is, then by its role, numbers in it by their value."""
    kind = file.role.partition(":")[0]
    place = _KINDS.index(kind) if kind in _KINDS else len(_KINDS)
    return place, [(int(part) if part.isdecimal() else 0, part) for part in re.split(r"(\d+)", file.role)]


_KINDS = ("audio", "alternate", "transcript", "chapters", "artwork", "waveform", "picture", "audiogram")
"""What the role of a file begins with, in the order of reading."""


def _proof(context: Context, revision: Revision, card: Card) -> Path:
    """Lay out the page with its files in the cache, as it would stand at the target."""
    folder = context.cache / "proofs" / revision.manifest.slug / short(revision.name)
    for key, data in surroundings_of().items():
        write_atomically(folder / key, data)
    for entry in revision.manifest.files:
        # A copy, not a link: whoever plays with the proof must not touch what was approved.
        with atomic_path(folder / entry.name) as temporary:
            copy_file(context.media.path(entry), temporary)
    page = folder / card.page
    write_atomically(page, page_of(context, revision, card))
    return page


def surroundings_of() -> dict[str, bytes]:
    """The files of the site's theme that a page is shown with, by key."""
    return {file.key: file.source for file in theme().values() if isinstance(file.source, bytes)}


def page_of(context: Context, revision: Revision, card: Card) -> bytes:
    """The page of a revision as it would stand at the target. Errors: its show is none of the house any more."""
    if card.show is not None and card.show not in context.workspace.config.shows:
        raise PublisherError(
            f"its show {card.show!r} is not in publisher.toml any more",
            where=revision.manifest.slug,
            hint="put it back, or submit the piece again",
        )
    assets = {name: file.key for name, file in theme().items()}
    site = Site(Surroundings(context.workspace.config, {}, context.now), assets, [])
    return site.piece(card, revision.parts[body.PART])
