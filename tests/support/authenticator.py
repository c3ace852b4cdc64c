"""An authenticator of our own making, as a browser speaks for it: real keys, real CBOR, and any flaw that is wanted."""

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256

Kind = Literal["ES256", "EdDSA", "RS256"]
PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
"""Flags of the authenticator data (Web Authentication Level 3, section 6.1)."""
Private = ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey | rsa.RSAPrivateKey


def text(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _made(kind: Kind) -> Private:
    if kind == "ES256":
        return ec.generate_private_key(ec.SECP256R1())
    return ed25519.Ed25519PrivateKey.generate() if kind == "EdDSA" else rsa.generate_private_key(65537, 2048)


@dataclass
class Authenticator:
    """One passkey in a device."""

    kind: Kind = "ES256"
    credential: bytes = b"\x01" * 16
    key: Private | None = None

    def __post_init__(self) -> None:
        self._key = self.key or _made(self.kind)

    @property
    def cose(self) -> bytes:
        """The public key (RFC 9053, section 7; RFC 8230, section 4)."""
        public = self._key.public_key()
        if isinstance(public, ec.EllipticCurvePublicKey):
            numbers = public.public_numbers()
            said = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        elif isinstance(public, ed25519.Ed25519PublicKey):
            said = {1: 1, 3: -8, -1: 6, -2: public.public_bytes_raw()}
        else:
            factors = public.public_numbers()
            said = {1: 3, 3: -257, -1: factors.n.to_bytes(256, "big"), -2: factors.e.to_bytes(3, "big")}
        return cbor2.dumps(said)

    @property
    def private(self) -> Private:
        """The private half, for a browser's virtual authenticator."""
        return self._key

    def create(self, options: dict[str, Any], origin: str, flags: int = PRESENT | VERIFIED) -> dict[str, Any]:
        """What `navigator.credentials.create` answers."""
        data = self._data(options["rp"]["id"], flags | ATTESTED)
        data += bytes(16) + len(self.credential).to_bytes(2, "big") + self.credential + self.cose
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = _client("webauthn.create", options["challenge"], origin)
        return self._answer({"attestationObject": text(attestation), "clientDataJSON": text(client)})

    def get(
        self,
        options: dict[str, Any],
        origin: str,
        flags: int = PRESENT | VERIFIED,
        **more: Any,  # noqa: ANN401 - JSON
    ) -> dict[str, Any]:
        """What `navigator.credentials.get` answers. more: other members of the client data."""
        data = self._data(more.pop("rp", urlsplit(origin).hostname), flags)
        challenge = more.pop("challenge", options["challenge"])
        client = _client(more.pop("type", "webauthn.get"), challenge, origin, **more)
        signature = self._sign(data + hashlib.sha256(client).digest())
        said = {"authenticatorData": data, "clientDataJSON": client, "signature": signature}
        return self._answer({key: text(value) for key, value in said.items()})

    def _data(self, rp: str, flags: int) -> bytes:
        return hashlib.sha256(rp.encode()).digest() + bytes([flags]) + (7).to_bytes(4, "big")

    def _sign(self, data: bytes) -> bytes:
        if isinstance(self._key, ec.EllipticCurvePrivateKey):
            return self._key.sign(data, ec.ECDSA(SHA256()))
        if isinstance(self._key, ed25519.Ed25519PrivateKey):
            return self._key.sign(data)
        return self._key.sign(data, padding.PKCS1v15(), SHA256())

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = text(self.credential)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}


def _client(type_: str, challenge: str, origin: str, **more: Any) -> bytes:  # noqa: ANN401 - JSON
    return json.dumps({"type": type_, "challenge": challenge, "origin": origin, "crossOrigin": False, **more}).encode()
