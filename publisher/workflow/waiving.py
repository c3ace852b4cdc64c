"""Waive a finding, or take a waiver back: somebody of legal says why words may stand that a guideline points at.

Neither is signed. What is signed is the approval, which names the findings that were waived.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from publisher.errors import PublisherError
from publisher.policy.findings import Finding
from publisher.policy.waiving import unwaived, with_waivers
from publisher.review.revisions import Revision
from publisher.review.waivers import UNWAIVE, WAIVE
from publisher.workflow.context import Context
from publisher.workflow.decide import in_review, must_decide, person_of
from publisher.workflow.pending import described, recovered_findings
from publisher.workflow.pointing import makers, waivers_of

LEAST = 6
"""Digits of a finding's id that are enough to name it, if no other begins with them."""


@dataclass(frozen=True)
class Request:
    """What somebody asks for."""

    slug: str
    finding: str
    """Its id, or how that begins."""
    person: str
    """Id."""
    reason: str = ""


@dataclass(frozen=True)
class Waived:
    """What came of it."""

    finding: Finding
    """With the waiver that stands now, if one does."""
    revision: str
    """The one in review."""
    kind: str
    changed: bool
    """Whether anything was written: not, if it was waived before."""
    left: tuple[Finding, ...]
    """What must still be waived in the piece."""


def waive(context: Context, request: Request) -> Waived:
    """Let a finding of the revision in review pass, and write into the ledger who does and why.

    Errors: there is no such finding, it blocks or needs no waiver, no reason is given, or the person may not approve
    the piece.
    """
    revision = in_review(context, request.slug)
    _may(context, request, revision)
    if not request.reason.strip():
        raise PublisherError("a waiver says why", hint="add --reason 'why the words may stand'")
    found = recovered_findings(context, revision)
    finding = _named(request, found)
    _can_be_waived(request.slug, revision, finding)
    changed = finding.waiver is None
    if changed:
        _append(context, WAIVE, request, revision, finding)
    return _after(context, revision, found, finding.id, changed=changed)


def unwaive(context: Context, request: Request) -> Waived:
    """Take one's waiver of a finding of the revision in review back. What was approved with it stays approved.

    Errors: there is no such finding, or no waiver of this person stands.
    """
    revision = in_review(context, request.slug)
    found = recovered_findings(context, revision)
    finding = _named(request, found)
    if finding.waiver is None:
        raise PublisherError(
            f"{finding.short_id} is not waived", where=request.slug, hint="there is nothing to take back"
        )
    if finding.waiver.by != request.person:
        raise PublisherError(
            f"{finding.waiver.name} waived it, and only they take that back",
            where=request.slug,
            hint=f"ask them, or refuse the piece: publish review reject {request.slug} --reason TEXT",
        )
    _append(context, UNWAIVE, request, revision, finding)
    return _after(context, revision, found, finding.id, changed=True)


def _may(context: Context, request: Request, revision: Revision) -> None:
    """Whoever may approve the piece may waive a finding in it, and nobody else."""
    person = person_of(context, request.person)
    must_decide(context, person, revision)
    if request.person in makers(context, revision):
        raise PublisherError(
            f"{person.name} made or submitted it, and nobody waives what is found in their own piece",
            where=request.slug,
            hint="ask another reviewer",
        )


def _named(request: Request, found: Sequence[Finding]) -> Finding:
    """The one finding whose id begins as somebody typed it."""
    typed = request.finding.strip().lower()
    matching = [one for one in found if one.id.startswith(typed)]
    if len(typed) >= LEAST and len(matching) == 1:
        return matching[0]
    if not found:
        raise PublisherError("nothing is found in it", where=request.slug, hint="there is nothing to waive")
    if len(typed) < LEAST:
        what = f"{typed!r} is too short to name a finding"
    else:
        what = f"{len(matching)} findings begin with {typed}" if matching else f"no finding begins with {typed!r}"
    raise PublisherError(
        what,
        where=request.slug,
        each=[described(one) for one in matching or found],
        hint=f"give at least {LEAST} digits of its id",
    )


def _can_be_waived(slug: str, revision: Revision, finding: Finding) -> None:
    if finding.level == "blocks":
        raise PublisherError(
            f"{finding.rule} blocks, and nobody can waive it",
            where=slug,
            each=[described(finding)],
            hint=f"its host changes the words and submits it again: publish {revision.manifest.kind} {slug}",
        )
    if finding.level == "advice":
        raise PublisherError(
            f"{finding.rule} is advice, which needs no waiver",
            where=slug,
            each=[described(finding)],
            hint=f"go on without: publish review show {slug}",
        )


def _append(context: Context, event: str, request: Request, revision: Revision, finding: Finding) -> None:
    said = {"revision": revision.name, "finding": finding.id, "rule": finding.rule}
    reason = {"reason": request.reason.strip()} if request.reason.strip() else {}
    context.ledger.append(event, request.slug, request.person, context.today(), {**said, **reason})


def _after(context: Context, revision: Revision, found: Sequence[Finding], id_: str, *, changed: bool) -> Waived:
    """found: before it; the words are the same, and to look again takes seconds."""
    now = with_waivers(found, waivers_of(context, revision))
    (finding,) = (one for one in now if one.id == id_)
    return Waived(finding, revision.name, revision.manifest.kind, changed, unwaived(now))
