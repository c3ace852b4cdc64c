"""The gate: the only maker of Approved, and so the only way into an Edition.

For one revision it goes through the steps below in order, and stops at the first that fails. It fails closed: what
cannot be shown is not so. No reviewer means no approval; a rejection that cannot be read stands.

1. The ledger's chain is whole (reading it verified it).
2. The house's rules ask for at least one approval.
3. The house's people are signed: every version of them that the ledger has is there and follows from the one before
   (`trust.py` has the steps), and it is the newest by which the rest is judged, whatever people.toml says.
4. The revision belongs to this house and this piece: its manifest says so, and its card, which names no file but the
   revision's own, says the same.
5. It was submitted.
6. Its parts and files are, byte for byte, what its manifest says.
7. The piece was not taken down, or somebody who decides on it lifted that since, with a line of the ledger that holds.
   A takedown stands whether or not its file or its line is there, and whatever revision it names.
8. No rejection stands against it: one of this or an earlier revision that its maker has not withdrawn. One that is
   signed stands even if the ledger has no line of it.
9. For each role that the house, the division or a tag of the card asks for, enough different people approve: each with
   that role, valid on the day of signing, with a signature by a key that is theirs alone, recorded in the ledger once,
   after the submission, after every takedown was lifted and before that key was revoked, not one of those who made or
   submitted the piece, under whatever id, and without a later rejection of their own. Where approvals end, theirs has
   not. Each finding that an approval names as waived has a waiver in the ledger: older than the approval, not taken
   back by then, by somebody who could approve.

What it admits depends on the moment of judging nowhere but where approvals end.

Where a piece is taken down, what else the public has stays: `retain` judges it, which asks for less in step 9.
"""

from dataclasses import InitVar, dataclass
from datetime import UTC, datetime
from typing import Final, NoReturn, final

from publisher.errors import PublisherError
from publisher.rendering.model import CARD, Card
from publisher.review.evidence import Evidence, read_envelopes
from publisher.review.history import Decided, History, Rejection
from publisher.review.ledger import Record
from publisher.review.manifest import short
from publisher.review.people import Demand, Rules, reviewers
from publisher.review.refusals import Damaged, Elsewhere, Refusal, Rejected, TakenDown, Undecided, Unsigned
from publisher.review.revisions import Revision, flawed_parts
from publisher.review.roles import is_reviewer, is_valid
from publisher.review.statement import Envelope
from publisher.review.trust import Trust, trust_of

__all__ = [
    "Approved",
    "Damaged",
    "Demand",
    "Elsewhere",
    "Evidence",
    "Refusal",
    "Rejected",
    "Rejection",
    "Rules",
    "TakenDown",
    "Trust",
    "Undecided",
    "Unsigned",
    "admit",
    "is_reviewer",
    "is_valid",
    "read_envelopes",
    "retain",
    "reviewers",
    "standing_rejections",
    "trust_of",
]

_SEAL: Final = object()


@final
@dataclass(frozen=True)
class Approved:
    """A revision that may go to the public. Only `admit` makes one: not `replace`, not a copy, not a subclass."""

    revision: Revision
    approvals: tuple[Envelope, ...]
    """Those that counted."""
    end: datetime | None
    """The moment from which too few of them count; None if there is none."""
    seal: InitVar[object]
    """Known to the gate alone; not kept, so that nothing can be made from an Approved."""

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("only the gate makes Approved")

    def __init_subclass__(cls) -> NoReturn:
        raise TypeError("only the gate makes Approved")

    def __reduce__(self) -> NoReturn:
        raise TypeError("only the gate makes Approved")


def admit(revision: Revision, slug: str, rules: Rules, evidence: Evidence, *, now: datetime) -> Approved:
    """Let a revision through, or raise Refusal with the step that failed.

    now: the moment of judging, with a zone: it says which approvals have ended, and who could give one.
    """
    case = _sound(revision, slug, rules, evidence)
    approvals, end = _enough_approvals(case, now)
    return Approved(revision, approvals, end, _SEAL)


