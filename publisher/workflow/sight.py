"""Who somebody is whom the house's sign-in names by an e-mail, and what they may see at the desk of a team.

All of it is as admins signed it: whoever could write an e-mail of their own beside a lawyer's name would else see,
and waive, as that lawyer.
"""

from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from publisher.errors import PublisherError
from publisher.review.humans import live_keys
from publisher.review.revisions import Revision
from publisher.review.roles import decides, is_valid
from publisher.review.roster import ADMIN, is_admin
from publisher.workflow.context import Context
from publisher.workflow.decide import in_review
from publisher.workflow.pointing import demand_of, makers
from publisher.workflow.public import was_public
from publisher.workflow.takedown import able_to


@dataclass(frozen=True)
class Roll:
    """Who can sign in at the desk of a team, as admins signed it, on one day."""

    people: Mapping[str, str]
    """Id by e-mail in small letters; an e-mail that stands under two names is nobody's."""
    admins: tuple[str, ...]
    """Names of those whom to ask for more."""
    state: tuple[object, ...]
    """What it follows from that somebody may see a piece: another one may let them see less."""

    def find(self, email: str) -> str | None:
        """Id of whose e-mail it is; None if it is nobody's.

        Letters of other alphabets are in no e-mail here: some become Latin ones when capitals are put aside.
        """
        return self.people.get(email.lower()) if email.isascii() else None


def roll_of(context: Context) -> Roll:
    """Who can sign in today."""
    rules, day, config = context.rules, context.today().date(), context.workspace.config
    known = {id_: person for id_, person in rules.people.items() if person.email and is_valid(person, day)}
    count = Counter(person.email.lower() for person in rules.people.values() if person.email)
    people = {person.email.lower(): id_ for id_, person in known.items() if person.email}
    admins = tuple(person.name for person in rules.people.values() if is_admin(person, day))
    state = (rules.trust.roster and rules.trust.roster.sha256, config.review, config.divisions, day)
    return Roll({email: id_ for email, id_ in people.items() if count[email] == 1}, admins, state)


def may_sign_here(context: Context, person: str) -> bool:
    """Whether a role of theirs signs something, be it that they have no key yet: pieces, takedowns or people."""
    known, roles = context.rules.people.get(person), {*_takedown_roles(context), ADMIN}
    return known is not None and not roles.isdisjoint(known.roles) and is_valid(known, context.today().date())


def has_key(context: Context, person: str) -> bool:
    """Whether a key of theirs is signed, and not revoked."""
    known = context.rules.people.get(person)
    return known is not None and bool(live_keys(known))


def takes_down_here(context: Context, person: str) -> bool:
    """Whether they may take down some piece of this house today."""
    return decides(context.rules.people.get(person), _takedown_roles(context), context.today().date())


def _takedown_roles(context: Context) -> set[str]:
    config = context.workspace.config
    return {*config.deciding_roles, *config.review.takedown}


def sees(context: Context, person: str, revision: Revision) -> bool:
    """Whether they decide on a revision by one of their roles, or made or submitted it. person: id."""
    roles = demand_of(context, revision).required
    if decides(context.rules.people.get(person), roles, context.today().date()):
        return True
    return person in makers(context, revision)


def sees_piece(context: Context, person: str, slug: str, latest: Revision | None = None) -> bool:
    """Whether they see what is in review of a piece; of one that is not there, or is damaged, nobody does.

    latest: what was submitted last, where it was read already.
    """
    with suppress(PublisherError):
        return sees(context, person, latest or in_review(context, slug))
    return False


def must_see(context: Context, person: str, slug: str) -> None:
    """Errors: they see nothing of this piece; whether there is one, is not said."""
    if not sees_piece(context, person, slug):
        raise PublisherError(
            "there is nothing for you to see here",
            where=slug,
            hint="you see what your roles decide, and what you made or submitted yourself; ask an admin for more",
        )


def must_see_out(context: Context, person: str, slug: str) -> None:
    """Errors: they do not see this piece, nor may they take it down and the public has it, or had.

    What is to come, and what is in review, is shown to those alone who see it.
    """
    if not was_public(context, slug) or person not in able_to(context, "takedown", slug):
        must_see(context, person, slug)
