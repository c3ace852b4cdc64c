"""Check a dossier, offline and without a workspace, in numbered steps; the first that fails ends it.

1. Form: the file is an archive in its one form, and each member has the digest that the index says.
2. Revision: the manifest is whole, and every part and file is, byte for byte, what it says; nothing else is there.
3. People: each key stands under one name.
4. Signatures: every statement is as it was signed, about this piece of this house, with a key of its person, who was
   valid on that day.
5. Ledger: every line is one, about this piece, and stands under the ledger's root.
6. Heads: what each signer saw of the ledger holds these lines, and the ledger only added to it.
7. Decision: the gate admits the revision by what is here.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from publisher.errors import PublisherError
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
    concerned,
    index_bytes,
    people_bytes,
)
from publisher.review.evidence import Evidence
from publisher.review.gate import admit
from publisher.review.history import signature_flaw
from publisher.review.keys import fingerprint
from publisher.review.lineage import Listed
from publisher.review.manifest import Manifest
from publisher.review.people import Rules
from publisher.review.proofs import Proofs
from publisher.review.records import Record
from publisher.review.revisions import Revision
from publisher.review.statement import Envelope, open_envelope
from publisher.workspace.people import Person

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


def examine(path: Path) -> Iterator[Step]:
    """Go through the steps, and give each when it is done; a failed one is the last."""
    found: list[_Dossier] = []
    for number, (name, step) in enumerate(_STEPS.items(), 1):
        try:
            if not found:
                found.append(_Dossier(Archive(path)))
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
    if dossier.read(INDEX) != index_bytes(manifest, digests):
        raise _refuse("a member is not as it was when the file was made, or the index is not", INDEX)
    if list(dossier.archive.members) != [INDEX, README, *sorted(digests.keys() - {README})]:
        raise _refuse("its members are others, or in another order", INDEX)
    dossier.manifest = manifest
    yield f"{len(digests)} files, {sum(one.size for one in digests.values()):,} bytes, each with its digest"


def _revision(dossier: _Dossier) -> Iterator[str]:
    manifest = dossier.manifest
    wanted = {f"{PARTS}{one.name}": one for one in manifest.parts}
    wanted |= {f"{FILES}{one.name}": one for one in manifest.files}
    for name, entry in wanted.items():
        if name not in dossier.archive.members or dossier.archive.digest(name) != entry.digest:
            raise _refuse("this is not what the manifest says", name)
    for name in dossier.archive.members.keys() - wanted.keys() - {README, INDEX, MANIFEST, PEOPLE, LEDGER}:
        if not name.startswith(APPROVALS):
            raise _refuse("this belongs to no revision", name)
    dossier.revision = Revision(manifest, {one.name: dossier.read(f"{PARTS}{one.name}") for one in manifest.parts})
    yield f"{manifest.kind} {manifest.slug} of {manifest.house}"
    yield f"revision {manifest.revision}"
    yield f"{len(manifest.parts)} parts and {len(manifest.files)} files are, byte for byte, what it names"


def _people(dossier: _Dossier) -> Iterator[str]:
    data = dossier.read(PEOPLE)
    found: dict[str, Any] = canonical.parse(data)
    people = {id_: Person.model_validate(person) for id_, person in found["people"].items()}
    required: Mapping[str, int] = found["required"]
    if not all(canonical.is_count(count) for count in required.values()):
        raise ValueError("not a number of people")
    dossier.rules = Rules(dossier.manifest.house, required, people)
    if people_bytes(dossier.rules, people) != data:
        raise _refuse("it is not as it was written", PEOPLE)
    keys = [key for person in people.values() for key in {fingerprint(line) for line in person.keys}]
    if len(set(keys)) < len(keys):
        raise _refuse("a key stands under two names", PEOPLE)
    yield f"asked for: {', '.join(f'{count} of {role}' for role, count in sorted(required.items()))}"
    yield from (f"{person.name} ({id_}): {', '.join(person.roles) or 'no role'}" for id_, person in people.items())


def _signatures(dossier: _Dossier) -> Iterator[str]:
    for name in dossier.names(APPROVALS):
        envelope = open_envelope(dossier.read(name), name)
        said = envelope.statement
        flaw = signature_flaw(envelope, dossier.rules)
        if flaw or said.slug != dossier.manifest.slug or name != f"{APPROVALS}{envelope.file_name}":
            raise _refuse(flaw or "it is about another piece, or under another name", name)
        dossier.envelopes[envelope.sha256] = envelope
        yield f"{said.name}, {said.time}: “{said.meaning}”"
        yield f"    revision {said.revision[:12]}, {said.tier}, key {envelope.signature.keyid}"
        yield from (f"    reason: {said.reason}" for _ in said.reason[:1])
        yield from (f"    finding {id_[:12]} was waived" for id_ in said.waived)


def _ledger(dossier: _Dossier) -> Iterator[str]:
    proofs = Proofs.from_bytes(dossier.read(LEDGER))
    records = proofs.records
    places = [one.place for one in proofs.lines]
    if places != sorted(set(places)) or len(concerned(records, dossier.manifest.slug)) < len(records):
        raise _refuse("its lines stand in no order, or are about something else", LEDGER)
    for shown in proofs.lines:
        if not shown.is_under(proofs.root, proofs.size):
            raise _refuse(f"line {shown.place + 1} does not stand in it", LEDGER)
    dossier.proofs, dossier.records = proofs, records
    yield f"{len(records)} of {proofs.size} lines, each under the root {proofs.root[:12]}"
    yield from (f"line {one.place + 1}: {record.event} by {record.by or 'publish'}, {record.time}"
                for one, record in zip(proofs.lines, records, strict=True))  # fmt: skip


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
        how = "and it went on from there" if seen.consistency is not None else "on a branch that was merged later"
        size = f"{head.size} {'line' if head.size == 1 else 'lines'}"
        yield f"{said.name} signed that it had {size}, {how}; of these shown here: {len(seen.lines)}"
    left = len(dossier.records) - len(under)
    yield f"under a signature: {len(under)} of the lines shown; younger, and the word of the house: {left}"


def _decision(dossier: _Dossier) -> Iterator[str]:
    envelopes = {digest: one.data for digest, one in dossier.envelopes.items()}
    order = Listed(dossier.records)
    evidence = Evidence(dossier.records, envelopes, lambda entry: entry.digest, order)
    approved = admit(dossier.revision, dossier.manifest.slug, dossier.rules, evidence)
    names = ", ".join(sorted(one.statement.name for one in approved.approvals))
    yield f"approved by {names}; no rejection stands, and nobody who made it is among them"


_STEPS: Final[Mapping[str, Callable[[_Dossier], Iterator[str]]]] = {
    "Form": _form,
    "Revision": _revision,
    "People": _people,
    "Signatures": _signatures,
    "Ledger": _ledger,
    "Heads": _heads,
    "Decision": _decision,
}
