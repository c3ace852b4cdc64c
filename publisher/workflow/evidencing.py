"""Write the evidence of one piece into one file, for whoever asks later what was approved, by whom and when."""

from dataclasses import dataclass
from pathlib import Path

from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.files import digest_file as digest_of
from publisher.review.archive import write_archive
from publisher.review.dossier import INDEX, Case, index_bytes, members, stamp
from publisher.review.gate import Approved, admit, read_envelopes
from publisher.review.manifest import short
from publisher.review.trust import FOLDER
from publisher.workflow.context import Context
from publisher.workflow.lines import submissions
from publisher.workflow.recover import recover
from publisher.workflow.release import open_release_target
from publisher.workflow.stage import admitted


@dataclass(frozen=True)
class Written:
    """What was written."""

    path: Path
    revision: str
    size: int
    """Bytes."""
    approvers: tuple[str, ...]
    """Names."""


def write_evidence(context: Context, slug: str, folder: Path, revision: str | None = None) -> Written:
    """Write the evidence of an approved revision into a folder; a file that is there already is written anew.

    revision: how its name begins; the latest approved one if not said. The same ledger and files give the same bytes at
    the same moment, which is that of the context. Errors: nothing of it is approved; a file of it is neither here nor
    where it was released to; the order of merged branches cannot be shown.
    """
    approved = _approved(context, slug, revision)
    found = approved.revision
    rosters = read_envelopes(context.root / FOLDER)
    case = Case(found, context.rules, rosters, context.evidence(), context.ledger.chain(), context.now)
    recover(context, found, open_release_target(context))
    media = {entry.name: context.media.path(entry) for entry in found.manifest.files}
    files = members(case, media)
    digests = {name: digest_bytes(one) if isinstance(one, bytes) else digest_of(one) for name, one in files.items()}
    path = folder / f"{slug}-{short(found.name)}.evidence.zip"
    write_archive(path, {INDEX: index_bytes(found.manifest, stamp(context.now), digests), **files})
    names = sorted(one.statement.name for one in approved.approvals)
    return Written(path, found.name, path.stat().st_size, tuple(names))


def _approved(context: Context, slug: str, revision: str | None) -> Approved:
    evidence = context.evidence()
    known = submissions(evidence.of(slug))
    if not known:
        known_here = slug in context.workspace.pieces
        what = "nothing of it was submitted" if known_here else "there is no piece of this name"
        raise PublisherError(what, where=slug, hint="publish status shows every piece")
    if revision is not None:
        named = [one for one in known if one.startswith(revision)]
        if len(named) != 1:
            raise PublisherError(
                f"{len(named)} of its revisions begin with {revision!r}",
                where=slug, each=[short(one) for one in known], hint="name one: --revision DIGITS",
            )  # fmt: skip
        return admit(context.revisions.get(slug, named[0]), slug, context.rules, evidence, now=context.now)
    approved, refusal = admitted(context, evidence, slug)
    if approved is None:
        raise refusal or PublisherError("nothing of it is approved", where=slug, hint="publish status")
    return approved
