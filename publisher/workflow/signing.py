"""Sign the house's people: what `people.toml` says of who is trusted counts once enough admins signed it."""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from filelock import FileLock

from publisher.counting import counted
from publisher.errors import PublisherError
from publisher.files import write_atomically
from publisher.review.gate import Trust, read_envelopes, trust_of
from publisher.review.humans import Humans, live_keys
from publisher.review.keys import Signature, Signer, fingerprint, is_signed, tier_of
from publisher.review.roster import ADMIN, Roster, SignedRoster, differences, is_admin, open_roster, unsigned, with_keys
from publisher.review.trust import FOLDER, PEOPLE, lacks, lifts, place_of
from publisher.workflow.context import Context
from publisher.workspace.loading import Workspace
from publisher.workspace.people import Person

PROPOSAL: Final = f"{FOLDER}/proposal.json"
"""A version for which admins have yet to sign."""


@dataclass(frozen=True)
class Draft:
    """The next version of the people, with the signatures that it has so far."""

    before: Roster | None
    signed: SignedRoster
    changes: tuple[str, ...]
    """What it changes, in plain words."""
    person: str
    """Id of who is to sign it now."""

    @property
    def roster(self) -> Roster:
        """What is signed."""
        return self.signed.roster

    @property
    def rosters(self) -> tuple[Roster, ...]:
        """The versions whose admins must sign it: the one before, and its own."""
        return tuple(filter(None, (self.before, self.roster)))


@dataclass(frozen=True)
class Outcome:
    """What became of a draft."""

    file: str
    """From the workspace's root."""
    lacking: str
    """Which signatures it lacks; empty if it counts now."""
    able: tuple[str, ...]
    """Ids of those who can give one."""


def changes_of(workspace: Workspace, trust: Trust) -> tuple[str, ...]:
    """What `people.toml` says otherwise than the newest signed version, in plain words; it counts for nothing."""
    before, house = trust.roster, workspace.config.house.url
    found = differences(before.people if before else {}, with_keys(workspace.people))
    if workspace.threshold != (before.threshold if before else 1):
        found.append(f"each change needs the signatures of {workspace.threshold} admins")
    if before and before.house != house:
        found.append(f"the house is at {house}, not {before.house}")
    return tuple(found)


def warning(context: Context) -> str:
    """The one line that every command says where people and their signatures differ; empty if they do not."""
    trust = context.rules.trust
    if trust.flaw is not None:
        return f"Nobody is trusted: {trust.flaw.what} → {trust.flaw.hint}"
    changes = changes_of(context.workspace, trust)
    if not changes:
        return ""
    more = f" (and {len(changes) - 1} more)" if len(changes) > 1 else ""
    return f"Not signed, so it counts for nothing: {changes[0]}{more} → {sign_command(context.workspace, trust)}"


def sign_command(workspace: Workspace, trust: Trust) -> str:
    """What an admin types next."""
    people = trust.people or workspace.people
    id_ = next(iter(_admins(people)), "ADMIN")
    return command_for(id_, live_keys(people[id_]) if id_ in people else ())


def command_for(person: str, lines: Iterable[str]) -> str:
    """What somebody types to sign with one of these keys of theirs. person: id."""
    kinds = {*map(tier_of, lines)}
    return f"publish people sign --as {person}{' --passkey' if kinds == {'passkey'} else ''}"


def _admins(people: Mapping[str, Person]) -> list[str]:
    return [id_ for id_, person in people.items() if ADMIN in person.roles and live_keys(person)]


def draft_people(context: Context, person: str) -> Draft:
    """The next version, for somebody to sign, after everything that would make it worthless was ruled out.

    Errors: nothing changed; they are no admin; it has too few admins; it takes a revocation back.
    """
    trust, workspace = context.rules.trust, context.workspace
    if trust.flaw is not None and trust.roster is None:
        raise trust.flaw
    before, changes = trust.roster, changes_of(workspace, trust)
    if not changes:
        raise PublisherError("nothing of the people changed since they were signed", hint="there is nothing to sign")
    roster = Roster(
        workspace.config.house.url,
        before.version + 1 if before else 1,
        before.sha256 if before else "",
        workspace.threshold,
        with_keys(workspace.people),
    )
    _is_sound(context, roster, before)
    draft = Draft(before, unsigned(roster), changes, person)
    _may_sign(context, draft)
    return replace(draft, signed=_so_far(context, draft))


def _is_sound(context: Context, roster: Roster, before: Roster | None) -> None:
    humans = Humans(roster.people)
    admins = {humans.human(id_) for id_ in _admins(roster.people)}
    if len(admins) < roster.threshold:
        raise PublisherError(
            f"{counted(len(admins), 'person has', 'people have')} the role {ADMIN} and a key, and "
            f"{roster.threshold} must sign",
            where="people.toml", hint="publish people add ID --name NAME --role admin; publish people key ID",
        )  # fmt: skip
    if lifted := lifts(roster, before):
        raise PublisherError(
            lifted,
            where="people.toml",
            hint="leave the entry in revoked; give who left a valid_to rather than take them out",
        )
    records = context.ledger.records()
    for one in humans.revoked.values():
        if place_of(records, one.since) != one.after:
            raise PublisherError(
                f"entry {one.since} of the ledger, from which {one.key} is revoked, is another", where="people.toml",
                hint="take the entry in revoked out, and let it be written: publish people revoke ID --from SEQ",
            )  # fmt: skip


