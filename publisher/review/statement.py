"""What a reviewer says of one revision, signed: a DSSE envelope (github.com/secure-systems-lab/dsse, protocol.md) in `approvals/`."""

import base64
import json
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Literal, get_args

import rfc8785

from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.review.keys import Signature, Signer, is_signed

SCHEMA = "corporate-voices/statement/1"
PAYLOAD_TYPE = "application/vnd.corporate-voices.statement+json"

Decision = Literal["approve", "reject", "withdraw"]

MEANINGS: dict[Decision, str] = {
    "approve": "I reviewed this revision and approve that the public gets exactly these bytes.",
    "reject": "I reviewed this revision and refuse that the public gets it.",
    "withdraw": "I withdraw my rejection of this piece.",
}
"""The meaning of the signature, which the statement carries with name and time (21 CFR 11.50)."""


@dataclass(frozen=True)
class Statement:
    """One person's decision on one revision."""

    decision: Decision
    meaning: str
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
    """ISO 8601 in UTC, by the signer's clock."""
    reason: str
    """Why; never empty for a rejection."""

    def to_bytes(self) -> bytes:
        """Canonical JSON (RFC 8785), which is what is signed."""
        return rfc8785.dumps({"schema": SCHEMA, **asdict(self)})

    @property
    def moment(self) -> datetime:
        """When it was signed."""
        return datetime.fromisoformat(self.time)


@dataclass(frozen=True)
class Envelope:
    """A statement with its signature, as it lies on disk."""

    data: bytes
    """The file."""
    statement: Statement
    payload: bytes
    signature: Signature

    @property
    def sha256(self) -> str:
        """Digest of the file, by which the ledger names it."""
        return digest_bytes(self.data).sha256

    @property
    def file_name(self) -> str:
        """`20261103T070000Z-approve-lena-fischer-1a2b3c4d.dsse.json`: sorted by time, never the same twice."""
        stamp = self.statement.moment.strftime("%Y%m%dT%H%M%SZ")
        return f"{stamp}-{self.statement.decision}-{self.statement.person}-{self.sha256[:8]}.dsse.json"

    def is_signed_by(self, line: str) -> bool:
        """Whether the key of this public line made the signature."""
        return is_signed(line, self.signature.data, _pae(self.payload))


def _pae(payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: what the signature is over."""
    kind = PAYLOAD_TYPE.encode()
    return b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(payload), payload)


def sign(statement: Statement, signer: Signer) -> Envelope:
    """Put a statement into an envelope."""
    payload = statement.to_bytes()
    signature = signer.sign(_pae(payload))
    data = rfc8785.dumps(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": PAYLOAD_TYPE,
            "signatures": [{"keyid": signature.keyid, "sig": base64.b64encode(signature.data).decode()}],
        }
    )
    return Envelope(data, statement, payload, signature)


def open_envelope(data: bytes, where: str) -> Envelope:
    """Read an envelope strictly: another form of the same content is refused. It is not yet verified."""
    try:
        return _open(data)
    except (ValueError, TypeError, KeyError) as error:
        raise PublisherError(
            "this is not an approval as it was signed", where=where, hint="restore the file from git"
        ) from error


def _open(data: bytes) -> Envelope:
    outer = json.loads(data)
    (signature,) = outer["signatures"]
    payload = base64.b64decode(outer["payload"], validate=True)
    if outer["payloadType"] != PAYLOAD_TYPE or rfc8785.dumps(outer) != data:
        raise ValueError(PAYLOAD_TYPE)
    found = json.loads(payload)
    if found.pop("schema") != SCHEMA or found.keys() != {field.name for field in fields(Statement)}:
        raise ValueError(SCHEMA)
    statement = Statement(**found)
    if statement.to_bytes() != payload or statement.decision not in get_args(Decision):
        raise ValueError(SCHEMA)
    return Envelope(
        data, statement, payload, Signature(signature["keyid"], base64.b64decode(signature["sig"], validate=True))
    )
