"""A roster: one version of what matters to trust of `people.toml`, signed by admins, as a file in `people/signed/`.

It holds who has a key, or an e-mail to sign in with, with roles, validity and revocations; not titles or pages, nor
anybody without either, so that a host adds a guest without an admin. After TUF's root role
(theupdateframework.github.io/specification, 5.3): each version is signed by enough admins of the version before, who so
hand on their trust, and by enough of its own.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, Final

from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.review import canonical, dsse
from publisher.review.humans import Humans
from publisher.review.keys import Signature, Signer, fingerprint, is_signed
from publisher.review.passkeys import read_passkey
from publisher.review.roles import is_valid
from publisher.workspace.people import Person

SCHEMA: Final = "corporate-voices/people/1"
PAYLOAD_TYPE: Final = "application/vnd.corporate-voices.people+json"
ADMIN: Final = "admin"
"""The role of those who sign rosters."""


@dataclass(frozen=True)
class Roster:
    """Who is trusted with what, in one version."""

    house: str
    """The site's address."""
    version: int
    """1, 2, 3, …"""
    previous: str
    """Digest of the statement of the version before; empty for the first."""
    threshold: int
    """How many different admins sign a version."""
    people: Mapping[str, Person]
    """By id, all who have a key or an e-mail to sign in with."""

    def to_bytes(self) -> bytes:
        """Canonical JSON (RFC 8785), which is what is signed."""
        people = {id_: _said(person) for id_, person in self.people.items()}
        return canonical.dump_plain({"schema": SCHEMA, **vars(self), "people": people})

    @classmethod
    def from_bytes(cls, data: bytes) -> "Roster":
        """Read what `to_bytes` wrote; ValueError, TypeError or LookupError for anything else."""
        found = canonical.parse(data)
        people = {id_: Person.model_validate(_read(said)) for id_, said in found.pop("people").items()}
        if found.pop("schema") != SCHEMA:
            raise ValueError(SCHEMA)
        roster = cls(**found, people=people)
        if not (canonical.is_count(roster.version) and canonical.is_count(roster.threshold) and roster.threshold):
            raise ValueError("version")
        if roster.to_bytes() != data:
            raise ValueError("not as it was signed")
        return roster

    @property
    def sha256(self) -> str:
        """Digest of the statement, by which the next version names this one."""
        return digest_bytes(self.to_bytes()).sha256

    @property
    def file_name(self) -> str:
        """`0001.dsse.json`."""
        return f"{self.version:04}.dsse.json"


@dataclass(frozen=True)
class SignedRoster:
    """A roster with its signatures, as it lies on disk."""

    roster: Roster
    payload: bytes
    """The roster's bytes, which are signed."""
    signatures: tuple[Signature, ...]

    @cached_property
    def data(self) -> bytes:
        """The file."""
        return dsse.wrap(PAYLOAD_TYPE, self.payload, self.signatures)

    @cached_property
    def sha256(self) -> str:
        """Digest of the file, by which the ledger names it."""
        return digest_bytes(self.data).sha256

    @property
    def to_sign(self) -> bytes:
        """What each signature is over; its digest is what a passkey is asked to sign."""
        return dsse.pae(PAYLOAD_TYPE, self.payload)

    def signed_by(self, signer: Signer) -> "SignedRoster":
        """The same with the signature of a key that a passphrase opened."""
        return self.carrying(signer.sign(self.to_sign))

    def carrying(self, more: Signature) -> "SignedRoster":
        """The same with one more signature, in the order of the keys' names; a key signs once."""
        others = (one for one in self.signatures if one.keyid != more.keyid)
        return SignedRoster(self.roster, self.payload, tuple(sorted((*others, more), key=lambda one: one.keyid)))

    def admins(self, of: Roster, day: date) -> dict[str, str]:
        """The admins of a version, valid on that day, who signed this one: ids by their human, so each counts once."""
        humans = Humans(of.people)
        found: dict[str, str] = {}
        for one in self.signatures:
            owner = humans.owner(one.keyid) if one.keyid not in humans.revoked else None
            if owner and is_admin(of.people[owner[0]], day) and is_signed(owner[1], one, self.to_sign):
                found[humans.human(owner[0])] = owner[0]
        return found


def unsigned(roster: Roster) -> SignedRoster:
    """A roster that nobody signed yet."""
    return SignedRoster(roster, roster.to_bytes(), ())


