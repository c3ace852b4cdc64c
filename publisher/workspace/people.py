"""`people.toml` and `people/*.toml`: who speaks, writes, reviews and runs the house's voice."""

import base64
import binascii
from datetime import date
from typing import Annotated, Self

from pydantic import AfterValidator, Field, PositiveInt, model_validator

from publisher.workspace.fields import Address, Line, Model, Name, Slug

_KEY_KIND = "ssh-ed25519"
_KEY_HEAD = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"
"""What the bytes of such a key begin with: two lengths and the kind (RFC 4253, 6.6; RFC 8709, 4)."""
_KEY_BYTES = len(_KEY_HEAD) + 32


def _public_key(value: str) -> str:
    kind, _, rest = value.partition(" ")
    try:
        data = base64.b64decode(rest.split(" ")[0], validate=True)
    except binascii.Error:
        data = b""
    if kind != _KEY_KIND or not data.startswith(_KEY_HEAD) or len(data) != _KEY_BYTES or not value.isprintable():
        raise ValueError("is not an Ed25519 public key; `publish people key` makes one")
    return value


PublicKey = Annotated[str, AfterValidator(_public_key)]
"""A public key in OpenSSH's form: `ssh-ed25519 AAAA…`, with an optional comment."""


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
    roles: list[Slug] = Field(default_factory=list)
    """What they may do: `legal` lets their approvals count where the house asks for legal; `admin` signs people."""
    keys: list[PublicKey] = Field(default_factory=list)
    """Public keys in OpenSSH's form; `publish people key` makes one."""
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
