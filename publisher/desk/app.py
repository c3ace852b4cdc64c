"""The desk as an ASGI application: which address is answered by what."""

from functools import partial
from typing import Final

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from publisher.desk.guard import Guard
from publisher.desk.pages import acts, changes, entering, files, passkeys, people, piece, public, queue, record, signing
from publisher.desk.pages.showing import Handler, plain, refused
from publisher.desk.room import Desk
from publisher.errors import PublisherError

READ: Final[dict[str, Handler]] = {
    "/": queue.queue,
    "/launch": entering.launch,
    "/static/{name}": files.static,
    "/media/{sha256}": files.media,
    "/preview/{secret}/{key:path}": public.preview,
    "/pieces/{slug}": piece.piece,
    "/pieces/{slug}/words": piece.words,
    "/pieces/{slug}/public": public.public,
    "/pieces/{slug}/changes": changes.changes,
    "/pieces/{slug}/record": record.record,
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
    "/statements/{name}": signing.sign,
    "/passkey": passkeys.make,
    "/people": people.sign,
}


def desk_app(desk: Desk) -> ASGIApp:
    """Everything, behind the guard."""
    routes = [Route(path, _answering(desk, handler), methods=["GET"]) for path, handler in READ.items()]
    routes += [Route(path, _answering(desk, handler), methods=["POST"]) for path, handler in CHANGE.items()]
    app = Starlette(routes=routes, exception_handlers={404: _missing, 405: _missing})
    return Guard(app, desk.sessions, desk.port)


def _answering(desk: Desk, handler: Handler) -> "partial[Response]":
    """What a user can mend ends as a page that says how."""

    def answer(request: Request) -> Response:
        try:
            return handler(desk, request)
        except PublisherError as error:
            if not hasattr(request.state, "session"):
                return plain("missing.html", 404)
            return refused(desk, request, error)

    return partial(answer)


async def _missing(request: Request, _error: Exception) -> Response:
    if request.method == "POST":
        return RedirectResponse("/", 303)
    return plain("missing.html", 404)
