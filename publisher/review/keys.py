"""Keys that sign: Ed25519 ones in OpenSSH's form, and passkeys, whose private half never leaves an authenticator.

The private half of an Ed25519 key is encrypted with a passphrase and never lies plain on a disk.

A passphrase stands in no message, and no exception that holds one is chained to another.
"""

import base64
import hashlib
import os
import tempfile
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, get_args

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_ssh_private_key,
)

from publisher.errors import PublisherError
from publisher.files import flush
from publisher.review.passkeys import KIND as PASSKEY
from publisher.review.passkeys import Assertion, read_passkey
from publisher.workspace.config import Tier

PASSPHRASE_LENGTH: Final = 12
KDF_ROUNDS: Final = 32
"""bcrypt rounds, twice ssh-keygen's default: about half a second for each guess."""

TIERS: Final[tuple[Tier, ...]] = get_args(Tier)

_TYPE: Final = "ssh-ed25519"
_PREFIX: Final = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"
"""How the blob of every Ed25519 public key begins (RFC 8709, section 4); the 32 bytes of the key follow."""
_BLOB_LENGTH: Final = len(_PREFIX) + 32


@dataclass(frozen=True)
class Signature:
    """A signature with the name of the key that made it."""

    keyid: str
    """The key's fingerprint."""
    data: bytes
    assertion: Assertion | None = None
    """What a passkey signed in place of the bytes themselves; their digest is in it."""


class Signer:
    """An unlocked private key, for one signature."""

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key

    def sign(self, data: bytes) -> Signature:
        """Sign `data`."""
        return Signature(fingerprint(self.public_line()), self._key.sign(data))

    def public_line(self) -> str:
        """The public half, as it stands in `people.toml`."""
        return public_line(self._key.public_key())


def make_key(path: Path, passphrase: str) -> str:
    """Make a key pair, keep the private key at `path` for its owner alone, and give the public key's line.

    Errors: the file exists, or the passphrase is too short.
    """
    if os.path.lexists(path):
        raise _there_is_one(path)
    if len(passphrase) < PASSPHRASE_LENGTH:
        raise PublisherError(
            f"the passphrase has fewer than {PASSPHRASE_LENGTH} characters", hint="take four or more words"
        )
    key = Ed25519PrivateKey.generate()
    encryption = PrivateFormat.OpenSSH.encryption_builder().kdf_rounds(KDF_ROUNDS).build(_secret(passphrase))
    _keep_private(path, key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, encryption))
    return public_line(key.public_key())


def _secret(passphrase: str) -> bytes:
    """The passphrase's bytes; what a terminal garbled is refused without showing it."""
    try:
        return passphrase.encode()
    except UnicodeEncodeError:
        pass
    raise PublisherError("the passphrase holds something that is no character", hint="type it again")


def _there_is_one(path: Path) -> PublisherError:
    return PublisherError("there is a key already", where=str(path), hint="use it, or name another file with --key")


def _keep_private(path: Path, data: bytes) -> None:
    """Write a new file that from its first moment only its owner can read, whole or not at all, over no other."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name[:80]}.", suffix=".tmp", dir=path.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(temporary, path)  # unlike a rename, it never takes the place of a key that came meanwhile
    except FileExistsError as error:
        raise _there_is_one(path) from error
    finally:
        Path(temporary).unlink()
    flush(path.parent)


def unlock(path: Path, passphrase: str) -> Signer:
    """Open a private key with its passphrase.

    Errors: no file, not an encrypted Ed25519 key, or the wrong passphrase.
    """
    try:
        data = path.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError) as error:
        raise PublisherError(
            "there is no key", where=str(path), hint="make one: publish people key ID; or name its file with --key"
        ) from error
    # An empty passphrase would open a key that is not encrypted; no encrypted key has one.
    return Signer(_decrypted(data, _secret(passphrase) or b"\0", str(path)))


def _decrypted(data: bytes, secret: bytes, where: str) -> Ed25519PrivateKey:
    try:
        key = load_ssh_private_key(data, secret)
    except TypeError as error:
        raise PublisherError(
            "the key is not encrypted", where=where, hint=f"give it a passphrase: ssh-keygen -p -f {where}"
        ) from error
    except UnsupportedAlgorithm as error:
        raise _not_ed25519(where) from error
    except ValueError as error:
        raise PublisherError(
            "the key did not open", where=where, hint="type its passphrase again; nothing was signed"
        ) from error
    if not isinstance(key, Ed25519PrivateKey):
        raise _not_ed25519(where)
    return key


def _not_ed25519(where: str) -> PublisherError:
    return PublisherError("the key is not an Ed25519 key", where=where, hint="make one: publish people key ID")


def public_line(key: Ed25519PublicKey) -> str:
    """`ssh-ed25519 AAAA…`, as it stands in `people.toml`."""
    return key.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


@lru_cache(maxsize=4096)
def fingerprint(line: str) -> str:
    """`SHA256:…` of a public key's line, as `ssh-keygen -l` prints it; empty if the line holds no key."""
    if passkey := read_passkey(line):
        return passkey.fingerprint
    key = public_bytes(line)
    if key is None:
        return ""
    return "SHA256:" + base64.b64encode(hashlib.sha256(_PREFIX + key).digest()).decode().rstrip("=")


@lru_cache(maxsize=4096)
def public_bytes(line: str) -> bytes | None:
    """The 32 bytes of a public key's line, whatever its comment; None if it holds no Ed25519 key in its one form.

    By these bytes keys are compared: two lines can differ and hold the same key.
    """
    kind, _, rest = line.strip().partition(" ")
    text = rest.strip().partition(" ")[0]
    try:
        blob = base64.b64decode(text, validate=True)
    except ValueError:
        return None
    if kind != _TYPE or base64.b64encode(blob).decode() != text:
        return None
    return blob[len(_PREFIX) :] if blob.startswith(_PREFIX) and len(blob) == _BLOB_LENGTH else None


def tier_of(line: str) -> Tier:
    """How it is known that the owner of this public line signs with it."""
    return "passkey" if line.startswith(f"{PASSKEY} ") else "passphrase"


def is_signed(line: str, signature: Signature, data: bytes) -> bool:
    """Whether the key of this public line made `signature` over `data`, under its own name."""
    if signature.keyid != fingerprint(line) or not signature.keyid:
        return False
    passkey, assertion = read_passkey(line), signature.assertion
    if passkey is not None:
        return assertion is not None and passkey.has_signed(assertion, signature.data, data)
    return assertion is None and _is_signed_by_ed25519(line, signature.data, data)


def _is_signed_by_ed25519(line: str, signature: bytes, data: bytes) -> bool:
    key = _public_key(line)
    if key is None:
        return False
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=4096)
def _public_key(line: str) -> Ed25519PublicKey | None:
    key = public_bytes(line)
    return None if key is None else Ed25519PublicKey.from_public_bytes(key)
