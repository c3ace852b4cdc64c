"""What waits for legal, and for one of them."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, TypeAlias

from publisher.errors import PublisherError
from publisher.review.gate import Evidence, Refusal, Rejected, TakenDown, Undecided, admit
from publisher.review.records import Record
from publisher.review.revisions import Revision
from publisher.workflow.context import Context
from publisher.workflow.decide import can_approve
from publisher.workflow.waiting import Wait, wait_of


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
    found = (
        Waiting(one.slug, one.kind, one.title, one.revision.name, one.record.time, one.record.by, one.wait.text)
        for one in _open(context, context.evidence())
        if isinstance(one.refusal, Undecided)
    )
    return sorted(found, key=lambda row: row.submitted)


@dataclass(frozen=True)
class _Open:
    """A submitted revision that is not approved."""

    record: Record
    """Of its submission."""
    revision: Revision
    refusal: Refusal
    wait: Wait

    @property
    def slug(self) -> str:
        return self.record.slug

    @property
    def kind(self) -> str:
        return self.revision.manifest.kind

    @property
    def title(self) -> str:
        return self.revision.card.title


def _open(context: Context, evidence: Evidence) -> Iterator[_Open]:
    """The latest submission of each piece that is not approved; none that is so damaged that `publish status` tells."""
    latest = {record.slug: record for record in evidence.records if record.event == "submit"}
    for record in (one for slug, one in latest.items() if slug in context.workspace.pieces):
        with suppress(PublisherError):
            revision = context.revisions.get(record.slug, record.revision)
            try:
                admit(revision, record.slug, context.rules, evidence, now=context.today())
            except (Undecided, Rejected, TakenDown) as refusal:
                yield _Open(record, revision, refusal, wait_of(context, revision, refusal))


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


def queue_of(
    context: Context, person: str, sees: Callable[[Context, Revision], bool] = lambda *_: True
) -> list[Queued]:
    """The latest submitted revision of each piece that is not approved: the person's own first, then by their wait.

    sees: whether they may see a revision.
    """
    evidence = context.evidence()
    seen = (one for one in _open(context, evidence) if sees(context, one.revision))
    found = (_queued(context, evidence, person, one) for one in seen)
    return sorted(found, key=lambda row: (_ORDER.index(row.whose), row.submitted))


_ORDER: tuple[Whose, ...] = ("yours", "others", "hosts")


def _queued(context: Context, evidence: Evidence, person: str, one: _Open) -> Queued:
    whose: Whose = "hosts" if isinstance(one.refusal, Rejected | TakenDown) else "others"
    if whose == "others" and can_approve(context, evidence, one.revision, person):
        whose = "yours"
    name, time = context.rules.name(one.record.by), one.record.time
    return Queued(one.slug, one.kind, one.title, one.revision.name, time, name, one.wait.text, whose)
