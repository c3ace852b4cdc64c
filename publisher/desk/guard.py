"""What stands in front of every page. It goes through the steps below in order, and answers at the first that fails.

1. The Host header is a name of this desk: another name that somebody points at 127.0.0.1 gets nothing (DNS rebinding).
2. The method is one that the desk knows, and the body is small.
3. The browser says that the desk itself, or nobody, asked for it (Fetch Metadata, w3.org/TR/fetch-metadata). Who says
   nothing must name the desk as the origin of what changes something.
4. The door knows whose session it is: by its cookie, or by the token of whoever signed in. Only the launch, the files
   of the desk's own look, and previews, whose address is a secret of its own, go without.
5. What changes something carries the session's CSRF token in its form.

Every answer gets headers that allow no script but the desk's files, and no frame around it but the desk's own previews.
"""

from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from publisher.desk.doors import Door, told
from publisher.desk.sessions import Session, is_of

MOST_BYTES: Final = 256 * 1024
"""Of a form."""
LAUNCH: Final = "/launch"
OPEN: Final = (LAUNCH, "/static/")
PREVIEW: Final = "/preview/"
FORM: Final = "application/x-www-form-urlencoded"

POLICY: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; media-src 'self'; connect-src 'self';"
    " frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""Nothing inline, nothing from elsewhere, no frame around it (w3.org/TR/CSP3)."""

HEADERS: Final[Mapping[str, str]] = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not `no-referrer`, with which browsers hide the origin of the desk's own forms.
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}


def preview_headers(origin: str) -> dict[str, str]:
    """Of a preview: a page of no origin, that can do nothing but show itself within the desk.

    origin: of the desk, because for a page without an origin 'self' is nobody.
    """
    own = f"{origin}{PREVIEW}"
    policy = (
        f"sandbox allow-scripts; default-src 'none'; script-src {own}; style-src {own}; img-src {own}; media-src {own};"
        f" base-uri 'none'; form-action 'none'; frame-ancestors {origin}"
    )
    frame = {"X-Frame-Options": "SAMEORIGIN", "Cross-Origin-Resource-Policy": "cross-origin"}
    return {**HEADERS, **frame, "Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"}


class Guard:
    """An ASGI application around the desk's."""

    def __init__(self, app: ASGIApp, door: Door) -> None:
        self._app = app
        self._door = door
        self._hosts = {urlsplit(origin).netloc for origin in door.origins}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or let the desk answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        body = await _body(receive) if request.method == "POST" else b""
        refusal = self._refusal(request, body) or await self._session_refusal(request, body or b"")
        session = scope.get("state", {}).get("session")
        cookie = self._door.cookie(session) if session else ""
        await (refusal or self._app)(scope, _again(body, receive) if body else receive, _with_headers(send, cookie))

    def _refusal(self, request: Request, body: bytes | None) -> Response | None:
        if request.headers.get("host", "") not in self._hosts:
            place = next(iter(self._door.origins))
            return told(421, f"This desk is at {place}, and answers to no other name.")
        if request.method not in {"GET", "HEAD", "POST"}:
            return told(405, "The desk does not know this method.")
        return told(413, "This is too much for one form.") if body is None else None

    async def _session_refusal(self, request: Request, body: bytes) -> Response | None:
        is_read, path = request.method != "POST", request.url.path
        if is_read and path.startswith((*OPEN, PREVIEW)):
            return None
        if not self._asked_by_the_desk(request.headers, is_read=is_read):
            return self._door.elsewhere(request)
        found = await run_in_threadpool(self._door.let_in, request)
        if isinstance(found, Response):
            return found
        request.scope.setdefault("state", {})["session"] = found
        return None if is_read else _form_refusal(request, found, body)

    def _asked_by_the_desk(self, headers: Headers, *, is_read: bool) -> bool:
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if origin is not None and origin not in self._door.origins:
            return False
        if site is None:
            # A browser that says neither is too old to be told apart from an attacker.
            return is_read or origin is not None
        return site == "same-origin" or (is_read and site == "none")


def _form_refusal(request: Request, session: Session, body: bytes) -> Response | None:
    """Read the form, and keep it for who takes it."""
    if request.headers.get("content-type", "").partition(";")[0] != FORM:
        return told(415, "The desk takes forms only.")
    try:
        said = parse_qs(body.decode(), keep_blank_values=True, strict_parsing=True, max_num_fields=64)
    except ValueError:
        return told(400, "This form cannot be read.")
    form = {key: values[-1] for key, values in said.items()}
    if not is_of(session, form.pop("csrf", "")):
        return told(403, "This form is not of this session: open the page again.")
    request.scope["state"]["form"] = form
    return None


async def _body(receive: Receive) -> bytes | None:
    """The whole body; None if it is too large."""
    body, more = b"", True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
        if len(body) > MOST_BYTES:
            return None
    return body


def _again(body: bytes, receive: Receive) -> Receive:
    """The same body for whoever comes next, and after it whatever else comes: that the browser went away."""
    left: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def again() -> Message:
        return left.pop() if left else await receive()

    return again


def _with_headers(send: Send, cookie: str) -> Send:
    """Every answer says what the browser may do with it; a page that says so itself, says it for itself.

    cookie: to be set with it; empty for none.
    """

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(raw=[*message.get("headers", [])])
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
            if cookie:
                headers.append("Set-Cookie", cookie)
            message["headers"] = headers.raw
        await send(message)

    return sending
