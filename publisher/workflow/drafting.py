"""A release as it would be, by the evidence of one moment: who is in, what the public would get, and the plan."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher.edition.compose import compose
from publisher.edition.model import Edition
from publisher.edition.surroundings import Cover, Surroundings
from publisher.errors import PublisherError
from publisher.release.compression import compressed
from publisher.release.departures import Grace
from publisher.release.plan import Plan, plan
from publisher.release.steps import Action
from publisher.release.survey import survey
from publisher.release.target import Target
from publisher.rendering.model import Card, page_key
from publisher.review.gate import Approved, Elsewhere, Evidence, Refusal, TakenDown, Undecided
from publisher.review.history import Takedown
from publisher.review.manifest import short
from publisher.review.records import Record
from publisher.workflow.belongings import media_of
from publisher.workflow.context import Context
from publisher.workflow.denied import denials, kept_at, notices, refuse_unknown
from publisher.workflow.held import Held, hold_at
from publisher.workflow.lines import public_revisions, submissions, whole_name
from publisher.workflow.pictures import check_cover
from publisher.workflow.recover import recover
from publisher.workflow.stage import admitted, is_due, public_window


@dataclass(frozen=True)
class Asked:
    """What a release was asked for."""

    name: str
    """The target as the ledger names it."""
    max_deletes: int | None
    """How many files may leave; None for what the plan allows by itself."""
    anew: bool
    """Whether the target is listed, whatever its record says."""
    rollback: Record | None = None
    """A line of a rollback that is not in the ledger yet; None for those that are."""


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
    denied, hold = denials(context, evidence), hold_at(evidence, asked.name, asked.rollback)
    for slug in _slugs(context):
        held = hold.held(evidence, slug) if hold else frozenset[str]()
        found, refusal = _judged(context, evidence, slug, denied, held)
        is_held = public.get(slug, "") in {short(name) for name in held}
        if not is_held and not _is_over(context, evidence, slug, found, public.get(slug)):
            _nobody_decided(evidence, slug, found, refusal, public.get(slug))
        if hold and held and found is None and refusal is None:
            refusal = Held(slug, hold)
        if found is not None:
            approved.append(found)
        elif refusal is not None:
            left_out.append((slug, refusal))
    edition = as_kept(context, target, edition_of(context, tuple(approved), denied, context.now))
    seen = survey(target, edition, anew=asked.anew)
    due = {one.revision.manifest.slug for one in approved if is_due(one, context.now)}
    refuse_unknown(seen.record, evidence, due, target.address)
    grace = _grace(context, evidence, tuple(approved), public)
    keep = kept_at(seen.record, evidence, denied)
    steps = plan(edition, seen.record, seen.listing, max_deletes=asked.max_deletes, grace=grace, denied=keep)
    return Draft(evidence, tuple(approved), tuple(left_out), edition, steps, seen.etag)


def _judged(
    context: Context, evidence: Evidence, slug: str, denied: Mapping[str, Takedown], held: Collection[str]
) -> tuple[Approved | None, Refusal | None]:
    """As `admitted`; of what was taken down nothing is read, so that it stops no release, however damaged it is."""
    if slug in denied:
        return None, TakenDown(denied[slug], context.rules.name(denied[slug].by))
    return admitted(context, evidence, slug, held)


def _grace(context: Context, evidence: Evidence, found: tuple[Approved, ...], public: dict[str, str]) -> Grace:
    """Media of a piece that was replaced stay a while; those of a piece that is not public any more go at once."""
    approved = {one.revision.manifest.slug: one for one in found}
    stays = {slug for slug, one in approved.items() if is_due(one, context.now)}
    gone = {key for slug in public.keys() - stays for key in _media(context, evidence, slug)}
    # Of what was taken down also what waits since an earlier revision was replaced.
    gone |= {key for slug in evidence.taken_down if slug not in stays for key in media_of(context, evidence, slug)}
    over = (slug for slug in public if _is_over(context, evidence, slug, approved.get(slug), public[slug]))
    foretold = (key for slug in over for key in (*_pages(slug), *_media(context, evidence, slug)))
    hours = context.workspace.config.release.grace_hours
    return Grace(context.today(), timedelta(hours=hours), frozenset(gone), frozenset(foretold))


def _is_over(context: Context, evidence: Evidence, slug: str, found: Approved | None, public: str | None) -> bool:
    """Whether its time is over, as it was approved: by its latest approval, or else by that of what is public."""
    window = found.revision.card.window if found else public_window(context, evidence, slug, public)
    return window is not None and window.is_over(context.now)


def _pages(slug: str) -> list[str]:
    return [page_key(kind, slug) for kind in ("episode", "post")]


def _media(context: Context, evidence: Evidence, slug: str) -> Iterator[str]:
    """Keys of the files of all revisions of a piece that are still here: those of earlier ones may still wait to go."""
    for name in submissions(evidence.of(slug)):
        with suppress(PublisherError):
            yield from (file.name for file in context.revisions.get(slug, name).manifest.files)


def _slugs(context: Context) -> list[str]:
    """Every folder that is a piece, also one that has problems now: a slip of the pen takes nothing down."""
    set_aside = {problem.file.split("/")[1] for problem in context.workspace.problems if "/" in problem.file}
    return sorted({*context.workspace.pieces, *set_aside})


def _nobody_decided(
    evidence: Evidence, slug: str, found: Approved | None, refusal: Refusal | None, public: str | None
) -> None:
    """Refuse to take down, or to put an older revision in place of, what is public, unless somebody decided that.

    An approval stops counting when its reviewer loses their role or key, when the rules ask for more, or when the house
    moves to another address.
    """
    if public is None or not isinstance(refusal, Undecided | Elsewhere):
        return
    order = [short(revision) for revision in submissions(evidence.of(slug))]
    older = found is None or public not in order or order.index(short(found.revision.name)) > order.index(public)
    if older:
        raise PublisherError(
            f"it is public, and its approval does not count any more: {refusal.what}",
            where=slug,
            hint="have it approved again; to take it down, let legal reject it, or remove its folder. Nothing was sent",
        )


def as_kept(context: Context, target: Target, edition: Edition) -> Edition:
    """The edition as a target is to keep it: its texts compressed, if `publisher.toml` says so and it is no folder."""
    is_so = context.workspace.config.release.compress and target.promises.keeps_encoding
    return compressed(edition) if is_so else edition


def edition_of(
    context: Context,
    approved: tuple[Approved, ...],
    denied: Mapping[str, Takedown],
    now: datetime,
    lines: Sequence[Record] | None = None,
) -> Edition:
    """What the public would get of approved pieces at a moment, and in the place of what was taken down.

    Names, covers and the theme are those of today. lines: of the ledger's releases until then; all if not said.
    """
    covers = {id_: _cover(context, show.artwork) for id_, show in context.workspace.config.shows.items()}
    known = _known(context, approved, now, context.ledger.of("") if lines is None else lines)
    surroundings = Surroundings(context.workspace.config, covers, now, known)
    return compose(approved, surroundings, context.media.path, notices(context, denied))


def _known(
    context: Context, approved: tuple[Approved, ...], now: datetime, lines: Sequence[Record]
) -> dict[str, datetime]:
    """The feeds of pieces that were public once and are not among these, as `Surroundings` has them.

    Nothing is read where each feed has a piece now: it is there anyway.
    """
    due = [one.revision for one in approved if is_due(one, now)]
    if {"", *context.workspace.config.shows} <= {one.card.show or "" for one in due}:
        return {}
    stays = {one.manifest.slug for one in due}
    gone = {change for record in lines for change in record.pieces if change[1] and change[0] not in stays}
    found: dict[str, datetime] = {}
    for card in _cards(context, gone):
        feed, begins = card.show or "", card.window.begins
        found[feed] = max(begins, found.get(feed, begins))
    return found


def _cards(context: Context, changes: Collection[tuple[str, str]]) -> Iterator[Card]:
    """Cards of revisions, as far as they are still here. changes: slug and first digits of the revision."""
    for slug, digits in changes:
        with suppress(PublisherError):
            if name := whole_name(context.ledger.of(slug), digits):
                yield context.revisions.get(slug, name).card


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
