"""What a reviewer does beside deciding: waive a finding, take that back, say something to the host, hear."""

import math
from collections.abc import Callable
from typing import Literal

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from publisher.desk.asked import must_be_in_review
from publisher.desk.pages.piece import shown
from publisher.desk.pages.showing import Mistake, form_of
from publisher.desk.room import Desk
from publisher.errors import PublisherError
from publisher.transcript.timecode import parse_timecode
from publisher.workflow.context import Context
from publisher.workflow.heard import Stretch, add_heard
from publisher.workflow.remarks import Saying, say_remark
from publisher.workflow.remarks import settle as settled
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
            desk.wrote(context, f"{change.__name__} {slug} {finding}")
    except PublisherError as error:
        return shown(desk, request, slug, mistake=Mistake(f"f-{finding}", error), typed=dict(form))
    desk.notice = said
    return RedirectResponse(f"/pieces/{slug}#f-{finding}", 303)


def remark(desk: Desk, request: Request) -> Response:
    """A comment, or a request for a change, at a time or place."""
    slug, form = request.path_params["slug"], form_of(request)
    try:
        with desk.work() as context:
            must_be_in_review(context, slug, form.get("revision", ""))
            start, end = (_time(form.get(key, "")) for key in ("from", "to"))
            kind, place = form.get("kind", ""), form.get("place", "")
            said = say_remark(context, Saying(slug, desk.person, form.get("text", ""), kind, start, end, place))
    except PublisherError as error:
        return shown(desk, request, slug, mistake=Mistake("remark", error), typed=dict(form))
    desk.notice = "It is said: its host reads it in the terminal."
    return RedirectResponse(f"/pieces/{slug}#r-{said.id}", 303)


def _time(text: str) -> float | None:
    try:
        return parse_timecode(text) if text.strip() else None
    except ValueError as error:
        raise PublisherError(str(error), hint="correct the time") from error


def settle(desk: Desk, request: Request) -> Response:
    """Withdraw a remark of one's own, or say that it is resolved."""
    slug, form = request.path_params["slug"], form_of(request)
    how: Literal["withdrawn", "resolved"] = "withdrawn" if form.get("how") == "withdrawn" else "resolved"
    try:
        with desk.work() as context:
            settled(context, slug, form.get("remark", ""), desk.person, how)
    except PublisherError as error:
        return shown(desk, request, slug, mistake=Mistake("remark", error))
    desk.notice = f"The remark is {how}."
    return RedirectResponse(f"/pieces/{slug}#remarks", 303)


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
            length = float(revision.card.duration or 0)
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
