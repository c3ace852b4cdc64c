"""Submit a revision to legal: keep what they will see, and write into the ledger who asks."""

from publisher.counting import counted
from publisher.errors import PublisherError
from publisher.policy.waiving import blocking
from publisher.review.manifest import short
from publisher.workflow.context import Context
from publisher.workflow.prepare import Prepared
from publisher.workspace.pieces import Piece


def submit(context: Context, piece: Piece, prepared: Prepared, by: str) -> str:
    """Submit what was prepared; gives the revision.

    Errors: a guideline blocks it. A kill between the two writes leaves a revision that was never submitted, which
    the next run submits.
    """
    if found := blocking(prepared.findings):
        raise PublisherError(
            f"{counted(len(found), 'finding blocks', 'findings block')} this piece",
            where=piece.file,
            hint="mend what the guidelines point at, then run the same command again",
        )
    context.revisions.keep(prepared.revision)
    revision = prepared.revision.name
    findings = len(prepared.findings)
    context.ledger.append("submit", piece.slug, by, context.today(), {"revision": revision, "findings": findings})
    return short(revision)
