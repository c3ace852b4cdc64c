"""`people.toml` and `people/*.toml`: who speaks, writes, reviews and runs the house's voice."""

from datetime import date
from typing import Annotated

from pydantic import Field, StringConstraints

from publisher.workspace.fields import Address, Line, Model, Slug

PublicKey = Annotated[str, StringConstraints(pattern=r"^ssh-ed25519 [A-Za-z0-9+/=]+( .*)?$")]


class Person(Model):
    """Someone of the house, or a guest."""

    name: Line
    title: Line | None = None
    """What they do, as the pages show it."""
    url: Address | None = None
    roles: list[Slug] = Field(default_factory=list)
    """What they may do: `legal` lets their approvals count where the house asks for legal."""
    keys: list[PublicKey] = Field(default_factory=list)
    """Public keys in OpenSSH's form; `publish people key` makes one."""
    valid_from: date | None = None
    """First day (UTC) on which their signature counts."""
    valid_to: date | None = None
    """Last day (UTC) on which their signature counts."""


class People(Model):
    """One file of people."""

    people: dict[Slug, Person] = Field(default_factory=dict)
