"""Take a piece down, or lift that: the form, and where it stands with the public after.

The desk signs, and goes to no target: it has no keys of one. What is signed counts at once, so that no release brings
the piece back; what is public goes by the command that the page names.
"""

from collections import defaultdict
from typing import Final

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from publisher.desk.asked import OfPublic
from publisher.desk.pages.outside import row_of
from publisher.desk.pages.showing import Mistake, form_of, page, refused
from publisher.desk.room import Desk, Form
from publisher.errors import PublisherError
from publisher.review.statement import Decision
from publisher.workflow.public import out
from publisher.workflow.takedown import GONE, Wish, able_to, revisions_of

_WHY: Final[dict[Decision, str]] = {
    "takedown": "say what is wrong with it",
    "restore": "say why it may come back: what was mended, or what was found out",
}
"""What is asked of who gives no reason, by what they want to sign."""


def takedown(desk: Desk, request: Request, mistake: Mistake | None = None, typed: Form | None = None) -> Response:
    """Where the piece stands with the public, and what can be done; a form that came back with what was typed."""
    slug = request.path_params["slug"]
    with desk.work() as context:
        revisions_of(context, slug)
        found, sees, may = row_of(desk, context, out(context, context.evidence(), slug))
        return page(
            desk, request, "takedown.html", title="Take it down" if found.takedown is None else "Taken down",
            status=422 if mistake else 200, mistake=mistake, typed=defaultdict(str, typed or {}), out=found, gone=GONE,
            by=context.rules.name(found.takedown.by) if found.takedown else "", may=may,
            may_lift=desk.person in able_to(context, "restore", slug, found.latest),
            able=[context.rules.name(id_) for id_ in sorted(able_to(context, "takedown", slug, found.latest))],
            goes_on=desk.goes_on(slug), sees=sees,
            house=context.workspace.config.house.name, name=context.rules.name(desk.person),
        )  # fmt: skip


def draw_up(desk: Desk, request: Request) -> Response:
    """Make the statement that was asked for."""
    slug, form = request.path_params["slug"], form_of(request)
    decision = form.get("decision", "")
    if decision not in _WHY:
        return refused(desk, request, PublisherError("this is neither a takedown nor a lift", hint="try again"), 400)
    if mistake := _mistake(decision, form):
        return takedown(desk, request, mistake, form)
    notice = _notice(form) if decision == "takedown" else ""
    wish = Wish(decision, slug, desk.person, form.get("reason", ""), notice)
    try:
        with desk.work() as context:
            address = desk.draw_up(context, OfPublic(wish))
    except PublisherError as error:
        return takedown(desk, request, Mistake(decision, error), form)
    return RedirectResponse(address, 303)


def _mistake(decision: Decision, form: Form) -> Mistake | None:
    """What was left empty, beside its field."""
    if not form.get("reason", "").strip():
        return Mistake(f"{decision}-reason", PublisherError("it must be said why", hint=_WHY[decision]))
    if form.get("page") == "words" and not _notice(form):
        return Mistake("words", PublisherError("these are no words", hint="write them, or leave another page"))
    return None


def _notice(form: Form) -> str:
    """The words at its address; none for no page."""
    return {"gone": GONE, "words": form.get("words", "").strip()}.get(form.get("page", ""), "")
