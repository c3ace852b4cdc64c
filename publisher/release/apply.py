"""Doing what a plan says, in waves with hard barriers. It decides nothing.

The order, which a reader of the site never sees broken:
1. The record, as pending: whatever a kill leaves behind is known as ours.
2. The waves of the plan, each when the one before it is whole: what is new (media, pages, indexes, feeds), what
   replaces something (in the same order), what goes (the other way round).
3. The record, as complete.
A failure anywhere stops everything after it. The record takes the place of the one that the plan was made by, and what
is replaced must be what the plan saw: who finds that somebody else was faster, stops.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field, replace
from threading import Event
from typing import Protocol

from publisher.edition.model import Edition
from publisher.release.plan import Plan
from publisher.release.record import RECORD_KEY, Record, Recorded, State, edition_digest
from publisher.release.steps import Action, Step
from publisher.release.target import Target


class Progress(Protocol):
    """Whoever shows how far a release is."""

    def sent(self, size: int) -> None:
        """Hear that a block of so many bytes went out. Called from several threads."""

    def done(self, step: Step) -> None:
        """Hear that a put or a delete is whole. Called from the thread that called `apply`."""


class Silent:
    """Progress that shows nothing."""

    def sent(self, size: int) -> None:
        """Do nothing."""

    def done(self, step: Step) -> None:
        """Do nothing."""


@dataclass(frozen=True)
class Applied:
    """What a release did."""

    edition: str
    """Digest of the edition that is public now."""
    put: int
    """Files that were sent."""
    deleted: int
    """Files that were taken away."""
    kept: int
    """Files that stayed as they were."""
    size: int
    """Bytes that were sent."""


class _Stopped(Exception):  # noqa: N818  not an error: how a thread leaves when another one failed
    """Another file failed, or someone pressed Ctrl-C."""


Between = Callable[[tuple[Step, ...]], None]
"""Told each wave when it is whole, before the next begins. What it raises stops the release."""


def go_on(_wave: tuple[Step, ...]) -> None:
    """Look at nothing between two waves."""


def apply(  # noqa: PLR0913  what a release consists of
    plan: Plan,
    edition: Edition,
    target: Target,
    progress: Progress | None = None,
    workers: int = 8,
    *,
    etag: str | None,
    between: Between = go_on,
) -> Applied:
    """Make `target` equal `edition`, as `plan` says. Call it inside `target.exclusive()`.

    workers: how many files go at the same time, at most. etag: of the record that the plan was made by.
    An empty plan sends nothing at all. Raises PublisherError at the first failure: waves before it are whole, those
    after it untouched, and running again goes on from there. Raises ValueError if the plan is for another edition.
    """
    if plan.edition != edition_digest(edition):
        raise ValueError("the plan is for another edition")
    if not plan.is_empty:
        _Work(plan, edition, target, _Crew(progress or Silent(), workers), between).release(etag)
    puts, deletes, keeps = (len(plan.of(action)) for action in (Action.PUT, Action.DELETE, Action.KEEP))
    return Applied(plan.edition, puts, deletes, keeps, plan.size(Action.PUT))


@dataclass(frozen=True)
class _Work:
    """One release."""

    plan: Plan
    edition: Edition
    target: Target
    crew: "_Crew"
    between: Between
    etags: dict[str, str] = field(default_factory=dict)
    """Of what was sent."""

    def release(self, etag: str | None) -> None:
        """Write the record, make the waves, write the record."""
        if self.plan.changes:
            etag = self._record(self.plan.pending, etag)
        for wave in self.plan.waves:
            if wave[0].action is Action.DELETE:
                self.target.delete_many([step.key for step in wave])
                self.crew.say(wave)
            else:
                self.crew.work(wave, self._put)
            self.between(wave)
        self._record(self._complete(), etag)

    def _put(self, step: Step) -> None:
        self.etags[step.key] = self.target.put(self.edition.files[step.key], self.crew.sent, step.over)

    def _record(self, record: Record, etag: str | None) -> str:
        return self.target.swap(RECORD_KEY, record.to_bytes(), etag)

    def _complete(self) -> Record:
        """The record of what is there now: the edition, and what waits to go."""
        pending = self.plan.pending.files
        files = {
            key: Recorded.of(file, self.etags.get(key, pending[key].etag)) for key, file in self.edition.files.items()
        }
        waiting = {step.key: pending[step.key] for step in self.plan.of(Action.WAIT)}
        return replace(self.plan.pending, state=State.COMPLETE, files=files | waiting)


class _Crew:
    """Threads that share the steps of one phase, and stop together."""

    def __init__(self, progress: Progress, workers: int) -> None:
        self._progress = progress
        self._workers = workers
        self._stop = Event()

    def sent(self, size: int) -> None:
        """Pass on how much was sent; leave a file half-sent, and so never visible, if the crew is stopping."""
        if self._stop.is_set():
            raise _Stopped
        self._progress.sent(size)

    def say(self, steps: tuple[Step, ...]) -> None:
        """Pass on that steps are whole."""
        for step in steps:
            self._progress.done(step)

    def work(self, steps: tuple[Step, ...], make: Callable[[Step], None]) -> None:
        """Make every step; at the first failure nothing new begins, and it is raised."""
        with ThreadPoolExecutor(self._workers, thread_name_prefix="release") as pool:
            futures = {pool.submit(self._guarded, make, step): step for step in steps}
            try:
                for future in as_completed(futures):
                    # Who stopped because another one failed may be heard first; the failure is still to come.
                    if isinstance(future.exception(), _Stopped):
                        continue
                    future.result()
                    self._progress.done(futures[future])
            except BaseException:  # Ctrl-C as well: it arrives in this thread, while the others work
                self._stop.set()
                pool.shutdown(cancel_futures=True)
                raise

    def _guarded(self, make: Callable[[Step], None], step: Step) -> None:
        if self._stop.is_set():
            raise _Stopped
        try:
            make(step)
        except BaseException:
            self._stop.set()
            raise
