"""What was said of one piece, in order: submissions, and decisions with the reason why one does not count.

A decision counts if its line in the ledger names a signed file that says the same, signed by that person's key, valid
on that day, and not used before. A rejection or a takedown stands even where it can't be verified; what lifts it must
be.

Before and after are what lines of the ledger say by their digests. Of two lines on two branches that were merged,
neither came first: then a rejection reaches the revision, and outlives approval and withdrawal.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

from publisher.review.evidence import Evidence
from publisher.review.keys import TIERS
from publisher.review.lineage import Order
from publisher.review.people import Demand, Rules
from publisher.review.records import Record
from publisher.review.roles import decides, is_valid
from publisher.review.statement import MEANINGS, Envelope
from publisher.review.waivers import standing_waivers


@dataclass(frozen=True)
class Decided:
    """A decision in the ledger."""

    record: Record
    envelope: Envelope | None
    """The signed file; None if it is missing or not as it was."""
    flaw: str
    """Why it counts for nothing; empty if it counts."""


@dataclass(frozen=True)
class Rejection:
    """A rejection, verified or not."""

    by: str
    """Id."""
    revision: str
    """What it is about, and all that was submitted after; empty if nobody can tell."""
    time: str
    """ISO 8601 in UTC."""
    lines: tuple[Record, ...]
    """Its line in the ledger; of one without a line, those up to its time. What is later follows from all."""
    reason: str


@dataclass(frozen=True)
class Takedown:
    """A takedown of a piece, verified or not."""

    slug: str
    by: str
    """Id."""
    time: str
    """ISO 8601 in UTC."""
    digest: str
    """Of its signed file, by which the target names it, too."""
    line: Record | None
    """In the ledger; a signed file that has none counts as well, and nothing lifts it until it has one."""
    envelope: Envelope | None
    """The signed file, if it holds: only what is verified speaks in someone's name."""

    @property
    def reason(self) -> str:
        """Why, as it was signed."""
        return self.envelope.statement.reason if self.envelope else _UNREADABLE

    @property
    def notice(self) -> str:
        """What stands at the piece's address now; empty for nothing."""
        return self.envelope.statement.notice if self.envelope else ""


