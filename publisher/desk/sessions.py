"""Who may talk to the desk: whoever opened it with the launch token, once, and holds the cookie that came of it.

All of it is random and lives in memory only: when the desk ends, nothing of it is left.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from hmac import compare_digest
from threading import Lock
from typing import Final

LAUNCH_SECONDS: Final = 600.0
"""For how long the launch token can be used."""
SESSION_SECONDS: Final = 12 * 3600.0
"""For how long a session lasts: a day's work."""

Clock = Callable[[], float]


def _token() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True)
class Session:
    """A browser that was let in."""

    cookie: str
    csrf: str
    """What every form of the desk carries, and no page from elsewhere knows."""
    began: float
    """On the clock, in seconds."""
    person: str = ""
    """Id of whom the house's sign-in vouches for, where a team shares the desk."""
    is_new: bool = False
    """Whether the browser is still to be given the cookie."""


@dataclass
class Sessions:
    """The one launch token, and the one session that it opens."""

    clock: Clock = time.monotonic
    launch: str = field(default_factory=_token)
    """Part of the address that is printed when the desk opens."""

    def __post_init__(self) -> None:
        """Begin with nobody let in."""
        self._lock = Lock()
        self._began = self.clock()
        self._used = False
        self._session: Session | None = None

    def enter(self, token: str) -> Session | None:
        """Use the launch token up; None if it is another one, was used before, or is too old."""
        with self._lock:
            is_old = self.clock() - self._began > LAUNCH_SECONDS
            if self._used or is_old or not _same(token, self.launch):
                return None
            self._used = True
            self._session = Session(_token(), _token(), self.clock())
            return self._session

    def find(self, cookie: str) -> Session | None:
        """The session of a cookie; None if it is none, or over."""
        session = self._session
        if session is None or not _same(cookie, session.cookie):
            return None
        return session if self.clock() - session.began <= SESSION_SECONDS else None


def is_of(session: Session, csrf: str) -> bool:
    """Whether a form's token is that of the session."""
    return _same(csrf, session.csrf)


def _same(one: str, other: str) -> bool:
    """Compare in a time that tells nothing."""
    return compare_digest(one.encode(errors="replace"), other.encode())


@dataclass
class Attempts:
    """How often something may be tried: `most` times in `seconds`, on a clock in seconds."""

    most: int = 5
    seconds: float = 60.0
    clock: Clock = time.monotonic

    def __post_init__(self) -> None:
        """Begin with none made."""
        self._lock = Lock()
        self._made: list[float] = []

    def wait(self) -> float:
        """Count one more attempt, and give 0; or the seconds until the next is allowed, counting none."""
        with self._lock:
            now = self.clock()
            self._made = [at for at in self._made if now - at < self.seconds]
            if len(self._made) >= self.most:
                return self.seconds - (now - self._made[0])
            self._made.append(now)
            return 0.0
