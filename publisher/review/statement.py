"""What a reviewer says of one revision, signed: a DSSE envelope in `approvals/`."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Final, Literal, get_args

from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.review import canonical, dsse
from publisher.review.head import Head
from publisher.review.keys import TIERS, Signature, Signer, is_signed, tier_of
from publisher.workspace.config import Tier

SCHEMA: Final = "corporate-voices/statement/1"
PAYLOAD_TYPE: Final = "application/vnd.corporate-voices.statement+json"

_FINDING: Final = re.compile(r"[0-9a-f]{32}")
"""The id of a finding; to be matched in full."""

Decision = Literal["approve", "reject", "withdraw", "takedown", "restore"]

MEANINGS: Final[dict[Decision, str]] = {
    "approve": "I reviewed this revision and approve that the public gets exactly these bytes.",
    "reject": "I reviewed this revision and refuse that the public gets it.",
    "withdraw": "I withdraw my rejection of this piece.",
    "takedown": "I take this piece down: the public gets no revision of it any more.",
    "restore": "I lift the takedown of this piece: it may be approved anew.",
}
"""The meaning of the signature, which the statement carries with name and time (21 CFR 11.50)."""


@dataclass(frozen=True)
class Statement:
    """One person's decision on one revision."""

    decision: Decision
    meaning: str
    """The one of `MEANINGS`, so that nobody signs one thing and reads another."""
    house: str
    """The site's address."""
    kind: str
    slug: str
    revision: str
    """Digest of the manifest."""
    person: str
    """Id."""
    name: str
    """As printed."""
    time: str
    """ISO 8601 in UTC, by the signer's clock: `2026-11-03T07:00:00+00:00`."""
    reason: str
    """Why; never empty for a rejection or a takedown."""
    waived: tuple[str, ...] = ()
    """Ids of the findings that an approval lets pass because they were waived, in order, each once."""
    tier: Tier = "passphrase"
    """How the signer shows who they are."""
    head: Head | None = None
    """The head of the ledger that the signer saw: whoever cuts or replaces it later is found out by this signature."""
    notice: str = ""
    """What stands at the address of a piece that was taken down; if empty, nothing is there."""

    def to_bytes(self) -> bytes:
        """Canonical JSON (RFC 8785), which is what is signed; without what is as it is for most, see `_UNSAID`."""
        said = {key: value for key, value in vars(self).items() if value != _UNSAID.get(key, ...)}
        seen = {"head": self.head.as_dict()} if self.head else {}
        return canonical.dump_plain({"schema": SCHEMA, **said, **seen})

    @classmethod
    def from_bytes(cls, data: bytes) -> "Statement":
        """Read what `to_bytes` wrote; ValueError, TypeError or KeyError for anything else."""
        found = canonical.parse(data)
        waived = tuple(found.pop("waived", ()))
        head = Head.from_json(found.pop("head")) if "head" in found else None
        if found.pop("schema") != SCHEMA or not all(isinstance(value, str) for value in (*found.values(), *waived)):
            raise ValueError(SCHEMA)
        statement = cls(**found, waived=waived, head=head)
        if not statement._is_whole() or statement.to_bytes() != data:
            raise ValueError("not as it was signed")
        return statement

    def _is_whole(self) -> bool:
        return (
            self.decision in get_args(Decision)
            and self.meaning == MEANINGS[self.decision]
            and canonical.is_sha256(self.revision)
            and canonical.is_moment(self.time)
            and self.tier in TIERS
            and (not self.waived or self.decision == "approve")
            and all(_FINDING.fullmatch(id_) for id_ in self.waived)
            and list(self.waived) == sorted({*self.waived})
            and (not self.notice or self.decision == "takedown")
        )

    @property
    def moment(self) -> datetime:
        """When it was signed, in UTC."""
        return datetime.fromisoformat(self.time)


_UNSAID: Final[dict[str, object]] = {"waived": (), "tier": "passphrase", "head": None, "notice": ""}
"""What stands in no statement: so older ones keep their bytes."""


@dataclass(frozen=True)
class Envelope:
    """A statement with its signature, as it lies on disk."""

    data: bytes
    """The file."""
    statement: Statement
    payload: bytes
    """The statement's bytes, which are signed."""
    signature: Signature

    @cached_property
    def sha256(self) -> str:
        """Digest of the file, by which the ledger names it."""
        return digest_bytes(self.data).sha256

    @property
    def file_name(self) -> str:
        """`20261103T070000Z-approve-lena-fischer-1a2b3c4d.dsse.json`: sorted by time, never the same twice."""
        stamp = self.statement.moment.strftime("%Y%m%dT%H%M%SZ")
        return f"{stamp}-{self.statement.decision}-{self.statement.person}-{self.sha256[:8]}.dsse.json"

    @property
    def _signed(self) -> bytes:
        return dsse.pae(PAYLOAD_TYPE, self.payload)

    def is_signed_by(self, line: str) -> bool:
        """Whether the key of this public line made the signature, and is of the kind that the statement says."""
        return tier_of(line) == self.statement.tier and is_signed(line, self.signature, self._signed)


def to_sign(statement: Statement) -> bytes:
    """What a signature of a statement is over."""
    return dsse.pae(PAYLOAD_TYPE, statement.to_bytes())


def sign(statement: Statement, signer: Signer) -> Envelope:
    """Put a statement into an envelope, signed with a key that a passphrase opened."""
    said = replace(statement, tier="passphrase")
    return sealed(said, signer.sign(to_sign(said)))


def sealed(statement: Statement, signature: Signature) -> Envelope:
    """Put a statement into an envelope with a signature of it, which is not verified here."""
    payload = statement.to_bytes()
    return Envelope(dsse.wrap(PAYLOAD_TYPE, payload, [signature]), statement, payload, signature)


def open_envelope(data: bytes, where: str) -> Envelope:
    """Read an envelope strictly: another form of the same content is refused. It is not yet verified.

    where: what the error says, the file's path or the piece.
    """
    try:
        return _open(data)
    except (LookupError, TypeError, ValueError) as error:
        raise PublisherError(
            "this is not an approval as it was signed", where=where, hint="restore the file from git"
        ) from error


def _open(data: bytes) -> Envelope:
    payload, (signature,) = dsse.unwrap(PAYLOAD_TYPE, data)
    return Envelope(data, Statement.from_bytes(payload), payload, signature)
