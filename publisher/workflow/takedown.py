"""Take a piece down, and lift that: one person signs, and the gate refuses every revision of it from then on.

Nothing of the piece itself is needed: its folder, its revisions and its files may be damaged or gone, and so may other
pieces. What must be whole is the ledger, because it says who may sign.
"""

from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from publisher.errors import PublisherError
from publisher.review.history import History, Takedown
from publisher.review.revisions import Revision
from publisher.review.roles import decides
from publisher.review.statement import MEANINGS, Decision, Envelope, Statement
from publisher.workflow.context import Context
from publisher.workflow.decide import keep, person_of
from publisher.workflow.denied import denials, kind_of
from publisher.workflow.lines import submissions
from publisher.workflow.pointing import demand_of

GONE: Final = "It is not available any more."
"""What stands at the address of a piece that was taken down, if a page is asked for and no words are given."""


@dataclass(frozen=True)
class Wish:
    """What somebody is about to sign."""

    decision: Decision
    """`takedown` or `restore`."""
    slug: str
    person: str
    """Id."""
    reason: str
    notice: str = ""
    """The words at its address from now on; none for no page."""


def standing_takedown(context: Context, slug: str) -> Takedown | None:
    """The takedown of a piece that nobody lifted, if there is one."""
    return denials(context, context.evidence()).get(slug)


def draft_wish(context: Context, wish: Wish) -> Statement:
    """The statement to sign. Errors: there is no such piece, they may not, no reason is given, nothing is to lift."""
    revisions = revisions_of(context, wish.slug)
    if not wish.reason.strip():
        raise PublisherError("it must be said why", hint="add --reason 'what is wrong with it'")
    person = person_of(context, wish.person)
    _may(context, wish, revisions)
    return Statement(
        decision=wish.decision,
        meaning=MEANINGS[wish.decision],
        house=context.workspace.config.house.url,
        kind=kind_of(context, wish.slug),
        slug=wish.slug,
        revision=revisions[0],
        person=wish.person,
        name=person.name,
        time=context.today().isoformat(timespec="seconds"),
        reason=wish.reason.strip(),
        head=context.ledger.head(),
        notice=wish.notice.strip(),
    )


def revisions_of(context: Context, slug: str) -> list[str]:
    """Revisions of a piece as they were submitted, latest first. Errors: none ever was."""
    revisions = submissions(context.ledger.of(slug))
    if not revisions:
        raise PublisherError(
            f"nothing that was ever submitted is called {slug!r}",
            where="ledger.jsonl",
            hint="publish status shows every piece; its slug is the end of its address, without .html",
        )
    return revisions


def _may(context: Context, wish: Wish, revisions: list[str]) -> None:
    if wish.decision == "restore" and standing_takedown(context, wish.slug) is None:
        raise PublisherError("it is not taken down", where=wish.slug, hint="there is nothing to lift")
    person, roles = context.rules.people[wish.person], _roles(context, wish.decision, wish.slug, revisions)
    if not decides(person, roles, context.today().date()):
        raise PublisherError(
            f"{person.name} has none of the roles that may do this ({', '.join(sorted(roles))})",
            where="people.toml",
            hint="ask someone who has; nothing was signed",
        )


def able_to(context: Context, decision: Decision, slug: str, latest: Revision | None = None) -> frozenset[str]:
    """Ids of those who may sign this of a piece today; nobody, if it was never submitted.

    latest: what was submitted last, where it was read already.
    """
    revisions, day = submissions(context.ledger.of(slug)), context.today().date()
    roles = _roles(context, decision, slug, revisions, latest) if revisions else set[str]()
    return frozenset(id_ for id_, person in context.rules.people.items() if decides(person, roles, day))


def _roles(
    context: Context, decision: Decision, slug: str, revisions: list[str], latest: Revision | None = None
) -> set[str]:
    """Roles of which one is enough: what is lifted may come back, so only those lift it that decide."""
    more = context.workspace.config.review.takedown if decision == "takedown" else ()
    return {*_deciding(context, slug, revisions, latest), *more}


def _deciding(context: Context, slug: str, revisions: list[str], latest: Revision | None) -> set[str]:
    """Roles that decide on a piece; on any, where its card cannot be read."""
    for name in revisions:
        with suppress(PublisherError):
            revision = latest if latest and latest.name == name else context.revisions.get(slug, name)
            return {*demand_of(context, revision).required}
    return context.workspace.config.deciding_roles


def keep_wish(context: Context, envelope: Envelope) -> Envelope:
    """Keep a signed takedown or lift. Errors, and what a kill leaves: as `keep`; a takedown then stands."""
    said = envelope.statement
    if said.decision == "restore":
        complete(context, said.slug)
    return keep(context, envelope, {"reason": said.reason})


def complete(context: Context, slug: str) -> None:
    """Write the lines of signed takedowns that the ledger does not tell of: a kill, or a merge, lost them."""
    for takedown in History(slug, context.rules, context.evidence()).takedowns:
        if takedown.line is None and takedown.envelope is not None:
            said = takedown.envelope.statement
            data = {"revision": said.revision, "envelope": takedown.digest, "reason": said.reason}
            context.ledger.append("takedown", slug, said.person, said.moment, data)
