"""The desk as an ASGI application: which address is answered by what."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Final, TypeAlias

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from publisher.desk.doors import Door, Launched
from publisher.desk.guard import Guard
from publisher.desk.pages import (
    acts,
    changes,
    entering,
    files,
    outside,
    passkeys,
    people,
    piece,
    public,
    queue,
    record,
    signing,
    takedown,
)
from publisher.desk.pages.showing import Handler, plain, refused
from publisher.desk.room import Desk
from publisher.desk.team import Team
from publisher.errors import PublisherError
from publisher.workflow.context import Context
from publisher.workflow.sight import must_see, must_see_out

Finder: TypeAlias = Callable[[Request], Desk | None]
"""Whose desk answers."""
Missing: TypeAlias = Callable[[Request, Exception], Awaitable[Response]]
"""What answers where no page is."""

TAKEDOWN: Final = "/pieces/{slug}/takedown"
READ: Final[dict[str, Handler]] = {
    "/": queue.queue,
    "/media/{sha256}": files.media,
    "/preview/{secret}/{key:path}": public.preview,
    "/pieces/{slug}": piece.piece,
    "/pieces/{slug}/words": piece.words,
    "/pieces/{slug}/public": public.public,
    "/pieces/{slug}/changes": changes.changes,
    "/pieces/{slug}/record": record.record,
    TAKEDOWN: takedown.takedown,
    "/public": outside.outside,
    "/statements/{name}": signing.statement,
    "/passkey": passkeys.passkey,
    "/people": people.people,
}
CHANGE: Final[dict[str, Handler]] = {
    "/pieces/{slug}/waive": acts.waive,
    "/pieces/{slug}/unwaive": acts.unwaive,
    "/pieces/{slug}/remark": acts.remark,
    "/pieces/{slug}/settle": acts.settle,
    "/pieces/{slug}/heard": acts.hear,
    "/pieces/{slug}/statement": signing.draw_up,
    TAKEDOWN: takedown.draw_up,
    "/statements/{name}": signing.sign,
    "/passkey": passkeys.make,
    "/people": people.sign,
}

SHARED: Final = frozenset(
    {"/", "/public", "/media/{sha256}", "/preview/{secret}/{key:path}", "/statements/{name}", "/passkey", "/people"}
)
"""What the desk of a team answers beside pages of a piece: each of these asks who may. A new page is not among them."""
SIGNATURE: Final = frozenset({TAKEDOWN, "/statements/{name}"})
"""What the desk of one signature answers beside the launch. A new page is not among them."""


def desk_app(desk: Desk) -> ASGIApp:
    """The desk of one person, behind the guard."""
    app = _app(lambda _: desk, {"/launch": entering.launch, **READ}, CHANGE)
    return Guard(app, Launched(desk.sessions, desk.port))


def team_app(team: Team, door: Door) -> ASGIApp:
    """A desk for each person of a team, behind the same guard; nothing is launched there."""
    return Guard(_app(team.desk_for, _shared(READ), _shared(CHANGE)), door)


def signature_app(desk: Desk, slug: str) -> ASGIApp:
    """The desk of one signature that takes a piece down or lifts that, behind the same guard.

    It may be open where the house's own files are not whole, so nothing else is looked at or decided there.
    """
    read, change = ({path: pages[path] for path in pages if path in SIGNATURE} for pages in (READ, CHANGE))

    def find(request: Request) -> Desk | None:
        return desk if request.path_params.get("slug", slug) == slug else None

    async def missing(_request: Request, _error: Exception) -> Response:
        return plain("missing.html", 404, home=desk.home)

    app = _app(find, {"/launch": entering.launch, **read}, change, missing)
    return Guard(app, Launched(desk.sessions, desk.port))


def _shared(pages: Mapping[str, Handler]) -> dict[str, Handler]:
    return {path: handler for path, handler in pages.items() if "{slug}" in path or path in SHARED}


async def _missing(request: Request, _error: Exception) -> Response:
    if request.method == "POST":
        return RedirectResponse("/", 303)
    return plain("missing.html", 404)


def _app(
    find: Finder, read: Mapping[str, Handler], change: Mapping[str, Handler], missing: Missing = _missing
) -> Starlette:
    routes = [Route(path, _answering(find, path, handler), methods=["GET"]) for path, handler in read.items()]
    routes += [Route(path, _answering(find, path, handler), methods=["POST"]) for path, handler in change.items()]
    routes += [Route("/static/{name}", files.static, methods=["GET"])]
    return Starlette(routes=routes, exception_handlers={404: missing, 405: missing})


def _answering(find: Finder, path: str, handler: Handler) -> "partial[Response]":
    """What a user can mend ends as a page that says how. What they may not see is looked for by no handler."""

    def answer(request: Request) -> Response:
        desk = find(request)
        if desk is None:
            return plain("missing.html", 404)
        try:
            hidden = _hidden(desk, request, must_see_out if path == TAKEDOWN else must_see)
            return hidden or handler(desk, request)
        except PublisherError as error:
            if not hasattr(request.state, "session"):
                return plain("missing.html", 404)
            return refused(desk, request, error)

    return partial(answer)


def _hidden(desk: Desk, request: Request, must: Callable[[Context, str, str], None]) -> Response | None:
    """What somebody is told of a piece that they may not see; None if they may. must: tells that of its pages."""
    draft = desk.drafts.get(request.path_params.get("name", ""))
    slug = request.path_params.get("slug")
    if not desk.is_shared or (draft is None and slug is None):
        return None
    try:
        with desk.work() as context:
            if draft is not None:
                draft.asked.must_see(context, desk.person)
            else:
                must(context, desk.person, str(slug))
    except PublisherError as error:
        return refused(desk, request, error, 404)
    return None
