"""What stays public when one piece goes: put together anew, or, where that cannot be, cut out of what is there.

A release makes public what is approved, and stops where anything is wrong. A takedown changes nothing but one piece,
and stops for nobody else's: every other piece stays at the revision that the public has.
"""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Final

from publisher.edition.cut import cut
from publisher.edition.model import Edition, Phase, PublicFile
from publisher.edition.surroundings import text_file
from publisher.errors import PublisherError
from publisher.release.compression import compressed
from publisher.release.departures import Grace
from publisher.release.plan import Plan, plan
from publisher.release.record import Recorded
from publisher.release.steps import Action, as_recorded
from publisher.release.survey import Survey
from publisher.rendering.model import page_key
from publisher.review.gate import Approved, Evidence, Rejected, TakenDown, Undecided, admit, retain
from publisher.review.history import Takedown
from publisher.review.manifest import short
from publisher.workflow.belongings import KINDS, Belongings, Place, media_of
from publisher.workflow.context import Context
from publisher.workflow.denied import kept_at, notices
from publisher.workflow.drafting import edition_of
from publisher.workflow.lines import public_revisions, submissions, whole_name

_FOREVER: Final = timedelta(days=365_000)


@dataclass(frozen=True)
class Removal:
    """A piece that is to go, and what there is to judge by."""

    slug: str
    evidence: Evidence
    denied: Mapping[str, Takedown]
    """All that is taken down, with this piece."""
    own: Belongings
    place: Place


@dataclass(frozen=True)
class Staying:
    """What the public has without a piece."""

    edition: Edition
    plan: Plan
    has: Mapping[str, str]
    """Slug to the first digits of the revision."""
    left: tuple[str, ...]
    """Slugs of pieces that leave with it, because people decided that before: they would go with any release."""
    flaw: str = ""
    """Why it was cut out of what is there; empty if everything was put together anew."""


def without(context: Context, removal: Removal, seen: Survey) -> Staying:
    """What stays. Errors: not even a text that is public can be read and cut."""
    try:
        return _composed(context, removal, seen)
    except (OSError, PublisherError) as error:
        where = f"{error.where}: {error.what}" if isinstance(error, PublisherError) and error.where else str(error)
        return replace(_cut(context, removal, seen), flaw=where)


def _composed(context: Context, removal: Removal, seen: Survey) -> Staying:
    approved, left = [], []
    public = public_revisions(removal.evidence.of(""), removal.place.name)
    for slug in sorted(public.keys() - {removal.slug}):
        try:
            approved.append(_retained(context, removal.evidence, slug, public[slug]))
        except (Rejected, TakenDown):
            left.append(slug)
    edition = edition_of(context, tuple(approved), removal.denied, context.now)
    # As it is there, whatever publisher.toml says by now: nothing else is to be sent again.
    edition = compressed(edition) if seen.record.is_compressed else edition
    goes = {page_key(kind, slug) for slug in left for kind in KINDS} | removal.own.pages
    _has_every_page(edition, seen, goes)
    at_once = {key for slug in left for key in media_of(context, removal.evidence, slug)} | removal.own.media
    grace = Grace(context.today(), timedelta(hours=context.workspace.config.release.grace_hours), at_once)
    steps = _planned(removal, seen, edition, grace)
    _has_the_bytes(edition, steps)
    has = {one.revision.manifest.slug: short(one.revision.name) for one in approved}
    return Staying(edition, steps, has, tuple(left))


def _retained(context: Context, evidence: Evidence, slug: str, revision: str) -> Approved:
    """The revision of another piece that the public has. Errors: Refusal; it is damaged, or was never submitted."""
    name = whole_name(evidence.of(slug), revision)
    if name is None:
        raise PublisherError("the ledger does not tell what is public of it", where=slug, hint="publish ledger verify")
    found = context.revisions.get(slug, name)
    try:
        return admit(found, slug, context.rules, evidence, now=context.now)
    except Undecided:
        return retain(found, slug, context.rules, evidence, now=context.now)
    except Rejected:
        if older := _older(context, evidence, slug, name):
            return older
        raise


