"""Who may what: what the house asks for, whom it trusts, and who is one and the same person."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Final

from publisher.review.keys import fingerprint
from publisher.review.roles import is_reviewer
from publisher.review.statement import Envelope
from publisher.workspace.people import Person

_LAST: Final = datetime.max.replace(tzinfo=UTC, microsecond=0)


@dataclass(frozen=True)
class Demand:
    """The approvals that a piece needs."""

    required: Mapping[str, int]
    """How many different people of each role."""
    days: int | None = None
    """For how long an approval counts; for ever if None."""

    def end(self, signed: datetime) -> datetime | None:
        """The moment from which an approval of that moment counts no more; None if there is none."""
        return None if self.days is None else signed + min(timedelta(self.days), _LAST - signed)


@dataclass(frozen=True)
class Rules:
    """What the house asks for, and whom it trusts."""

    house: str
    """The site's address."""
    asked: Demand
    """For every piece."""
    people: Mapping[str, Person]
    """By id."""
    divisions: Mapping[str, Demand] = field(default_factory=dict)
    """For the pieces of a division besides, by its id."""
    tags: Mapping[str, Demand] = field(default_factory=dict)
    """For pieces with a tag besides."""

    def demand(self, division: str | None, tags: Iterable[str]) -> Demand:
        """For pieces of a division with these tags: the strictest of all that is asked, so that nothing loosens."""
        own = [self.asked]
        own += [demand for id_, demand in self.divisions.items() if id_ == division]
        own += [self.tags[tag] for tag in tags if tag in self.tags]
        roles = dict.fromkeys(role for demand in own for role in demand.required)
        required = {role: max(demand.required.get(role, 0) for demand in own) for role in roles}
        return Demand(required, min((demand.days for demand in own if demand.days is not None), default=None))

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

    def human(self, id_: str) -> str:
        """One word for everybody under whose name or key somebody stands: two entries of one person give the same."""
        return self._humans.find(_by_id(id_))

    def selves(self, ids: Collection[str], names: Iterable[str] = ()) -> set[str]:
        """Those ids, and every other one of the same people, who are also known by these names."""
        humans = {*map(self.human, ids), *(self._humans.find(_by_name(name)) for name in names)}
        return {*ids, *(id_ for id_ in self.people if self.human(id_) in humans)}

    @cached_property
    def _humans(self) -> "_Same":
        same = _Same()
        for id_, person in self.people.items():
            for mark in (_by_name(person.name), *filter(None, map(fingerprint, person.keys))):
                same.join(_by_id(id_), mark)
        return same


class _Same:
    """Which marks belong to one person (a union-find)."""

    def __init__(self) -> None:
        self._parents: dict[str, str] = {}

    def find(self, mark: str) -> str:
        while (parent := self._parents.get(mark, mark)) != mark:
            mark = parent
        return mark

    def join(self, one: str, other: str) -> None:
        self._parents[self.find(other)] = self.find(one)


def _by_id(id_: str) -> str:
    return f"id {id_}"


def _by_name(name: str) -> str:
    """A name without regard to capitals, spaces and how its letters are encoded."""
    return "name " + " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def reviewers(role: str, rules: Rules, day: date, without: Collection[str] = ()) -> tuple[str, ...]:
    """Names of those who can approve for a role, less those who may not."""
    return tuple(
        person.name for id_, person in rules.people.items() if id_ not in without and is_reviewer(person, role, day)
    )
