"""Check a dossier, offline and without a workspace, in numbered steps; the first that fails ends it.

1. Form: the file is an archive in its one form, and each member has the digest that the index says.
2. Revision: the manifest is whole, and every part and file is, byte for byte, what it says; nothing else is there.
3. Ledger: every line is one, and stands under the ledger's root.
4. People: every version that these lines name is here, signed by enough admins of the one before it and of its own
   (`trust.py` has the steps); each line is about them, about this piece, or one at which trust in a key ends.
5. Signatures: every statement is as it was signed, about this piece of this house, with a key of its person, who was
   valid on that day.
6. Heads: what each signer saw of the ledger holds these lines, and the ledger only added to it.
7. Decision: the gate admits the revision by what is here, at the moment that the index names.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Final

from publisher.counting import counted
from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.review import canonical
from publisher.review.archive import Archive
from publisher.review.dossier import (
    APPROVALS,
    FILES,
    INDEX,
    LEDGER,
    MANIFEST,
    PARTS,
    PEOPLE,
    README,
    RULES,
    index_bytes,
    judge,
    needed,
    read_rules,
    roster_name,
)
from publisher.review.history import signature_flaw
from publisher.review.manifest import Manifest
from publisher.review.people import Demand, Rules
from publisher.review.proofs import Proofs
from publisher.review.records import Record
from publisher.review.revisions import Revision
from publisher.review.roster import Roster, SignedRoster, open_roster
from publisher.review.statement import Envelope, open_envelope
from publisher.review.trust import Trust, trust_of

_SMALL: Final = 64 << 20
"""Bytes that a member has at most which is read as a whole: all but the files of the revision."""
_AGAIN: Final = "ask for the file again: this one proves nothing"


@dataclass(frozen=True)
class Step:
    """What was looked at, and what came of it."""

    number: int
    name: str
    said: tuple[str, ...]
    """What it found, a line each; why it failed, if it did."""
    failed: bool = False


@dataclass
class _Dossier:
    """What the steps found so far."""

    archive: Archive
    now: datetime
    """Of the check."""
    moment: datetime = field(init=False)
    """Of judging."""
    manifest: Manifest = field(init=False)
    revision: Revision = field(init=False)
    rules: Rules = field(init=False)
    envelopes: dict[str, Envelope] = field(default_factory=dict)
    """By digest."""
    proofs: Proofs = field(init=False)
    records: tuple[Record, ...] = ()

    def read(self, name: str) -> bytes:
        return self.archive.read(name, _SMALL)

    def names(self, prefix: str) -> list[str]:
        return [name for name in self.archive.members if name.startswith(prefix)]


def examine(path: Path, now: datetime) -> Iterator[Step]:
    """Go through the steps, and give each when it is done; a failed one is the last.

    now: with a zone; it changes nothing but what is said of an approval that ended since the file was made.
    """
    found: list[_Dossier] = []
    for number, (name, step) in enumerate(_STEPS.items(), 1):
        try:
            if not found:
                found.append(_Dossier(Archive(path), now))
            said = tuple(step(found[0]))
        except PublisherError as error:
            yield Step(number, name, (str(error).removesuffix(f" ({error.hint})"),), failed=True)
            return
        except (LookupError, TypeError, ValueError, RecursionError):
            yield Step(number, name, (f"{path.name}: it is not as it was written",), failed=True)
            return
        yield Step(number, name, said)


def _refuse(what: str, where: str) -> PublisherError:
    return PublisherError(what, where=where, hint=_AGAIN)


def _form(dossier: _Dossier) -> Iterator[str]:
    manifest = Manifest.from_bytes(dossier.read(MANIFEST), MANIFEST)
    digests = {name: dossier.archive.digest(name) for name in dossier.archive.members if name != INDEX}
    index = dossier.read(INDEX)
    moment = canonical.parse(index)["moment"]
    if not canonical.is_moment(moment) or index != index_bytes(manifest, moment, digests):
        raise _refuse("a member is not as it was when the file was made, or the index is not", INDEX)
    if list(dossier.archive.members) != [INDEX, README, *sorted(digests.keys() - {README})]:
        raise _refuse("its members are others, or in another order", INDEX)
    dossier.manifest, dossier.moment = manifest, datetime.fromisoformat(moment)
    yield f"{len(digests)} files, {sum(one.size for one in digests.values()):,} bytes, each with its digest"


def _revision(dossier: _Dossier) -> Iterator[str]:
    manifest = dossier.manifest
    wanted = {f"{PARTS}{one.name}": one for one in manifest.parts}
    wanted |= {f"{FILES}{one.name}": one for one in manifest.files}
    for name, entry in wanted.items():
        if name not in dossier.archive.members or dossier.archive.digest(name) != entry.digest:
            raise _refuse("this is not what the manifest says", name)
    for name in dossier.archive.members.keys() - wanted.keys() - {README, INDEX, MANIFEST, RULES, LEDGER}:
        if not name.startswith((APPROVALS, PEOPLE)):
            raise _refuse("this belongs to no revision", name)
    dossier.revision = Revision(manifest, {one.name: dossier.read(f"{PARTS}{one.name}") for one in manifest.parts})
    yield f"{manifest.kind} {manifest.slug} of {manifest.house}"
    yield f"revision {manifest.revision}"
    counts = f"{counted(len(manifest.parts), 'part')} and {counted(len(manifest.files), 'file')}"
    yield f"{counts}: each is, byte for byte, what it names"


def _ledger(dossier: _Dossier) -> Iterator[str]:
    proofs = Proofs.from_bytes(dossier.read(LEDGER))
    records = proofs.records
    places = [one.place for one in proofs.lines]
    if places != sorted(set(places)):
        raise _refuse("its lines stand in no order", LEDGER)
    for shown in proofs.lines:
        if not shown.is_under(proofs.root, proofs.size):
            raise _refuse(f"line {shown.place + 1} does not stand in it", LEDGER)
    dossier.proofs, dossier.records = proofs, records
    yield f"{len(records)} of {proofs.size} lines, each under the root {proofs.root[:12]}"
    yield from (f"line {one.place + 1}: {record.event} by {record.by or 'publish'}, {_moment(record.time)}"
                for one, record in zip(proofs.lines, records, strict=True))  # fmt: skip


def _people(dossier: _Dossier) -> Iterator[str]:
    house, files = dossier.manifest.house, {name: dossier.read(name) for name in dossier.names(PEOPLE)}
    trust = trust_of(house, dossier.records, {digest_bytes(data).sha256: data for data in files.values()})
    if trust.flaw is not None or trust.roster is None:
        raise _refuse(trust.flaw.what if trust.flaw else "nobody ever signed the people", PEOPLE)
    signed = [open_roster(data, name) for name, data in files.items()]
    is_named = list(files) == [roster_name(line) for line in trust.lines]
    if not is_named or [one.sha256 for one in signed] != [line.data["roster"] for line in trust.lines]:
        raise _refuse("a version lies here under another name, or no line tells of it", PEOPLE)
    wanted = {one.digest for one in needed(dossier.records, dossier.manifest.slug, trust)}
    if any(one.digest not in wanted for one in dossier.records):
        raise _refuse("a line is about something else", LEDGER)
    dossier.rules = read_rules(dossier.read(RULES), house, trust)
    yield from _versions(signed, trust)
    yield from _who(dossier, trust.roster)
    yield _asked(dossier.rules.asked)


def _versions(signed: Sequence[SignedRoster], trust: Trust) -> Iterator[str]:
    before: Roster | None = None
    for one, line in zip(signed, trust.lines, strict=True):
        roster, day = one.roster, date.fromisoformat(line.time[:10])
        admins = {id_: of.people[id_].name for of in (before or roster, roster) for id_ in one.admins(of, day).values()}
        names = ", ".join(f"{name} ({id_})" for id_, name in admins.items())
        must = f"{counted(roster.threshold, 'admin')} must"
        yield f"version {roster.version} of {line.time[:10]}: signed by {names}; {must}"
        yield from (f"    {'passkey' if each.assertion else 'key'} {each.keyid}" for each in one.signatures)
        before = roster


def _who(dossier: _Dossier, roster: Roster) -> Iterator[str]:
    """Those of the newest version who stand in lines of the piece, and the keys of theirs that were revoked."""
    acting = {*dossier.manifest.people, *(one.by for one in dossier.records if one.slug)}
    for id_, person in roster.people.items():
        if id_ in acting:
            yield f"{person.name} ({id_}): {', '.join(person.roles) or 'no role'}"
            ends = ((one.key, f"from line {one.since + 1} on: {one.reason}") for one in person.revoked)
            yield from (f"    key {key} counts for nothing {end}" for key, end in ends)


def _asked(demand: Demand) -> str:
    asked = ", ".join(f"{count} of {role}" for role, count in sorted(demand.required.items()))
    counts = "" if demand.days is None else f"; an approval counts for {demand.days} days"
    counts += "; signed with a passkey" if demand.tier == "passkey" else ""
    return f"asked for: {asked or 'nobody'}{counts}"


def _signatures(dossier: _Dossier) -> Iterator[str]:
    for name in dossier.names(APPROVALS):
        envelope = open_envelope(dossier.read(name), name)
        said = envelope.statement
        flaw = signature_flaw(envelope, dossier.rules)
        if flaw or said.slug != dossier.manifest.slug or name != f"{APPROVALS}{envelope.file_name}":
            raise _refuse(flaw or "it is about another piece, or under another name", name)
        dossier.envelopes[envelope.sha256] = envelope
        yield f"{said.name}, {_moment(said.time)}: “{said.meaning}”"
        yield f"    revision {said.revision[:12]}, signed with a {said.tier}"
        yield f"    key {envelope.signature.keyid}"
        yield from (f"    reason: {said.reason}" for _ in said.reason[:1])
        yield from (f"    finding {id_[:12]} was waived" for id_ in said.waived)


def _heads(dossier: _Dossier) -> Iterator[str]:
    heads = {digest: one.statement.head for digest, one in dossier.envelopes.items()}
    signed = {digest: head for digest, head in heads.items() if head and head.size}
    if [one.envelope for one in dossier.proofs.seen] != list(signed):
        raise _refuse("what somebody saw of the ledger is not shown, or is shown and was not signed", LEDGER)
    under: set[bytes] = set()
    for seen in dossier.proofs.seen:
        head, said = signed[seen.envelope], dossier.envelopes[seen.envelope].statement
        if not seen.holds(head, dossier.proofs.root, dossier.proofs.size):
            raise _refuse(f"the ledger is not the one that {said.name} saw on {said.time}", LEDGER)
        under |= {shown.line for shown in seen.lines}
        how = "it only grew since" if seen.consistency is not None else "on a branch that was merged later"
        yield f"{said.name} saw {counted(head.size, 'line')} and signed that, {how}; {len(seen.lines):,} shown here"
    left = len(dossier.records) - len(under)
    yield f"lines shown that stand under a signature: {len(under)}"
    yield f"younger lines, for which there is the word of the house: {left}"


def _decision(dossier: _Dossier) -> Iterator[str]:
    envelopes = {digest: one.data for digest, one in dossier.envelopes.items()}
    approved = judge(dossier.revision, dossier.proofs, envelopes, dossier.rules, dossier.moment)
    names = ", ".join(sorted(one.statement.name for one in approved.approvals))
    yield f"approved by {names}; no rejection or takedown stands, and nobody who made it is among them"
    yield f"this is judged as of {dossier.moment:%Y-%m-%d %H:%M:%S} UTC, when the file was made"
    if approved.end is not None:
        is_over = approved.end <= dossier.now
        since = ": it is over by now, and still evidence of that moment" if is_over else ""
        yield f"it counts until {approved.end.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC{since}"


def _moment(time: str) -> str:
    """`2026-11-20 12:00:00 UTC`, of a time as statements and the ledger have it."""
    return f"{datetime.fromisoformat(time).astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


_STEPS: Final[Mapping[str, Callable[[_Dossier], Iterator[str]]]] = {
    "Form": _form,
    "Revision": _revision,
    "Ledger": _ledger,
    "People": _people,
    "Signatures": _signatures,
    "Heads": _heads,
    "Decision": _decision,
}
