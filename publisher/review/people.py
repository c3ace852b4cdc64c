"""Who may what: roles, validity and keys, as `people.toml` says today."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from publisher.review.keys import fingerprint
from publisher.review.roles import is_reviewer
from publisher.review.statement import Envelope
from publisher.workspace.people import Person


@dataclass(frozen=True)
class Rules:
    """What the house asks for, and whom it trusts."""

    house: str
    """The site's address."""
    required: Mapping[str, int]
    """How many different people of each role."""
    people: Mapping[str, Person]
    """By id."""

    def signer(self, envelope: Envelope) -> str | None:
        """Id of the person whose key made the signature; None if it is nobody's, or stands under two names."""
        owners = self._keys.get(envelope.signature.keyid, {})
        if len(owners) != 1:
            return None
        ((id_, line),) = owners.items()
        return id_ if envelope.is_signed_by(line) else None

    @cached_property
    def _keys(self) -> Mapping[str, Mapping[str, str]]:
        """By fingerprint, the ids under which a key stands, each with its line."""
        found: dict[str, dict[str, str]] = {}
        for id_, person in self.people.items():
            for line in person.keys:
                found.setdefault(fingerprint(line), {})[id_] = line
        found.pop("", None)  # lines that hold no key
        return found

    def name(self, id_: str) -> str:
        """Someone's name, or what they are called if they are nobody here."""
        return self.people[id_].name if id_ in self.people else id_


def reviewers(role: str, rules: Rules, day: date, without: Collection[str] = ()) -> tuple[str, ...]:
    """Names of those who can approve for a role, less those who may not."""
    return tuple(
        person.name for id_, person in rules.people.items() if id_ not in without and is_reviewer(person, role, day)
    )
