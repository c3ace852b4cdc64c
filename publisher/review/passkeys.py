"""Passkeys: somebody signs with a fingerprint, a face or a security key, in the browser, at the desk's address.

What is signed is a challenge (Web Authentication Level 3, section 7.2), and the challenge is the digest of what
somebody decides: so the authenticator vouches for just these words. A passkey stands in `people.toml` as a line, like
other keys: `passkey ORIGIN CREDENTIAL KEY`, the last two in base64url. It signs at that origin alone, port and all.
"""

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final
from urllib.parse import urlsplit

from publisher.errors import PublisherError

KIND: Final = "passkey"
_PARTS: Final = 4
_LONGEST: Final = 4096
"""Characters of a line: an RSA key takes 400, a credential that holds its key within itself up to 1,400."""


@dataclass(frozen=True)
class Assertion:
    """What an authenticator signs: its own data, and the browser's with the challenge in it."""

    authenticator_data: bytes
    client_data: bytes
    """JSON, as the browser wrote it."""


@dataclass(frozen=True)
class Passkey:
    """The public half of a passkey."""

    origin: str
    """Where it signs: `http://localhost:7400`."""
    credential: bytes
    """The authenticator's name for it."""
    key: bytes
    """The public key as the authenticator gave it, in CBOR (RFC 9052)."""

    @property
    def rp_id(self) -> str:
        """The host that it was made for: browsers use it nowhere else."""
        return urlsplit(self.origin).hostname or ""

    @property
    def fingerprint(self) -> str:
        """`SHA256:…`, of the public key."""
        return "SHA256:" + base64.b64encode(hashlib.sha256(self.key).digest()).decode().rstrip("=")

    def to_line(self) -> str:
        """As it stands in `people.toml`."""
        return f"{KIND} {self.origin} {_text(self.credential)} {_text(self.key)}"

    def has_signed(self, assertion: Assertion, signature: bytes, data: bytes) -> bool:
        """Whether it signed the digest of `data`, here, with somebody there whom the authenticator knew."""
        from webauthn import verify_authentication_response
        from webauthn.helpers.exceptions import WebAuthnException

        said = {
            "authenticatorData": _text(assertion.authenticator_data),
            "clientDataJSON": _text(assertion.client_data),
            "signature": _text(signature),
        }
        try:
            verify_authentication_response(
                credential=_response(self.credential, said),
                expected_challenge=challenge_of(data),
                expected_rp_id=self.rp_id,
                expected_origin=self.origin,
                credential_public_key=self.key,
                # Counters are no use here: a statement counts once, and a copied envelope is one already.
                credential_current_sign_count=0,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, TypeError, LookupError):
            return False
        return not _is_framed(assertion.client_data)


def challenge_of(data: bytes) -> bytes:
    """What an authenticator is asked to sign for these bytes: their SHA-256."""
    return hashlib.sha256(data).digest()


@lru_cache(maxsize=4096)
def read_passkey(line: str) -> Passkey | None:
    """The passkey of a line, whatever its comment; None for a line that holds none in its one form."""
    parts = line.strip().split(" ", _PARTS)
    if len(line) > _LONGEST or len(parts) < _PARTS or parts[0] != KIND or not _is_origin(parts[1]):
        return None
    try:
        found = Passkey(parts[1], _bytes(parts[2]), _bytes(parts[3]))
    except (binascii.Error, ValueError):
        return None
    return found if found.to_line() == " ".join(parts[:_PARTS]) and _is_in_one_form(found.key) else None


def creation_options(origin: str, house: str, person: str, name: str, known: Sequence[Passkey]) -> dict[str, Any]:
    """What a browser is told to make a passkey for somebody, as JSON with binary values in base64url.

    origin: of the desk. house: its name. person: id. name: as printed. known: those that they have, which an
    authenticator makes no second time. The challenge in it is random, and what `new_passkey` wants to see again.
    """
    from webauthn import generate_registration_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import (
        AuthenticatorSelectionCriteria,
        PublicKeyCredentialDescriptor,
        ResidentKeyRequirement,
        UserVerificationRequirement,
    )

    options = generate_registration_options(
        rp_id=urlsplit(origin).hostname or "",
        rp_name=house,
        user_name=person,
        user_display_name=name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(one.credential) for one in known],
    )
    return options_to_json_dict(options)


def challenge_in(options: Mapping[str, Any]) -> bytes:
    """The challenge of `creation_options`."""
    return _bytes(options["challenge"])


def new_passkey(response: Mapping[str, Any], challenge: bytes, origin: str) -> Passkey:
    """The passkey that a browser made. Errors: it is not an answer to this challenge, at this origin, by somebody."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        made = verify_registration_response(
            credential=dict(response),
            expected_challenge=challenge,
            expected_rp_id=urlsplit(origin).hostname or "",
            expected_origin=origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, LookupError) as error:
        raise PublisherError(
            f"the browser made no passkey that can be used here: {error}", where=origin, hint="try once more"
        ) from error
    return Passkey(origin, made.credential_id, made.credential_public_key)


def request_options(passkeys: Sequence[Passkey], data: bytes) -> dict[str, Any]:
    """What a browser is told to have one of these passkeys, all of one origin, sign the digest of `data`."""
    from webauthn import generate_authentication_options
    from webauthn.helpers import options_to_json_dict
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor, UserVerificationRequirement

    options = generate_authentication_options(
        rp_id=passkeys[0].rp_id,
        challenge=challenge_of(data),
        allow_credentials=[PublicKeyCredentialDescriptor(one.credential) for one in passkeys],
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json_dict(options)


def read_response(response: Mapping[str, Any]) -> tuple[bytes, Assertion, bytes]:
    """What a browser answers: the credential, what was signed, and the signature. Errors: it is no such answer."""
    try:
        said = response["response"]
        assertion = Assertion(_bytes(said["authenticatorData"]), _bytes(said["clientDataJSON"]))
        return _bytes(response["rawId"]), assertion, _bytes(said["signature"])
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise PublisherError(
            "this is no answer of a passkey", where="the browser", hint="sign again; nothing was signed"
        ) from error


def _response(credential: bytes, said: Mapping[str, str]) -> dict[str, Any]:
    name = _text(credential)
    return {"id": name, "rawId": name, "type": "public-key", "response": dict(said)}


def _is_framed(client_data: bytes) -> bool:
    """Whether it was signed in a page within another one's: the desk never is."""
    return bool(json.loads(client_data).get("crossOrigin"))


def _is_origin(text: str) -> bool:
    """Whether this is an origin as browsers write it, and one at which they use passkeys."""
    try:
        parts = urlsplit(text)
        port = f":{parts.port}" if parts.port is not None else ""
    except ValueError:
        return False
    host = parts.hostname or ""
    is_safe = parts.scheme == "https" or (parts.scheme, host) == ("http", "localhost")
    return is_safe and host.isascii() and text == f"{parts.scheme}://{host}{port}"


def _is_in_one_form(key: bytes) -> bool:
    """Whether nothing but the key is in it, in the order that authenticators use, so that no key has two names."""
    import cbor2

    try:
        said = cbor2.loads(key)
        return {*said} <= _LABELS and cbor2.dumps(said, canonical=True) == key
    except (cbor2.CBORError, ValueError, TypeError, AttributeError, RecursionError):
        return False


_LABELS: Final = frozenset({1, 3, -1, -2, -3})
"""Of a public key: its kind, its algorithm, and the numbers of it (RFC 9053, section 7)."""


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
