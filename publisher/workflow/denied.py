"""The deny-list: which pieces were taken down, by the ledger and signed files here, and by what the target keeps."""

from collections.abc import Collection, Mapping
from contextlib import suppress

from publisher.edition.model import PublicFile
from publisher.edition.notice import notice_file
from publisher.errors import PublisherError
from publisher.release.record import Record
from publisher.review.gate import Evidence
from publisher.review.history import History, Takedown
from publisher.workflow.context import Context
from publisher.workflow.lines import releases_to, submissions


def denials(context: Context, evidence: Evidence) -> dict[str, Takedown]:
    """The takedowns that stand here, by slug. The gate judges each piece by itself besides."""
    roles = context.workspace.config.deciding_roles
    found = {slug: History(slug, context.rules, evidence).standing_takedown(roles) for slug in evidence.taken_down}
    return {slug: takedown for slug, takedown in found.items() if takedown}


def kept_at(record: Record, evidence: Evidence, here: Mapping[str, Takedown]) -> dict[str, str]:
    """What a target keeps from now on: what stands here, and what it knows of and this copy of the ledger does not."""
    return dict(sorted((unknown(record, evidence) | {slug: one.digest for slug, one in here.items()}).items()))


def unknown(record: Record, evidence: Evidence) -> dict[str, str]:
    """Takedowns that the target keeps and nothing here tells of: neither of them nor of their lift."""
    known = {one.envelope for one in evidence.records if one.event == "takedown"} | evidence.opened.keys()
    return {slug: digest for slug, digest in record.denied.items() if digest not in known}


def refuse_unknown(record: Record, evidence: Evidence, slugs: Collection[str], address: str) -> None:
    """Errors: somebody took down one of these pieces, and this copy of the ledger does not know of it yet."""
    stale = sorted(unknown(record, evidence).keys() & slugs)
    if stale:
        raise PublisherError(
            "it was taken down, and the ledger here does not know of it yet",
            where=", ".join(stale),
            hint=f"{address} keeps that: get the newest ledger.jsonl and approvals/ (git pull). Nothing was sent",
        )


def notices(context: Context, here: Mapping[str, Takedown]) -> list[PublicFile]:
    """The pages that stand in the place of what was taken down."""
    house = context.workspace.config.house
    return [
        notice_file(house, kind_of(context, slug, one), slug, one.notice, one.time[:10])
        for slug, one in here.items()
        if one.notice
    ]


def owed_notices(
    context: Context, evidence: Evidence, here: Mapping[str, Takedown], target: str
) -> dict[str, Takedown]:
    """Takedowns since which nothing went to a target, so that its addresses show what stood there before, by slug.

    It is so by the ledger: no line of a release follows from the takedown's. That of one which was sending while the
    takedown was signed follows, too, and is taken for one that came after. Where no takedown of a piece ever left
    words, there are none to put there or take away.
    """
    releases = list(releases_to(evidence.of(""), target))
    return {
        slug: one
        for slug, one in here.items()
        if any(past.notice for past in History(slug, context.rules, evidence).takedowns)
        and not any(one.line and evidence.order.precedes(one.line, release) for release in reversed(releases))
    }


def kind_of(context: Context, slug: str, takedown: Takedown | None = None) -> str:
    """What a piece is, also where its folder or revisions are gone: as it was signed, as it is, as it was submitted."""
    if takedown and takedown.envelope:
        return takedown.envelope.statement.kind
    if slug in context.workspace.pieces:
        return context.workspace.pieces[slug].kind
    for name in submissions(context.ledger.of(slug)):
        with suppress(PublisherError):
            return context.revisions.get(slug, name).manifest.kind
    return "post" if (context.root / "posts" / slug).is_dir() else "episode"