def _older(context: Context, evidence: Evidence, slug: str, revision: str) -> Approved | None:
    """What a release would put in the place of a public revision that was rejected, never anything newer."""
    order = submissions(evidence.of(slug))
    for name in order[order.index(revision) + 1 :]:
        with suppress(Undecided, Rejected):
            return admit(context.revisions.get(slug, name), slug, context.rules, evidence, now=context.now)
    return None


def _has_every_page(edition: Edition, seen: Survey, goes: AbstractSet[str]) -> None:
    """Errors: a page is public of which the ledger does not tell; what is put together would lack it."""
    pages = {key for key, each in seen.record.files.items() if each.phase is Phase.PAGES and key in seen.listing}
    if lost := sorted(pages - edition.files.keys() - goes):
        raise PublisherError("it is public, and the ledger does not tell of it", where=lost[0], hint="publish release")


def _has_the_bytes(edition: Edition, steps: Plan) -> None:
    """Errors: a file of another piece would have to be sent, and is not here; that is for the next release to mend."""
    for step in steps.of(Action.PUT):
        source = edition.files[step.key].source
        if isinstance(source, Path) and not source.is_file():
            raise PublisherError("this file of another piece is neither there nor here", where=step.key)


def _planned(removal: Removal, seen: Survey, edition: Edition, grace: Grace) -> Plan:
    """The plan, under no cap: whoever takes a piece down is not asked how many files it has."""
    denied = kept_at(seen.record, removal.evidence, removal.denied)
    cap = len(seen.listing)
    return plan(edition, seen.record, seen.listing, max_deletes=cap, grace=grace, denied=denied)


def _cut(context: Context, removal: Removal, seen: Survey) -> Staying:
    """The files that are there, each text without the piece; nothing else goes, and nothing comes."""
    files = {file.key: file for file in (*_uncut(removal, seen), *notices(context, removal.denied))}
    texts = [key for key, each in _ours(removal, seen) if each.phase is not Phase.MEDIA and key not in files]
    with ThreadPoolExecutor(8, thread_name_prefix="cut") as pool:
        files |= {file.key: file for file in pool.map(lambda key: _cut_text(context, removal, seen, key), texts)}
    edition = Edition(dict(sorted(files.items())))
    public = public_revisions(removal.evidence.of(""), removal.place.name)
    has = {slug: revision for slug, revision in public.items() if slug != removal.slug}
    steps = _planned(removal, seen, edition, Grace(context.today(), _FOREVER, removal.own.media))
    return Staying(edition, steps, has, ())


def _ours(removal: Removal, seen: Survey) -> Iterator[tuple[str, Recorded]]:
    """What we put there and is there, without what is the piece's."""
    found = ((key, each) for key, each in seen.record.files.items() if key in seen.listing)
    return (one for one in found if one[0] not in removal.own.keys)


def _uncut(removal: Removal, seen: Survey) -> Iterator[PublicFile]:
    """Media, as they lie there. What nobody can vouch for is in no edition, and waits for the next release."""
    for key, each in _ours(removal, seen):
        sound = each.sha256 if each.phase is Phase.MEDIA and each.gone is None else None
        if sound and as_recorded(each, seen.listing[key]):
            yield PublicFile(
                key, sound, each.size, each.content_type, each.cache_control, each.phase, Path(key),
                each.content_encoding,
            )  # fmt: skip


def _cut_text(context: Context, removal: Removal, seen: Survey, key: str) -> PublicFile:
    data, recorded = b"".join(removal.place.target.read(key)), seen.record.files[key]
    for page in removal.own.pages:
        data = cut(key, data, page, context.workspace.config.house.url)
    file = text_file(key, data, recorded.phase, recorded.content_type)
    return replace(file, cache_control=recorded.cache_control, content_encoding=recorded.content_encoding)
