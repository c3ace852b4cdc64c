"""Whom a piece waits for: the gate's refusal, in words for the host and as the next command."""

from dataclasses import dataclass

from publisher.review.gate import Evidence, Refusal, reviewers, standing_rejections
from publisher.review.revisions import Revision
from publisher.workflow.context import Context

REJECTED, UNDECIDED = 6, 7
"""Steps of the gate at which a piece waits for a person."""


@dataclass(frozen=True)
class Wait:
    """What a piece waits for."""

    brief: str
    """For a table: `legal: Robin Demo`."""
    text: str
    """For a line: `waits for legal: Robin Demo can approve it`."""
    next: str
    """The next command, or what to do."""


def wait_of(context: Context, evidence: Evidence, revision: Revision, refusal: Refusal) -> Wait:
    """Whom a refused revision waits for.

    Errors: the refusal itself, if no person can lift it but by mending what is damaged.
    """
    if refusal.step == UNDECIDED:
        return _undecided(context, revision)
    if refusal.step == REJECTED:
        return _rejected(context, evidence, revision, refusal)
    raise refusal


def _undecided(context: Context, revision: Revision) -> Wait:
    slug, rules = revision.manifest.slug, context.rules
    today = context.today().date()
    roles = {role: reviewers(role, rules, today, revision.manifest.people) for role in rules.required}
    without = [role for role, names in roles.items() if len(names) < rules.required[role]]
    if without:
        role = without[0]
        return Wait(
            f"{role}: nobody can yet",
            f"waits for {role}, and too few people with that role and a key had no part in it",
            f"publish people add ID --name NAME --role {role}",
        )
    said = "; ".join(f"{role}: {', '.join(names)}" for role, names in roles.items())
    return Wait(said, f"waits for {said}", f"publish review show {slug}")


def _rejected(context: Context, evidence: Evidence, revision: Revision, refusal: Refusal) -> Wait:
    slug, people = revision.manifest.slug, context.workspace.people
    by = [record.by for record in standing_rejections(slug, context.rules, evidence)]
    names = ", ".join(people[id_].name if id_ in people else id_ for id_ in dict.fromkeys(by))
    return Wait(
        f"its host; {names} rejected it",
        refusal.what,
        f"mend it and run this again; {names} withdraws: publish review withdraw {slug}",
    )
