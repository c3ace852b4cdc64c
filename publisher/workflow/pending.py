"""What keeps a submitted revision from being approved: findings that nobody waived, and those that nobody can waive."""

from dataclasses import dataclass

from publisher.counting import counted
from publisher.errors import PublisherError
from publisher.policy.findings import Finding
from publisher.policy.waiving import blocking, unwaived, waived
from publisher.review.revisions import Revision
from publisher.workflow.context import Context
from publisher.workflow.pointing import are_words_at_hand, findings_of
from publisher.workflow.recover import recover


@dataclass(frozen=True)
class Pending:
    """Findings that keep a revision from being approved."""

    blocking: tuple[Finding, ...] = ()
    """By rules that became stricter since it was submitted: the words must change."""
    unwaived: tuple[Finding, ...] = ()
    """To be waived, or else the words must change."""


def pending(context: Context, revision: Revision) -> Pending:
    """What keeps a revision from being approved, as far as its words can be read here: nothing is made to look."""
    if not are_words_at_hand(context, revision):
        return Pending()
    found = findings_of(context, revision)
    return Pending(blocking(found), unwaived(found))


def waived_in(context: Context, revision: Revision, person: str) -> tuple[str, ...]:
    """Ids of the findings in a revision that were waived, in the order of a statement.

    person: id of who is to approve it, for the commands that the error says.

    Errors: some were not, or cannot be; or as `recovered_findings`.
    """
    found = recovered_findings(context, revision)
    slug, kind = revision.manifest.slug, revision.manifest.kind
    if stopped := blocking(found):
        block = counted(len(stopped), "finding blocks", "findings block")
        raise PublisherError(
            f"{block} it by the guidelines of today, and cannot be waived",
            where=slug,
            each=[described(one) for one in stopped],
            hint=f"its host changes the words and submits it again: publish {kind} {slug}",
        )
    if left := unwaived(found):
        raise PublisherError(
            f"{counted(len(left), 'finding')} must be waived before it can be approved",
            where=slug,
            each=[line for one in left for line in (described(one), f"  {waive_command(slug, one)} --as {person}")],
            hint=f"or its host changes the words: publish review reject {slug} --reason TEXT",
        )
    return tuple(sorted(one.id for one in waived(found)))


def recovered_findings(context: Context, revision: Revision) -> tuple[Finding, ...]:
    """As `findings_of`; words that are not here are made again. Errors: they cannot be."""
    if not are_words_at_hand(context, revision):
        recover(context, revision)
    return findings_of(context, revision)


def described(finding: Finding) -> str:
    """A finding in a line: `3f2a9c1b personal-data at 0:56: “four one five”`."""
    return f"{finding.short_id} {finding.rule} at {finding.place}: “{finding.phrase}”"


def waive_command(slug: str, finding: Finding) -> str:
    """What waives a finding."""
    return f"publish review waive {slug} {finding.short_id} --reason TEXT"
