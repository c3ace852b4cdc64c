"""Approve, reject, withdraw: a person signs a statement about the revision that is in review."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from publisher.errors import PublisherError
from publisher.files import write_atomically
from publisher.review.evidence import Evidence
from publisher.review.history import History
from publisher.review.humans import live_keys
from publisher.review.keys import TIERS, Signer, fingerprint
from publisher.review.manifest import short
from publisher.review.revisions import Revision
from publisher.review.roles import decides
from publisher.review.statement import MEANINGS, Decision, Envelope, Statement, sign
from publisher.workflow.context import Context
from publisher.workflow.denied import denials
from publisher.workflow.lines import submissions
from publisher.workflow.pending import waived_in
from publisher.workflow.pointing import demand_of, makers
from publisher.workflow.signing import sign_command
from publisher.workflow.stage import AHEAD
from publisher.workspace.people import Person


@dataclass(frozen=True)
class Verdict:
    """What someone is about to sign."""

    decision: Decision
    slug: str
    person: str
    """Id."""
    reason: str = ""
    revision: str | None = None
    """The beginning of the revision that they looked at; if another one is in review by now, nothing is signed."""


def in_review(context: Context, slug: str) -> Revision:
    """The latest submitted revision of a piece."""
    revisions = submissions(context.ledger.of(slug))
    if not revisions:
        known = slug in context.workspace.pieces
        raise PublisherError(
            "nothing of it was submitted" if known else f"there is no piece {slug!r}",
            where=slug,
            hint=f"its host submits it: publish {context.workspace.pieces[slug].kind} {slug}"
            if known
            else "publish review list shows what waits",
        )
    return context.revisions.get(slug, revisions[0])


def draft_statement(context: Context, verdict: Verdict) -> Statement:
    """The statement to sign, after everything that would make the signature worthless was ruled out."""
    revision = in_review(context, verdict.slug)
    if verdict.revision and not revision.name.startswith(verdict.revision):
        raise PublisherError(
            f"the revision in review is {short(revision.name)}, not {verdict.revision}",
            where=verdict.slug,
            hint=f"look at what changed: publish review diff {verdict.slug}",
        )
    person = person_of(context, verdict.person)
    _may(context, verdict, person, revision)
    return Statement(
        decision=verdict.decision,
        meaning=MEANINGS[verdict.decision],
        house=context.workspace.config.house.url,
        kind=revision.manifest.kind,
        slug=verdict.slug,
        revision=revision.name,
        person=verdict.person,
        name=person.name,
        time=context.today().isoformat(timespec="seconds"),
        reason=verdict.reason,
        waived=waived_in(context, revision, verdict.person) if verdict.decision == "approve" else (),
        head=context.ledger.head(),
    )


def person_of(context: Context, id_: str) -> Person:
    """Somebody with a key that admins signed. Errors: there is nobody, no key, or it was not signed, or is revoked."""
    person = context.workspace.people.get(id_)
    if person is None:
        raise PublisherError(f"{id_!r} is nobody in people.toml", hint=f"publish people add {id_} --name NAME")
    if not person.keys:
        raise PublisherError(f"{person.name} has no key", where="people.toml", hint=f"publish people key {id_}")
    if context.rules.trust.flaw is not None:
        raise context.rules.trust.flaw
    signed = context.rules.people.get(id_)
    if signed is None:
        raise PublisherError(
            f"{person.name}'s key counts for nothing yet: no admin signed it",
            where="people.toml",
            hint=sign_command(context.workspace, context.rules.trust),
        )
    if not live_keys(signed):
        raise PublisherError(
            f"{person.name}'s keys are revoked", where="people.toml", hint=f"make another: publish people rotate {id_}"
        )
    return signed


def _may(context: Context, verdict: Verdict, person: Person, revision: Revision) -> None:
    must_decide(context, person, revision)
    history = History(verdict.slug, context.rules, context.evidence())
    has_rejected = _has_rejected(history, verdict.person)
    if verdict.decision == "withdraw" and not has_rejected:
        raise PublisherError(
            f"{person.name} has not rejected it", where=verdict.slug, hint="there is nothing to withdraw"
        )
    if verdict.decision == "approve":
        _knows_the_rules(context)
        _is_not_taken_down(context, verdict.slug)
        _may_approve(context, history, verdict, person, revision)
        if has_rejected:
            raise PublisherError(
                f"{person.name} rejected it, and that stands",
                where=verdict.slug,
                hint=f"withdraw it first: publish review withdraw {verdict.slug}",
            )
    if verdict.decision == "reject" and not verdict.reason.strip():
        raise PublisherError("a rejection says why", hint="add --reason 'what must change, and where'")


def _knows_the_rules(context: Context) -> None:
    """Errors: the house's own files are not whole, so a rule may be missing that forbids it."""
    if slips := context.workspace.slips:
        raise PublisherError(
            "nothing is approved while the house's own files are not whole: a rule that forbids it may be missing",
            where=slips[0].file,
            each=[str(slip) for slip in slips],
            hint="mend what is listed; nothing was signed",
        )


