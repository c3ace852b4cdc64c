"""From a talk to its words: find speech, cut at pauses, hear the stretches side by side, keep what is finished."""

import json
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from threading import Event, Lock

import numpy as np

from publisher.audio.listening import RATE, Heard16, Talk
from publisher.audio.model import Progress, no_progress
from publisher.audio.shelf import Shelf
from publisher.speech.activity import speech_in
from publisher.speech.model import Heard, Recognised, Span
from publisher.speech.recogniser import Recogniser
from publisher.speech.stretches import LONGEST, stretches
from publisher.transcript.model import Word

RECIPE = 2
"""Of this way to hear. Raise it when the same talk would give other words: then older stretches are not taken."""
MOST = 4
"""Stretches that are heard at once at most: each takes memory."""
_SPEECH = "speech"


class StoppedError(Exception):
    """Nobody wants the words any more."""


@dataclass
class Hearing:
    """One talk being heard."""

    talk: Talk
    shelf: Shelf
    """Where finished stretches are kept; for one talk, one model, one language and the same names."""
    progress: Progress = no_progress
    longest: float = LONGEST
    """Seconds of a stretch."""
    _done: dict[int, float] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)
    _stop: Event = field(default_factory=Event)

    def words(
        self, recogniser: Recogniser, speech: Sequence[Span], language: str, names: Sequence[str], workers: int
    ) -> Heard:
        """Hear all of it. The words do not depend on `workers`.

        Whatever ends it, Ctrl-C too, finished stretches stay on the shelf and no thread goes on.
        """
        todo = stretches(speech, self.longest)
        found = {number: kept for number in range(len(todo)) if (kept := self._kept(number, todo[number]))}
        self._done = {number: todo[number].length for number in found}

        def work(number: int, samples: Heard16) -> tuple[int, Recognised]:
            told = self._teller(number, todo)
            got = recogniser.recognise(samples, todo[number], language, names, told)
            self.shelf.put(str(number), json.dumps(asdict(got)).encode())
            told(todo[number].length)
            return number, got

        if len(found) < len(todo):
            self.progress("transcribe", 0.0, sum(span.length for span in todo))
            found |= dict(self._work(todo, found, work, workers))
        self.progress("transcribe", 1.0)
        ordered = [found[number] for number in range(len(todo))]
        foreign = tuple(there for one in ordered for there in one.foreign)
        return Heard(tuple(word for one in ordered for word in one.words), tuple(speech), foreign)

    def _kept(self, number: int, span: Span) -> Recognised | None:
        data = self.shelf.get(str(number))
        kept = _recognised(data) if data else None
        return kept if kept and kept.span == span else None

    def _teller(self, number: int, todo: Sequence[Span]) -> Callable[[float], None]:
        whole = sum(span.length for span in todo)

        def tell(seconds: float) -> None:
            if self._stop.is_set():
                raise StoppedError
            with self._lock:
                self._done[number] = min(seconds, todo[number].length)
                self.progress("transcribe", min(sum(self._done.values()) / whole, 0.99), whole)

        return tell

    def _work(
        self,
        todo: Sequence[Span],
        found: dict[int, Recognised],
        work: Callable[[int, Heard16], tuple[int, Recognised]],
        workers: int,
    ) -> Iterator[tuple[int, Recognised]]:
        """Hear the stretches that are not found yet; no more of them are in memory than are worked at, and one."""
        running: set[Future[tuple[int, Recognised]]] = set()
        pool = ThreadPoolExecutor(workers)
        try:
            for number, samples in _cut(self.talk.blocks(), todo):
                if number in found:
                    continue
                running.add(pool.submit(work, number, samples))
                if len(running) >= workers:
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    yield from (one.result() for one in done)
            yield from (one.result() for one in running)
        finally:
            self._stop.set()
            pool.shutdown(cancel_futures=True)


def kept_speech(shelf: Shelf) -> tuple[Span, ...] | None:
    """What `find_speech` found before; None where it has to be heard."""
    data = shelf.get(_SPEECH)
    return None if data is None else tuple(Span(*times) for times in json.loads(data))


def find_speech(talk: Talk, shelf: Shelf, progress: Progress = no_progress) -> tuple[Span, ...]:
    """Where anybody speaks in a talk; what was found before is taken from the shelf."""
    if (kept := kept_speech(shelf)) is not None:
        return kept
    whole = talk.seconds

    def tell(seconds: float) -> None:
        progress("listen", min(seconds / whole, 0.99) if whole else 0.0, whole)

    progress("listen", 0.0, whole)
    found = speech_in(talk.blocks(), tell)
    progress("listen", 1.0)
    shelf.put(_SPEECH, json.dumps([(span.start, span.end) for span in found]).encode())
    return found


def _recognised(data: bytes) -> Recognised:
    said = json.loads(data)
    foreign = tuple((Span(**span), code) for span, code in said["foreign"])
    return Recognised(tuple(Word(**word) for word in said["words"]), Span(**said["span"]), foreign)


def _cut(blocks: Iterator[Heard16], todo: Sequence[Span]) -> Iterator[tuple[int, Heard16]]:
    """The samples of each stretch, as they come."""
    held, at = deque[Heard16](), 0
    for number, span in enumerate(todo):
        first, last = round(span.start * RATE), round(span.end * RATE)
        while at + sum(map(len, held)) < last and (block := next(blocks, None)) is not None:
            held.append(block)
            while held and at + len(held[0]) <= first:
                at += len(held.popleft())
        whole = np.concatenate(held) if held else np.zeros(0, np.float32)
        yield number, whole[max(first - at, 0) : last - at]
        while held and at + len(held[0]) <= last:
            at += len(held.popleft())