def _may_sign(context: Context, draft: Draft) -> None:
    day = context.today().date()
    if not any(_is_admin(roster, draft.person, context) for roster in draft.rosters):
        named = {id_: roster.people[id_].name for roster in draft.rosters for id_ in _admins(roster.people)}
        others = ", ".join(f"{name} ({id_})" for id_, name in named.items())
        raise PublisherError(
            f"{draft.person!r} is no admin with a key on {day}, and signs no people",
            where="people.toml",
            hint=f"{others} can sign",
        )


def _is_admin(roster: Roster, id_: str, context: Context) -> bool:
    person = roster.people.get(id_)
    return person is not None and is_admin(person, context.today().date()) and bool(live_keys(person))


def _so_far(context: Context, draft: Draft) -> SignedRoster:
    """The signatures that the proposal has, if it is still about the same."""
    try:
        data = (context.root / PROPOSAL).read_bytes()
    except FileNotFoundError:
        return draft.signed
    found = open_roster(data, PROPOSAL)
    return found if found.payload == draft.signed.payload else draft.signed


def keys_to_sign(context: Context, draft: Draft, person: str = "") -> list[str]:
    """Lines of somebody's keys, one of which signs next; none where all their signatures are there.

    Who gets a new key signs with the old one first, and then with the new one. person: id; who is to sign if not said.
    """
    day, id_ = context.today().date(), person or draft.person
    for roster in draft.rosters:
        is_missing = Humans(roster.people).human(id_) not in draft.signed.admins(roster, day)
        if is_missing and _is_admin(roster, id_, context):
            return live_keys(roster.people[id_])
    return []


def with_signature(draft: Draft, signer: Signer) -> Draft:
    """The draft, signed by a key that a passphrase opened. Errors: it is not a trusted one of theirs."""
    return sealed(draft, signer.sign(draft.signed.to_sign))


def sealed(draft: Draft, signature: Signature) -> Draft:
    """The draft with one more signature. Errors: it is of no trusted key of theirs, or does not hold."""
    own = (roster.people[draft.person] for roster in draft.rosters if draft.person in roster.people)
    lines = [line for person in own for line in live_keys(person) if fingerprint(line) == signature.keyid]
    if not lines:
        hint = "use their own: --key FILE; nothing was signed"
        raise PublisherError(f"this key is not one of {draft.person}'s", where=signature.keyid, hint=hint)
    if not any(is_signed(line, signature, draft.signed.to_sign) for line in lines):
        raise PublisherError(
            "the signature does not hold", where=signature.keyid, hint="sign again; nothing was signed"
        )
    return replace(draft, signed=draft.signed.carrying(signature))


def who_signed(context: Context, draft: Draft) -> tuple[str, ...]:
    """Who signed so far, of each version whose admins must, in words."""
    found, day = [], context.today().date()
    for roster in draft.rosters:
        names = ", ".join(roster.people[id_].name for id_ in draft.signed.admins(roster, day).values())
        of = f"{counted(roster.threshold, 'admin')} of version {roster.version}"
        found.append(f"{of}: {names or 'nobody so far'}")
    return tuple(found)


def record_people(context: Context, draft: Draft) -> Outcome:
    """Keep a draft with its signatures; write it into the ledger if they are enough.

    A kill leaves the proposal, or a file that the ledger does not name: the same command goes on from there.
    """
    now, signed = context.today(), draft.signed
    lacking = lacks(signed, draft.before, now.date())
    if lacking:
        write_atomically(context.root / PROPOSAL, signed.data)
        return Outcome(PROPOSAL, lacking, able(context, draft))
    file = f"{FOLDER}/{draft.roster.file_name}"
    with FileLock(_lock(context), timeout=_PATIENCE):
        records = context.ledger.records()
        files = read_envelopes(context.root / FOLDER)
        if trust_of(draft.roster.house, records, files).roster != draft.before:
            raise PublisherError("somebody else signed meanwhile", where=FOLDER, hint="run the same command again")
        write_atomically(context.root / file, signed.data)
        data: dict[str, str | int] = {"version": draft.roster.version, "roster": signed.sha256}
        context.ledger.append(PEOPLE, "", draft.person, now, data)
    (context.root / PROPOSAL).unlink(missing_ok=True)
    return Outcome(file, "", ())


def waits_for(context: Context, person: str) -> Draft | None:
    """The next version of the people, if a signature of this person would bring it further. person: id."""
    with suppress(PublisherError):  # they are no admin, or nothing changed
        draft = draft_people(context, person)
        return draft if keys_to_sign(context, draft) else None
    return None


def able(context: Context, draft: Draft) -> tuple[str, ...]:
    """Ids of admins whose signature would bring it further."""
    day = context.today().date()
    found: dict[str, None] = {}
    for roster in draft.rosters:
        humans, done = Humans(roster.people), draft.signed.admins(roster, day)
        if len(done) < roster.threshold:
            valid = (id_ for id_ in _admins(roster.people) if is_admin(roster.people[id_], day))
            found |= dict.fromkeys(id_ for id_ in valid if humans.human(id_) not in done)
    return tuple(found)


def _lock(context: Context) -> Path:
    path = context.cache / "locks" / "people.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


_PATIENCE = 60
"""Seconds to wait for another command that signs people."""