@dataclass(frozen=True)
class History:
    """The past of one piece."""

    slug: str
    rules: Rules
    evidence: Evidence

    @cached_property
    def submissions(self) -> Mapping[str, tuple[Record, ...]]:
        """By revision, how often it was submitted, in order."""
        found: dict[str, tuple[Record, ...]] = {}
        for record in self.evidence.of(self.slug):
            if record.event == "submit":
                found[record.revision] = (*found.get(record.revision, ()), record)
        return found

    @cached_property
    def decisions(self) -> tuple[Decided, ...]:
        """Every approval, rejection and withdrawal in the ledger, in order, each verified."""
        return tuple(self._decided())

    def _decided(self) -> Iterator[Decided]:
        used: set[bytes] = set()
        for record in self.evidence.of(self.slug):
            if record.event not in _SIGNED:
                continue
            envelope = self.evidence.opened.get(record.envelope)
            flaw = self._flaw(record, envelope)
            if envelope is not None and not flaw:
                if envelope.payload in used:
                    flaw = "it stands in the ledger a second time"
                used.add(envelope.payload)
            yield Decided(record, envelope, flaw)

    def _flaw(self, record: Record, envelope: Envelope | None) -> str:
        if envelope is None:
            return "its file in approvals/ is missing or damaged"
        said = envelope.statement
        if (said.decision, said.slug, said.person, said.revision, said.time) != (
            record.event, record.slug, record.by, record.revision, record.time,
        ):  # fmt: skip
            return "the ledger says something else than what was signed"
        if said.head is not None and not self.evidence.order.saw(record, said.head):
            return "this is not the ledger that they saw: lines of it are missing or changed"
        return signature_flaw(envelope, self.rules, record, self.evidence.order)

    @cached_property
    def rejections(self) -> tuple[Rejection, ...]:
        """Every rejection that was ever made, withdrawn or not."""
        return (*map(_recorded, self._made("reject")), *self._unrecorded())

    def _made(self, event: str) -> Iterator[Decided]:
        return (decided for decided in self.decisions if decided.record.event == event)

    def _unrecorded(self) -> Iterator[Rejection]:
        for envelope in self.evidence.unrecorded(self.slug, "reject"):
            said = envelope.statement
            if not signature_flaw(envelope, self.rules):
                before = tuple(record for record in self.evidence.of(self.slug) if record.time <= said.time)
                yield Rejection(said.person, said.revision, said.time, before, said.reason)

    def standing(self) -> tuple[Rejection, ...]:
        """Rejections that the people who made them have not withdrawn since."""
        withdrawals = [decided.record for decided in self._made("withdraw") if not decided.flaw]
        return tuple(
            rejection
            for rejection in self.rejections
            if not any(self._withdraws(withdrawal, rejection) for withdrawal in withdrawals)
        )

    def _withdraws(self, withdrawal: Record, rejection: Rejection) -> bool:
        """An old withdrawal that someone kept back lifts no later rejection."""
        is_theirs = withdrawal.by == rejection.by and withdrawal.time >= rejection.time
        return is_theirs and self._follows(withdrawal, rejection.lines)

    def _follows(self, record: Record, lines: Collection[Record]) -> bool:
        """Whether a line is later than each of these."""
        return all(self.evidence.order.precedes(line, record) for line in lines)

    def reaches(self, rejection: Rejection, revision: str) -> bool:
        """Whether a rejection is about a revision: its own, or one that was submitted later, so no edit outruns it.

        Its own counts from its first submission: submitting it again lifts nothing.
        """
        rejected = self.submissions.get(rejection.revision)
        submitted = self.submissions.get(revision)
        if rejected is None or submitted is None:
            return True
        return not all(self._follows(line, submitted) for line in rejected)

    @cached_property
    def takedowns(self) -> tuple[Takedown, ...]:
        """Every takedown that was ever signed, lifted or not, by time."""
        recorded = (_taken_down(decided) for decided in self._made("takedown"))
        alone = (
            Takedown(self.slug, one.statement.person, one.statement.time, one.sha256, None, one)
            for one in self.evidence.unrecorded(self.slug, "takedown")
            if not signature_flaw(one, self.rules)
        )
        return tuple(sorted((*recorded, *alone), key=lambda one: (one.time, one.digest)))

    def standing_takedown(self, roles: Collection[str] | None = None) -> Takedown | None:
        """The latest takedown that nobody lifted who holds one of these roles; whoever signed, if none are named."""
        return next((one for one in reversed(self.takedowns) if not self._lifts(one, roles)), None)

    def _lifts(self, takedown: Takedown, roles: Collection[str] | None) -> tuple[Record, ...]:
        """The lines that lift a takedown. An old one that someone kept back lifts no later takedown."""
        if takedown.line is None:
            return ()
        return tuple(
            one.record
            for one in self._made("restore")
            if not one.flaw and self._follows(one.record, (takedown.line,))
            if roles is None or decides(self.rules.people.get(one.record.by), roles, _day(one.record))
        )

    def approvals(self, revision: str, makers: Collection[str], demand: Demand, now: datetime) -> Iterator[Decided]:
        """Approvals of exactly this revision, with what speaks against each.

        makers: ids of those who made or submitted it, who can neither approve nor waive anything in it. demand: what
        the revision needs. now: the moment of judging.
        """
        for decided in self._made("approve"):
            if decided.record.revision == revision:
                own = "nobody approves their own piece" if decided.record.by in makers else ""
                flaw = own or decided.flaw or self._overtaken(decided.record, demand.required)
                flaw = flaw or self._unwaived(decided, makers, demand.required) or _ended(decided.record, demand, now)
                flaw = flaw or _too_weak(decided.envelope, demand)
                yield Decided(decided.record, decided.envelope, flaw)

    def _overtaken(self, approval: Record, roles: Collection[str]) -> str:
        """Withdrawing a rejection is no approval: who rejected what they had approved must approve again.

        Nor is lifting a takedown: who approved before did not know what led to it.
        """
        submitted = self.submissions.get(approval.revision, ())
        if not any(self._follows(approval, (line,)) for line in submitted):
            return "it is older than the submission"
        for rejection in self.rejections:
            is_later = rejection.by == approval.by and not self._follows(approval, rejection.lines)
            if is_later and self.reaches(rejection, approval.revision):
                return "they rejected it later"
        for takedown in self.takedowns:
            if not any(self._follows(approval, (lift,)) for lift in self._lifts(takedown, roles)):
                return "it was taken down since"
        return ""

    def _unwaived(self, approval: Decided, makers: Collection[str], roles: Collection[str]) -> str:
        """Why the waivers that an approval names do not carry it; empty if they do.

        They are those of the moment of the approval: one that is taken back later is as late as a change of mind.
        """
        if approval.envelope is None or not approval.envelope.statement.waived:
            return ""
        before = [record for record in self.evidence.of(self.slug) if self._follows(approval.record, (record,))]
        standing = standing_waivers(before, self.rules.people, roles, makers, self.evidence.order)
        missing = [id_ for id_ in approval.envelope.statement.waived if id_ not in standing]
        return f"it names {missing[0][:8]} as waived, and no waiver of it counts" if missing else ""


