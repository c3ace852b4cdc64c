"""Sound in segments of a minute, each worked at by itself, so that every core has something to do.

Where one segment ends and the next begins is fixed, counted from the sound's first sample, and a segment gets the same
run-up whoever works at it. So the results do not depend on how many workers there are, whatever memory the filters and
the encoder have: not because they forget quickly enough, but because nothing else ever happens. See
`docs/decisions/0008-segments.md`.

A segment waits for its worker in a file without a name, in the cache's folder: memory stays flat, and a kill leaves
nothing.
"""

import os
import tempfile
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from threading import Event, Lock
from typing import BinaryIO, Generic, TypeAlias, TypeVar

import numpy as np

from publisher.audio.feed import Feed, Samples, raw
from publisher.audio.model import FRAME

LENGTH = 2500 * FRAME
"""Samples of a segment, 60 s: whole frames, and whole tenths of a second, in which loudness is measured."""
LONG = 40 * LENGTH
"""Samples of a sound, 40 minutes, from which on its segments are twice as long: each costs a start and a run-up, and
there are enough of them for every core."""
BLOCK = 24_000
"""Samples that are moved at once: half a second, so that what is worked out from them stays in the cache."""

PATIENCE = 0.1
"""Seconds between two reports of how far it is."""

Result = TypeVar("Result")


def cores() -> int:
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def length_for(samples: float) -> int:
    """Samples of each segment of a sound of so many samples."""
    return 2 * LENGTH if samples >= LONG else LENGTH


class Stopped(Exception):  # noqa: N818 - not an error: the way out of a worker when another one failed
    """Nobody wants the result any more."""


@dataclass(frozen=True)
class Reach:
    """What a step has to hear around a segment."""

    before: int
    """Samples: a run-up for what has a memory."""
    behind: int
    """Samples: for what looks ahead."""


class Signals:
    """What the workers and the one who waits for them tell each other, from any thread."""

    def __init__(self) -> None:
        self._stop = Event()
        self._lock = Lock()
        self._samples = 0

    @property
    def samples(self) -> int:
        """Samples that were worked at, by all."""
        return self._samples

    def worked(self, samples: int) -> None:
        """Say that some more were worked at; raises Stopped when nobody wants them."""
        if self._stop.is_set():
            raise Stopped
        with self._lock:
            self._samples += samples

    def stop(self) -> None:
        """Let everybody stop at the next block."""
        self._stop.set()


@dataclass
class Segment:
    """One segment, with what is around it."""

    number: int
    start: int
    """Its first sample, counted from the sound's."""
    end: int
    """Behind its last sample; in the last segment, the sound's end."""
    first: int
    """The first sample that `blocks` give, `start` or before it."""
    channels: int
    signals: "Signals"
    file: BinaryIO = field(repr=False)
    last: bool = False
    """No other comes behind it."""

    def blocks(self) -> Iterator[Samples]:
        """What there is to hear, from `first` on; raises Stopped as soon as nobody wants to know."""
        self.file.seek(0)
        while len(found := np.fromfile(self.file, np.float32, BLOCK * self.channels)):
            block = found.reshape(-1, self.channels)
            self.signals.worked(len(block))
            yield block


@dataclass(frozen=True)
class Crew:
    """Those who work at segments side by side."""

    workers: int
    """How many, from 1 on. They change how long it takes and nothing else."""
    folder: Path
    """Where segments wait."""
    told: Callable[[int], None] = lambda _: None
    """Given how many samples were worked at so far, now and then."""
    spare: Callable[[], None] = lambda: None
    """Called when no more segments come: from here on, one after the other of them has nothing to do."""
    length: int = LENGTH
    """Samples of a segment, a multiple of 25 frames as LENGTH is; unlike the workers, it can change the results."""
    pool: ThreadPoolExecutor | None = field(default=None, repr=False)
    """Where they are between two steps; None where they come for each."""

    @contextmanager
    def staying(self) -> Iterator["Crew"]:
        """The same crew for several steps, of which one can begin while the other ends."""
        with ThreadPoolExecutor(self.workers, "segment") as pool:
            yield replace(self, pool=pool)

    def work(
        self,
        feed: Feed,
        reach: Reach,
        job: Callable[[Segment], Result],
        wanted: Callable[[int], bool],
        until: int | None = None,
    ) -> Generator[Result, None, None]:
        """Read `feed` and do `job` for each segment whose number is `wanted`.

        until: the number from which on none is wanted; the sound is read no further than that needs.
        The results come in the segments' order. When anything is raised, by a job, by the feed or by whoever takes the
        results, all the others stop at once. Whoever stops taking results closes them.
        """
        signals, waiting = Signals(), deque[_Job[Result]]()
        opener = _Opener(self, feed.channels, reach, signals, wanted)
        with self._present() as pool, closing(_cut(feed, opener)) as segments:
            try:
                for segment in islice(segments, until):
                    if wanted(segment.number):
                        waiting.append((segment, pool.submit(_do, job, segment)))
                    # One more than there are workers, so that nobody waits for the feed.
                    while len(waiting) > self.workers + 1 or (waiting and waiting[0][1].done()):
                        yield self.result(waiting.popleft()[1], signals)
                self.spare()
                while waiting:
                    yield self.result(waiting.popleft()[1], signals)
            except BaseException:
                signals.stop()
                for segment, future in waiting:
                    if future.cancel():
                        segment.file.close()
                raise

    @contextmanager
    def round(self, count: int, job: Callable[[int, Signals], Result]) -> Iterator["Round[Result]"]:
        """A `job` for each of `count` segments that it finds by itself; whoever is still at it behind it stops."""
        with self._present() as pool, closing(Round(self, pool, count, job)) as found:
            yield found

    def _present(self) -> AbstractContextManager[ThreadPoolExecutor]:
        return nullcontext(self.pool) if self.pool else ThreadPoolExecutor(self.workers, "segment")

    def result(self, future: Future[Result], signals: Signals) -> Result:
        """Wait for what comes of a job, telling meanwhile how far all are."""
        while not wait((future,), timeout=PATIENCE).done:
            self.told(signals.samples)
        self.told(signals.samples)
        return future.result()


