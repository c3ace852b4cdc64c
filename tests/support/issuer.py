"""Whoever signs people in: real keys, served at this computer, and tokens with any flaw that is wanted."""

import base64
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import get_default_algorithms

ISSUER = "https://login.example.com"
AUDIENCE = "review-desk"
Private = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey


@cache
def private(name: str) -> Private:
    """A key of that name, made once a test run: `rsa…`, `ec…` or `ed…`."""
    if name.startswith("rsa"):
        return rsa.generate_private_key(65537, 2048)
    return ec.generate_private_key(ec.SECP256R1()) if name.startswith("ec") else ed25519.Ed25519PrivateKey.generate()


def jwk(name: str, **more: str) -> dict[str, Any]:
    """The public half, under the name."""
    algorithm = {"rsa": "RS256", "ec": "ES256", "ed": "EdDSA"}[name.rstrip("0123456789")]
    found: dict[str, Any] = json.loads(get_default_algorithms()[algorithm].to_jwk(private(name).public_key()))
    found.pop("key_ops", None)
    return {**found, "kid": name, "alg": algorithm, "use": "sig", **more}


def jwks(*names: str) -> bytes:
    """The public halves, as issuers publish them."""
    return json.dumps({"keys": [jwk(name) for name in names]}).encode()


def claims_of(email: object = "lea@example.com", **more: object) -> dict[str, object]:
    """What a good token says, but for what is said otherwise; None leaves it away."""
    now = int(time.time())
    said = {"iss": ISSUER, "aud": AUDIENCE, "sub": "4711", "iat": now, "exp": now + 300, "email": email, **more}
    return {key: value for key, value in said.items() if value is not None}


def token(
    claims: Mapping[str, object] | None = None,
    key: str = "rsa1",
    alg: str = "RS256",
    head: Mapping[str, object] | None = None,
) -> str:
    """A signed token. key: what signs, and what it says has signed, if `head` says nothing else."""
    said = dict(claims_of() if claims is None else claims)
    names = {"kid": key, **(head or {})}
    return jwt.encode(said, private(key), alg, headers={name: one for name, one in names.items() if one is not None})


def raw(head: object, claims: object, sign: Callable[[bytes], bytes] = lambda _: b"") -> str:
    """A token as no library would make it."""
    text = ".".join(_text(json.dumps(one).encode()) for one in (head, claims))
    return f"{text}.{_text(sign(text.encode()))}"


def signed_with_the_public_key() -> str:
    """By HMAC, with what everybody can read for the secret."""
    secret = private("rsa1").public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    head = {"alg": "HS256", "typ": "JWT", "kid": "rsa1"}
    return raw(head, claims_of(), lambda data: hmac.new(secret, data, sha256).digest())


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


@dataclass
class Published:
    """A set of keys that is served."""

    address: str
    body: bytes
    status: int = 200
    location: str = ""
    asked: list[str] = field(default_factory=list)
    """Each time that it was."""


@contextmanager
def published(body: bytes) -> Iterator[Published]:
    """Keys at an address of this computer, to be changed while they are served."""
    found = Published("", body)

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            self.send_response(found.status)
            if found.location:
                self.send_header("Location", found.location)
            self.send_header("Content-Length", str(len(found.body)))
            self.end_headers()
            self.wfile.write(found.body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with serving(Answering) as port:
        found.address = f"http://127.0.0.1:{port}/keys"
        yield found


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler], port: int = 0) -> Iterator[int]:
    """A server of this computer, at a free port if none is named."""
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
