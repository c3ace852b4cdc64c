"""What happens to one key, and why. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from publisher.edition.model import Phase, PublicFile
from publisher.release.record import Recorded
from publisher.release.target import Listed


class Action(StrEnum):
    """What happens to a key."""

    PUT = "put"
    DELETE = "delete"
    KEEP = "keep"
    WAIT = "wait"
    """It stays a while for who was told of it, and goes later."""


class Reason(StrEnum):
    """Why, as a user reads it."""

    NEW = "new"
    CONTENT = "changed content"
    HEADER = "changed header"
    MISSING = "missing at the target"
    ALTERED = "altered at the target"
    INTERRUPTED = "interrupted earlier"
    UNRECORDED = "at the target with the same bytes, but not in its record"
    ADOPTED = "sent before an interruption"
    SAME = "unchanged"
    GONE = "no longer in the edition"
    LEAVING = "no longer in the edition, and apps may still ask for it"


_ARRIVALS, _REPLACEMENTS, _DEPARTURES = range(3)


@dataclass(frozen=True)
class Step:
    """One line of a plan."""

    action: Action
    """What happens."""
    key: str
    """To which key."""
    reason: Reason
    """Why."""
    phase: Phase
    """What kind of file it is, which says what may point at it."""
    size: int
    """Bytes of the file; for a delete or a wait, of what goes."""
    headers: tuple[str, ...] = ()
    """Which headers changed, if that is the reason."""
    over: str | None = None
    """The etag of what is public under the key already, which a put replaces; None if nothing is."""

    @property
    def is_change(self) -> bool:
        """Whether anything is sent or taken away."""
        return self.action in {Action.PUT, Action.DELETE}

    @property
    def wave(self) -> tuple[int, int]:
        """Its place in the order of a release; see `Plan.waves`."""
        if self.action is Action.DELETE:
            return (_DEPARTURES, -self.phase)
        return (_ARRIVALS if self.over is None else _REPLACEMENTS, self.phase)

    @property
    def why(self) -> str:
        """The reason, with the headers that it is about."""
        return f"{self.reason}: {', '.join(self.headers)}" if self.headers else self.reason

    def __str__(self) -> str:
        return f"{self.action} {self.key} ({self.why})"


@dataclass(frozen=True)
class _Known:
    """A key of the edition that was recorded and is listed."""

    file: PublicFile
    recorded: Recorded
    listed: Listed

    @property
    def unheard(self) -> bool:
        """Whether the release that put it was stopped before it could record the outcome."""
        return self.recorded.etag is None

    @property
    def proven(self) -> bool:
        """Whether what is listed is shown to be the file's bytes by itself, whatever the record says."""
        return self.listed.sha256 == self.file.sha256

    @property
    def as_recorded(self) -> bool:
        """Whether the target still lists what it listed after the put, and serves it so, where that was asked."""
        return as_recorded(self.recorded, self.listed) and not self.listed.has_other_headers


def as_recorded(recorded: Recorded, listed: Listed) -> bool:
    """Whether a target lists what it listed after this was put; of a compressed file it lists another size."""
    return recorded.etag == listed.etag and bool(recorded.content_encoding or recorded.size == listed.size)


HEADERS: Mapping[str, Callable[[PublicFile | Recorded], str]] = {
    "Content-Type": lambda of: of.content_type,
    "Cache-Control": lambda of: of.cache_control,
    "Content-Encoding": lambda of: of.content_encoding,
}
"""The headers that make a file another file."""
RULES: tuple[tuple[Callable[[_Known], bool], Action, Reason], ...] = (
    (lambda known: known.recorded.sha256 is None, Action.PUT, Reason.INTERRUPTED),
    (lambda known: known.recorded.sha256 != known.file.sha256, Action.PUT, Reason.CONTENT),
    (lambda known: bool(_changed_headers(known.file, known.recorded)), Action.PUT, Reason.HEADER),
    (lambda known: known.unheard and known.proven, Action.KEEP, Reason.ADOPTED),
    (lambda known: known.unheard, Action.PUT, Reason.INTERRUPTED),
    (lambda known: not known.as_recorded, Action.PUT, Reason.ALTERED),
    (lambda _: True, Action.KEEP, Reason.SAME),
)
"""For a key that was recorded and is listed: the first that holds decides."""


def judge(file: PublicFile, recorded: Recorded | None, listed: Listed | None) -> Step:
    """Say what happens to one file of an edition, given what the record and the listing say about its key.

    A key that is listed but not recorded counts as the file itself: a plan has refused every other by then.
    """
    headers: tuple[str, ...] = ()
    if recorded is None:
        action, reason = Action.PUT, Reason.NEW if listed is None else Reason.UNRECORDED
    elif listed is None:
        action, reason = Action.PUT, Reason.INTERRUPTED if recorded.etag is None else Reason.MISSING
    else:
        known = _Known(file, recorded, listed)
        action, reason = next((action, reason) for holds, action, reason in RULES if holds(known))
        headers = _changed_headers(file, recorded) if reason is Reason.HEADER else ()
    return Step(action, file.key, reason, file.phase, file.size, headers, listed.etag if listed else None)


def _changed_headers(file: PublicFile, recorded: Recorded) -> tuple[str, ...]:
    return tuple(name for name, of in HEADERS.items() if of(file) != of(recorded))
