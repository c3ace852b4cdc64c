"""A dossier: all that shows what was approved in one piece, by whom and when, in one file (`docs/evidence.md`).

It holds the manifest, the parts and files of the revision, what people signed of the piece, who these people are, as
admins signed it, what the house asks of the piece, and the lines of the ledger that tell of this, with their proofs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from publisher.errors import PublisherError
from publisher.review import canonical
from publisher.review.chain import Chain
from publisher.review.evidence import Evidence
from publisher.review.gate import Approved, Refusal, admit
from publisher.review.history import signature_flaw
from publisher.review.keys import TIERS
from publisher.review.manifest import Manifest
from publisher.review.people import Demand, Rules
from publisher.review.proofs import Placed, Proofs, prove
from publisher.review.records import Record
from publisher.review.revisions import Revision
from publisher.review.statement import Envelope
from publisher.review.trust import Trust, trust_of

SCHEMA: Final = "corporate-voices/evidence/1"
README: Final = "README.txt"
INDEX: Final = "evidence.json"
RULES: Final = "rules.json"
LEDGER: Final = "ledger.json"
MANIFEST: Final = "revision/manifest.json"
PARTS: Final = "revision/parts/"
FILES: Final = "files/"
APPROVALS: Final = "approvals/"
PEOPLE: Final = "people/"

_README: Final = """\
Evidence of what was approved: {slug}, at {house}
Revision {revision}

This file is a zip archive. It holds, byte for byte, what the public was to get of one piece, and the signed statements
of the people who reviewed it.

files/                    what the public gets as it is: audio, transcript, pictures
revision/parts/           what pages and feeds are put together from
revision/manifest.json    the digest (SHA-256) of each of these. The digest of this list names the revision
approvals/                what reviewers signed: name, time, meaning, and the name of the revision
people/                   who may sign for the house, with roles and public keys: every version, as admins signed it.
                          Each is whole, or its signatures would not fit: also people stand there who have nothing to
                          do with this piece
rules.json                how many of which role the house asks for, how they sign, and for how long an approval counts
ledger.json               what was said and done about the piece and the people, in order; proof that it stands in the
                          ledger
evidence.json             the digest of each of these files, and the moment as of which they were judged

What it shows: the holder of a key signed, for the person whose name stands there, a statement about exactly these
bytes, and admins of the house signed that this person has this key and this role. Change one, and neither the manifest
nor the signatures fit any more. Whoever signed also signed what the house's ledger was at that time, so that lines
which stood there before cannot be changed, removed or added without it being seen.

It shows what counted at the moment that evidence.json names. An approval that ended since is still evidence of that
moment; the check says when it ends.

What it cannot show by itself: that the admins of the first version of people/ are the house's, that there is no newer
version, or that a key belongs to a person. Compare the fingerprints that the check prints with what the person or the
house says elsewhere. Times are those of the signers' computers. rules.json, the moment, and lines of the ledger that
are younger than the last signature are the house's word. This text is no evidence; what the check prints is.

To check it, offline:                publish evidence check FILE
Without any software of ours:        docs/check_evidence.py and docs/evidence.md of corporate-voices
"""


@dataclass(frozen=True)
class Case:
    """What a dossier is made from."""

    revision: Revision
    """Which the gate let through."""
    rules: Rules
    rosters: Mapping[str, bytes]
    """Files of `people/signed/` by their digest."""
    evidence: Evidence
    chain: Chain
    """The whole ledger."""
    now: datetime
    """The moment of judging, with a zone."""


def members(case: Case, media: Mapping[str, Path], *, shown: bool = True) -> dict[str, bytes | Path]:
    """The files of a dossier in their order, but for the index. media: by key, where the bytes of each file lie.

    shown: whether the gate must let it through by these files alone; else they are what there is.
    Errors: the gate let it through by more than one file can show.
    """
    manifest = case.revision.manifest
    envelopes = {f"{APPROVALS}{one.file_name}": one for one in _envelopes(case)}
    heads = {one.sha256: one.statement.head for _, one in sorted(envelopes.items()) if one.statement.head}
    proofs = prove(case.chain, needed(case.evidence.records, manifest.slug, case.rules.trust), heads)
    rules = _rules_bytes(case)
    if shown:
        _is_shown(case, proofs, rules, {one.sha256: one.data for one in envelopes.values()})
    found: dict[str, bytes | Path] = {
        MANIFEST: manifest.to_bytes(),
        RULES: rules,
        LEDGER: proofs.to_bytes(),
        **{roster_name(line): case.rosters[str(line.data["roster"])] for line in case.rules.trust.lines},
        **{f"{PARTS}{name}": data for name, data in case.revision.parts.items()},
        **{f"{FILES}{entry.name}": media[entry.name] for entry in manifest.files},
        **{name: envelope.data for name, envelope in envelopes.items()},
    }
    return {README: readme(manifest), **dict(sorted(found.items()))}


def needed(records: Iterable[Record], slug: str, trust: Trust) -> list[Record]:
    """Lines that judging a piece takes: its own, those about the people, and those at which trust in a key ends."""
    return [*concerned(records, slug), *trust.lines, *trust.ends.values()]


def concerned(records: Iterable[Record], slug: str) -> list[Record]:
    """Lines about a piece, and releases in which it came, changed or went."""
    return [one for one in records if one.slug == slug or slug in dict(one.pieces)]


def _envelopes(case: Case) -> list[Envelope]:
    """What people signed of the piece. A signature that does not hold shows nothing; the ledger's line tells of it."""
    slug = case.revision.manifest.slug
    found = (one for one in case.evidence.opened.values() if one.statement.slug == slug)
    return [one for one in found if not signature_flaw(one, case.rules)]


