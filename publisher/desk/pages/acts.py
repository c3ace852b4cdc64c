"""What a reviewer does beside deciding: waive a finding, take that back, hear."""

import math
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from publisher.desk.pages.piece import shown
from publisher.desk.pages.showing import Mistake, form_of
from publisher.desk.pages.signing import must_be_in_review
from publisher.desk.room import Desk
from publisher.errors import PublisherError
from publisher.rendering.model import CARD, Card
from publisher.workflow.context import Context
from publisher.workflow.heard import Stretch, add_heard
from publisher.workflow.waiving import Request as Waiver
from publisher.workflow.waiving import Waived
from publisher.workflow.waiving import unwaive as unwaived
from publisher.workflow.waiving import waive as waived


def waive(desk: Desk, request: Request) -> Response:
    """Let a finding pass, with a reason."""
    return _change(desk, request, waived, "Waived. The reason is in the ledger.")


def unwaive(desk: Desk, request: Request) -> Response:
    """Take a waiver of one's own back."""
    return _change(desk, request, unwaived, "Taken back: it must be waived again, or the words must change.")


def _change(desk: Desk, request: Request, change: Callable[[Context, Waiver], Waived], said: str) -> Response:
    slug, form = request.path_params["slug"], form_of(request)
    finding = form.get("finding", "")
    try:
        with desk.work() as context:
            must_be_in_review(context, slug, form.get("revision", ""))
            change(context, Waiver(slug, finding, desk.person, form.get("reason", "")))
    except PublisherError as error:
        return shown(desk, request, slug, mistake=Mistake(f"f-{finding}", error), typed=dict(form))
    desk.notice = said
    return RedirectResponse(f"/pieces/{slug}#f-{finding}", 303)


def hear(desk: Desk, request: Request) -> Response:
    """Remember which stretches were played; answers with how much that is by now."""
    slug, form = request.path_params["slug"], form_of(request)
    try:
        more = stretches(form.get("stretches", ""))
    except ValueError:
        return Response("These are no stretches.", 400)
    try:
        with desk.work() as context:
            revision = context.revisions.get(slug, form.get("revision", ""))
            length = float(Card.from_bytes(revision.parts[CARD]).duration or 0)
            heard = add_heard(context, desk.person, revision.name, length, more)
    except PublisherError as error:
        return Response(error.what, 404)
    return JSONResponse({"seconds": heard.seconds, "percent": heard.percent, "stretches": heard.stretches})


def stretches(text: str) -> list[Stretch]:
    """`0-12.5 20-31` as stretches. Raises ValueError for anything else."""
    found = []
    for one in text.split():
        start, _, end = one.partition("-")
        times = float(start), float(end)
        if not all(map(math.isfinite, times)) or not 0 <= times[0] <= times[1]:
            raise ValueError(one)
        found.append(times)
    return found
