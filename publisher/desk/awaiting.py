"""The desk of one signature: a command in the terminal opens it, waits until that is given, and goes on."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from threading import Thread
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from publisher.desk.app import signature_app
from publisher.desk.asked import OfPublic
from publisher.desk.passkey import ByPasskey
from publisher.desk.room import Awaited, Desk, origin_of
from publisher.desk.serving import server_for, show
from publisher.loopback import listening
from publisher.review.statement import Envelope
from publisher.workflow.context import Context
from publisher.workflow.passkeys import request
from publisher.workflow.takedown import Wish

_QUIET: Final = 1.0
"""Seconds without a request after which a browser has all of a page."""
_PATIENCE: Final = 15.0
"""Seconds that this may take: a browser that holds back a sound in another tab is not waited for."""


@contextmanager
def awaiting(
    work: Callable[[], AbstractContextManager[Context]], wish: Wish, port: int, say: Callable[[str], None]
) -> Iterator[Envelope]:
    """Have a takedown or a lift signed with a passkey, in the browser: what was signed, and kept.

    The desk stays for as long as the command that waited is at it, and then until the browser has its last page.
    Errors: it cannot be signed; they have no passkey at this address; the port is taken.
    """
    asked, awaited = OfPublic(wish), Awaited(wish.decision, wish.slug)
    with listening(port, "a desk may be open already: sign there, under What the public has; or end it") as listener:
        taken = listener.getsockname()[1]
        desk = Desk(work, wish.person, taken, (ByPasskey(origin_of(taken)),), awaited=awaited)
        with desk.work() as context:
            request(context, asked.drawn_up(context), desk.origin)
            desk.start = desk.draw_up(context, asked)
        with _beside(_Watched(signature_app(desk, wish.slug)), listener) as watched:
            show(desk, say)
            envelope = awaited.signed.result()
            try:
                yield envelope
            finally:
                watched.rest()


class _Watched:
    """An application that knows when it was asked last."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._answering = 0
        self._answered = time.monotonic()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer."""
        self._answering += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._answered = time.monotonic()
            self._answering -= 1

    def rest(self) -> None:
        """Wait until nobody asked for a while: a browser fetches a page, and then what belongs to it."""
        end = time.monotonic() + _PATIENCE
        with suppress(KeyboardInterrupt):
            while (self._answering or time.monotonic() - self._answered < _QUIET) and time.monotonic() < end:
                time.sleep(_QUIET / 10)


@contextmanager
def _beside(watched: _Watched, listener: socket.socket) -> Iterator[_Watched]:
    """Serve in another thread, for as long as this one does something else."""
    server = server_for(watched)
    thread = Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield watched
    finally:
        server.should_exit = True
        thread.join()
