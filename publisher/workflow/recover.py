"""Bring back media that are not in the cache: make them again, or fetch them from where they were released to."""

from publisher.errors import PublisherError
from publisher.release.fetch import fetch
from publisher.release.target import Target
from publisher.review.manifest import Entry
from publisher.review.revisions import Revision
from publisher.workflow.context import Context
from publisher.workflow.prepare import prepare
from publisher.workflow.source import source_digest


def recover(context: Context, revision: Revision, target: Target | None = None) -> None:
    """Have every file of a revision in the cache, byte for byte.

    Errors: they can neither be made again here nor fetched.
    """
    missing = [file for file in revision.manifest.files if not context.media.holds(file)]
    if missing and target is not None:
        missing = [file for file in missing if not fetch(target, file.name, file.sha256, context.media.path(file))]
    if missing:
        _make_again(context, revision)
        missing = [file for file in missing if not context.media.holds(file)]
    if missing:
        raise PublisherError(
            "the approved file is not here, and cannot be made from what the piece is now",
            where=f"{revision.manifest.slug}, {', '.join(_name(file) for file in missing)}",
            hint="set the edit aside (git stash), release, put it back; or have the edit approved. Nothing was sent",
        )


def _make_again(context: Context, revision: Revision) -> None:
    piece = context.workspace.pieces.get(revision.manifest.slug)
    if piece is not None and source_digest(context, piece) == revision.manifest.source:
        prepare(context, piece)


def _name(entry: Entry) -> str:
    return entry.name.rpartition("/")[2]
