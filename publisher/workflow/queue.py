"""What waits for legal."""

from dataclasses import dataclass

from publisher.errors import PublisherError
from publisher.rendering.model import CARD, Card
from publisher.review.gate import Evidence, Refusal, Undecided, admit
from publisher.review.ledger import Record
from publisher.workflow.context import Context
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
