"""Release: compose the edition of all that the gate admits, plan, apply, and record what the public has now."""

from dataclasses import dataclass

from publisher.edition.compose import compose
from publisher.edition.model import Edition
from publisher.edition.surroundings import Cover, Surroundings
from publisher.release.apply import Applied, Silent, apply
from publisher.release.plan import Plan, plan
from publisher.release.steps import Action, Step
from publisher.release.survey import survey
from publisher.release.target import Target, TargetOptions, open_target
from publisher.review.gate import Approved, Evidence, Refusal
from publisher.review.manifest import short
from publisher.workflow.context import Context
from publisher.workflow.recover import recover
from publisher.workflow.stage import admitted, is_due, public_revisions


@dataclass(frozen=True)
class Released:
    """What a release did, or would do."""

    address: str
    plan: Plan
    applied: Applied | None
    """None for a dry run."""
    left_out: tuple[tuple[str, Refusal], ...]
    """Pieces that have no admitted revision, with the gate's reason."""


@dataclass(frozen=True)
class _Admitted:
    approved: tuple[Approved, ...]
    left_out: tuple[tuple[str, Refusal], ...]


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
    """Make the target equal the edition of everything that is approved and due."""
    evidence = context.evidence()
    found = _admit_all(context, evidence)
    target = open_release_target(context, to)
    edition = _edition(context, found.approved)
    allowed = max_deletes if max_deletes is not None else context.workspace.config.release.max_deletes
    if dry_run:
        seen = survey(target, edition)
        return Released(
            target.address, plan(edition, seen.record, seen.listing, max_deletes=allowed), None, found.left_out
        )
    with target.exclusive():
        seen = survey(target, edition)
        steps = plan(edition, seen.record, seen.listing, max_deletes=allowed)
        _have_the_bytes(context, steps, found.approved, target)
        applied = apply(steps, edition, target, _Told(context, steps))
    _remember(context, evidence, found.approved, to, applied)
    context.digests.save()
    return Released(target.address, steps, applied, found.left_out)


def _admit_all(context: Context, evidence: Evidence) -> _Admitted:
    """Go through every folder that is a piece, also one that has problems now: a slip of the pen takes nothing down."""
    approved, left_out = [], []
    for slug in _slugs(context):
        found, refusal = admitted(context, evidence, slug)
        if found is not None:
            approved.append(found)
        elif refusal is not None:
            left_out.append((slug, refusal))
    return _Admitted(tuple(approved), tuple(left_out))


def _slugs(context: Context) -> list[str]:
    set_aside = {problem.file.split("/")[1] for problem in context.workspace.problems if "/" in problem.file}
    return sorted({*context.workspace.pieces, *set_aside})


def _edition(context: Context, approved: tuple[Approved, ...]) -> Edition:
    config = context.workspace.config
    covers = {
        id_: Cover(context.root / show.artwork, context.digests.digest(context.root / show.artwork))
        for id_, show in config.shows.items()
    }
    return compose(approved, Surroundings(config, covers, context.now), context.media.path)


def _have_the_bytes(context: Context, steps: Plan, approved: tuple[Approved, ...], target: Target) -> None:
    """What will be sent must be at hand; what stays at the target need not be."""
    keys = {step.key for step in steps.of(Action.PUT)}
    for one in approved:
        if any(file.name in keys and not context.media.holds(file) for file in one.revision.manifest.files):
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


def _remember(
    context: Context, evidence: Evidence, approved: tuple[Approved, ...], to: str | None, applied: Applied
) -> None:
    """Write down which pieces came, changed or went, if any did; also after a kill between sending and writing."""
    target = to or context.workspace.config.release.target
    before = public_revisions(tuple(evidence.records), target)
    due = [one.revision for one in approved if is_due(one, context.now)]
    after = {revision.manifest.slug: short(revision.name) for revision in due}
    changes = [
        f"{slug}@{after.get(slug, '')}" for slug in sorted({*before, *after}) if before.get(slug) != after.get(slug)
    ]
    if changes:
        data = {"target": target, "edition": applied.edition, "pieces": " ".join(changes)}
        context.ledger.append("release", "", "publish", context.today(), data)
