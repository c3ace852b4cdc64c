"""The launch: a token that is used once becomes a session."""

from starlette.requests import Request
from starlette.responses import Response

from publisher.desk.doors import cookie_name
from publisher.desk.pages.showing import plain
from publisher.desk.room import Desk


def launch(desk: Desk, request: Request) -> Response:
    """Let the browser in, by a page that goes on by itself.

    Not by a redirect: a browser that came from a link in another page would not send the cookie along with it.
    """
    session = desk.sessions.enter(request.query_params.get("token", ""))
    if session is None:
        return plain("locked.html", 401, home=desk.home)
    answer = plain("entered.html", start=desk.start)
    answer.set_cookie(cookie_name(desk.port), session.cookie, httponly=True, samesite="strict", path="/")
    return answer