def _is_not_taken_down(context: Context, slug: str) -> None:
    if takedown := denials(context, context.evidence()).get(slug):
        raise PublisherError(
            f"it was taken down on {takedown.time[:10]}: {takedown.reason}",
            where=slug,
            hint=f"an approval counts once that is lifted: publish takedown {slug} --lift",
        )


def must_decide(context: Context, person: Person, revision: Revision) -> None:
    """Errors: they have none of the roles that decide on this revision today."""
    roles = demand_of(context, revision).required
    if not decides(person, roles, context.today().date()):
        raise _decides_nothing(person, roles)


def must_review_here(context: Context, id_: str) -> None:
    """Errors: as `person_of`; they have none of the roles that decide on any piece here today."""
    person = person_of(context, id_)
    if not is_reviewer_here(context, id_):
        raise _decides_nothing(person, sorted(context.workspace.config.deciding_roles))


def _decides_nothing(person: Person, roles: Iterable[str]) -> PublisherError:
    return PublisherError(
        f"{person.name} has none of the roles that decide here ({', '.join(roles)})",
        where="people.toml",
        hint="ask someone who has, or change their roles and validity",
    )


def is_reviewer_here(context: Context, person: str) -> bool:
    """Whether they have one of the roles that decide on some piece of this house today, as it is signed."""
    roles = context.workspace.config.deciding_roles
    return decides(context.rules.people.get(person), roles, context.today().date())


def can_approve(context: Context, evidence: Evidence, revision: Revision, person: str) -> bool:
    """Whether an approval by this person would count and is still to come, whatever must be waived before it."""
    history = History(revision.manifest.slug, context.rules, evidence)
    made_by, roles = makers(context, revision), demand_of(context, revision).required
    return (
        decides(context.rules.people.get(person), roles, context.today().date())
        and person not in made_by
        and history.standing_takedown(roles) is None
        and not _has_rejected(history, person)
        and not _approved_already(context, history, revision, person, made_by)
    )


def _may_approve(context: Context, history: History, verdict: Verdict, person: Person, revision: Revision) -> None:
    made_by = makers(context, revision)
    if verdict.person in made_by:
        raise PublisherError(
            f"{person.name} made or submitted it, and nobody approves their own piece",
            where=verdict.slug,
            hint="ask another reviewer",
        )
    if _approved_already(context, history, revision, verdict.person, made_by):
        raise PublisherError(
            f"{person.name} approved this revision already",
            where=verdict.slug,
            hint="nothing was signed, nothing is missing",
        )


def _approved_already(
    context: Context, history: History, revision: Revision, person: str, made_by: Collection[str]
) -> bool:
    """Whether an approval of theirs counts, and will for a while.

    One that does not (their key was replaced, say), or that ends soon, can be given again.
    """
    demand, soon = demand_of(context, revision), context.today() + AHEAD
    approvals = history.approvals(revision.name, made_by, demand, soon)
    return any(one.record.by == person and not one.flaw for one in approvals)


def _has_rejected(history: History, person: str) -> bool:
    """Whether a rejection of theirs stands."""
    return any(one.by == person for one in history.standing())


def is_strong_enough(context: Context, statement: Statement) -> bool:
    """Whether it is signed in the tier that is asked for, if it is an approval; anything else may be signed in any."""
    if statement.decision != "approve":
        return True
    asked = demand_of(context, context.revisions.get(statement.slug, statement.revision)).tier
    return TIERS.index(statement.tier) >= TIERS.index(asked)


def must_be_strong_enough(context: Context, statement: Statement) -> None:
    """Errors: its piece asks for a passkey."""
    if not is_strong_enough(context, statement):
        hint = "sign at the desk: publish review; nothing was signed"
        raise PublisherError("this piece asks for a passkey", where=statement.slug, hint=hint)


def decide(
    context: Context, statement: Statement, signer: Signer, noted: Mapping[str, str | int] = MappingProxyType({})
) -> Envelope:
    """Sign a statement with a key that a passphrase opened, and keep it. noted, errors: as `keep`."""
    return keep(context, sign(statement, signer), noted)


def keep(context: Context, envelope: Envelope, noted: Mapping[str, str | int] = MappingProxyType({})) -> Envelope:
    """Keep a signed statement in `approvals/`, and write it into the ledger.

    noted: what its line in the ledger says beside, like the seconds that were heard.
    Errors: the key is not one of the person's, or the signature is none. A kill between the two writes leaves a signed
    file: an approval counts for nothing until it is given again, a rejection stands.
    """
    statement, keyid = envelope.statement, envelope.signature.keyid
    person = context.rules.people[statement.person]
    own = [line for line in live_keys(person) if fingerprint(line) == keyid]
    if not own:
        raise PublisherError(
            f"this key is not one of {person.name}'s that are signed and not revoked",
            where=keyid,
            hint="use their own key: --key FILE; nothing was signed",
        )
    if not any(envelope.is_signed_by(line) for line in own):
        raise PublisherError("the signature does not hold", where=keyid, hint="sign again; nothing was kept")
    must_be_strong_enough(context, statement)
    write_atomically(context.approvals / statement.slug / envelope.file_name, envelope.data)
    context.ledger.append(
        statement.decision,
        statement.slug,
        statement.person,
        statement.moment,
        {"revision": statement.revision, "envelope": envelope.sha256, **noted},
    )
    return envelope
