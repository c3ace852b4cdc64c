"""Where a piece stands. It is derived from what is on disk each time, and stored nowhere."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from publisher.errors import PublisherError
from publisher.rendering.model import CARD, Card
from publisher.review.gate import Approved, Evidence, Refusal, Rejected, Undecided, admit
from publisher.review.ledger import Record
from publisher.review.manifest import short
from publisher.review.revisions import Revision
from publisher.workflow.context import Context
from publisher.workflow.source import source_digest
from publisher.workflow.waiting import wait_of
from publisher.workspace.pieces import Piece

AHEAD: Final = timedelta(days=30)
"""How long before an approval ends it is said, and can be given again."""


class Stage(StrEnum):
    """How far a piece is, as `publish status` says it."""

    DRAFT = "draft"
    """Never submitted."""
    CHANGED = "changed"
    """Edited since it was submitted: the edit waits for the host to submit it."""
    REVIEW = "in review"
    REJECTED = "rejected"
    REFUSED = "refused"
    """The gate found something that is not as it was."""
    SCHEDULED = "scheduled"
    """Approved; its date is to come."""
    APPROVED = "approved"
    """To go out with the next release."""
    PUBLISHED = "published"


@dataclass(frozen=True)
class Standing:
    """Where a piece stands, and what it waits for."""

    stage: Stage
    waits_for: str
    """Whom or what, in a few words; empty for what is published."""
    next: str
    """What moves it on, or empty."""
    revision: str | None
    """The submitted revision that this is about."""
    public: str | None
    """The revision that the public has, by the ledger."""


def submissions(records: Sequence[Record]) -> list[str]:
    """Revisions of a piece as they were submitted, latest first, each once. records: those of the piece."""
    found = [record.revision for record in records if record.event == "submit"]
    return list(dict.fromkeys(reversed(found)))


def public_revisions(records: Sequence[Record], target: str) -> dict[str, str]:
    """What the public has at a target, by the ledger: slug to revision."""
    public: dict[str, str] = {}
    for record in records:
        if record.event != "release" or record.data.get("target") != target:
            continue
        for change in str(record.data.get("pieces", "")).split():
            slug, _, revision = change.partition("@")
            if revision:
                public[slug] = revision
            else:
                public.pop(slug, None)
    return public


def find_submitted(context: Context, evidence: Evidence, piece: Piece) -> str | None:
    """The submitted revision of a piece as it is now, if there is one: nothing was edited since."""
    slug_revisions = submissions(evidence.of(piece.slug))
    if not slug_revisions:
        return None
    source = source_digest(context, piece)
    # The latest submission speaks for the piece: going back to an older one is an edit, too.
    latest = context.revisions.get(piece.slug, slug_revisions[0])
    if latest.manifest.source == source:
        return latest.name
    # Unless legal rejected the latest: to submit the approved one again would only put it behind the rejection.
    approved, refusal = admitted(context, evidence, piece.slug)
    if approved and isinstance(refusal, Rejected) and approved.revision.manifest.source == source:
        return approved.revision.name
    return None


def admitted(context: Context, evidence: Evidence, slug: str) -> tuple[Approved | None, Refusal | None]:
    """The latest revision that people let through, and why they did not let through the latest submitted one.

    Errors: something is not as it was. Damage never chooses another revision: it is mended first.
    """
    refusal: Refusal | None = None
    for revision in submissions(evidence.of(slug)):
        try:
            return admit(context.revisions.get(slug, revision), slug, context.rules, evidence, now=context.now), refusal
        except Refusal as found:
            if not is_decision(found):
                raise
            refusal = refusal or found
    return None, refusal


def is_decision(refusal: Refusal) -> bool:
    """Whether people refuse it, or did not decide yet; else something is damaged, or the rules are."""
    return isinstance(refusal, Undecided | Rejected)


def standings(context: Context, evidence: Evidence, pieces: Iterable[Piece]) -> list[Standing]:
    """Where each piece stands now."""
    # A release is about no one piece: its lines stand under the empty slug.
    public = public_revisions(evidence.of(""), context.workspace.config.release.target)
    return [_standing(context, evidence, piece, public.get(piece.slug)) for piece in pieces]


def standing(context: Context, evidence: Evidence, piece: Piece) -> Standing:
    """Where one piece stands now."""
    (found,) = standings(context, evidence, [piece])
    return found


def _standing(context: Context, evidence: Evidence, piece: Piece, public: str | None) -> Standing:
    try:
        submitted = find_submitted(context, evidence, piece)
        if submitted is None:
            stage = Stage.CHANGED if evidence.of(piece.slug) else Stage.DRAFT
            return Standing(stage, "its host", f"publish {piece.kind} {piece.slug}", None, public)
        return _submitted(context, evidence, context.revisions.get(piece.slug, submitted), public)
    except PublisherError as error:
        return Standing(Stage.REFUSED, error.what, error.hint or "", None, public)


def _submitted(context: Context, evidence: Evidence, revision: Revision, public: str | None) -> Standing:
    try:
        approved = admit(revision, revision.manifest.slug, context.rules, evidence, now=context.today())
    except Refusal as refusal:
        wait = wait_of(context, revision, refusal)
        stage = Stage.REVIEW if isinstance(refusal, Undecided) else Stage.REJECTED
        return Standing(stage, wait.brief, wait.next, revision.name, public)
    return _approved(context, approved, public)


def _approved(context: Context, approved: Approved, public: str | None) -> Standing:
    name = approved.revision.name
    if public == short(name):
        return _ending(context, approved, Standing(Stage.PUBLISHED, "", "", name, public))
    if not is_due(approved, context.now):
        date = Card.from_bytes(approved.revision.parts[CARD]).date
        return _ending(context, approved, Standing(Stage.SCHEDULED, f"its date, {date[:10]}", "", name, public))
    return _ending(context, approved, Standing(Stage.APPROVED, "a release", "publish release", name, public))


def _ending(context: Context, approved: Approved, where: Standing) -> Standing:
    """The same, with the day on which the approval ends, if that is near: then a release would stop."""
    if approved.end is None or approved.end - context.today() > AHEAD:
        return where
    ends = f"approval ends on {approved.end:%Y-%m-%d}"
    again = f"publish review show {approved.revision.manifest.slug}"
    return replace(where, waits_for="; ".join(filter(None, (where.waits_for, ends))), next=where.next or again)


def is_due(approved: Approved, now: datetime) -> bool:
    """Whether the date of an approved piece has come."""
    return datetime.fromisoformat(Card.from_bytes(approved.revision.parts[CARD]).date) <= now
