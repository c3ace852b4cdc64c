"""A dossier: all that shows what was approved in one piece, by whom and when, in one file (`docs/evidence.md`).

It holds the manifest, the parts and files of the revision, what people signed of the piece, who these people are and
what the house asked for, and the piece's lines of the ledger with their proofs.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from publisher.review import canonical
from publisher.review.chain import Chain
from publisher.review.evidence import Evidence
from publisher.review.history import signature_flaw
from publisher.review.manifest import Manifest
from publisher.review.people import Rules
from publisher.review.proofs import prove
from publisher.review.records import Record
from publisher.review.revisions import Revision
from publisher.review.statement import Envelope

SCHEMA: Final = "corporate-voices/evidence/1"
README: Final = "README.txt"
INDEX: Final = "evidence.json"
PEOPLE: Final = "people.json"
LEDGER: Final = "ledger.json"
MANIFEST: Final = "revision/manifest.json"
PARTS: Final = "revision/parts/"
FILES: Final = "files/"
APPROVALS: Final = "approvals/"

_README: Final = """\
Evidence of what was approved: {slug}, at {house}
Revision {revision}

This file is a zip archive. It holds, byte for byte, what the public was to get of one piece, and the signed statements
of the people who reviewed it.

files/                    what the public gets as it is: audio, transcript, pictures
revision/parts/           what pages and feeds are put together from
revision/manifest.json    the digest (SHA-256) of each of these. The digest of this list names the revision
approvals/                what reviewers signed: name, time, meaning, and the name of the revision
people.json               who they are, their public keys, and how many of which role the house asked for
ledger.json               what was said and done about the piece, in order; proof that it stands in the ledger
evidence.json             the digest of each of these files

What it shows: the holder of a key signed, for the person whose name stands there, a statement about exactly these
bytes. Change one, and neither the manifest nor the signature fits any more. Whoever signed also signed what the
house's ledger was at that time, so that lines which stood there before cannot be changed, removed or added without it
being seen.

What it cannot show by itself: that a key belongs to a person. Compare the fingerprints that the check prints with what
the person or the house says elsewhere. Times are those of the signers' computers. Lines of the ledger that are younger
than the last signature are the house's word. This text is no evidence; what the check prints is.

To check it, offline:                publish evidence check FILE
Without any software of ours:        docs/check_evidence.py and docs/evidence.md of corporate-voices
"""


@dataclass(frozen=True)
class Case:
    """What a dossier is made from."""

    revision: Revision
    """Which the gate let through."""
    rules: Rules
    evidence: Evidence
    chain: Chain
    """The whole ledger."""


def members(case: Case, media: Mapping[str, Path]) -> dict[str, bytes | Path]:
    """The files of a dossier in their order, but for the index. media: by key, where the bytes of each file lie."""
    manifest = case.revision.manifest
    lines = concerned(case.evidence.records, manifest.slug)
    envelopes = {f"{APPROVALS}{one.file_name}": one for one in _envelopes(case)}
    ids = {*manifest.people, *(record.by for record in lines), *(one.statement.person for one in envelopes.values())}
    heads = {one.sha256: one.statement.head for _, one in sorted(envelopes.items()) if one.statement.head}
    found: dict[str, bytes | Path] = {
        MANIFEST: manifest.to_bytes(),
        PEOPLE: people_bytes(case.rules, ids),
        LEDGER: prove(case.chain, lines, heads).to_bytes(),
        **{f"{PARTS}{name}": data for name, data in case.revision.parts.items()},
        **{f"{FILES}{entry.name}": media[entry.name] for entry in manifest.files},
        **{name: envelope.data for name, envelope in envelopes.items()},
    }
    return {README: readme(manifest), **dict(sorted(found.items()))}


def concerned(records: Iterable[Record], slug: str) -> list[Record]:
    """Lines about a piece, and releases in which it came, changed or went."""
    return [one for one in records if one.slug == slug or (one.event == "release" and slug in _released(one))]


def _released(record: Record) -> list[str]:
    return [change.partition("@")[0] for change in str(record.data.get("pieces", "")).split()]


def _envelopes(case: Case) -> list[Envelope]:
    """What people signed of the piece. A signature that does not hold shows nothing; the ledger's line tells of it."""
    slug = case.revision.manifest.slug
    found = (one for one in case.evidence.opened.values() if one.statement.slug == slug)
    return [one for one in found if not signature_flaw(one, case.rules)]


def people_bytes(rules: Rules, ids: Iterable[str]) -> bytes:
    """Who people are, and what the house asks for: `people.json`.

    As `people.toml` says it now. A signed version of it would take its place here, and in `examine`.
    """
    known = {id_: rules.people[id_] for id_ in ids if id_ in rules.people}
    people = {
        id_: {
            "name": person.name,
            "roles": person.roles,
            "keys": person.keys,
            **{key: day.isoformat() for key in ("valid_from", "valid_to") if (day := getattr(person, key))},
        }
        for id_, person in known.items()
    }
    return canonical.dump_plain({"required": dict(rules.required), "people": people})


def readme(manifest: Manifest) -> bytes:
    """A page for whoever opens the file."""
    return _README.format(slug=manifest.slug, house=manifest.house, revision=manifest.revision).encode()


def index_bytes(manifest: Manifest, digests: Mapping[str, Any]) -> bytes:
    """The list of all files with their digests: `evidence.json`. digests: by name, in order."""
    return canonical.dump_plain(
        {
            "schema": SCHEMA,
            "house": manifest.house,
            "kind": manifest.kind,
            "slug": manifest.slug,
            "revision": manifest.revision,
            "members": [{"name": name, "sha256": one.sha256, "size": one.size} for name, one in digests.items()],
        }
    )
