"""What a release from a timer is for: pieces whose moment has come, or whose time is over, and nothing was sent for it.

It follows from what is on disk, and nothing is asked of the network. So what a timer missed while its machine was off,
or while a release failed, is made up for at its next tick.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from filelock import Timeout

from publisher.errors import PublisherError
from publisher.release.busy import BusyError
from publisher.release.target import Overtaken
from publisher.review.gate import Evidence
from publisher.workflow.context import Context
from publisher.workflow.held import hold_at
from publisher.workflow.lines import public_revisions, submissions
from publisher.workflow.release import Released, release
from publisher.workflow.stage import admitted, public_window
from publisher.workspace.window import Window, in_words


@dataclass(frozen=True)
class Due:
    """A piece that a release is due for."""

    slug: str
    why: str
    """`its moment has come, 2026-12-01 07:00+01:00`."""


@dataclass(frozen=True)
class Ticked:
    """What a timer's release did."""

    due: tuple[Due, ...]
    """What it was for; empty if there was nothing to do."""
    released: Released | None = None
    """None if nothing was due, or if another release is at it."""


def release_due(
    context: Context,
    to: str | None = None,
    *,
    dry_run: bool = False,
    max_deletes: int | None = None,
    anew: bool = False,
) -> Ticked:
    """Release if something is due. If another release runs, leave it to that one, or to the next tick.

    All else as `release`, and its errors.
    """
    due = tuple(find_due(context, to or context.workspace.config.release.target))
    if not due:
        return Ticked(())
    try:
        done = release(context, to, dry_run=dry_run, max_deletes=max_deletes, anew=anew, patience=0)
    except (Timeout, BusyError, Overtaken):
        return Ticked(due)
    return Ticked(due, done)


def find_due(context: Context, target: str) -> Iterator[Due]:
    """Pieces that are to come or to go by their moments. What only waits for a release, people send.

    target: as the ledger names it. Errors: a piece that may be due is damaged.
    """
    evidence = context.evidence()
    public, hold = public_revisions(evidence.of(""), target), hold_at(evidence, target)
    for slug in context.workspace.pieces:
        had = public_window(context, evidence, slug, public.get(slug))
        held = hold.held(evidence, slug) if hold else frozenset[str]()
        if not _may_be_due(context, evidence, slug, had, held):
            continue
        approved, _ = admitted(context, evidence, slug, held)
        # What the public has ends at its end, whoever stopped approving it since.
        window = approved.revision.card.window if approved else had
        if window and (why := _why(context, window, had)):
            yield Due(slug, why)


def _may_be_due(context: Context, evidence: Evidence, slug: str, had: Window | None, held: Collection[str]) -> bool:
    """Whether any revision of it could be: most pieces are public and stay, and need no look at their signatures.

    held: revisions that a rollback holds back.
    """
    for name in (one for one in submissions(evidence.of(slug)) if one not in held):
        try:
            window = context.revisions.get(slug, name).card.window
        except PublisherError:  # the gate will say what is wrong with it, if it comes to that
            return True
        if _why(context, window, had):
            return True
    return False


def _why(context: Context, window: Window, had: Window | None) -> str:
    """Why a release is due for a piece with this window, while the public has one with another, or none; or empty."""
    now = context.now
    if had and window.ends and window.is_over(now):
        return f"its time is over, {in_words(window.ends)}"
    if had and not window.holds(now):
        return f"it is to be public later, {in_words(window.begins)}"
    if window.holds(now) and (had is None or had.begins < window.begins):
        return f"its moment has come, {in_words(window.begins)}"
    return ""
