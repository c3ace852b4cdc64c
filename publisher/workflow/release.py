"""Release: compose the edition of all that the gate admits, plan, apply, and record what the public has now."""

import sys
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock

from publisher.edition.compose import compose
from publisher.edition.model import Edition
from publisher.edition.surroundings import Cover, Surroundings
from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.release.apply import Applied, Silent, apply
from publisher.release.plan import Plan, plan
from publisher.release.steps import Action, Step
from publisher.release.survey import survey
from publisher.release.target import Target, TargetOptions, open_target
from publisher.review.gate import Approved, Evidence, Refusal, Undecided
from publisher.review.manifest import short
from publisher.workflow.context import Context
from publisher.workflow.pictures import check_cover
from publisher.workflow.recover import recover
from publisher.workflow.stage import admitted, is_due, public_revisions, submissions


@dataclass(frozen=True)
class Released:
    """What a release did, or would do."""

    address: str
    plan: Plan
    applied: Applied | None
    """None for a dry run."""
    left_out: tuple[tuple[str, Refusal], ...]
    """Pieces that have no admitted revision, with the gate's reason."""


def target_address(context: Context, to: str | None = None) -> str:
    """Where a release goes: what was asked for, or what `publisher.toml` says."""
    address = to or context.workspace.config.release.target
    return address if "://" in address else str(context.root / address)


def open_release_target(context: Context, to: str | None = None) -> Target:
    """The target of a release, with the options of `publisher.toml`."""
    release = context.workspace.config.release
    options = TargetOptions(context.cache / "target-digests.json", release.endpoint, release.region)
    return open_target(target_address(context, to), options)


def release(
    context: Context, to: str | None = None, *, dry_run: bool = False, max_deletes: int | None = None
) -> Released:
    """Make the target equal the edition of everything that is approved and due.

    Errors: a piece is damaged, or would go from the public without anyone having decided it; then nothing is sent.
    """
    target = open_release_target(context, to)
    name = to or context.workspace.config.release.target
    allowed = max_deletes if max_deletes is not None else context.workspace.config.release.max_deletes
    if dry_run:
        # A plan is to be seen, also one that a release would refuse.
        draft = _draft(context, target, name, sys.maxsize)
        return Released(target.address, draft.plan, None, draft.left_out)
    with FileLock(_lock(context, name), timeout=_PATIENCE), target.exclusive():
        context.tidy()
        draft = _ready(context, target, name, allowed)
        # The target keeps the ledger's head, beyond the reach of whoever could change the ledger here.
        pending = replace(draft.plan.pending, ledger=context.ledger.head())
        applied = apply(replace(draft.plan, pending=pending), draft.edition, target, _Told(context, draft.plan))
        _remember(context, draft, name, applied)
    context.digests.save()
    return Released(target.address, draft.plan, applied, draft.left_out)


@dataclass(frozen=True)
class _Draft:
    """A release as it would be, by the evidence of one moment."""

    evidence: Evidence
    approved: tuple[Approved, ...]
    left_out: tuple[tuple[str, Refusal], ...]
    edition: Edition
    plan: Plan


def _lock(context: Context, name: str) -> Path:
    """One release at a time from this workspace to one target; a folder has a lock of its own besides."""
    path = context.cache / "locks" / f"release-{digest_bytes(name.encode()).sha256[:16]}.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


_PATIENCE = 600
"""Seconds that a release waits for another one to the same target."""


def _ready(context: Context, target: Target, name: str, max_deletes: int | None) -> _Draft:
    """A draft whose bytes are all at hand. Making them takes time: what people decided meanwhile counts."""
    while True:
        draft = _draft(context, target, name, max_deletes)
        _have_the_bytes(context, draft, target)
        now = context.evidence()
        if (now.records, now.envelopes) == (draft.evidence.records, draft.evidence.envelopes):
            return draft


