"""The envelope of everything that is signed here: a payload of one type, with signatures.

DSSE: github.com/secure-systems-lab/dsse, protocol.md and envelope.md, version 1.0.
"""

import base64
from collections.abc import Iterable
from typing import Any

from publisher.review import canonical
from publisher.review.keys import Signature
from publisher.review.passkeys import Assertion


def pae(kind: str, payload: bytes) -> bytes:
    """DSSE's pre-authentication encoding: what each signature is over."""
    type_ = kind.encode()
    return b"DSSEv1 %d %s %d %s" % (len(type_), type_, len(payload), payload)


def wrap(kind: str, payload: bytes, signatures: Iterable[Signature]) -> bytes:
    """The one form of an envelope: canonical JSON, base64 with padding."""
    return canonical.dump_plain(
        {
            "payload": base64.b64encode(payload).decode(),
            "payloadType": kind,
            "signatures": [_signed(one) for one in signatures],
        }
    )


def unwrap(kind: str, data: bytes) -> tuple[bytes, tuple[Signature, ...]]:
    """The payload and the signatures, not yet verified; LookupError, TypeError or ValueError for any other form."""
    outer = canonical.parse(data)
    payload = base64.b64decode(outer["payload"])
    signatures = tuple(map(_read, outer["signatures"]))
    # More fields, another type, order, spacing or base64: it would not come out the same.
    if not all(isinstance(one.keyid, str) for one in signatures) or wrap(kind, payload, signatures) != data:
        raise ValueError("not as it was written")
    return payload, signatures


def _signed(signature: Signature) -> dict[str, object]:
    """A signature, with what a passkey signed in place of the bytes themselves."""
    said: dict[str, object] = {"keyid": signature.keyid, "sig": base64.b64encode(signature.data).decode()}
    if one := signature.assertion:
        parts = {"authenticatorData": one.authenticator_data, "clientDataJSON": one.client_data}
        said["webauthn"] = {key: base64.b64encode(data).decode() for key, data in parts.items()}
    return said


def _read(said: dict[str, Any]) -> Signature:
    keyid, sig, parts = said["keyid"], base64.b64decode(said["sig"]), said.get("webauthn")
    names = ("authenticatorData", "clientDataJSON")
    assertion = Assertion(*(base64.b64decode(parts[name]) for name in names)) if parts is not None else None
    return Signature(keyid, sig, assertion)
