"""The evidence of a public revision as a vault keeps it: an index, and every member under its digest.

It is what `publish evidence` writes, without the archive around it: so a file that many revisions share is there once.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from publisher.errors import PublisherError
from publisher.files import Digest, digest_bytes
from publisher.review.dossier import FILES, Case, index_bytes, members, stamp
from publisher.review.gate import Evidence, read_envelopes
from publisher.review.manifest import short
from publisher.review.trust import FOLDER
from publisher.workflow.context import Context
from publisher.workflow.lines import whole_name

DECISIONS: Final = frozenset({"approve", "reject", "withdraw"})


@dataclass(frozen=True)
class Evidenced:
    """The evidence of one revision."""

    index: bytes
    """`evidence.json` of the file that `publish evidence` would write."""
    parts: Mapping[str, bytes]
    """Members by digest, but for the public files."""
    digests: tuple[str, ...]
    """Of the index, and of all members."""
    is_proven: bool
    """False if the gate lets it through no more: then it is all that there is, with what people said since."""


def public_name(evidence: Evidence, slug: str, revision: str) -> str:
    """The whole name of a public revision. Errors: nobody submitted it."""
    name = whole_name(evidence.of(slug), revision)
    if name is None:
        raise PublisherError(
            "it is public, and nobody submitted it", where=f"{slug}@{revision}", hint="publish ledger verify"
        )
    return name


def evidence_key(evidence: Evidence, slug: str, name: str) -> str:
    """Where the index lies: another one after each decision about the revision."""
    said = [one for one in evidence.of(slug) if one.event in DECISIONS and one.revision == name]
    return f"evidence/{slug}/{short(name)}/{len(said):04}.json"


def gather(context: Context, evidence: Evidence, slug: str, name: str) -> Evidenced:
    """Put the evidence of a revision together. Errors: something of it is damaged or missing here."""
    revision = context.revisions.get(slug, name)
    rosters = read_envelopes(context.root / FOLDER)
    case = Case(revision, context.rules, rosters, evidence, context.ledger.chain(), context.now)
    media = {entry.name: context.media.path(entry) for entry in revision.manifest.files}
    try:
        found, proven = members(case, media), True
    except PublisherError:
        found, proven = members(case, media, shown=False), False
    parts = {member: data for member, data in found.items() if isinstance(data, bytes)}
    public = {f"{FILES}{entry.name}": entry.digest for entry in revision.manifest.files}
    digests: dict[str, Digest] = {member: public.get(member) or digest_bytes(parts[member]) for member in found}
    index = index_bytes(revision.manifest, stamp(context.now), digests)
    every = (digest_bytes(index).sha256, *(one.sha256 for one in digests.values()))
    return Evidenced(index, {digests[member].sha256: data for member, data in parts.items()}, every, proven)