def retain(revision: Revision, slug: str, rules: Rules, evidence: Evidence, *, now: datetime) -> Approved:
    """Let a revision that the public has already stay there while another piece is taken down.

    As `admit`, but one approval of exactly these bytes is enough, by somebody who did not make them, with a signature
    that holds: that its role was lost, that it ended, or that the house asks for more by now stops the next release,
    but must not stop a takedown. Whoever asks makes sure that the public has it. Errors: as `admit`.
    """
    case = _sound(revision, slug, rules, evidence)
    lenient = Demand(case.demand.required)
    given = case.history.approvals(revision.name, case.makers, lenient, now)
    counted = tuple(one.envelope for one in given if one.envelope and not one.flaw)
    if not counted:
        role = next(iter(case.demand.required))
        raise Undecided("nobody approved it", where=slug, role=role, able=())
    return Approved(revision, counted, None, _SEAL)


@dataclass(frozen=True)
class _Case:
    """A revision that passed all steps but the last."""

    revision: Revision
    submissions: tuple[Record, ...]
    history: History
    demand: Demand

    @property
    def makers(self) -> set[str]:
        """An author, host or speaker never counts, nor whoever submitted these bytes; nor does their second entry."""
        shown = self.revision.card.people
        ids = {*self.revision.manifest.people, *(record.by for record in self.submissions)}
        return self.history.rules.humans.selves(ids, shown)


def _sound(revision: Revision, slug: str, rules: Rules, evidence: Evidence) -> _Case:
    """Steps 2 to 8."""
    _rules_ask(slug, rules)
    _people_are_signed(slug, rules, evidence)
    _belongs(revision, slug, rules)
    card = _card_that_belongs(revision, slug)
    history = History(slug, rules, evidence)
    submissions = _submissions(revision, history)
    _bytes_are_the_same(revision, slug, evidence)
    demand = rules.demand(card.division, card.tags)
    _is_not_taken_down(history, demand)
    _nothing_stands_against(revision, history)
    return _Case(revision, submissions, history, demand)


def standing_rejections(slug: str, rules: Rules, evidence: Evidence) -> tuple[Rejection, ...]:
    """Rejections of a piece that the people who made them have not withdrawn."""
    return History(slug, rules, evidence).standing()


def _rules_ask(slug: str, rules: Rules) -> None:
    if not any(count > 0 for count in rules.asked.required.values()):
        raise Refusal(
            2, "nobody is asked to approve, so nothing is approved", where=slug,
            hint="set [review] required in publisher.toml, like legal = 1",
        )  # fmt: skip


def _people_are_signed(slug: str, rules: Rules, evidence: Evidence) -> None:
    trust = rules.trust
    if trust.flaw is not None:
        raise Refusal(3, trust.flaw.what, where=trust.flaw.where or slug, hint=trust.flaw.hint or "")
    if trust.lines != evidence.people:
        raise Refusal(3, "the house's people changed meanwhile", where=slug, hint="run the same command again")
    if trust.roster is None:
        raise Unsigned(where=slug, role=next(iter(rules.asked.required)))


def _belongs(revision: Revision, slug: str, rules: Rules) -> None:
    manifest = revision.manifest
    if manifest.house == rules.house and manifest.slug == slug:
        return
    what, again = f"this revision is of {manifest.slug} at {manifest.house}", f"publish {manifest.kind} {slug}"
    if manifest.slug == slug:
        raise Elsewhere(what, where=slug, hint=f"submit it again: {again}")
    raise Refusal(4, what, where=slug, hint=f"submit it again: {again}")