def _draft(context: Context, target: Target, name: str, max_deletes: int | None) -> _Draft:
    evidence = context.evidence()
    public = public_revisions(evidence.of(""), name)
    approved, left_out = [], []
    for slug in _slugs(context):
        found, refusal = admitted(context, evidence, slug)
        _nobody_decided(evidence, slug, found, refusal, public.get(slug))
        if found is not None:
            approved.append(found)
        elif refusal is not None:
            left_out.append((slug, refusal))
    edition = _edition(context, tuple(approved))
    seen = survey(target, edition)
    steps = plan(edition, seen.record, seen.listing, max_deletes=max_deletes)
    return _Draft(evidence, tuple(approved), tuple(left_out), edition, steps)


def _slugs(context: Context) -> list[str]:
    """Every folder that is a piece, also one that has problems now: a slip of the pen takes nothing down."""
    set_aside = {problem.file.split("/")[1] for problem in context.workspace.problems if "/" in problem.file}
    return sorted({*context.workspace.pieces, *set_aside})


def _nobody_decided(
    evidence: Evidence, slug: str, found: Approved | None, refusal: Refusal | None, public: str | None
) -> None:
    """Refuse to take down, or to put an older revision in place of, what is public, unless somebody decided that.

    An approval stops counting when its reviewer loses their role or key, or when the rules ask for more.
    """
    if public is None or not isinstance(refusal, Undecided):
        return
    order = [short(revision) for revision in submissions(evidence.of(slug))]
    older = found is None or public not in order or order.index(short(found.revision.name)) > order.index(public)
    if older:
        raise PublisherError(
            f"it is public, and its approval does not count any more: {refusal.what}",
            where=slug,
            hint="have it approved again; to take it down, let legal reject it, or remove its folder. Nothing was sent",
        )


def _edition(context: Context, approved: tuple[Approved, ...]) -> Edition:
    covers = {id_: _cover(context, show.artwork) for id_, show in context.workspace.config.shows.items()}
    return compose(approved, Surroundings(context.workspace.config, covers, context.now), context.media.path)


def _cover(context: Context, artwork: str) -> Cover:
    """A show's cover. It needs no approval, so it is looked at here: what is no cover does not get out as one."""
    path = context.root / artwork
    check_cover(path)
    return Cover(path, context.digests.digest(path))


def _have_the_bytes(context: Context, draft: _Draft, target: Target) -> None:
    """What will be sent must be at hand, read anew; what stays at the target need not be."""
    keys = {step.key for step in draft.plan.of(Action.PUT)}
    for one in draft.approved:
        sent = (file for file in one.revision.manifest.files if file.name in keys)
        if [file for file in sent if not context.media.holds(file, anew=True)]:
            recover(context, one.revision, target)


class _Told(Silent):
    """Turns what `apply` says into how far the release is."""

    def __init__(self, context: Context, steps: Plan) -> None:
        self._context = context
        self._whole = max(1, steps.size(Action.PUT))
        self._sent = 0

    def sent(self, size: int) -> None:
        """Count a block."""
        self._sent += size
        self._context.progress("release", min(1.0, self._sent / self._whole))

    def done(self, step: Step) -> None:
        """Nothing: bytes say more than files."""


def _remember(context: Context, draft: _Draft, name: str, applied: Applied) -> None:
    """Write down which pieces came, changed or went, if any did; also after a kill between sending and writing."""
    before = public_revisions(draft.evidence.of(""), name)
    due = [one.revision for one in draft.approved if is_due(one, context.now)]
    after = {revision.manifest.slug: short(revision.name) for revision in due}
    changes = [
        f"{slug}@{after.get(slug, '')}" for slug in sorted({*before, *after}) if before.get(slug) != after.get(slug)
    ]
    if changes:
        data = {"target": name, "edition": applied.edition, "pieces": " ".join(changes)}
        context.ledger.append("release", "", "publish", context.today(), data)
