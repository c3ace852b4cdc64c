"""Verify: whether the public gets what was signed, and nothing else. It changes nothing.

1. Approvals: each piece that is public by the ledger is still approved, and its time is not over.
2. Record: what these pieces give together is what the target's record says that we put there.
3. Text: pages, lists, feeds, style sheets, transcripts and chapters have the bytes and headers of that edition.
4. Media: so have sounds, films and pictures; if not `deep`, by their headers and both their ends.
5. Nothing else: no file of a piece is public that should not be, drafts and what was taken away among it.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from publisher.counting import counted
from publisher.errors import PublisherError
from publisher.release.asking import Public
from publisher.release.checks import MEND, PURGE, Difference, Wanted
from publisher.release.record import NOTHING, RECORD_KEY, Record, State
from publisher.release.survey import OURS, read_record
from publisher.release.target import Target
from publisher.release.verifying import Folder, Place, Site, answered, answers_anything, compare, refuse_elsewhere
from publisher.rendering.model import page_key
from publisher.review.gate import Evidence
from publisher.review.manifest import short
from publisher.workflow.context import Context
from publisher.workflow.lines import submissions
from publisher.workflow.proving import Expected, expected
from publisher.workflow.release import open_release_target

_NAMED: Final = 3
"""Strangers that are named before they are only counted."""


@dataclass(frozen=True)
class Asked:
    """What is to be verified, and how."""

    to: str | None = None
    """The target; that of `publisher.toml` if None."""
    url: str | None = None
    """The public address; if None that of `publisher.toml`, or for a folder none: then its files are read."""
    deep: bool = False
    """Whether every byte is read, of media, too."""


@dataclass(frozen=True)
class Step:
    """What was looked at, and what came of it."""

    number: int
    name: str
    covered: str
    """What it looked at."""
    differences: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()
    """What is good to know, and is no difference."""


def verify(context: Context, asked: Asked) -> Iterator[Step]:
    """Go through the steps, and give each when it is done.

    Errors: nothing was released there, the target cannot be read, or the site is not at its address.
    """
    target = open_release_target(context, asked.to)
    record = read_record(target)
    should = expected(context, target, asked.to or context.workspace.config.release.target, record)
    if record == NOTHING and not should.public:
        raise PublisherError("nothing was released there yet", where=target.address, hint="publish release")
    yield Step(1, "Approvals", _pieces(should), should.unapproved, should.due)
    yield Step(2, "Record", _recorded(target, record), tuple(_of_record(target, record, should)), should.changed)
    place = _place(context, target, asked)
    refuse_elsewhere(place, should.files)
    for step, is_media in ((Step(3, "Text", ""), False), (Step(4, "Media", ""), True)):
        files = [file for file in should.files if file.is_media == is_media]
        found = compare(place, files, should.is_earlier, partial(context.progress, "verify"), deep=asked.deep)
        covered = _covered(step, files, place, is_whole=asked.deep or not is_media)
        yield replace(covered, differences=tuple(found))
    yield _nothing_else(context, target, place, record, should)


def _place(context: Context, target: Target, asked: Asked) -> Place:
    if asked.url is None and target.promises.locks:
        return Folder(target)
    return Site(Public(asked.url or context.workspace.config.house.url))


def _pieces(should: Expected) -> str:
    return f"{counted(len(should.public), 'piece')} public by the ledger, each as it was approved"


def _recorded(target: Target, record: Record) -> str:
    waits = sum(each.gone is not None for each in record.files.values())
    later = f", {waits:,} of which wait to go" if waits else ""
    return f"{target.address} keeps that we put {counted(len(record.files), 'file')} there{later}"


def _of_record(target: Target, record: Record, should: Expected) -> Iterator[Difference]:
    where = f"{target.address.rstrip('/')}/{RECORD_KEY}"
    if record == NOTHING:
        yield Difference(where, "the record of what is public is not there", MEND)
    elif record.state is State.PENDING:
        yield Difference(where, "a release was stopped before its end", "publish release goes on from there")
    elif not should.is_whole:
        yield Difference(where, "it does not hold together: somebody changed it", f"delete it, then {MEND}")
    elif not should.is_proven:
        yield Difference(
            where,
            "it tells of another edition than the approved pieces give, or the ledger knows",
            "publish release makes it so; do that at once if nobody changed publisher.toml or the theme since",
        )


def _covered(step: Step, files: Sequence[Wanted], place: Place, *, is_whole: bool) -> Step:
    """The step, with what it looks at."""
    notes: tuple[str, ...] = ()
    if isinstance(place, Folder):
        how = "every byte"
    elif is_whole:
        how = "every byte and header"
    else:
        how, notes = "by their headers and both ends; --deep reads every byte", tuple(_unseen(files))
    return replace(step, covered=f"{counted(len(files), 'file')} at {place.address}, {how}", notes=notes)


def _unseen(files: Sequence[Wanted]) -> Iterator[str]:
    if without := sum(file.source is None for file in files):
        yield f"of {counted(without, 'file')} only size and type: their bytes are not on this machine"


def _nothing_else(context: Context, target: Target, place: Place, record: Record, should: Expected) -> Step:
    """Keys of revisions that are no one's to have are asked for; what strangers put there is only told."""
    wanted = {file.key for file in should.files}
    waiting = {key for key, each in record.files.items() if each.gone is not None}
    known = {
        key: slug
        for slug, revision, keys in _revisions(context, should.evidence)
        for key in keys - wanted - (waiting if (slug, short(revision)) in should.ever else set())
    }
    listing = _listing(target)
    there = listing - wanted - record.files.keys() - OURS
    covered = (
        f"{counted(len(known), 'file')} of drafts, earlier revisions and what was taken away, that nobody is to have"
    )
    notes = tuple(_strangers(there - known.keys()))
    if isinstance(place, Site) and answers_anything(place):
        flaw = Difference(place.address, "it answers 200 to what is not there", "let the store or the CDN answer 404")
        return Step(5, "Nothing else", "could not be seen", (flaw,), notes)
    told = partial(context.progress, "verify")
    had = answered(place, known.keys(), told) if isinstance(place, Site) else sorted(listing & known.keys())
    found = (_had(place, key, known[key], should, is_there=key in listing) for key in had)
    return Step(5, "Nothing else", covered, tuple(found), notes)


