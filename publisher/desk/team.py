"""A desk that a team shares: one for each person, who is whom the house's sign-in vouches for at each request."""

import hmac
import re
import secrets
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from hashlib import sha256
from threading import Lock, RLock
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from publisher.desk.doors import cookie_in, told
from publisher.desk.pages.showing import plain
from publisher.desk.passkey import ByPasskey
from publisher.desk.room import Desk
from publisher.desk.sessions import Session
from publisher.desk.tokens import NotSignedInError, SignIn
from publisher.errors import PublisherError, WorkspaceError
from publisher.workflow.context import Context
from publisher.workflow.sight import Roll, roll_of

COOKIE: Final = "__Host-publish-desk"
"""Browsers take such a one from no other host and over https alone (RFC 6265bis, section 4.1.3)."""
ROLL_SECONDS: Final = 5.0
"""For how long it is not asked again who is known here."""
_NONCE: Final = re.compile("[A-Za-z0-9_-]{43}")
_PAGE: Final = re.compile("(/[A-Za-z0-9-]+)*/?")
"""An address of the desk, and never of another host as `//host` is."""


@dataclass
class Team:
    """What is open, for all of them."""

    open: Callable[[], AbstractContextManager[Context]]
    """The workspace as it is on disk now."""
    origin: str
    """Where browsers find it."""
    log: Callable[[str], None]
    """Told a line for each decision and each refusal; no secret is in it."""
    clock: Callable[[], float] = time.monotonic
    desks: dict[str, Desk] = field(default_factory=dict)
    """By the id of who sits there."""

    def __post_init__(self) -> None:
        """Begin with nobody there."""
        self._work = RLock()
        """One request at a time works with the workspace, whoever's it is."""
        self._lock = Lock()
        self._roll: Roll | None = None
        self._called = float("-inf")

    def roll(self) -> Roll:
        """Who is known here, at most some seconds ago. Errors: the workspace cannot be read."""
        with self._lock:
            if self._roll is None or self.clock() - self._called > ROLL_SECONDS:
                with self.open() as context:
                    now = roll_of(context)
                if now != self._roll:
                    self._forget()
                self._roll, self._called = now, self.clock()
            return self._roll

    def _forget(self) -> None:
        """Whoever may see less than before gets no file that they might see then."""
        for desk in self.desks.values():
            desk.known.clear()
            desk.verified.clear()

    def desk_of(self, person: str) -> Desk:
        """Their own: what one of them draws up, tries and hears is nothing to the others."""
        with self._lock:
            if person not in self.desks:
                self.desks[person] = Desk(
                    self.open, person, 0, (ByPasskey(self.origin),), origin=self.origin, is_shared=True, log=self.log,
                    lock=self._work,
                )  # fmt: skip
            return self.desks[person]

    def desk_for(self, request: Request) -> Desk | None:
        """The desk of who asks; for a preview, which nobody signs in to, of who was given its address."""
        session: Session | None = getattr(request.state, "session", None)
        if session is not None:
            return self.desk_of(session.person)
        try:
            known = {*self.roll().people.values()}
        except PublisherError:
            return None
        secret = request.path_params.get("secret")
        return next((one for one in [*self.desks.values()] if secret in one.previews and one.person in known), None)


class SignedIn:
    """The door of a team's desk: each request carries a token, and each form what only the desk's own pages know."""

    def __init__(self, team: Team, sign_in: SignIn, header: str) -> None:
        self._team = team
        self._sign_in = sign_in
        self._header = header
        self._secret = secrets.token_bytes(32)
        self.origins = (team.origin,)

    def elsewhere(self, request: Request) -> Response:
        """Who came by a link, or from signing in, goes on by a page: what another site asks for has no strict cookie.

        Nothing of the desk is on it, and the second request is the desk's own.
        """
        headers, path = request.headers, request.url.path
        is_link = headers.get("sec-fetch-mode") == "navigate" and headers.get("sec-fetch-dest") == "document"
        if request.method == "GET" and is_link and "origin" not in headers and _PAGE.fullmatch(path):
            return plain("entered.html", start=path)
        return told(403, f"Another site asked for this. Open the desk at {self._team.origin}.")

    def let_in(self, request: Request) -> Session | Response:
        """Whom the token vouches for, if admins signed that they are somebody here."""
        try:
            email = self._sign_in.email(request.headers.getlist(self._header))
            roll = self._team.roll()
        except NotSignedInError as error:
            self._team.log(f"refused a request: of its token, {error}")
            return plain("signed-out.html", 401, why=str(error))
        except PublisherError as error:
            flaws = "; ".join(map(str, error.problems)) if isinstance(error, WorkspaceError) else error
            self._team.log(f"refused a request: {flaws}")
            return told(503, "The desk cannot read its workspace. Whoever runs it finds the reason in its log.")
        person = roll.find(email)
        if person is None:
            self._team.log(f"refused a request: {email!a} is nobody here")
            return plain("stranger.html", 403, email=email, admins=roll.admins)
        return self._session(person, cookie_in(request.headers, COOKIE))

    def _session(self, person: str, nonce: str) -> Session:
        is_new = _NONCE.fullmatch(nonce) is None
        cookie = secrets.token_urlsafe(32) if is_new else nonce
        # Nothing is kept: the token is the cookie's and the person's, and nobody else can make it.
        csrf = hmac.new(self._secret, f"{person} {cookie}".encode(), sha256).hexdigest()
        return Session(cookie, csrf, 0.0, person, is_new)

    def cookie(self, session: Session) -> str:
        """For a browser that has none yet."""
        return f"{COOKIE}={session.cookie}; Path=/; Secure; HttpOnly; SameSite=Strict" if session.is_new else ""
