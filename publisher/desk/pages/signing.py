"""Decide: what somebody wants to sign is drawn up, shown as it will be signed, and then signed or not."""

import secrets
from dataclasses import replace
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from publisher.desk.pages.piece import shown
from publisher.desk.pages.showing import Mistake, form_of, page, refused
from publisher.desk.room import Desk, Draft, Form, Way
from publisher.errors import PublisherError
from publisher.policy.waiving import waived
from publisher.review.manifest import short
from publisher.review.statement import Decision
from publisher.workflow.context import Context
from publisher.workflow.decide import Verdict, draft_statement, in_review, is_strong_enough, keep
from publisher.workflow.heard import Heard, heard_by
from publisher.workflow.pointing import findings_of
from publisher.workflow.remarks import open_remarks

FRESH: Final = timedelta(minutes=10)
"""For how long a statement can be signed with the time that it names."""
_MOST: Final = 32
"""Statements that are on a screen at once."""
DONE: Final[dict[Decision, str]] = {
    "approve": "You approved it.",
    "reject": "You rejected it. That stands until you withdraw it.",
    "withdraw": "You withdrew your rejection. To let it go out, approve it.",
    "takedown": "You took it down.",
    "restore": "You lifted the takedown.",
}


def draw_up(desk: Desk, request: Request) -> Response:
    """Make the statement that was asked for, after all that would make its signature worthless was ruled out."""
    slug, form = request.path_params["slug"], form_of(request)
    decision = form.get("decision", "")
    if decision not in _TITLES:
        return refused(desk, request, PublisherError("this is no decision", hint="approve, reject or withdraw"), 400)
    reason, revision = form.get("reason", "").strip(), form.get("revision", "")
    try:
        with desk.work() as context:
            must_be_in_review(context, slug, revision)
            reason = with_requests(context, slug, desk.person, reason) if decision == "reject" else reason
            verdict = Verdict(decision, slug, desk.person, reason, revision)
            statement = draft_statement(context, verdict)
    except PublisherError as error:
        field = "reason" if decision == "reject" and not reason else "decide"
        return shown(desk, request, slug, mistake=Mistake(field, error), typed=dict(form))
    name = secrets.token_urlsafe(16)
    while len(desk.drafts) >= _MOST:
        desk.drafts.pop(next(iter(desk.drafts)))
    desk.drafts[name] = Draft(statement, verdict)
    return RedirectResponse(f"/statements/{name}", 303)


def with_requests(context: Context, slug: str, person: str, reason: str) -> str:
    """The reason of a rejection, with what its maker asked for and nobody settled: they sign for that, too."""
    asked = [one.said for one in open_remarks(context, slug) if one.by == person and one.kind]
    return "\n".join([*filter(None, [reason]), *(f"Asked for: {one}" for one in asked)])


def must_be_in_review(context: Context, slug: str, revision: str) -> None:
    """Errors: what was on the screen is not what is in review. It is compared whole: a beginning would not do."""
    now = in_review(context, slug).name
    if revision != now:
        raise PublisherError(
            f"another revision is in review by now: {short(now)}, and not {short(revision) or 'the one you saw'}",
            where=slug,
            hint="look at what changed, then decide; nothing was signed",
        )


def statement(desk: Desk, request: Request) -> Response:
    """The statement in full, and the ways to sign it."""
    draft = desk.drafts.get(request.path_params["name"])
    return _gone(desk, request) if draft is None else _on_screen(desk, request, draft)


def _gone(desk: Desk, request: Request) -> Response:
    return refused(
        desk, request, PublisherError("this statement was signed, or put away", hint="open the piece again"), 410
    )


def _on_screen(
    desk: Desk, request: Request, draft: Draft, mistake: Mistake | None = None, status: int = 200
) -> Response:
    said = draft.statement
    with desk.work() as context:
        revision = context.revisions.get(said.slug, said.revision)
        card = revision.card
        passed = waived(findings_of(context, revision)) if said.waived else ()
        heard = heard_by(context, desk.person, said.revision, float(card.duration or 0))
        offers = [
            offer
            for way in desk.ways
            if (offer := way.offer(context, said)) and is_strong_enough(context, offer.statement)
        ]
        return page(
            desk, request, "statement.html", title=f"Sign: {_TITLES[said.decision]}", status=status, mistake=mistake,
            said=said, card=card, passed=passed, heard=heard, offers=offers, name=said.name,
            verb=_TITLES[said.decision], house=context.workspace.config.house.name,
            draft=request.path_params["name"],
        )  # fmt: skip


_TITLES: Final[dict[Decision, str]] = {"approve": "approve", "reject": "reject", "withdraw": "withdraw the rejection"}
"""What is signed here. A takedown is signed in a terminal: it goes on to the target at once."""


def sign(desk: Desk, request: Request) -> Response:
    """Sign exactly what was on the screen, or refuse."""
    name, form = request.path_params["name"], form_of(request)
    draft = desk.drafts.get(name)
    if draft is None:
        return _gone(desk, request)
    if form.get("revision") != draft.statement.revision:
        error = PublisherError("this form is about another revision", hint="open the piece again; nothing was signed")
        return refused(desk, request, error)
    if refusal := desk.too_soon():
        return _on_screen(desk, request, draft, Mistake(form.get("way", ""), refusal), 429)
    way = next((one for one in desk.ways if one.name == form.get("way")), None)
    if way is None:
        return refused(desk, request, PublisherError("there is no such way to sign"), 400)
    return _sign(desk, request, draft, way, form)


def _sign(desk: Desk, request: Request, draft: Draft, way: Way, form: Form) -> Response:
    said = draft.statement
    try:
        with desk.work() as context:
            _must_still_hold(context, draft)
    except PublisherError as error:
        desk.drafts.pop(request.path_params["name"], None)
        return refused(desk, request, error)
    try:
        with desk.work() as context:
            envelope = way.sign(context, said, form)
            must_be_in_review(context, said.slug, said.revision)
            keep(context, envelope, _noted(context, draft))
            desk.wrote(context, f"{said.decision} {said.slug} {short(said.revision)}")
    except PublisherError as error:
        return _on_screen(desk, request, draft, Mistake(way.name, error), 422)
    desk.drafts.pop(request.path_params["name"], None)
    desk.notice = DONE[said.decision]
    return RedirectResponse(f"/pieces/{said.slug}/record", 303)


def _must_still_hold(context: Context, draft: Draft) -> None:
    """Errors: it is too old, or would say something else if it were drawn up now."""
    said = draft.statement
    must_be_in_review(context, said.slug, said.revision)
    again = draft_statement(context, draft.verdict)
    if context.today() - said.moment > FRESH:
        hint = "decide again, so that the time under your name is the time at which you sign; nothing was signed"
        raise PublisherError(
            f"this statement was drawn up {FRESH.seconds // 60} minutes ago", where=said.slug, hint=hint
        )
    # What others wrote into the ledger meanwhile changes nothing of what is said.
    if replace(again, time=said.time, head=said.head) != said:
        raise PublisherError(
            "it would say something else by now", where=said.slug, hint="decide again; nothing was signed"
        )


def _noted(context: Context, draft: Draft) -> dict[str, int]:
    """What an approval rests on: how much of the sound was played here."""
    said = draft.statement
    card = context.revisions.get(said.slug, said.revision).card
    heard: Heard = heard_by(context, said.person, said.revision, float(card.duration or 0))
    return heard.noted if said.decision == "approve" else {}
