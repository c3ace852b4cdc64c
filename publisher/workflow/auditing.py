"""Verify the ledger: against itself, against what people signed, and against what the target kept.

1. Lines: each is in its one form, and follows from those before it; branches are merged.
2. Decisions: each approval, rejection, withdrawal, takedown and lift has its signed file, signed by a key that
   `people.toml` knows, and each signed file its line.
3. Heads: each signed file that says what its signer saw of the ledger says what the ledger was: so it was neither cut
   nor replaced since.
4. Target: the ledger goes on from what the latest release left at the target.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from publisher.counting import counted
from publisher.errors import PublisherError
from publisher.release.survey import read_record
from publisher.review.chain import Chain
from publisher.review.dossier import concerned
from publisher.review.evidence import read_envelopes
from publisher.review.head import Head
from publisher.review.heads import Heads
from publisher.review.history import signer_flaw
from publisher.review.manifest import short
from publisher.review.people import Rules
from publisher.review.records import MERGE, Record
from publisher.review.statement import MEANINGS, Envelope, open_envelope
from publisher.workflow.context import Context
from publisher.workflow.release import open_release_target

SIGNED: Final = tuple(MEANINGS)


@dataclass(frozen=True)
class Step:
    """What was looked at, and what came of it."""

    number: int
    name: str
    covered: str
    """What it looked at; why it was left out, if it was."""
    flaws: tuple[str, ...] = ()
    """What is wrong, a line each."""
    left_out: bool = False
    """Whether it could not be looked at, which is no flaw of the ledger."""


def verify_ledger(context: Context, to: str | None = None) -> Iterator[Step]:
    """Go through the steps, and give each when it is done. Where the first fails, there is nothing to hold against.

    to: the target; that of `publisher.toml` if not said.
    """
    try:
        chain = context.ledger.chain()
    except PublisherError as error:
        yield Step(1, "Lines", "each follows from the one before it", (f"{error.where}: {error.what}",))
        return
    yield Step(1, "Lines", _lines_covered(chain))
    envelopes, damaged = _envelopes(context)
    unsigned = _unsigned(envelopes, context.rules)
    flaws = (*damaged, *unsigned, *_decisions(chain, envelopes))
    yield Step(2, "Decisions", _decisions_covered(envelopes, context.rules.house), flaws)
    heads = chain.heads
    yield _heads(chain, heads, envelopes)
    yield _target(context, heads, to)


def _lines_covered(chain: Chain) -> str:
    merges = sum(record.event == MERGE for record in chain.records)
    branches = f", {counted(merges, 'merge')} of branches" if merges else ""
    return f"{counted(len(chain.lines), 'line')}, each follows from those before it{branches}"


def _decisions_covered(envelopes: Mapping[str, Envelope], house: str) -> str:
    """What was signed before a house moved is as true as it was; it counts for nothing at the new address."""
    covered = f"{counted(len(envelopes), 'signed file')}, each with its line in the ledger"
    elsewhere = Counter(one.statement.house for one in envelopes.values() if one.statement.house != house)
    return "".join([covered, *(f"; {number:,} of them for {address}" for address, number in sorted(elsewhere.items()))])


def _envelopes(context: Context) -> tuple[dict[str, Envelope], list[str]]:
    """The signed files by digest, and which are damaged."""
    found, damaged = {}, []
    for digest, data in read_envelopes(context.approvals).items():
        try:
            found[digest] = open_envelope(data, f"approvals/, digest {short(digest)}")
        except PublisherError as error:
            damaged.append(f"{error.where}: {error.what}")
    return found, damaged


def _unsigned(envelopes: Mapping[str, Envelope], rules: Rules) -> Iterator[str]:
    """Signed files whose signature does not hold: what they say of the ledger would be anybody's word."""
    for envelope in envelopes.values():
        if flaw := signer_flaw(envelope, rules):
            yield f"approvals/{envelope.statement.slug}/{envelope.file_name}: {flaw}"


def _decisions(chain: Chain, envelopes: Mapping[str, Envelope]) -> Iterator[str]:
    recorded = set()
    for number, record in enumerate(chain.records, 1):
        if record.event not in SIGNED:
            continue
        where = f"line {number}, {record.event} of {record.slug} by {record.by}"
        envelope = envelopes.get(record.envelope)
        if record.envelope in recorded:
            yield f"{where}: its signed file stands in the ledger a second time"
        elif envelope is None:
            yield f"{where}: its signed file is missing from approvals/, or damaged"
        elif not _says_the_same(record, envelope):
            yield f"{where}: the ledger says something else than what was signed"
        recorded.add(record.envelope)
    for digest, envelope in envelopes.items():
        if digest not in recorded:
            said = envelope.statement
            yield f"approvals/{said.slug}/{envelope.file_name}: no line of the ledger tells of it"


def _says_the_same(record: Record, envelope: Envelope) -> bool:
    said = envelope.statement
    return (said.decision, said.slug, said.person, said.revision, said.time) == (
        record.event, record.slug, record.by, record.revision, record.time,
    )  # fmt: skip


def _heads(chain: Chain, known: Heads, envelopes: Mapping[str, Envelope]) -> Step:
    signed = [one for one in envelopes.values() if one.statement.head]
    flaws, latest = [], 0
    for envelope in sorted(signed, key=lambda one: one.statement.time):
        said = envelope.statement
        place = _place(known, said.head)
        if place is None:
            flaws.append(
                f"{said.name} signed on {said.time} that the ledger had {_lines(said.head)}; it does not have them now "
                f"(approvals/{said.slug}/{envelope.file_name})"
            )
        else:
            latest = max(latest, place + 1)
    covered = f"{counted(len(signed), 'signature')} of the ledger's head"
    reach = f"; they reach to line {latest:,} of {len(chain.lines):,}" if latest else ""
    return Step(3, "Heads", f"{covered}{reach}", tuple(flaws))


def _place(known: Heads, head: Head | None) -> int | None:
    """Where the line stands that made a head; -1 for that of an empty ledger."""
    if head is None or head.size == 0:
        return -1
    return known.place(head)


def _lines(head: Head | None) -> str:
    size = head.size if head else 0
    return f"{counted(size, 'line')}, the last of digest {short(head.tip) if head else ''}"


def _target(context: Context, known: Heads, to: str | None) -> Step:
    try:
        target = open_release_target(context, to)
        kept = read_record(target).ledger
    except (PublisherError, OSError) as error:
        return Step(4, "Target", f"it could not be read: {error}", left_out=True)
    if kept is None:
        return Step(4, "Target", f"{target.address} keeps no head: nothing was released there yet", left_out=True)
    if _place(known, kept) is None:
        flaw = f"{target.address} keeps that the ledger had {_lines(kept)}; it does not have them now"
        return Step(4, "Target", "the head that the latest release left there", (flaw,))
    return Step(4, "Target", f"{target.address} keeps the head of {counted(kept.size, 'line')}")


@dataclass(frozen=True)
class Entry:
    """A line as people read it."""

    number: int
    """1, 2, 3, …"""
    record: Record
    name: str
    """Of who did it, or what they are called if they are nobody here."""


def entries(context: Context, slug: str | None = None) -> Sequence[Entry]:
    """The lines of the ledger in order; of one piece, with the releases in which it came, changed or went."""
    records = context.ledger.records()
    wanted = records if slug is None else concerned(records, slug)
    number = {id(record): place for place, record in enumerate(records, 1)}
    return [Entry(number[id(record)], record, context.rules.name(record.by)) for record in wanted]
