"""What somebody can ask to sign at the desk: a decision on the revision in review, or a takedown and the end of one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from publisher.errors import PublisherError
from publisher.policy.waiving import waived
from publisher.review.manifest import short
from publisher.review.statement import Decision, Envelope, Statement
from publisher.workflow.context import Context
from publisher.workflow.decide import Verdict, draft_statement, in_review, keep
from publisher.workflow.heard import Heard, heard_by
from publisher.workflow.pointing import findings_of
from publisher.workflow.public import out
from publisher.workflow.sight import must_see, must_see_out, sees_piece
from publisher.workflow.takedown import Wish, draft_wish, keep_wish

VERBS: Final[dict[Decision, str]] = {
    "approve": "approve",
    "reject": "reject",
    "withdraw": "withdraw the rejection",
    "takedown": "take it down",
    "restore": "lift the takedown",
}
DONE: Final[dict[Decision, str]] = {
    "approve": "You approved it.",
    "reject": "You rejected it. That stands until you withdraw it.",
    "withdraw": "You withdrew your rejection. To let it go out, approve it.",
    "takedown": "You signed the takedown: no release brings the piece back.",
    "restore": "You lifted the takedown. What was approved before does not count: it needs new approvals.",
}


def must_be_in_review(context: Context, slug: str, revision: str) -> None:
    """Errors: what was on the screen is not what is in review. It is compared whole: a beginning would not do."""
    now = in_review(context, slug).name
    if revision != now:
        raise PublisherError(
            f"another revision is in review by now: {short(now)}, and not {short(revision) or 'the one you saw'}",
            where=slug,
            hint="look at what changed, then decide; nothing was signed",
        )


@dataclass(frozen=True)
class OfReview:
    """A decision on the revision in review, which was on the screen."""

    verdict: Verdict

    @property
    def after(self) -> str:
        """What happened to the piece."""
        return f"/pieces/{self.verdict.slug}/record"

    def drawn_up(self, context: Context) -> Statement:
        """As `Asked.drawn_up`; errors also: another revision is in review than was on the screen."""
        must_be_in_review(context, self.verdict.slug, self.verdict.revision or "")
        return draft_statement(context, self.verdict)

    def shown(self, context: Context, statement: Statement) -> Mapping[str, object]:
        """What was waived, and how much of it was heard."""
        revision = context.revisions.get(statement.slug, statement.revision)
        passed = waived(findings_of(context, revision)) if statement.waived else ()
        card = revision.card
        return {"piece": card.title, "passed": passed, "heard": _heard(context, statement), "out": None}

    def keep(self, context: Context, envelope: Envelope) -> None:
        """As `Asked.keep`; beside an approval stands how much of the sound was played here."""
        said = envelope.statement
        must_be_in_review(context, said.slug, said.revision)
        keep(context, envelope, _heard(context, said).noted if said.decision == "approve" else {})

    def must_see(self, context: Context, person: str) -> None:
        """As `Asked.must_see`."""
        must_see(context, person, self.verdict.slug)


def _heard(context: Context, said: Statement) -> Heard:
    card = context.revisions.get(said.slug, said.revision).card
    return heard_by(context, said.person, said.revision, float(card.duration or 0))


@dataclass(frozen=True)
class OfPublic:
    """A takedown, or that one is lifted. Nothing of the piece needs to be whole for it."""

    wish: Wish

    @property
    def after(self) -> str:
        """Whether the public has it still."""
        return f"/pieces/{self.wish.slug}/takedown"

    def drawn_up(self, context: Context) -> Statement:
        """As `Asked.drawn_up`."""
        return draft_wish(context, self.wish)

    def shown(self, context: Context, statement: Statement) -> Mapping[str, object]:
        """What the public has of it; its title is that which the public knows, where they may see no other."""
        found = out(context, context.evidence(), statement.slug)
        if found.was_public and not sees_piece(context, statement.person, statement.slug):
            found = found.for_outsiders()
        return {"piece": found.title, "passed": (), "heard": None, "out": found}

    def keep(self, context: Context, envelope: Envelope) -> None:
        """As `Asked.keep`."""
        keep_wish(context, envelope)

    def must_see(self, context: Context, person: str) -> None:
        """As `Asked.must_see`."""
        must_see_out(context, person, self.wish.slug)
