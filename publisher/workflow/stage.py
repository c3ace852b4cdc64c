"""Where a piece stands. It is derived from what is on disk each time, and stored nowhere."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from publisher.errors import PublisherError
from publisher.review.gate import Approved, Elsewhere, Evidence, Refusal, Rejected, TakenDown, Undecided, admit
from publisher.review.history import History
from publisher.review.manifest import short
from publisher.review.revisions import Revision
from publisher.workflow.context import Context
from publisher.workflow.held import Hold, hold_at
from publisher.workflow.lines import public_revisions, submissions, whole_name
from publisher.workflow.source import source_digest
from publisher.workflow.waiting import wait_of
from publisher.workspace.pieces import Piece
from publisher.workspace.window import Window, in_words

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
    TAKEN_DOWN = "taken down"
    HELD = "held"
    """Approved, and held back by a rollback."""
    REFUSED = "refused"
    """The gate found something that is not as it was."""
    SCHEDULED = "scheduled"
    """Approved; its moment is to come."""
    APPROVED = "approved"
    """To go out with the next release."""
    PUBLISHED = "published"
    ENDED = "ended"
    """Approved; its time is over, and the next release takes it away if it is public still."""


@dataclass(frozen=True)
class Standing:
    """Where a piece stands, and what it waits for."""

    stage: Stage
    waits_for: str
    """Whom or what, in a few words; empty for what is published and stays."""
    next: str
    """What moves it on, or empty."""
    revision: str | None
    """The submitted revision that this is about."""
    public: str | None
    """The revision that the public has, by the ledger."""


def find_submitted(context: Context, evidence: Evidence, piece: Piece) -> Revision | None:
    """The submitted revision of a piece as it is now, if there is one: nothing was edited since."""
    slug_revisions = submissions(evidence.of(piece.slug))
    if not slug_revisions:
        return None
    source = source_digest(context, piece)
    # The latest submission speaks for the piece: going back to an older one is an edit, too.
    latest = context.revisions.get(piece.slug, slug_revisions[0])
    if latest.manifest.source == source:
        return latest
    # Unless legal rejected the latest: to submit the approved one again would only put it behind the rejection.
    approved, refusal = admitted(context, evidence, piece.slug)
    if approved and isinstance(refusal, Rejected) and approved.revision.manifest.source == source:
        return approved.revision
    return None


def admitted(
    context: Context, evidence: Evidence, slug: str, held: Collection[str] = ()
) -> tuple[Approved | None, Refusal | None]:
    """The latest revision that people let through, and why they did not let through the latest submitted one.

    held: revisions that a rollback holds back; it is as if they were not there.
    Errors: something is not as it was. Damage never chooses another revision: it is mended first.
    """
    refusal: Refusal | None = None
    for revision in submissions(evidence.of(slug)):
        if revision in held:
            continue
        try:
            return admit(context.revisions.get(slug, revision), slug, context.rules, evidence, now=context.now), refusal
        except Refusal as found:
            if not is_decision(found):
                raise
            refusal = refusal or found
    return None, refusal


def is_decision(refusal: Refusal) -> bool:
    """Whether people refuse it, or did not decide yet; else something is damaged, or the rules are."""
    return isinstance(refusal, Undecided | Rejected | TakenDown | Elsewhere)


def standings(context: Context, evidence: Evidence, pieces: Iterable[Piece]) -> list[Standing]:
    """Where each piece stands now."""
    target = context.workspace.config.release.target
    # A release is about no one piece: its lines stand under the empty slug.
    public, hold = public_revisions(evidence.of(""), target), hold_at(evidence, target)
    return [_standing(context, evidence, piece, public.get(piece.slug), hold) for piece in pieces]


def standing(context: Context, evidence: Evidence, piece: Piece) -> Standing:
    """Where one piece stands now."""
    (found,) = standings(context, evidence, [piece])
    return found


def _standing(context: Context, evidence: Evidence, piece: Piece, public: str | None, hold: Hold | None) -> Standing:
    if piece.slug in evidence.taken_down and (found := _taken_down(context, evidence, piece.slug, public)):
        return found
    try:
        submitted = find_submitted(context, evidence, piece)
        if submitted is None:
            stage = Stage.CHANGED if evidence.of(piece.slug) else Stage.DRAFT
            return Standing(stage, "its host", f"publish {piece.kind} {piece.slug}", None, public)
        where = _submitted(context, evidence, submitted, public)
        return _held(where) if hold and submitted.name in hold.held(evidence, piece.slug) else where
    except PublisherError as error:
        return Standing(Stage.REFUSED, error.what, error.hint or "", None, public)


def _taken_down(context: Context, evidence: Evidence, slug: str, public: str | None) -> Standing | None:
    """Where a piece stands that was taken down, however damaged it is; None if that was lifted."""
    takedown = History(slug, context.rules, evidence).standing_takedown(context.workspace.config.deciding_roles)
    if takedown is None:
        return None
    if public is not None:
        return Standing(Stage.TAKEN_DOWN, "it is public still", f"publish takedown {slug}", None, public)
    return Standing(Stage.TAKEN_DOWN, "somebody to lift it", f"publish takedown {slug} --lift", None, None)


def _submitted(context: Context, evidence: Evidence, revision: Revision, public: str | None) -> Standing:
    try:
        approved = admit(revision, revision.manifest.slug, context.rules, evidence, now=context.today())
    except Refusal as refusal:
        wait = wait_of(context, revision, refusal)
        stage = next(stage for kind, stage in _STAGES.items() if isinstance(refusal, kind))
        return Standing(stage, wait.brief, wait.next, revision.name, public)
    return _approved(context, approved, public)


_STAGES: Final[dict[type[Refusal], Stage]] = {
    TakenDown: Stage.TAKEN_DOWN,
    Undecided: Stage.REVIEW,
    Rejected: Stage.REJECTED,
}
"""Where a piece stands that people let nothing through of."""


def _held(where: Standing) -> Standing:
    """The same, if a rollback holds the revision back."""
    if where.stage not in {Stage.APPROVED, Stage.SCHEDULED, Stage.PUBLISHED}:
        return where
    waits = "a newer revision, or the end of a rollback"
    return replace(where, stage=Stage.HELD, waits_for=waits, next="publish rollback --undo")


def _approved(context: Context, approved: Approved, public: str | None) -> Standing:
    name, window = approved.revision.name, approved.revision.card.window
    if window.is_over(context.now):
        waits, then = (
            ("a release, which takes it away", "publish release") if public else ("nothing: its time is over", "")
        )
        return Standing(Stage.ENDED, waits, then, name, public)
    if public == short(name):
        waits = f"its end, {in_words(window.ends)}" if window.ends else ""
        return _ending(context, approved, Standing(Stage.PUBLISHED, waits, "", name, public))
    if not window.holds(context.now):
        waits = f"its moment, {in_words(window.begins)}"
        return _ending(context, approved, Standing(Stage.SCHEDULED, waits, "", name, public))
    return _ending(context, approved, Standing(Stage.APPROVED, "a release", "publish release", name, public))


def _ending(context: Context, approved: Approved, where: Standing) -> Standing:
    """The same, with the day on which the approval ends, if that is near: then a release would stop."""
    if approved.end is None or approved.end - context.today() > AHEAD:
        return where
    ends = f"approval ends on {approved.end:%Y-%m-%d}"
    again = f"publish review show {approved.revision.manifest.slug}"
    return replace(where, waits_for="; ".join(filter(None, (where.waits_for, ends))), next=where.next or again)


def is_due(approved: Approved, now: datetime) -> bool:
    """Whether the public may have an approved piece now."""
    return approved.revision.card.window.holds(now)


def public_window(context: Context, evidence: Evidence, slug: str, public: str | None) -> Window | None:
    """When the public may have the revision of a piece that it has; None if it has none, or nobody knows it here.

    public: its name, as `public_revisions` gives it.
    """
    name = whole_name(evidence.of(slug), public)
    with suppress(PublisherError):
        return context.revisions.get(slug, name).card.window if name else None
    return None
