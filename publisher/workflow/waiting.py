"""Whom a piece waits for: the gate's refusal, in words for the host and as the next command."""

from dataclasses import dataclass

from publisher.counting import counted
from publisher.policy.findings import Finding
from publisher.review.gate import Refusal, Rejected, TakenDown, Undecided, Unsigned, is_valid
from publisher.review.humans import live_keys
from publisher.review.manifest import Manifest
from publisher.review.revisions import Revision
from publisher.review.roles import decides
from publisher.workflow.context import Context
from publisher.workflow.pending import Pending, pending
from publisher.workflow.signing import sign_command


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
    if isinstance(refusal, TakenDown):
        return taken_down(refusal)
    raise refusal


def taken_down(refusal: TakenDown) -> Wait:
    """What a piece waits for that was taken down."""
    slug, day = refusal.takedown.slug, refusal.takedown.time[:10]
    return Wait(f"somebody to lift it; taken down on {day}", refusal.what, f"publish takedown {slug} --lift")


def _blocked(manifest: Manifest, left: Pending) -> Wait | None:
    """A rule that became stricter since it was submitted: only its host can help."""
    if not left.blocking:
        return None
    blocks = counted(len(left.blocking), "finding blocks", "findings block")
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
    to_waive = counted(len(left.unwaived), "finding")
    return Wait(
        f"{wait.brief}; {to_waive} to waive",
        f"{wait.text}; {to_waive} must be waived first, or the words must change",
        wait.next,
        left.unwaived,
    )


def _undecided(context: Context, refusal: Undecided, manifest: Manifest) -> Wait:
    role, names = refusal.role, ", ".join(refusal.able)
    # The plain case in plain words; what was given so far, or why it does not count, where there is such a thing.
    plain = isinstance(refusal, Unsigned) or refusal.what == f"0 of 1 approvals by {role}"
    so_far = "" if plain else f"{refusal.what}; "
    if not names and (keyless := _able(context, role, manifest, keyless=True)):
        names = ", ".join(context.workspace.people[id_].name for id_ in keyless)
        has = "has no key yet" if len(keyless) == 1 else "have no keys yet"
        return Wait(
            f"{role}: {names}, who {has}",
            f"{so_far}waits for {role}; {names} {has}",
            f"publish people key {keyless[0]}",
        )
    if not names and (others := _able(context, role, manifest)):
        unsigned = ", ".join(context.workspace.people[id_].name for id_ in others)
        keys = "whose key is not signed yet" if len(others) == 1 else "whose keys are not signed yet"
        return Wait(
            f"{role}: {unsigned}, {keys}",
            f"{so_far}waits for {role}: {unsigned}, {keys}",
            sign_command(context.workspace, context.rules.trust),
        )
    if not names:
        return Wait(
            f"{role}: nobody can yet",
            f"{so_far}waits for {role}, and nobody in the house may approve it yet",
            f"publish people add ID --name NAME --role {role}",
        )
    return Wait(f"{role}: {names}", f"{so_far}waits for {role}: {names}", f"publish review show {manifest.slug}")


def _able(context: Context, role: str, manifest: Manifest, *, keyless: bool = False) -> list[str]:
    """Ids of those of `people.toml` who could approve if admins signed it; or if they had a key at all."""
    submitters = {record.by for record in context.ledger.of(manifest.slug) if record.event == "submit"}
    day = context.today().date()
    without = context.rules.humans.selves({*manifest.people, *submitters})
    return [
        id_
        for id_, person in context.workspace.people.items()
        if role in person.roles and bool(live_keys(person)) != keyless and is_valid(person, day)
        if id_ not in without and not decides(context.rules.people.get(id_), [role], day)
    ]


def _rejected(context: Context, refusal: Rejected, manifest: Manifest) -> Wait:
    names = ", ".join(context.rules.name(id_) for id_ in refusal.by)
    return Wait(
        f"its host; {names} rejected it",
        refusal.what,
        f"mend it and run this again; {names} withdraws: publish review withdraw {manifest.slug}",
    )
