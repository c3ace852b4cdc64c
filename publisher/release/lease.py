"""Taking turns at a place that several machines can write to: a lease, kept there by compare and swap.

How it goes:
1. Who wants to release writes that they hold the lease, with the next turn, if it is free. Of two, one succeeds.
2. Whoever holds it says so again and again. Clocks of two machines are never compared: who waits watches whether the
   lease still changes, for a period on their own clock, and takes over one that does not.
3. A holder that could not say so for most of a period stops by itself, before anybody may take over.
4. The turn only grows. A release that slept through all of this finds another turn, and what it would replace changed.

The lease names nobody: it lies where the public may read it.
"""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import cache
from threading import Event, Thread
from typing import TYPE_CHECKING, Final, Protocol

from publisher.errors import PublisherError
from publisher.release.busy import BusyError
from publisher.release.target import Found, Overtaken

if TYPE_CHECKING:
    from pydantic import TypeAdapter

LEASE_KEY: Final = "lease.json"
"""Where the lease lies at a target. No file of an edition may have this key."""
PERIOD: Final = 40.0
"""Seconds without a sign of life after which a lease counts as left behind."""
BEATS: Final = 8
"""Signs of life in a period."""


class Swapped(Protocol):
    """What of a target a lease needs."""

    @property
    def address(self) -> str:
        """The place, for messages."""

    def peek(self, key: str) -> Found | None:
        """Give a small object whole."""

    def swap(self, key: str, data: bytes, seen: str | None) -> str:
        """Write it if it is still what was seen."""


@dataclass(frozen=True)
class Holder:
    """Whose release it is: a process of a workspace."""

    workspace: str
    """Random, the same for every release from one workspace."""
    process: int
    """Its number on that workspace's machine."""

    def is_dead(self, me: "Holder") -> bool:
        """Whether it is a process of my own workspace that has ended; of another one nobody here can tell."""
        if self.workspace != me.workspace:
            return False
        return self.process == me.process or not _runs(self.process)


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@dataclass(frozen=True)
class Lease:
    """The lease as it stands at the target."""

    turn: int
    """How often it was taken."""
    beat: int
    """How often its holder said that they are there."""
    holder: Holder | None
    """None if it is free."""

    @staticmethod
    def read(found: Found, where: str) -> "Lease":
        """Errors: it is none."""
        try:
            return _reader().validate_json(found.data)
        except ValueError as error:
            hint = "delete it, if no release is running; then run the same command again"
            raise PublisherError("the lease is damaged", where=where, hint=hint) from error

    def to_bytes(self) -> bytes:
        """One line of JSON."""
        holder = vars(self.holder) if self.holder else None
        return json.dumps({"turn": self.turn, "beat": self.beat, "holder": holder}).encode() + b"\n"


@cache
def _reader() -> "TypeAdapter[Lease]":
    from pydantic import TypeAdapter  # slow to import, and a release that changes nothing takes no lease

    return TypeAdapter(Lease)


FREE: Final = Lease(0, 0, None)
"""Of a place that nothing was released to."""


@dataclass
class Held:
    """The lease in the hands of a release."""

    target: Swapped
    lease: Lease
    etag: str
    """Of the lease at the target."""
    period: float
    _lost: PublisherError | None = None
    _stop: Event = field(default_factory=Event)

    @property
    def turn(self) -> int:
        """Its number, larger than that of every release before."""
        return self.lease.turn

    def check(self) -> None:
        """Raise `Overtaken`, or what kept us from saying that we are there, if the lease may be another's by now."""
        if self._lost:
            raise self._lost

    def beat(self) -> None:
        """Say that we are there, until told to stop, or until somebody else may have taken over."""
        said = time.monotonic()
        while not self._stop.wait(self.period / BEATS):
            try:
                self._swap(replace(self.lease, beat=self.lease.beat + 1))
                said = time.monotonic()
            except Overtaken as error:
                self._lost = error
                return
            except PublisherError as error:
                if time.monotonic() - said > self.period * 0.75:
                    self._lost = error
                    return

    def stop(self) -> None:
        """End `beat`."""
        self._stop.set()

    def free(self) -> None:
        """Let the next one in, if it is ours still. If that fails, they wait a period."""
        if self._lost is None:
            with suppress(PublisherError):
                self._swap(replace(self.lease, holder=None))

    def _swap(self, lease: Lease) -> None:
        self.etag = self.target.swap(LEASE_KEY, lease.to_bytes(), self.etag)
        self.lease = lease


@contextmanager
def leased(
    target: Swapped, me: Holder, *, period: float = PERIOD, waiting: Callable[[float], None] = lambda _seconds: None
) -> Iterator[Held]:
    """Hold the lease of a target for a release.

    waiting: told, in seconds, how long it takes to find out whether another release is still there.
    Errors: another release is running, or the target cannot be written to.
    """
    held = _take(target, me, period, waiting)
    beating = Thread(target=held.beat, name="lease", daemon=True)
    beating.start()
    try:
        yield held
    finally:
        held.stop()
        beating.join()
        held.free()


def _take(target: Swapped, me: Holder, period: float, waiting: Callable[[float], None]) -> Held:
    while True:
        found, lease = _look(target)
        if lease.holder and not lease.holder.is_dead(me):
            waiting(period)
            found, lease = _left_behind(target, found, period)
        mine = Lease(lease.turn + 1, 0, me)
        with suppress(Overtaken):
            return Held(target, mine, target.swap(LEASE_KEY, mine.to_bytes(), found.etag if found else None), period)


def _look(target: Swapped) -> tuple[Found | None, Lease]:
    found = target.peek(LEASE_KEY)
    return found, Lease.read(found, f"{target.address}{LEASE_KEY}") if found else FREE


def _left_behind(target: Swapped, found: Found | None, period: float) -> tuple[Found | None, Lease]:
    """Watch a lease for a period, and give it as it is then, free or left behind. Errors: somebody is there."""
    end = time.monotonic() + period
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, period / BEATS))
        now, lease = _look(target)
        if lease.holder is None:
            return now, lease
        if now != found:
            hint = "wait until it has ended, then run the same command again"
            raise BusyError("another release to this place is running", where=target.address, hint=hint)
    return found, lease
