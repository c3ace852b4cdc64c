"""How somebody is let in: what differs between a desk of one's own and one that a team shares.

The guard asks the door; everything else it asks of everybody alike.
"""

from collections.abc import Collection
from http.cookies import CookieError, SimpleCookie
from typing import Protocol

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response

from publisher.desk.sessions import Session, Sessions


class Door(Protocol):
    """Who knows whose session a request is of."""

    @property
    def origins(self) -> Collection[str]:
        """Where browsers find the desk, the first of them to be named."""
        ...

    def elsewhere(self, request: Request) -> Response:
        """The answer to what another site asked for, or may have."""
        ...

    def let_in(self, request: Request) -> Session | Response:
        """The session, or what somebody without one is told. May take a while: it is not called in the event loop."""
        ...

    def cookie(self, session: Session) -> str:
        """What to say in `Set-Cookie` with the answer; empty for nothing."""
        ...


class Launched:
    """The door of a desk of one's own: whoever opened it by the address of the terminal has the cookie."""

    def __init__(self, sessions: Sessions, port: int) -> None:
        self._sessions = sessions
        self._port = port
        self.origins = tuple(f"http://{name}:{port}" for name in ("localhost", "127.0.0.1"))

    def elsewhere(self, _request: Request) -> Response:
        """Nothing is answered: there is no link to a desk but the one in the terminal."""
        return told(403, "Another site asked for this. Open the desk by the address that the terminal shows.")

    def let_in(self, request: Request) -> Session | Response:
        """The session of the cookie."""
        session = self._sessions.find(cookie_in(request.headers, cookie_name(self._port)))
        hint = "Open the desk by the address that the terminal shows: run `publish review` again for a new one."
        return told(401, hint) if session is None else session

    def cookie(self, _session: Session) -> str:
        """The launch gave it."""
        return ""


def told(status: int, text: str) -> Response:
    """A refusal in words."""
    return Response(text, status, media_type="text/plain")


def cookie_name(port: int) -> str:
    """Browsers share cookies among all ports of this computer."""
    return f"publish-desk-{port}"


def cookie_in(headers: Headers, name: str) -> str:
    """The value of a request's cookie; empty if it has none."""
    try:
        morsel = SimpleCookie(headers.get("cookie", "")).get(name)
    except CookieError:
        return ""
    return morsel.value if morsel else ""
