"""What the public has, what it will have next, and what was taken down: a piece as who may take it down sees it.

All of it is as the ledger here says it: nobody is asked who needs the keys of the target.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace
from enum import StrEnum

from publisher.errors import PublisherError
from publisher.rendering.model import page_key
from publisher.review.gate import Evidence
from publisher.review.history import Takedown
from publisher.review.revisions import Revision
from publisher.workflow.context import Context
from publisher.workflow.denied import denials, kind_of, owed_notices
from publisher.workflow.held import hold_at
from publisher.workflow.lines import public_revisions, releases_to, submissions, whole_name
from publisher.workflow.stage import admitted


class Outlook(StrEnum):
    """What releases do with a piece that the public does not have."""

    NONE = "none"
    """None makes it public: nothing of it is approved, or it was taken down. Also of what is public."""
    DUE = "due"
    """The next one makes it public."""
    SCHEDULED = "scheduled"
    """One makes it public once its moment has come."""
    HELD = "held"
    """A rollback holds back what is approved."""
    OVER = "over"
    """It is approved, and its time is over."""

    @property
    def is_to_come(self) -> bool:
        """Whether it can become public without another approval, so that somebody may have to keep that from it."""
        return self in {Outlook.DUE, Outlook.SCHEDULED, Outlook.HELD}


@dataclass(frozen=True)
class Out:
    """A piece that is public, is to come, or was taken down."""

    slug: str
    kind: str
    title: str
    """Of the revision that the public has or had, or else of the latest; the slug, where none can be read."""
    public_title: str
    """Of the revision that the public has or had; the slug, where that cannot be read."""
    address: str
    """Of its public page."""
    is_public: bool
    """Whether the target has it, by the ledger."""
    was_public: bool
    """Whether it has it or had it once: then the title that it had there is no secret."""
    outlook: Outlook
    takedown: Takedown | None
    """The one that stands."""
    is_owed: bool
    """Whether its address does not show yet, by the ledger, what was signed to stand there."""
    latest: Revision | None
    """What was submitted last, read once for all that is asked of the piece; None where it cannot be read."""

    def for_outsiders(self) -> "Out":
        """The same for who may not see the piece: nothing of what is in review or to come."""
        return replace(self, title=self.public_title, outlook=Outlook.NONE)


def out(context: Context, evidence: Evidence, slug: str) -> Out:
    """Where one piece stands with the public, however damaged it is here."""
    ledger = _Ledger(context, evidence)
    return ledger.out(slug, ledger.outlook(slug))


def all_out(context: Context) -> list[Out]:
    """Every piece that is public, to come or taken down, in the order in which they were first submitted."""
    ledger = _Ledger(context, context.evidence())
    slugs = dict.fromkeys(record.slug for record in ledger.evidence.records if record.event == "submit")
    looks = {slug: ledger.outlook(slug) for slug in slugs}
    return [ledger.out(slug, look) for slug, look in looks.items() if look.is_to_come or ledger.is_out(slug)]


def still_public(context: Context, evidence: Evidence) -> list[str]:
    """Pieces that were taken down and that the target has still, by the ledger."""
    public = public_revisions(evidence.of(""), context.workspace.config.release.target)
    return [slug for slug in denials(context, evidence) if slug in public]


def was_public(context: Context, slug: str) -> bool:
    """Whether the public has a piece or had it once, by the ledger."""
    releases = releases_to(context.ledger.of(""), context.workspace.config.release.target)
    return any(one == slug and revision for record in releases for one, revision in record.pieces)


class _Ledger:
    """What is asked of the ledger, read once for any number of pieces."""

    def __init__(self, context: Context, evidence: Evidence) -> None:
        self._context = context
        self.evidence = evidence
        self.down = denials(context, self.evidence)
        releases, target = self.evidence.of(""), context.workspace.config.release.target
        self.public = public_revisions(releases, target)
        went = (one for record in releases_to(releases, target) for one in dict(record.pieces).items())
        self.last = {slug: revision for slug, revision in went if revision}
        """What the public had last of each piece that it ever had."""
        self._hold = hold_at(self.evidence, target)
        self._owed = owed_notices(context, self.evidence, self.down, target)

    def is_out(self, slug: str) -> bool:
        """Whether the public has it, or it was taken down."""
        return slug in self.public or slug in self.down

    def out(self, slug: str, outlook: Outlook) -> Out:
        context, takedown, read = self._context, self.down.get(slug), _Reading(self._context, slug)
        kind = kind_of(context, slug, takedown)
        records = self.evidence.of(slug)
        names = submissions(records)
        public_title = read.title(whole_name(records, self.last.get(slug)))
        return Out(
            slug,
            kind,
            title=public_title or next(filter(None, map(read.title, names)), slug),
            public_title=public_title or slug,
            address=context.workspace.config.house.url + page_key(kind, slug),
            is_public=slug in self.public,
            was_public=slug in self.last,
            outlook=outlook,
            takedown=takedown,
            is_owed=slug in self._owed,
            latest=read.revision(names[0] if names else None),
        )

    def outlook(self, slug: str) -> Outlook:
        """What releases do with it. It is judged only where the public does not have it: what it has came through."""
        if self.is_out(slug) or slug not in self._context.workspace.pieces:
            return Outlook.NONE
        held = self._hold.held(self.evidence, slug) if self._hold else frozenset[str]()
        with suppress(PublisherError):
            if found := self._admitted(slug, held):
                return self._by_time(found)
            if held and self._admitted(slug):
                return Outlook.HELD
        return Outlook.NONE

    def _admitted(self, slug: str, held: Collection[str] = ()) -> Revision | None:
        found, _ = admitted(self._context, self.evidence, slug, held)
        return found.revision if found else None

    def _by_time(self, revision: Revision) -> Outlook:
        window, now = revision.card.window, self._context.now
        if window.is_over(now):
            return Outlook.OVER
        return Outlook.DUE if window.holds(now) else Outlook.SCHEDULED


class _Reading:
    """The revisions of one piece, each read once, be it in vain."""

    def __init__(self, context: Context, slug: str) -> None:
        self._context = context
        self._slug = slug
        self._known: dict[str, Revision | None] = {}

    def revision(self, name: str | None) -> Revision | None:
        """None for none, and where it cannot be read."""
        if name is None:
            return None
        if name not in self._known:
            self._known[name] = None
            with suppress(PublisherError):
                self._known[name] = self._context.revisions.get(self._slug, name)
        return self._known[name]

    def title(self, name: str | None) -> str:
        """Of a revision; empty where it cannot be read."""
        with suppress(PublisherError):
            return found.card.title if (found := self.revision(name)) else ""
        return ""
