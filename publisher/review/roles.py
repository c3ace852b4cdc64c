"""Who can decide for a role: what `people.toml` says of them, without any look at keys or signatures."""

from collections.abc import Iterable
from datetime import date

from publisher.workspace.people import Person


def is_valid(person: Person, day: date) -> bool:
    """Whether a person's signature of that day (UTC) counts."""
    return (person.valid_from or date.min) <= day <= (person.valid_to or date.max)


def is_reviewer(person: Person, role: str, day: date) -> bool:
    """Whether a person can approve for a role on that day (UTC)."""
    return role in person.roles and bool(person.keys) and is_valid(person, day)


def decides(person: Person | None, roles: Iterable[str], day: date) -> bool:
    """Whether somebody can approve for one of these roles on that day (UTC); nobody of `people.toml` can."""
    return person is not None and any(is_reviewer(person, role, day) for role in roles)