def _had(place: Place, key: str, slug: str, should: Expected, *, is_there: bool) -> Difference:
    what = "an earlier revision" if slug in should.public else "what is not to be public"
    todo = "delete it there: no release did put it" if is_there else PURGE
    return Difference(place.address + key, f"a file of {slug}, of {what}, can be had", todo)


def _revisions(context: Context, evidence: Evidence) -> Iterator[tuple[str, str, set[str]]]:
    """Every submitted revision that is here, with the slug of its piece and all keys that it would have."""
    records = tuple(evidence.records)
    for slug in dict.fromkeys(record.slug for record in records if record.event == "submit"):
        for name in submissions(evidence.of(slug)):
            with suppress(PublisherError):
                manifest = context.revisions.get(slug, name).manifest
                yield slug, name, {page_key(manifest.kind, slug), *(file.name for file in manifest.files)}


def _listing(target: Target) -> frozenset[str]:
    """Keys at the target; none if it cannot be listed, which is nothing that the public notices."""
    try:
        return frozenset(target.listing())
    except PublisherError:
        return frozenset()


def _strangers(keys: frozenset[str]) -> Iterator[str]:
    if keys:
        named = sorted(keys)[:_NAMED]
        more = f" and {len(keys) - _NAMED:,} more" if len(keys) > _NAMED else ""
        yield f"{counted(len(keys), 'file')} there that no release put there: {', '.join(named)}{more}"
