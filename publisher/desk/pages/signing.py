"""Decide: what somebody wants to sign is drawn up, shown as it will be signed, and then signed or not."""

from dataclasses import replace
from datetime import timedelta
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from publisher.desk.asked import DONE, VERBS, OfReview
from publisher.desk.pages.piece import shown
from publisher.desk.pages.showing import Mistake, form_of, page, refused
from publisher.desk.room import Desk, Draft, Form, Way
from publisher.errors import PublisherError
from publisher.review.manifest import short
from publisher.review.statement import Decision
from publisher.workflow.context import Context
from publisher.workflow.decide import Verdict, is_strong_enough
from publisher.workflow.remarks import open_remarks

FRESH: Final = timedelta(minutes=10)
"""For how long a statement can be signed with the time that it names."""


def draw_up(desk: Desk, request: Request) -> Response:
    """Make the statement that was asked for, after all that would make its signature worthless was ruled out."""
    slug, form = request.path_params["slug"], form_of(request)
    decision = form.get("decision", "")
    if decision not in _DECIDED:
        return refused(desk, request, PublisherError("this is no decision", hint="approve, reject or withdraw"), 400)
    reason, revision = form.get("reason", "").strip(), form.get("revision", "")
    try:
        with desk.work() as context:
            reason = with_requests(context, slug, desk.person, reason) if decision == "reject" else reason
            address = desk.draw_up(context, OfReview(Verdict(decision, slug, desk.person, reason, revision)))
    except PublisherError as error:
        field = "reason" if decision == "reject" and not reason else "decide"
        return shown(desk, request, slug, mistake=Mistake(field, error), typed=dict(form))
    return RedirectResponse(address, 303)


_DECIDED: Final[tuple[Decision, ...]] = ("approve", "reject", "withdraw")
"""What is decided of the revision in review."""


def with_requests(context: Context, slug: str, person: str, reason: str) -> str:
    """The reason of a rejection, with what its maker asked for and nobody settled: they sign for that, too."""
    asked = [one.said for one in open_remarks(context, slug) if one.by == person and one.kind]
    return "\n".join([*filter(None, [reason]), *(f"Asked for: {one}" for one in asked)])


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
    said, verb = draft.statement, VERBS[draft.statement.decision]
    with desk.work() as context:
        offers = [
            offer
            for way in desk.ways
            if (offer := way.offer(context, said)) and is_strong_enough(context, offer.statement)
        ]
        return page(
            desk, request, "statement.html", title=f"Sign: {verb}", status=status, mistake=mistake, said=said,
            offers=offers, name=said.name, verb=verb, house=context.workspace.config.house.name,
            draft=request.path_params["name"], **draft.asked.shown(context, said),
        )  # fmt: skip


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
            draft.asked.keep(context, envelope)
            desk.wrote(context, f"{said.decision} {said.slug} {short(said.revision)}")
            if desk.awaited:
                desk.awaited.tell(envelope)
    except PublisherError as error:
        return _on_screen(desk, request, draft, Mistake(way.name, error), 422)
    desk.drafts.pop(request.path_params["name"], None)
    desk.notice = DONE[said.decision]
    return RedirectResponse(draft.asked.after, 303)


def _must_still_hold(context: Context, draft: Draft) -> None:
    """Errors: it is too old, or would say something else if it were drawn up now."""
    said = draft.statement
    again = draft.asked.drawn_up(context)
    if context.today() - said.moment > FRESH:
        hint = "decide again, so that the time under your name is the time at which you sign; nothing was signed"
        raise PublisherError(
            f"this statement was drawn up {FRESH.seconds // 60} minutes ago", where=said.slug, hint=hint
        )
    # What others wrote into the ledger meanwhile changes nothing of what is said. A takedown covers every revision:
    # whoever submits again and again must not put it off.
    revision = said.revision if said.decision == "takedown" else again.revision
    if replace(again, time=said.time, head=said.head, revision=revision) != said:
        raise PublisherError(
            "it would say something else by now", where=said.slug, hint="decide again; nothing was signed"
        )