def roster_name(line: Record) -> str:
    """The member that holds the version of the people of a line of the ledger: `people/0001.dsse.json`."""
    return f"{PEOPLE}{line.data['version']:04}.dsse.json"


def _rules_bytes(case: Case) -> bytes:
    card = case.revision.card
    manifest, rules = case.revision.manifest, case.rules
    ids = {*manifest.people, *(line.by for line in concerned(case.evidence.records, manifest.slug))}
    names = {id_: rules.names[id_] for id_ in ids if id_ in rules.names and id_ not in rules.people}
    return rules_bytes(rules.demand(card.division, card.tags), names)


def rules_bytes(demand: Demand, names: Mapping[str, str]) -> bytes:
    """What the house asks of the piece, and how those are called who stand in its lines and not in the people."""
    asked = {"required": dict(demand.required), "days": demand.days, "tier": demand.tier}
    return canonical.dump_plain({**asked, "names": dict(names)})


def read_rules(data: bytes, house: str, trust: Trust) -> Rules:
    """The gate's rules by what `rules_bytes` wrote. ValueError, TypeError or LookupError for anything else."""
    found: dict[str, Any] = canonical.parse(data)
    demand, names = Demand(found["required"], found["days"], found["tier"]), found["names"]
    if demand.tier not in TIERS:
        raise ValueError("no tier")
    counts = [*demand.required.values(), *([] if demand.days is None else [demand.days])]
    if not all(map(canonical.is_count, counts)) or not all(isinstance(name, str) for name in names.values()):
        raise ValueError("not rules")
    if rules_bytes(demand, names) != data:
        raise ValueError("not as it was written")
    return Rules(house, demand, trust, names=names)


def judge(revision: Revision, proofs: Proofs, envelopes: Mapping[str, bytes], rules: Rules, now: datetime) -> Approved:
    """Ask the gate with nothing but what a dossier shows; the files of the revision are whole.

    envelopes: by digest. now: the moment of judging. Errors: Refusal, as `admit`.
    """
    evidence = Evidence(proofs.records, envelopes, lambda entry: entry.digest, Placed(proofs))
    return admit(revision, revision.manifest.slug, rules, evidence, now=now)


def _is_shown(case: Case, proofs: Proofs, rules: bytes, envelopes: Mapping[str, bytes]) -> None:
    house = case.revision.manifest.house
    trust = trust_of(house, proofs.records, case.rosters)
    try:
        judge(case.revision, proofs, envelopes, read_rules(rules, house, trust), case.now)
    except Refusal as refusal:
        raise PublisherError(
            f"it is approved, but by an order of merged branches that takes the whole ledger to show: {refusal.what}",
            where=case.revision.manifest.slug,
            hint="hand over the repository; or have it approved once more, after the merge",
        ) from refusal


def readme(manifest: Manifest) -> bytes:
    """A page for whoever opens the file."""
    return _README.format(slug=manifest.slug, house=manifest.house, revision=manifest.revision).encode()


def index_bytes(manifest: Manifest, moment: str, digests: Mapping[str, Any]) -> bytes:
    """The list of all files with their digests: `evidence.json`.

    moment: of judging, as `stamp` writes it. digests: by name, in order.
    """
    return canonical.dump_plain(
        {
            "schema": SCHEMA,
            "house": manifest.house,
            "kind": manifest.kind,
            "slug": manifest.slug,
            "revision": manifest.revision,
            "moment": moment,
            "members": [{"name": name, "sha256": one.sha256, "size": one.size} for name, one in digests.items()],
        }
    )


def stamp(moment: datetime) -> str:
    """ISO 8601 in UTC, whole seconds, as times are written in the ledger."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")
