"""Ed25519 keys in OpenSSH's form; the private one is encrypted with a passphrase (bcrypt KDF) and never lies plain on a disk."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_ssh_private_key,
    load_ssh_public_key,
)

from publisher.errors import PublisherError
from publisher.files import atomic_path

PASSPHRASE_LENGTH = 12
KDF_ROUNDS = 32
"""bcrypt rounds, twice ssh-keygen's default: about half a second for each guess."""


@dataclass(frozen=True)
class Signature:
    """A signature with the name of the key that made it."""

    keyid: str
    data: bytes


class Signer:
    """An unlocked private key, for one signature."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def sign(self, data: bytes) -> Signature:
        """Sign `data`."""
        return Signature(fingerprint(public_line(self._key.public_key())), self._key.sign(data))


def make_key(path: Path, passphrase: str) -> str:
    """Make a key pair, keep the private key at `path`, and give the public key's line.

    Errors: the file exists, or the passphrase is too short.
    """
    if path.exists():
        raise PublisherError("there is a key already", where=str(path), hint="use it, or name another file with --key")
    if len(passphrase) < PASSPHRASE_LENGTH:
        raise PublisherError(
            f"the passphrase has fewer than {PASSPHRASE_LENGTH} characters", hint="take four or more words"
        )
    key = Ed25519PrivateKey.generate()
    encryption = PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(KDF_ROUNDS).build(passphrase.encode())
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with atomic_path(path) as temporary:
        temporary.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, encryption))
    path.chmod(0o600)
    return public_line(key.public_key())


def unlock(path: Path, passphrase: str) -> Signer:
    """Open a private key with its passphrase.

    Errors: no file, not an encrypted Ed25519 key, or the wrong passphrase.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise PublisherError(
            "there is no key", where=str(path), hint="make one: publish people key ID; or name its file with --key"
        ) from error
    try:
        key = load_ssh_private_key(data, passphrase.encode())
    except TypeError as error:
        raise PublisherError(
            "the key is not encrypted", where=str(path), hint=f"give it a passphrase: ssh-keygen -p -f {path}"
        ) from error
    except ValueError as error:
        raise PublisherError(
            "the key did not open", where=str(path), hint="type its passphrase again; nothing was signed"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise PublisherError("the key is not an Ed25519 key", where=str(path), hint="make one: publish people key ID")
    return Signer(key)


def public_line(key: Ed25519PublicKey) -> str:
    """`ssh-ed25519 AAAA…`, as it stands in `people.toml`."""
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def fingerprint(line: str) -> str:
    """`SHA256:…` of a public key's line, as `ssh-keygen -l` prints it."""
    blob = base64.b64decode(line.split()[1])
    return "SHA256:" + base64.b64encode(hashlib.sha256(blob).digest()).decode().rstrip("=")


def is_signed(line: str, signature: bytes, data: bytes) -> bool:
    """Whether `signature` over `data` was made by the key of this public line."""
    key = load_ssh_public_key(line.encode())
    if not isinstance(key, Ed25519PublicKey):
        return False
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True
