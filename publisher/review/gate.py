"""The gate: the only maker of Approved, and so the only way into an Edition.

For one revision it goes through the steps below in order, and stops at the first that fails. It fails closed: what cannot be shown
is not so. No reviewer means no approval; a rejection that cannot be read stands.

1. The ledger's chain is whole (reading it verified it).
2. The house's rules ask for at least one approval.
3. The revision belongs to this house and this piece.
4. It was submitted.
5. Its parts and files are, byte for byte, what its manifest says.
6. No rejection stands against it: one of this or an earlier revision that its maker has not withdrawn.
7. For each role, enough different people approve: each with that role, valid on the day of signing, with a signature by a key that
   is theirs in people.toml, recorded in the ledger, not one of those who made or submitted the piece.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

from publisher.errors import PublisherError
from publisher.files import Digest, digest_bytes
from publisher.review.ledger import Record
from publisher.review.manifest import Entry, short
from publisher.review.revisions import Revision
from publisher.review.statement import Envelope, open_envelope
from publisher.workspace.people import Person

_SEAL: Final = object()


class Refusal(PublisherError):  # noqa: N818 - the gate refuses; it does not err
    """Why a revision may not go to the public: the step that failed, and what to do."""

    def __init__(self, step: int, what: str, *, where: str, hint: str) -> None:
        super().__init__(what, where=where, hint=hint)
        self.step = step


@dataclass(frozen=True)
class Approved:
    """A revision that may go to the public. Only `admit` makes one."""

    revision: Revision
    approvals: tuple[Envelope, ...]
    """Those that counted."""
    seal: object

    def __post_init__(self) -> None:
        if self.seal is not _SEAL:
            raise TypeError("only the gate makes Approved")


@dataclass(frozen=True)
class Rules:
    """What the house asks for."""

    house: str
    """The site's address."""
    required: Mapping[str, int]
    """How many different people of each role."""
    people: Mapping[str, Person]


@dataclass(frozen=True)
class Evidence:
    """What there is to judge by."""

    records: Sequence[Record]
    """The ledger, its chain verified."""
    envelopes: Mapping[str, bytes]
    """Files of `approvals/` by their digest."""
    media: Callable[[Entry], Digest | None]
    """The digest of a file of the revision as it lies here, or None where it does not."""


def admit(revision: Revision, slug: str, rules: Rules, evidence: Evidence) -> Approved:
    """Let a revision through, or raise Refusal with the step that failed."""
    _rules_ask(slug, rules)
    _belongs(revision, slug, rules)
    submission = _submission(revision, slug, evidence)
    _bytes_are_the_same(revision, slug, evidence)
    _nothing_stands_against(slug, submission, rules, evidence)
    return Approved(revision, _enough_approvals(revision, submission, rules, evidence), _SEAL)


def _rules_ask(slug: str, rules: Rules) -> None:
    if not any(count > 0 for count in rules.required.values()):
        raise Refusal(
            2, "nobody is asked to approve, so nothing is approved", where=slug,
            hint="set [review] required in publisher.toml, like legal = 1",
        )  # fmt: skip


def _belongs(revision: Revision, slug: str, rules: Rules) -> None:
    manifest = revision.manifest
    if manifest.house != rules.house or manifest.slug != slug:
        raise Refusal(
            3, f"this revision is of {manifest.slug} at {manifest.house}", where=slug,
            hint=f"submit it again: publish {manifest.kind} {slug}",
        )  # fmt: skip


def _submission(revision: Revision, slug: str, evidence: Evidence) -> Record:
    """The latest submission of this revision."""
    for record in reversed(evidence.records):
        if _submits(record, revision, slug):
            return record
    raise Refusal(
        4, f"revision {short(revision.name)} was never submitted", where=slug,
        hint=f"submit it: publish {revision.manifest.kind} {slug}",
    )  # fmt: skip


def _submits(record: Record, revision: Revision, slug: str) -> bool:
    return record.event == "submit" and record.slug == slug and record.data.get("revision") == revision.name


def _makers(revision: Revision, evidence: Evidence) -> frozenset[str]:
    """Those who made the piece or ever submitted this revision of it: they may not approve it."""
    slug = revision.manifest.slug
    submitters = (record.by for record in evidence.records if _submits(record, revision, slug))
    return frozenset((*revision.manifest.people, *submitters))


def _bytes_are_the_same(revision: Revision, slug: str, evidence: Evidence) -> None:
    manifest = revision.manifest
    if revision.parts.keys() != {part.name for part in manifest.parts}:
        raise Refusal(5, "parts are missing or were added", where=slug, hint="restore the revision from git")
    for part in manifest.parts:
        if digest_bytes(revision.parts[part.name]) != Digest(part.sha256, part.size):
            raise Refusal(
                5, "this is not what legal saw", where=f"{slug}, {part.name}", hint="restore the revision from git"
            )
    for file in manifest.files:
        found = evidence.media(file)
        if found is not None and found != Digest(file.sha256, file.size):
            raise Refusal(
                5, "this is not what legal saw", where=f"{slug}, {file.name}",
                hint="delete the folder .publisher/ and run the command again: it makes the file anew",
            )  # fmt: skip


