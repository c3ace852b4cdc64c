"""Open the desk at 127.0.0.1: in the browser of whoever sits at this computer, or for a proxy."""

import logging
import webbrowser
from asyncio import CancelledError
from collections.abc import Callable
from contextlib import AbstractContextManager

import uvicorn
from starlette.types import ASGIApp

from publisher.desk.app import desk_app, team_app
from publisher.desk.doors import Door
from publisher.desk.passkey import ByPasskey
from publisher.desk.room import Desk, Way, origin_of
from publisher.desk.team import Team
from publisher.loopback import listening
from publisher.workflow.context import Context


def open_desk(  # noqa: PLR0913 - all that a desk consists of
    work: Callable[[], AbstractContextManager[Context]],
    person: str,
    ways: tuple[Way, ...],
    port: int,
    say: Callable[[str], None],
    *,
    browser: bool,
    start: str = "/",
) -> None:
    """Serve the desk until Ctrl-C. Port 0 takes a free one. start: the first page. Errors: the port is taken."""
    with listening(port) as listener:
        taken = listener.getsockname()[1]
        desk = Desk(work, person, taken, (ByPasskey(origin_of(taken)), *ways), start=start)
        show(desk, say, browser=browser)
        server_of(desk).run(sockets=[listener])


def show(desk: Desk, say: Callable[[str], None], *, browser: bool = True) -> None:
    """Say the address that opens it, and have the browser open that."""
    address = f"{desk.origin}/launch?token={desk.sessions.launch}"
    say(address)
    if browser:
        webbrowser.open(address)


def server_of(desk: Desk) -> uvicorn.Server:
    """The server of one person's desk."""
    return server_for(desk_app(desk))


def server_for(app: ASGIApp) -> uvicorn.Server:
    """The server. It keeps no log of addresses: one of them holds the launch token, others the secrets of previews."""
    config = uvicorn.Config(
        app, log_level="warning", access_log=False, server_header=False, lifespan="off", ws="none",
        timeout_graceful_shutdown=1, proxy_headers=False,
    )  # fmt: skip
    logging.getLogger("uvicorn.error").addFilter(_is_news)
    return uvicorn.Server(config)


def _is_news(record: logging.LogRecord) -> bool:
    """Whether it says more than that Ctrl-C cut a request off."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, CancelledError) and not str(record.msg).startswith("Cancel ")


def serve_team(team: Team, door: Door, port: int, say: Callable[[str], None]) -> None:
    """Serve the desk of a team until Ctrl-C. say: told where the proxy finds it. Errors: the port is taken."""
    with listening(port) as listener:
        say(f"http://127.0.0.1:{listener.getsockname()[1]}")
        server_for(team_app(team, door)).run(sockets=[listener])
