"""A release as it would be, by the evidence of one moment: who is in, what the public would get, and the plan."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from publisher.edition.compose import compose
from publisher.edition.model import Edition
from publisher.edition.surroundings import Cover, Surroundings
from publisher.errors import PublisherError
from publisher.release.departures import Grace
from publisher.release.plan import Plan, plan
from publisher.release.steps import Action
from publisher.release.survey import survey
from publisher.release.target import Target
from publisher.review.gate import Approved, Evidence, Refusal, Undecided
from publisher.review.manifest import short
from publisher.workflow.context import Context
from publisher.workflow.pictures import check_cover
from publisher.workflow.recover import recover
from publisher.workflow.stage import admitted, is_due, public_revisions, submissions


@dataclass(frozen=True)
class Asked:
    """What a release was asked for."""

    name: str
    """The target as the ledger names it."""
    max_deletes: int | None
    """How many files may leave; None for what the plan allows by itself."""
    anew: bool
    """Whether the target is listed, whatever its record says."""


@dataclass(frozen=True)
class Draft:
    """A release as it would be."""

    evidence: Evidence
    approved: tuple[Approved, ...]
    left_out: tuple[tuple[str, Refusal], ...]
    edition: Edition
    plan: Plan
    etag: str | None
    """Of the record that the plan was made by."""


def ready(context: Context, target: Target, asked: Asked) -> Draft:
    """A draft whose bytes are all at hand. Making them takes time: what people decided meanwhile counts."""
    while True:
        found = draft(context, target, asked)
        _have_the_bytes(context, found, target)
        now = context.evidence()
        if (now.records, now.envelopes) == (found.evidence.records, found.evidence.envelopes):
            return found


def draft(context: Context, target: Target, asked: Asked) -> Draft:
    """Errors: a piece is damaged, would go without anyone having decided it, or the plan is refused."""
    evidence = context.evidence()
    public = public_revisions(evidence.of(""), asked.name)
    approved, left_out = [], []
    for slug in _slugs(context):
        found, refusal = admitted(context, evidence, slug)
        _nobody_decided(evidence, slug, found, refusal, public.get(slug))
        if found is not None:
            approved.append(found)
        elif refusal is not None:
            left_out.append((slug, refusal))
    edition = _edition(context, tuple(approved))
    seen = survey(target, edition, anew=asked.anew)
    grace = _grace(context, evidence, tuple(approved), public)
    steps = plan(edition, seen.record, seen.listing, max_deletes=asked.max_deletes, grace=grace)
    return Draft(evidence, tuple(approved), tuple(left_out), edition, steps, seen.etag)


def _grace(context: Context, evidence: Evidence, approved: tuple[Approved, ...], public: dict[str, str]) -> Grace:
    """Media of a piece that was replaced stay a while; those of a piece that is not public any more go at once."""
    stays = {one.revision.manifest.slug for one in approved if is_due(one, context.now)}
    gone = (key for slug in public.keys() - stays for key in _media(context, evidence, slug, public[slug]))
    hours = context.workspace.config.release.grace_hours
    return Grace(context.today(), timedelta(hours=hours), frozenset(gone))


def _media(context: Context, evidence: Evidence, slug: str, revision: str) -> Iterator[str]:
    """Keys of the files of a revision that was public, if its manifest is still here."""
    whole = [name for name in submissions(evidence.of(slug)) if short(name) == revision]
    with suppress(PublisherError):
        yield from (file.name for name in whole for file in context.revisions.get(slug, name).manifest.files)


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


def _have_the_bytes(context: Context, found: Draft, target: Target) -> None:
    """What will be sent must be at hand, read anew; what stays at the target need not be."""
    keys = {step.key for step in found.plan.of(Action.PUT)}
    for one in found.approved:
        sent = (file for file in one.revision.manifest.files if file.name in keys)
        if [file for file in sent if not context.media.holds(file, anew=True)]:
            recover(context, one.revision, target)