def _nothing_stands_against(slug: str, submission: Record, rules: Rules, evidence: Evidence) -> None:
    rejections = standing_rejections(slug, rules, evidence)
    latest = {
        record.data["revision"]: record.seq
        for record in evidence.records
        if record.event == "submit" and record.slug == slug
    }
    for record in rejections:
        # A rejection is about its revision and all that came after: an edit does not outrun it.
        if submission.seq >= latest.get(record.data.get("revision", ""), 0):
            raise Refusal(
                6, f"{_name(record.by, rules)} rejected it: {_reason(record, evidence)}", where=slug,
                hint=f"mend what they ask for; then {record.by} withdraws: publish review withdraw {slug}",
            )  # fmt: skip


def standing_rejections(slug: str, rules: Rules, evidence: Evidence) -> tuple[Record, ...]:
    """Rejections of a piece that the people who made them have not withdrawn."""
    standing: dict[int, Record] = {}
    for record in evidence.records:
        if record.slug != slug:
            continue
        if record.event == "reject":
            standing[record.seq] = record
        elif record.event == "withdraw" and _verified(record, rules, evidence) is not None:
            standing = {seq: rejection for seq, rejection in standing.items() if rejection.by != record.by}
    return tuple(standing.values())


def _enough_approvals(revision: Revision, submission: Record, rules: Rules, evidence: Evidence) -> tuple[Envelope, ...]:
    given = {envelope.statement.person: envelope for envelope in _approvals(revision, rules, evidence)}
    slug = revision.manifest.slug
    counted: dict[str, Envelope] = {}
    for role, count in rules.required.items():
        fit = {
            id_: envelope
            for id_, envelope in given.items()
            if is_reviewer(rules.people[id_], role, envelope.statement.moment.date())
        }
        if len(fit) < count:
            raise Refusal(
                7, f"{len(fit)} of {count} approvals by {role}", where=slug,
                hint=_whom_to_ask(revision, role, rules, evidence, submission),
            )  # fmt: skip
        counted.update(fit)
    return tuple(counted.values())


def _approvals(revision: Revision, rules: Rules, evidence: Evidence) -> Iterator[Envelope]:
    """Verified approvals of exactly this revision by people who did not make it."""
    makers = _makers(revision, evidence)
    for record in evidence.records:
        if record.event != "approve" or record.slug != revision.manifest.slug:
            continue
        if record.data.get("revision") != revision.name or record.by in makers:
            continue
        envelope = _verified(record, rules, evidence)
        if envelope is not None and envelope.statement.revision == revision.name:
            yield envelope


def _verified(record: Record, rules: Rules, evidence: Evidence) -> Envelope | None:
    """The envelope that a record names, if it says what the record says and its person signed it."""
    data = evidence.envelopes.get(str(record.data.get("envelope", "")))
    person = rules.people.get(record.by)
    if data is None or person is None:
        return None
    try:
        envelope = open_envelope(data, record.slug)
    except PublisherError:
        return None
    statement = envelope.statement
    said = (statement.decision, statement.slug, statement.person, statement.house, statement.revision)
    if said != (record.event, record.slug, record.by, rules.house, record.data.get("revision")):
        return None
    if not is_valid(person, statement.moment.date()):
        return None
    return envelope if any(envelope.is_signed_by(key) for key in person.keys) else None


def is_valid(person: Person, day: date) -> bool:
    """Whether a person's signature of that day counts."""
    return (person.valid_from or date.min) <= day <= (person.valid_to or date.max)


def is_reviewer(person: Person, role: str, day: date) -> bool:
    """Whether a person can approve for a role on that day."""
    return role in person.roles and bool(person.keys) and is_valid(person, day)


def reviewers(role: str, rules: Rules, day: date, without: Collection[str] = ()) -> tuple[str, ...]:
    """Names of those who can approve for a role, less those who may not."""
    return tuple(
        person.name for id_, person in rules.people.items() if id_ not in without and is_reviewer(person, role, day)
    )


def _whom_to_ask(revision: Revision, role: str, rules: Rules, evidence: Evidence, submission: Record) -> str:
    manifest = revision.manifest
    day = date.fromisoformat(submission.time[:10])
    names = reviewers(role, rules, day, without=_makers(revision, evidence))
    if not names:
        return f"nobody can: give someone who did not make it the role {role} and a key: publish people add"
    return f"{', '.join(names)} can: publish review show {manifest.slug}"


def _name(id_: str, rules: Rules) -> str:
    return rules.people[id_].name if id_ in rules.people else id_


def _reason(record: Record, evidence: Evidence) -> str:
    data = evidence.envelopes.get(str(record.data.get("envelope", "")))
    try:
        return open_envelope(data or b"", record.slug).statement.reason
    except PublisherError:
        return "the reason cannot be read; its file in approvals/ is damaged or missing"


def read_envelopes(folder: Path) -> dict[str, bytes]:
    """Every envelope in `approvals/`, by digest."""
    return {digest_bytes(data).sha256: data for data in (path.read_bytes() for path in folder.rglob("*.dsse.json"))}
