"""The desk as its pages know it: who sits there, and what is kept in memory while it is open."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Protocol

from publisher.desk.sessions import Attempts, Sessions
from publisher.review.manifest import Entry
from publisher.review.statement import Envelope, Statement
from publisher.workflow.context import Context
from publisher.workflow.decide import Verdict
from publisher.workflow.passkeys import Options

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


@dataclass(frozen=True)
class Draft:
    """A statement that is on the screen, to be signed as it is or not at all."""

    statement: Statement
    verdict: Verdict
    """What it was asked for with."""


@dataclass
class Desk:
    """What is open."""

    open: Callable[[], AbstractContextManager[Context]]
    """The workspace as it is on disk now."""
    person: str
    """Id of who sits there."""
    port: int
    ways: tuple[Way, ...]
    start: str = "/"
    """The page that comes after the launch."""
    sessions: Sessions = field(default_factory=Sessions)
    attempts: Attempts = field(default_factory=Attempts)
    """At signing."""
    drafts: dict[str, Draft] = field(default_factory=dict)
    """By a random name; one is used once."""
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
        """Let one request at a time work with the workspace: sound is sent without."""
        self._lock = RLock()

    @property
    def origin(self) -> str:
        """The address that passkeys and previews know it by."""
        return origin_of(self.port)

    @contextmanager
    def work(self) -> Iterator[Context]:
        """The workspace, for one request."""
        with self._lock, self.open() as context:
            yield context

    def take_notice(self) -> str:
        """What is to be said, which is then said."""
        said, self.notice = self.notice, ""
        return said


def origin_of(port: int) -> str:
    """The address of a desk, by the name at which browsers use passkeys without https."""
    return f"http://localhost:{port}"
