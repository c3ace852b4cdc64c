"""Go back to what an earlier release had, as far as its approvals still stand, and hold newer revisions back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from publisher.errors import PublisherError
from publisher.review.evidence import Evidence
from publisher.review.gate import Undecided, admit
from publisher.review.records import Record
from publisher.workflow.context import Context
from publisher.workflow.drafting import Asked, draft
from publisher.workflow.held import ROLLBACK, hold_at
from publisher.workflow.lines import after, public_revisions, releases_to, whole_name
from publisher.workflow.release import Released, open_release_target, release

_NO_CAP: Final = 1 << 62


@dataclass(frozen=True)
class Past:
    """A release of the ledger."""

    number: int
    """1, 2, 3, … at its target."""
    record: Record
    came: tuple[str, ...]
    """Slugs."""
    changed: tuple[str, ...]
    went: tuple[str, ...]
    had: Mapping[str, str]
    """All that was public then: slug to the first digits of the revision."""


@dataclass(frozen=True)
class Wanted:
    """What a rollback was asked for."""

    number: int | None
    """Of the release; None for the one before what is public now."""
    reason: str
    dry_run: bool = False
    max_deletes: int | None = None


@dataclass(frozen=True)
class RolledBack:
    """What a rollback did, or would do."""

    past: Past | None
    """None for going on again."""
    released: Released


def releases(context: Context, to: str | None = None) -> tuple[list[Past], int]:
    """The releases to a target, in order, and the number of the one whose pieces are public now; 0 for none."""
    evidence, name = context.evidence(), _name(context, to)
    found = _past(evidence.of(""), name)
    hold = hold_at(evidence, name)
    now = next((one.number for one in found if hold and one.record.digest == hold.line.data["release"]), len(found))
    return found, now


def _name(context: Context, to: str | None) -> str:
    return to or context.workspace.config.release.target


def _past(records: Sequence[Record], name: str) -> list[Past]:
    found: list[Past] = []
    before: Mapping[str, str] = {}
    for record in releases_to(records, name):
        had = after(before, record)
        changed = tuple(slug for slug in sorted(had.keys() & before.keys()) if had[slug] != before[slug])
        came, went = tuple(sorted(had.keys() - before.keys())), tuple(sorted(before.keys() - had.keys()))
        found.append(Past(len(found) + 1, record, came, changed, went, had))
        before = had
    return found


def roll_back(context: Context, wanted: Wanted, to: str | None = None) -> RolledBack:
    """Publish what an earlier release had, around it the house's settings and theme of today.

    Errors: there is no such release; an approval of a piece that is public does not count any more; too much would go.
    Then nothing was written. A kill later leaves a line by which the next release goes on.
    """
    past = _chosen(context, wanted.number, to)
    _still_approved(context, past, to)
    data: dict[str, str | int] = {"release": past.record.digest, "number": past.number, "reason": wanted.reason}
    return RolledBack(past, _released(context, data, wanted, to))


def go_on(context: Context, wanted: Wanted, to: str | None = None) -> RolledBack:
    """Let go out what a rollback holds back. Errors: nothing is held; as a release."""
    if hold_at(context.evidence(), _name(context, to)) is None:
        raise PublisherError("no rollback is in force", hint="publish rollback --list shows every release")
    return RolledBack(None, _released(context, {"release": "", "reason": wanted.reason}, wanted, to))


def _chosen(context: Context, number: int | None, to: str | None) -> Past:
    found, now = releases(context, to)
    number = now - 1 if number is None else number
    if not 1 <= number <= len(found):
        raise PublisherError(
            f"there is no release {number}" if found and number > 0 else "there is no release before this one",
            where=_name(context, to),
            hint="publish rollback --list shows every release",
        )
    return found[number - 1]


def _still_approved(context: Context, past: Past, to: str | None) -> None:
    """Errors: a piece would go from the public, or to a still older revision, without anyone having decided it."""
    evidence, name = context.evidence(), _name(context, to)
    public = public_revisions(evidence.of(""), name)
    for slug in sorted(past.had.keys() & public.keys() & context.workspace.pieces.keys()):
        try:
            _judge(context, evidence, slug, past.had[slug])
        except Undecided as refusal:
            raise PublisherError(
                f"release {past.number} had revision {past.had[slug]}, and its approval does not count any more: "
                f"{refusal.what}",
                where=slug,
                hint="go back to another release, or submit what it was then and have it approved. Nothing was sent",
            ) from refusal
        except PublisherError:
            continue  # rejected, taken down or damaged: the release says so by itself


def _judge(context: Context, evidence: Evidence, slug: str, revision: str) -> None:
    if name := whole_name(evidence.of(slug), revision):
        admit(context.revisions.get(slug, name), slug, context.rules, evidence, now=context.now)


def _released(context: Context, said: Mapping[str, str | int], wanted: Wanted, to: str | None) -> Released:
    name = _name(context, to)
    data = {"target": name, **said}
    target = open_release_target(context, to)
    head = context.ledger.head()
    line = Record(head.size, context.today().isoformat(), ROLLBACK, "", "publish", data, head.tip)
    most = wanted.max_deletes if wanted.max_deletes is not None else context.workspace.config.release.max_deletes
    cap = _NO_CAP if wanted.dry_run else most
    # What a release would refuse is refused before anything is written down.
    seen = draft(context, target, Asked(name, cap, anew=False, rollback=line))
    if wanted.dry_run:
        return Released(target.address, seen.plan, None, seen.left_out)
    context.ledger.append(ROLLBACK, "", "publish", context.today(), data)
    return release(context, to, max_deletes=wanted.max_deletes)
