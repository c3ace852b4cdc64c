"""Who is one and the same person, and whose key is whose, in a set of entries of people."""

import unicodedata
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from publisher.review.keys import fingerprint
from publisher.workspace.people import Person, Revoked


@dataclass(frozen=True)
class Humans:
    """The people behind entries: two of one name, or with one key, are one person."""

    people: Mapping[str, Person]
    """By id."""
    names: Mapping[str, str] = field(default_factory=dict)
    """Names by id, of others too, who hold no key; nobody of `people` is called otherwise by it."""

    def human(self, id_: str) -> str:
        """One word for a person, the same for all of their entries."""
        return self._same.find(_by_id(id_))

    def selves(self, ids: Collection[str], names: Iterable[str] = ()) -> set[str]:
        """Those ids, and every other one of the same people, who are also known by these names."""
        humans = {*map(self.human, ids), *(self._same.find(_by_name(name)) for name in names)}
        return {*ids, *(id_ for human in humans for id_ in self._entries.get(human, ()))}

    def owner(self, keyid: str) -> tuple[str, str] | None:
        """Id of the person whose key has this fingerprint, and its line; None if it is nobody's, or under two ids."""
        owners = self._owners.get(keyid, {})
        return next(iter(owners.items())) if len(owners) == 1 else None

    @cached_property
    def revoked(self) -> Mapping[str, Revoked]:
        """By fingerprint, the keys that are not trusted any more."""
        return {one.key: one for person in self.people.values() for one in person.revoked}

    @cached_property
    def _owners(self) -> Mapping[str, Mapping[str, str]]:
        """By fingerprint, the ids under which a key stands, each with its line."""
        found: dict[str, dict[str, str]] = {}
        for id_, person in self.people.items():
            for line in person.keys:
                found.setdefault(fingerprint(line), {})[id_] = line
        found.pop("", None)  # lines that hold no key
        return found

    @cached_property
    def _entries(self) -> Mapping[str, list[str]]:
        """By human, the ids of their entries."""
        found: dict[str, list[str]] = {}
        for id_ in self.people:
            found.setdefault(self.human(id_), []).append(id_)
        return found

    @cached_property
    def _same(self) -> "_Same":
        same = _Same()
        for id_, name in self.names.items():
            if id_ not in self.people:
                same.join(_by_id(id_), _by_name(name))
        for id_, person in self.people.items():
            for mark in (_by_name(person.name), *filter(None, map(fingerprint, person.keys))):
                same.join(_by_id(id_), mark)
        return same


def live_keys(person: Person) -> list[str]:
    """The lines of a person's keys that were not revoked."""
    revoked = {one.key for one in person.revoked}
    return [line for line in person.keys if fingerprint(line) not in revoked]


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