_SIGNED: Final = frozenset(MEANINGS)
_SKEW: Final = timedelta(days=1)
"""How far the clocks of who signs and who judges may lie apart."""
_UNREADABLE: Final = "the reason cannot be read; its file in approvals/ is damaged or missing"


def signature_flaw(envelope: Envelope, rules: Rules, record: Record | None = None, order: Order | None = None) -> str:
    """Why a signed statement counts for nothing, whatever it says; empty if it counts.

    record: its line in the ledger, which says whether its key was trusted then; None if it has none. order: of the
    ledger's lines, where there is one.
    """
    if envelope.statement.house != rules.house:
        return f"it is about {envelope.statement.house}"
    return signer_flaw(envelope, rules, record, order)


def signer_flaw(envelope: Envelope, rules: Rules, record: Record | None = None, order: Order | None = None) -> str:
    """As `signature_flaw`, at whatever address the house was when it was signed."""
    said = envelope.statement
    person = rules.people.get(said.person)
    if person is None:
        return "they are nobody in the signed people"
    if not is_valid(person, said.moment.date()):
        return "they could not sign on that day"
    if rules.signer(envelope) != said.person:
        return "it is not signed with a key of theirs"
    return rules.revoked(envelope, record, order) if record and order else ""


def _ended(approval: Record, demand: Demand, now: datetime) -> str:
    """Why an approval does not count at a moment: it ended, or a date to come puts off its end."""
    signed = datetime.fromisoformat(approval.time)
    end = demand.end(signed)
    if end is None:
        return ""
    if signed - now > _SKEW:
        return f"it is dated {signed:%Y-%m-%d}, which is to come"
    return f"it ended on {end:%Y-%m-%d}" if end <= now else ""


def _too_weak(envelope: Envelope | None, demand: Demand) -> str:
    """Why an approval does not count though it is theirs: another tier is asked for."""
    tier = envelope.statement.tier if envelope else demand.tier
    is_weaker = TIERS.index(tier) < TIERS.index(demand.tier)
    return f"it is signed with a {tier}, and a {demand.tier} is asked for" if is_weaker else ""


def _day(record: Record) -> date:
    return datetime.fromisoformat(record.time).date()


def _taken_down(decided: Decided) -> Takedown:
    record = decided.record
    envelope = None if decided.flaw else decided.envelope
    return Takedown(record.slug, record.by, record.time, record.envelope, record, envelope)


def _recorded(decided: Decided) -> Rejection:
    record = decided.record
    # Only what is verified speaks in someone's name.
    reason = decided.envelope.statement.reason if decided.envelope and not decided.flaw else _UNREADABLE
    return Rejection(record.by, record.revision, record.time, (record,), reason)
