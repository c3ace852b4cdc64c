"""What waits for legal, and for one of them."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from publisher.errors import PublisherError
from publisher.rendering.model import CARD, Card
from publisher.review.gate import Evidence, Refusal, Rejected, Undecided, admit
from publisher.review.ledger import Record
from publisher.workflow.context import Context
from publisher.workflow.decide import can_approve
from publisher.workflow.waiting import wait_of


@dataclass(frozen=True)
class Waiting:
    """A revision that waits for a decision."""

    slug: str
    kind: str
    title: str
    revision: str
    submitted: str
    """ISO 8601 in UTC."""
    by: str
    """Id of who submitted it."""
    waits_for: str
    """How many approvals are missing, and who can give them."""


def waiting(context: Context) -> list[Waiting]:
    """The latest submitted revision of each piece, if approvals are all that it lacks; the longest wait first."""
    evidence = context.evidence()
    latest = {record.slug: record for record in evidence.records if record.event == "submit"}
    here = (record for slug, record in latest.items() if slug in context.workspace.pieces)
    found = (_waiting(context, evidence, record) for record in here)
    return sorted((row for row in found if row is not None), key=lambda row: row.submitted)


def _waiting(context: Context, evidence: Evidence, record: Record) -> Waiting | None:
    """One row; none for what is decided, or so damaged that `publish status` has to tell."""
    try:
        revision = context.revisions.get(record.slug, record.revision)
        admit(revision, record.slug, context.rules, evidence, now=context.today())
    except Refusal as refusal:
        if isinstance(refusal, Undecided):
            wait = wait_of(context, revision, refusal)
            title = Card.from_bytes(revision.parts[CARD]).title
            kind = revision.manifest.kind
            return Waiting(record.slug, kind, title, revision.name, record.time, record.by, wait.text)
    except PublisherError:
        return None
    return None


Whose: TypeAlias = Literal["yours", "others", "hosts"]
"""Who can move a piece on: the person that is asked for, somebody else of legal, or its host."""


@dataclass(frozen=True)
class Queued:
    """A submitted revision that is not approved, as one person of legal sees it."""

    slug: str
    kind: str
    title: str
    revision: str
    submitted: str
    """ISO 8601 in UTC."""
    by: str
    """Name of who submitted it."""
    waits_for: str
    """Whom it waits for, in a line."""
    whose: Whose


def queue_of(context: Context, person: str) -> list[Queued]:
    """The latest submitted revision of each piece that is not approved: the person's own first, then by their wait."""
    evidence = context.evidence()
    latest = {record.slug: record for record in evidence.records if record.event == "submit"}
    here = (record for slug, record in latest.items() if slug in context.workspace.pieces)
    found = (_queued(context, evidence, record, person) for record in here)
    return sorted((row for row in found if row is not None), key=lambda row: (_ORDER.index(row.whose), row.submitted))


_ORDER: tuple[Whose, ...] = ("yours", "others", "hosts")


def _queued(context: Context, evidence: Evidence, record: Record, person: str) -> Queued | None:
    """One row; none for what is approved, or so damaged that `publish status` has to tell."""
    try:
        revision = context.revisions.get(record.slug, record.revision)
        admit(revision, record.slug, context.rules, evidence, now=context.today())
    except Refusal as refusal:
        if not isinstance(refusal, Undecided | Rejected):
            return None
        wait = wait_of(context, revision, refusal)
        whose: Whose = "hosts" if isinstance(refusal, Rejected) else "others"
        if whose == "others" and can_approve(context, revision, person):
            whose = "yours"
        title, by = Card.from_bytes(revision.parts[CARD]).title, context.rules.name(record.by)
        kind = revision.manifest.kind
        return Queued(record.slug, kind, title, revision.name, record.time, by, wait.text, whose)
    except PublisherError:
        return None
    return None