def open_roster(data: bytes, where: str) -> SignedRoster:
    """Read a signed roster strictly; it is not yet verified. Errors: it is in no way one, or in another form.

    where: what the error says, the file's path.
    """
    try:
        payload, signatures = dsse.unwrap(PAYLOAD_TYPE, data)
        return SignedRoster(Roster.from_bytes(payload), payload, signatures)
    except (AttributeError, LookupError, TypeError, ValueError) as error:
        raise PublisherError(
            "this is not a version of people as it was signed", where=where, hint="restore the file from git"
        ) from error


def is_admin(person: Person, day: date) -> bool:
    """Whether a person's signature under a roster counts on that day (UTC)."""
    return ADMIN in person.roles and is_valid(person, day)


def with_keys(people: Mapping[str, Person]) -> dict[str, Person]:
    """What a roster holds of everyone: those who have or had a key or sign in, less what does not matter to trust."""
    held = {id_: person for id_, person in people.items() if person.keys or person.revoked or person.email}
    return {id_: Person.model_validate(_read(_said(person))) for id_, person in held.items()}


def _said(person: Person) -> dict[str, Any]:
    return {
        "name": person.name,
        # Not said where there is none, so that older statements keep their bytes.
        **({"email": person.email} if person.email else {}),
        "roles": sorted({*person.roles}),
        "keys": sorted({_bare(line) for line in person.keys}),
        "valid_from": _day(person.valid_from),
        "valid_to": _day(person.valid_to),
        "revoked": sorted((one.model_dump() for one in person.revoked), key=lambda one: (one["key"], one["since"])),
    }


def _read(said: dict[str, Any]) -> dict[str, Any]:
    days: Iterable[str] = ("valid_from", "valid_to")
    return {**said, **{day: date.fromisoformat(said[day]) if said[day] else None for day in days}}


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _bare(line: str) -> str:
    """A key's line without the comment behind it."""
    words = line.split()
    return " ".join(words[: _WORDS[words[0]]])


_WORDS: Final = {"ssh-ed25519": 2, "passkey": 4}
"""How many words of a line are the key, by its kind."""


def differences(old: Mapping[str, Person], new: Mapping[str, Person]) -> list[str]:
    """What changes from one set of `with_keys` to another, in plain words, a line each."""
    found = [f"{new[id_].name} ({id_}) is added{_with(new[id_])}" for id_ in sorted(new.keys() - old.keys())]
    found += [f"{old[id_].name} ({id_}) is taken out{_with(old[id_])}" for id_ in sorted(old.keys() - new.keys())]
    for id_ in sorted(old.keys() & new.keys()):
        found += [f"{old[id_].name} ({id_}) {change}" for change in _changes(old[id_], new[id_])]
    return found


def _with(person: Person) -> str:
    """All that a version says of somebody."""
    roles, keys = ", ".join(sorted(person.roles)) or "no role", ", ".join(map(called, person.keys))
    days = ((person.valid_from, "from"), (person.valid_to, "until"))
    said = [roles, *([keys] if keys else []), *(f"{word} {day}" for day, word in days if day)]
    said += [f"signs in as {person.email}"] if person.email else []
    said += [f"the key {one.key} revoked from entry {one.since} on: {one.reason}" for one in person.revoked]
    return f": {'; '.join(said)}"


def called(line: str) -> str:
    """A key in words: `key SHA256:…`, or `passkey SHA256:… at http://localhost:7400`."""
    passkey = read_passkey(line)
    return f"passkey {passkey.fingerprint} at {passkey.origin}" if passkey else f"key {fingerprint(line)}"


def _changes(old: Person, new: Person) -> list[str]:
    kinds = (
        ("the role", {*old.roles}, {*new.roles}),
        ("the", {*map(called, old.keys)}, {*map(called, new.keys)}),
    )
    found = [f"is {new.name} now"] if old.name != new.name else []
    if old.email != new.email:
        found.append(f"signs in as {new.email or 'nobody'}")
    for what, had, has in kinds:
        found += [f"gets {what} {one}" for one in sorted(has - had)]
        found += [f"loses {what} {one}" for one in sorted(had - has)]
    for day, said in (("valid_from", "first"), ("valid_to", "last")):
        if getattr(old, day) != getattr(new, day):
            found.append(f"has {getattr(new, day) or 'no'} {said} day")
    return [*found, *_revocations(old, new)]


def _revocations(old: Person, new: Person) -> list[str]:
    had, has = ({one.key: one for one in person.revoked} for person in (old, new))
    found = [
        f"has the key {key} revoked from entry {one.since} on: {one.reason}"
        for key, one in sorted(has.items())
        if one != had.get(key)
    ]
    return [*found, *(f"has the key {key} revoked no more" for key in sorted(had.keys() - has.keys()))]