class Round(Generic[Result]):
    """One job for each of some segments; those that are there already can be begun before the others."""

    def __init__(self, crew: Crew, pool: ThreadPoolExecutor, count: int, job: Callable[[int, Signals], Result]) -> None:
        self._crew, self._pool, self._count, self._job = crew, pool, count, job
        self._signals = Signals()
        self._begun: list[Future[Result]] = []

    def begin(self, until: int) -> None:
        """Begin with the segments before number `until`, as soon as somebody has time."""
        numbers = range(len(self._begun), until)
        self._begun.extend(self._pool.submit(self._job, number, self._signals) for number in numbers)

    def results(self) -> Iterator[Result]:
        """What comes of all of them, in their order."""
        self.begin(self._count)
        for future in self._begun:
            yield self._crew.result(future, self._signals)

    def close(self) -> None:
        """Let everybody stop who is still at it."""
        self._signals.stop()
        for future in self._begun:
            future.cancel()


_Job: TypeAlias = tuple[Segment, Future[Result]]
"""A segment, and what will come of it."""


def _do(job: Callable[[Segment], Result], segment: Segment) -> Result:
    with segment.file:
        return job(segment)


@dataclass(frozen=True)
class _Opener:
    """Opens segments that nothing is in yet."""

    crew: Crew
    channels: int
    reach: Reach
    signals: Signals
    wanted: Callable[[int], bool]

    def open(self, number: int) -> "Segment":
        # What nobody wants is thrown away. The others are closed by whoever works at them.
        file = tempfile.TemporaryFile(dir=self.crew.folder, buffering=0) if self.wanted(number) else _nowhere()  # noqa: SIM115
        start = number * self.crew.length
        first = max(0, start - self.reach.before)
        return Segment(number, start, start + self.crew.length, first, self.channels, self.signals, file)


def _nowhere() -> BinaryIO:
    return Path(os.devnull).open("w+b", buffering=0)


def _cut(feed: Feed, opener: _Opener) -> Generator[Segment, None, None]:
    """The segments of `feed`, each as soon as all of it is there; wanted ones are closed by whoever takes them."""
    opened = deque[Segment]()
    try:
        at = yield from _cut_whole(feed, opener, opened)
        while opened and opened[0].start < at:
            segment = opened[0]
            segment.last = at <= segment.end
            segment.end = min(segment.end, at)
            yield _ready(opened, opener)
    finally:
        for segment in opened:
            segment.file.close()


def _cut_whole(feed: Feed, opener: _Opener, opened: deque[Segment]) -> Generator[Segment, None, int]:
    """The segments with all that is wanted behind them; those begun stay `opened`. Gives the sound's length."""
    reach, number, at = opener.reach, 0, 0
    while len(block := feed.read(BLOCK)):
        while number * opener.crew.length - reach.before < at + len(block):
            opened.append(opener.open(number))
            number += 1
        for segment in opened:
            _add(segment, block, at, segment.end + reach.behind)
        at += len(block)
        # A segment is known not to be the last one when there is something behind it.
        while opened[0].end + reach.behind <= at and opened[0].end < at:
            yield _ready(opened, opener)
    return at


def _add(segment: Segment, block: Samples, at: int, end: int) -> None:
    """Write what a segment wants of a block that begins at sample `at`."""
    part = block[max(0, segment.first - at) : max(0, end - at)]
    if len(part):
        rest = raw(part)
        # On a disk that is almost full, a write may take some of it and say nothing.
        while rest:
            rest = rest[segment.file.write(rest) :]


def _ready(opened: deque[Segment], opener: _Opener) -> Segment:
    segment = opened.popleft()
    if not opener.wanted(segment.number):
        segment.file.close()
    return segment
