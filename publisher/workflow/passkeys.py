"""Make a passkey for somebody, and have one sign: a browser asks the authenticator, this says for what."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from publisher.errors import PublisherError
from publisher.review.humans import live_keys
from publisher.review.keys import Signature, tier_of
from publisher.review.passkeys import (
    Passkey,
    challenge_in,
    creation_options,
    new_passkey,
    read_passkey,
    read_response,
    request_options,
)
from publisher.review.statement import Envelope, Statement, sealed, to_sign
from publisher.workflow import signing
from publisher.workflow.context import Context
from publisher.workflow.decide import person_of
from publisher.workflow.revoking import replaced
from publisher.workspace.enlist import change_keys, check_people

Options = dict[str, Any]
"""What a browser's `navigator.credentials` is given, binary values in base64url."""


def passkeys_of(context: Context, person: str, origin: str) -> tuple[Passkey, ...]:
    """The passkeys of somebody that count and sign at an origin: signed by admins, and not revoked. person: id."""
    known = context.rules.people.get(person)
    return tuple(_at(origin, live_keys(known) if known else ()))


def made_passkeys(context: Context, person: str, origin: str) -> tuple[Passkey, ...]:
    """All that stand under somebody's name and sign at an origin, also those that no admin signed yet."""
    known = context.workspace.people.get(person)
    return tuple(_at(origin, known.keys if known else ()))


def _at(origin: str, lines: Iterable[str]) -> Iterator[Passkey]:
    return (one for line in lines if (one := read_passkey(line)) is not None and one.origin == origin)


def creation(context: Context, person: str, origin: str, *, instead: bool = False) -> Options:
    """What a browser makes a passkey with, for somebody of `people.toml`. Errors: they are nobody there.

    instead: it takes the place of those that they have, so that a device may hold it beside one of them.
    """
    check_people(context.workspace, [person])
    known = context.workspace.people[person]
    held = () if instead else tuple(_at(origin, live_keys(known)))
    return creation_options(origin, context.workspace.config.house.name, person, known.name, held)


def enrol(  # noqa: PLR0913 - what a passkey is made of
    context: Context,
    person: str,
    origin: str,
    options: Options,
    response: Mapping[str, Any],
    *,
    instead: bool = False,
) -> Path:
    """Add the passkey that a browser made to a person; gives the file in which it stands now.

    options: those of `creation`. instead: all other passkeys of theirs are revoked from now on.
    Errors: as `review.passkeys.new_passkey`; they have it already.
    """
    made = new_passkey(response, challenge_in(options), origin)
    if any(one.key == made.key for one in made_passkeys(context, person, origin)):
        raise PublisherError("this passkey is theirs already", where=person, hint="there is nothing left to do")
    others = replaced(context, person, "passkey") if instead else []
    return change_keys(context.workspace, person, [made.to_line()], others)


def request(context: Context, statement: Statement, origin: str) -> tuple[Statement, Options]:
    """The statement as a passkey signs it, and what a browser has it signed with. Errors: its person has none here."""
    passkeys = passkeys_of(context, statement.person, origin)
    if not passkeys:
        name, hint = person_of(context, statement.person).name, _elsewhere(context, statement.person)
        raise PublisherError(f"{name} has no passkey at this address", where=origin, hint=hint)
    said = replace(statement, tier="passkey")
    return said, request_options(passkeys, to_sign(said))


def _elsewhere(context: Context, person: str) -> str:
    """What somebody does who has no passkey at an address: they may have one of another, or a passphrase."""
    known = context.rules.people.get(person)
    lines = live_keys(known) if known else []
    origins = dict.fromkeys(one.origin for line in lines if (one := read_passkey(line)))
    ways = [f"sign at {' or '.join(origins)}"] if origins else []
    ways.append(f"make one: publish people key {person} --passkey")
    if any(tier_of(line) == "passphrase" for line in lines):
        ways.append("sign with a passphrase, without --passkey")
    return "; or ".join(ways)


def signed(context: Context, statement: Statement, origin: str, response: Mapping[str, Any]) -> Envelope:
    """A statement with the signature that a browser answers, which `decide.keep` verifies.

    statement: of `request`. Errors: this is no answer, or none of a passkey that they have at this origin.
    """
    credential, assertion, signature = read_response(response)
    used = next((one for one in passkeys_of(context, statement.person, origin) if one.credential == credential), None)
    if used is None:
        raise PublisherError("this passkey is not theirs", where=statement.person, hint="use another one")
    return sealed(statement, Signature(used.fingerprint, signature, assertion))


def passkeys_to_sign(context: Context, draft: signing.Draft, origin: str) -> tuple[Passkey, ...]:
    """Those of whoever is to sign people that can do it next, at an origin; none where there is no need, either."""
    return tuple(_at(origin, signing.keys_to_sign(context, draft)))


def request_people(context: Context, draft: signing.Draft, origin: str) -> Options:
    """What a browser has the next version of the people signed with. Errors: who is to sign has no passkey here."""
    passkeys = passkeys_to_sign(context, draft, origin)
    if not passkeys:
        name, hint = context.rules.name(draft.person), _elsewhere(context, draft.person)
        raise PublisherError(f"{name} has no passkey that signs this here", where=origin, hint=hint)
    return request_options(passkeys, draft.signed.to_sign)


def signed_people(context: Context, draft: signing.Draft, origin: str, response: Mapping[str, Any]) -> signing.Draft:
    """The next version of the people with the signature that a browser answers.

    Errors: this is no answer, or none of a passkey that signs it next; the signature does not hold.
    """
    credential, assertion, signature = read_response(response)
    fit = passkeys_to_sign(context, draft, origin)
    used = next((one for one in fit if one.credential == credential), None)
    if used is None:
        raise PublisherError("this passkey does not sign this", where=draft.person, hint="use another one")
    return signing.sealed(draft, Signature(used.fingerprint, signature, assertion))
