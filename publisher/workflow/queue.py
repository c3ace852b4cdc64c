"""What waits for legal."""

from dataclasses import dataclass

from publisher.rendering.model import Card
from publisher.rendering.piece import CARD
from publisher.review.gate import Refusal, admit
from publisher.workflow.context import Context
from publisher.workflow.stage import submissions


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
    records = tuple(evidence.records)
    found = []
    for slug in {record.slug for record in records if record.event == "submit"}:
        revision = context.revisions.get(slug, submissions(records, slug)[0])
        try:
            admit(revision, slug, context.rules, evidence)
        except Refusal as refusal:
            if refusal.step != 7:  # noqa: PLR2004 - approvals; the steps are numbered in gate.py
                continue
            last = [r for r in records if r.event == "submit" and r.slug == slug][-1]
            title = Card.from_bytes(revision.parts[CARD]).title
            waits = f"{refusal.what}; {refusal.hint}"
            found.append(Waiting(slug, revision.manifest.kind, title, revision.name, last.time, last.by, waits))
    return sorted(found, key=lambda row: row.submitted)
