"""Whom a piece waits for: the gate's refusal, in words for the host and as the next command."""

from dataclasses import dataclass

from publisher.policy.findings import Finding
from publisher.review.gate import Refusal, Rejected, Undecided, is_valid
from publisher.review.manifest import Manifest
from publisher.review.revisions import Revision
from publisher.workflow.context import Context
from publisher.workflow.pending import Pending, pending


@dataclass(frozen=True)
class Wait:
    """What a piece waits for."""

    brief: str
    """For a table: `legal: Robin Demo`."""
    text: str
    """For a line: `waits for legal: Robin Demo`."""
    next: str
    """The next command, or what to do."""
    findings: tuple[Finding, ...] = ()
    """What must be waived first, or changed."""


def wait_of(context: Context, revision: Revision, refusal: Refusal) -> Wait:
    """Whom a refused revision waits for.

    Errors: the refusal itself, if no person can lift it but by mending what is damaged.
    """
    if isinstance(refusal, Undecided):
        left = pending(context, revision)
        return _blocked(revision.manifest, left) or _with_findings(
            _undecided(context, refusal, revision.manifest), left
        )
    if isinstance(refusal, Rejected):
        return _rejected(context, refusal, revision.manifest)
    raise refusal


def _blocked(manifest: Manifest, left: Pending) -> Wait | None:
    """A rule that became stricter since it was submitted: only its host can help."""
    if not left.blocking:
        return None
    blocks = f"{len(left.blocking)} {'finding blocks' if len(left.blocking) == 1 else 'findings block'}"
    return Wait(
        f"its host; {blocks} it",
        f"{blocks} it by the guidelines of today: legal cannot approve it",
        f"change the words, then run this again: publish {manifest.kind} {manifest.slug}",
        left.blocking,
    )


def _with_findings(wait: Wait, left: Pending) -> Wait:
    """The same, with what must be waived before anybody can approve."""
    if not left.unwaived:
        return wait
    to_waive = f"{len(left.unwaived)} {'finding' if len(left.unwaived) == 1 else 'findings'}"
    return Wait(
        f"{wait.brief}; {to_waive} to waive",
        f"{wait.text}; {to_waive} must be waived first, or the words must change",
        wait.next,
        left.unwaived,
    )


def _undecided(context: Context, refusal: Undecided, manifest: Manifest) -> Wait:
    role, names = refusal.role, ", ".join(refusal.able)
    # The plain case in plain words; what was given so far, or why it does not count, where there is such a thing.
    so_far = "" if refusal.what == f"0 of 1 approvals by {role}" else f"{refusal.what}; "
    if not names and (keyless := _keyless(context, role, manifest)):
        names = ", ".join(keyless.values())
        has = "has no key yet" if len(keyless) == 1 else "have no keys yet"
        return Wait(
            f"{role}: {names}, who {has}",
            f"{so_far}waits for {role}; {names} {has}",
            f"publish people key {next(iter(keyless))}",
        )
    if not names:
        return Wait(
            f"{role}: nobody can yet",
            f"{so_far}waits for {role}, and nobody in the house may approve it yet",
            f"publish people add ID --name NAME --role {role}",
        )
    return Wait(f"{role}: {names}", f"{so_far}waits for {role}: {names}", f"publish review show {manifest.slug}")


def _keyless(context: Context, role: str, manifest: Manifest) -> dict[str, str]:
    """Names by id of those who could approve if they had a key."""
    records = context.ledger.records()
    submitters = {record.by for record in records if record.event == "submit" and record.slug == manifest.slug}
    day = context.today().date()
    return {
        id_: person.name
        for id_, person in context.rules.people.items()
        if role in person.roles and not person.keys and is_valid(person, day)
        if id_ not in {*manifest.people, *submitters}
    }


def _rejected(context: Context, refusal: Rejected, manifest: Manifest) -> Wait:
    names = ", ".join(context.rules.name(id_) for id_ in refusal.by)
    return Wait(
        f"its host; {names} rejected it",
        refusal.what,
        f"mend it and run this again; {names} withdraws: publish review withdraw {manifest.slug}",
    )
