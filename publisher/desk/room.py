"""The desk as its pages know it: who sits there, and what is kept in memory while it is open."""

import json
import math
import secrets
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Final, Protocol

from publisher.desk.sessions import Attempts, Sessions
from publisher.errors import PublisherError
from publisher.review.manifest import Entry
from publisher.review.revisions import Revision
from publisher.review.statement import Decision, Envelope, Statement
from publisher.workflow.context import Context
from publisher.workflow.passkeys import Options
from publisher.workflow.sight import sees

_MOST: Final = 32
"""Statements that are on a screen at once."""

Form = Mapping[str, str]
Mark = tuple[int, int, int]
"""Size, time of change and inode of a file."""


class Way(Protocol):
    """One way to sign. The page of a statement offers each in a form of its own."""

    @property
    def name(self) -> str:
        """What its form says under `way`."""
        ...

    @property
    def template(self) -> str:
        """The part of the page that asks for what it needs; it stands within the form."""
        ...

    def offer(self, context: Context, statement: Statement) -> "Offer | None":
        """What somebody signs in this way, and what the page needs for it; None where they cannot."""
        ...

    def sign(self, context: Context, statement: Statement, form: Form) -> Envelope:
        """The statement, signed, by what was typed or done. Errors: `PublisherError` beside the field."""
        ...


@dataclass(frozen=True)
class Offer:
    """A way to sign a statement."""

    way: Way
    statement: Statement
    """As it is signed in this way: it names the way's tier."""
    needs: Mapping[str, object] = field(default_factory=dict)
    """For the page, to be told to the browser as JSON."""

    @property
    def payload(self) -> str:
        """Exactly what is signed, spread out to be read."""
        return json.dumps(json.loads(self.statement.to_bytes()), indent=2, ensure_ascii=False)


class Asked(Protocol):
    """What somebody asked to sign: it is drawn up, shown, and kept once it is signed."""

    @property
    def after(self) -> str:
        """The page that comes next."""
        ...

    def drawn_up(self, context: Context) -> Statement:
        """The statement as it would be now. Errors: all that would make its signature worthless."""
        ...

    def shown(self, context: Context, statement: Statement) -> Mapping[str, object]:
        """What the page says of it beside the statement."""
        ...

    def keep(self, context: Context, envelope: Envelope) -> None:
        """Keep what was signed. Errors: the signature does not hold, or is about something else by now."""
        ...

    def must_see(self, context: Context, person: str) -> None:
        """Errors: at the desk of a team, this person may not see what it is about."""
        ...


@dataclass(frozen=True)
class Draft:
    """A statement that is on the screen, to be signed as it is or not at all."""

    statement: Statement
    asked: Asked


@dataclass(frozen=True)
class Awaited:
    """What a command in the terminal waits for: it goes on by itself once that is signed."""

    decision: Decision
    slug: str
    signed: Future[Envelope] = field(default_factory=Future)

    def tell(self, envelope: Envelope) -> None:
        """Let it go on, if this is what it waits for."""
        said = envelope.statement
        if (said.decision, said.slug) == (self.decision, self.slug) and not self.signed.done():
            self.signed.set_result(envelope)


@dataclass
class Desk:
    """What is open."""

    open: Callable[[], AbstractContextManager[Context]]
    """The workspace as it is on disk now."""
    person: str
    """Id of who sits there."""
    port: int
    """At this computer; 0 at the desk of a team, which knows its origin."""
    ways: tuple[Way, ...]
    start: str = "/"
    """The page that comes after the launch."""
    origin: str = ""
    """The address that passkeys and previews know it by; that of the port if not said."""
    is_shared: bool = False
    """Whether others have desks of the same workspace, and each sees what their roles may."""
    log: Callable[[str], None] = field(default=lambda _line: None)
    """Told a line for each decision."""
    lock: AbstractContextManager[object] = field(default_factory=RLock)
    """Lets one request at a time work with the workspace: sound is sent without."""
    sessions: Sessions = field(default_factory=Sessions)
    attempts: Attempts = field(default_factory=Attempts)
    """At signing."""
    drafts: dict[str, Draft] = field(default_factory=dict)
    """By a random name; one is used once."""
    awaited: Awaited | None = None
    """What a command in the terminal waits for, if one opened this desk for that."""
    previews: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Slug and revision, by the secret in the address of a preview."""
    known: dict[str, Entry] = field(default_factory=dict)
    """Files of submitted revisions, by digest."""
    verified: dict[str, tuple[Path, Mark]] = field(default_factory=dict)
    """What was read whole since the desk opened, by digest, and how it was on disk then."""
    notice: str = ""
    """To be said on the next page, once."""
    creation: Options = field(default_factory=dict)
    """What the browser was told last to make a passkey with."""

    def __post_init__(self) -> None:
        """Know where it is."""
        self.origin = self.origin or origin_of(self.port)

    @property
    def home(self) -> str:
        """The page that leads on: at the desk of one signature, that of its piece."""
        return f"/pieces/{self.awaited.slug}/takedown" if self.awaited else "/"

    @contextmanager
    def work(self) -> Iterator[Context]:
        """The workspace, for one request."""
        with self.lock, self.open() as context:
            yield context

    def sees(self, context: Context, revision: Revision) -> bool:
        """Whether who sits there may see a revision; at a desk of their own they have the workspace anyway."""
        return not self.is_shared or sees(context, self.person, revision)

    def draw_up(self, context: Context, asked: Asked) -> str:
        """The address of a statement that is to be signed. Errors: as `Asked.drawn_up`."""
        statement = asked.drawn_up(context)
        while len(self.drafts) >= _MOST:
            self.drafts.pop(next(iter(self.drafts)))
        name = secrets.token_urlsafe(16)
        self.drafts[name] = Draft(statement, asked)
        return f"/statements/{name}"

    def goes_on(self, slug: str) -> bool:
        """Whether a command in the terminal has what it waited for about a piece, and goes on."""
        return self.awaited is not None and self.awaited.slug == slug and self.awaited.signed.done()

    def wrote(self, context: Context, what: str) -> None:
        """Log what they decided: who, what, when."""
        self.log(f"{context.today().isoformat()} {self.person} {what}")

    def too_soon(self) -> PublisherError | None:
        """Count an attempt to sign; why it has to wait, if too many were made."""
        if wait := self.attempts.wait():
            hint = f"wait {math.ceil(wait)} seconds, then try again; nothing was signed"
            return PublisherError("too many attempts to sign", hint=hint)
        return None

    def take_notice(self) -> str:
        """What is to be said, which is then said."""
        said, self.notice = self.notice, ""
        return said


def origin_of(port: int) -> str:
    """The address of a desk, by the name at which browsers use passkeys without https."""
    return f"http://localhost:{port}"
