"""`people.toml` and `people/*.toml`: who speaks, writes, reviews and runs the house's voice."""

import base64
import binascii
from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from publisher.workspace.fields import Address, Email, Line, Model, Name, Slug

_KEY_HEAD = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"
"""What the bytes of such a key begin with: two lengths and the kind (RFC 4253, 6.6; RFC 8709, 4)."""
_KEY_BYTES = len(_KEY_HEAD) + 32


def _public_key(value: str) -> str:
    kind, _, rest = value.partition(" ")
    if not value.isprintable() or not _KINDS.get(kind, _is_none)(rest.split(" ")):
        raise ValueError("is no public key; `publish people key` makes one")
    return value


def _is_ed25519(parts: list[str]) -> bool:
    data = _decoded(parts[0])
    return data.startswith(_KEY_HEAD) and len(data) == _KEY_BYTES


def _is_passkey(parts: list[str]) -> bool:
    """`ORIGIN CREDENTIAL KEY`; `review.passkeys` reads it strictly."""
    origin, *binary = parts[:3]
    return "://" in origin and len(binary) == 2 and all(map(_decoded, binary))  # noqa: PLR2004 - credential and key


def _is_none(_: list[str]) -> bool:
    return False


def _decoded(text: str) -> bytes:
    """What base64 of either alphabet holds; nothing if it is none."""
    try:
        return base64.b64decode(text.translate(_URL_SAFE) + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


_URL_SAFE = str.maketrans("-_", "+/")
_KINDS = {"ssh-ed25519": _is_ed25519, "passkey": _is_passkey}
PublicKey = Annotated[str, AfterValidator(_public_key)]
"""A public key: `ssh-ed25519 AAAA…` in OpenSSH's form, or `passkey ORIGIN CREDENTIAL KEY`, with an optional comment."""


def bare_key(line: PublicKey) -> str:
    """The key of a public line, by which two lines are compared."""
    return line.split()[_KEY_AT[line.partition(" ")[0]]]


_KEY_AT = {"ssh-ed25519": 1, "passkey": 3}
"""Which word of a line is the key."""


class Revoked(Model):
    """A key that is no longer trusted; what it signed before goes on counting."""

    key: Annotated[str, Field(pattern=r"^SHA256:[A-Za-z0-9+/]{43}$")]
    """Its fingerprint, as `publish people list` shows it."""
    since: Annotated[int, Field(ge=0)]
    """Number (`seq`) of the first line of the ledger for which it counts for nothing."""
    after: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]
    """Digest of the line before, so that the place cannot shift."""
    reason: Line
    """Why."""


class Person(Model):
    """Someone of the house, or a guest."""

    name: Name
    """As the public reads it."""
    title: Line | None = None
    """What they do, as the pages show it."""
    url: Address | None = None
    """A page about them."""
    email: Email | None = None
    """By which they are known at the desk of a team, once admins signed it; stands on no page and in no feed."""
    roles: list[Slug] = Field(default_factory=list)
    """What they may do: `legal` lets their approvals count where the house asks for legal; `admin` signs people."""
    keys: list[PublicKey] = Field(default_factory=list)
    """Public keys; `publish people key` makes one, with a passphrase or as a passkey."""
    revoked: list[Revoked] = Field(default_factory=list)
    """Keys of theirs that are no longer trusted; `publish people revoke` writes it."""
    valid_from: date | None = None
    """First day (UTC) on which their signature counts."""
    valid_to: date | None = None
    """Last day (UTC) on which their signature counts."""

    @model_validator(mode="after")
    def _days_ascend(self) -> Self:
        if self.valid_from and self.valid_to and self.valid_to < self.valid_from:
            raise ValueError("valid_to lies before valid_from; correct one of the two")
        return self


class Trust(Model):
    """How people are signed."""

    threshold: PositiveInt = 1
    """How many different admins sign each change of who is trusted."""


class People(Model):
    """One file of people."""

    trust: Trust | None = None
    """How people are signed; in `people.toml` only."""
    people: dict[Slug, Person] = Field(default_factory=dict)
    """Everyone by their id, which pieces name them by: `[people.lena-fischer]`."""