def _card_that_belongs(revision: Revision, slug: str) -> Card:
    """The card says where the page lies and what it points at: never in another piece's place, at another's files."""
    manifest, where = revision.manifest, f"{slug}, {CARD}"
    try:
        card = revision.card
    except PublisherError as error:
        raise Refusal(4, error.what, where=where, hint=error.hint or "") from error
    if (card.kind, card.slug) != (manifest.kind, manifest.slug):
        raise Refusal(
            4, f"this card is of the {card.kind} {card.slug}", where=where,
            hint=f"submit it again: publish {manifest.kind} {slug}",
        )  # fmt: skip
    own = {file.name for file in manifest.files}
    for key in (card.picture, card.audio):
        if key is not None and key not in own:
            raise Refusal(
                4, f"its card names a file that is not of this revision: {key}", where=where,
                hint=f"submit it again: publish {manifest.kind} {slug}",
            )  # fmt: skip
    return card


def _submissions(revision: Revision, history: History) -> tuple[Record, ...]:
    found = history.submissions.get(revision.name, ())
    if not found:
        raise Refusal(
            5, f"revision {short(revision.name)} was never submitted", where=history.slug,
            hint=f"submit it: publish {revision.manifest.kind} {history.slug}",
        )  # fmt: skip
    return found


def _bytes_are_the_same(revision: Revision, slug: str, evidence: Evidence) -> None:
    for name in flawed_parts(revision.manifest, revision.parts):
        raise Damaged("this is not what legal saw", where=f"{slug}, {name}", hint="restore the revision from git")
    for file in revision.manifest.files:
        if evidence.media(file) not in (None, file.digest):
            raise Damaged(
                "this is not what legal saw", where=f"{slug}, {file.name}",
                hint="delete the folder .publisher/ and run the command again: it makes the file anew",
            )  # fmt: skip


def _is_not_taken_down(history: History, demand: Demand) -> None:
    if takedown := history.standing_takedown(demand.required):
        raise TakenDown(takedown, history.rules.name(takedown.by))


def _nothing_stands_against(revision: Revision, history: History) -> None:
    against = [rejection for rejection in history.standing() if history.reaches(rejection, revision.name)]
    if against:
        first = against[0]
        raise Rejected(
            f"{history.rules.name(first.by)} rejected it: {first.reason}", where=history.slug,
            hint=f"mend what they ask for; then {first.by} withdraws: publish review withdraw {history.slug}",
            by=tuple(dict.fromkeys(rejection.by for rejection in against)),
        )  # fmt: skip


def _enough_approvals(case: _Case, now: datetime) -> tuple[tuple[Envelope, ...], datetime | None]:
    """The approvals that count, and the moment from which they are too few."""
    history, demand, makers, rules = case.history, case.demand, case.makers, case.history.rules
    approvals = list(history.approvals(case.revision.name, makers, demand, now))
    given = [decided.envelope for decided in approvals if decided.envelope and not decided.flaw]
    counted: dict[str, Envelope] = {}
    ends: list[datetime] = []
    for role, count in demand.required.items():
        fit = {rules.humans.human(one.statement.person): one for one in given if _is_fit(one, role, rules)}
        if len(fit) < count:
            done = rules.humans.selves({*makers, *(one.statement.person for one in fit.values())})
            able = reviewers(role, rules, now.astimezone(UTC).date(), without=done)
            said = f"{len(fit)} of {count} approvals by {role}{_void(approvals, rules)}"
            raise Undecided(said, where=history.slug, role=role, able=able)
        counted.update(fit)
        # As many as are asked for may be left to end, but not one more.
        ends += sorted(filter(None, (demand.end(one.statement.moment) for one in fit.values())))[-count:][:1]
    return tuple(counted.values()), min(ends, default=None)


def _is_fit(envelope: Envelope, role: str, rules: Rules) -> bool:
    said = envelope.statement
    return is_reviewer(rules.people[said.person], role, said.moment.date())


def _void(approvals: list[Decided], rules: Rules) -> str:
    """Why approvals that were given count for nothing, so that nobody searches for the reason."""
    reasons = (f"{rules.name(one.record.by)}'s does not count: {one.flaw}" for one in approvals if one.flaw)
    return "".join(f"; {reason}" for reason in dict.fromkeys(reasons))
