"""Finding out what a target really does, by doing it: with small objects below a key of their own, which go again.

What a store is known to do may be wrong of one version, one setting or one proxy before it. So each probe asks the
endpoint itself, conditional writes with many writers at the same time.
"""

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from threading import Barrier

from publisher.edition.model import Phase, PublicFile
from publisher.errors import PublisherError
from publisher.release.target import NoConditions, Overtaken, Target

WRITERS = 6
"""So many write at the same time."""
ROUNDS = 6
"""So often, each time to another key."""
FIRST = "write"
"""The probe without which no other can be asked."""
RACES = ("create only what is new", "replace only what was seen")
"""The probes that say whether two may release at the same time."""
LEFT = (
    *("page.html", "public.html", "spoilt", "parts", "compressed.html"),
    *(f"{kind}-{number}.json" for kind in ("new", "seen") for number in range(ROUNDS)),
    *(f"{number}.html" for number in range(3)),
)
"""What may be left of all probes, below their key."""
HTML = "text/html; charset=utf-8"
CACHED = "public, max-age=60"


class Outcome(StrEnum):
    """What came of a probe."""

    HOLDS = "holds"
    LACKS = "lacks"
    """It isn't there, and a release can do without."""
    FAILS = "fails"
    """It isn't there, and a release needs it."""
    UNASKED = "not asked"


@dataclass(frozen=True)
class Probed:
    """One line of what was found out."""

    what: str
    """What a target may be able to do."""
    outcome: Outcome
    told: str = ""
    """What was seen."""
    advice: str = ""
    """What to do about it."""


class Short(PublisherError):  # noqa: N818  what a probe finds, which is no mistake
    """The target answered, and otherwise than it should have."""

    def __init__(self, what: str) -> None:
        super().__init__(what, hint="use another store, or ask whoever runs this one")


def ask(what: str, probe: Callable[[], str], otherwise: Outcome = Outcome.FAILS, advice: str = "") -> Probed:
    """Run one probe, which says what it saw, or raises PublisherError.

    otherwise, advice: what it means if the target falls short. That it could not be asked at all always fails.
    """
    try:
        return Probed(what, Outcome.HOLDS, probe())
    except (Short, NoConditions) as error:
        return Probed(what, otherwise, error.what, advice or error.hint or "")
    except PublisherError as error:
        return Probed(what, Outcome.FAILS, error.what, error.hint or advice)


def probe_page(key: str) -> PublicFile:
    """A page that says what it is, for whoever finds it."""
    content = b"<p>A probe of publish target check: it may be deleted.</p>"
    return PublicFile(key, hashlib.sha256(content).hexdigest(), len(content), HTML, CACHED, Phase.MEDIA, content)


def probe_target(target: Target, below: str) -> Iterator[Probed]:
    """Ask what every kind of target has to do. `below` is where the probes' keys lie; clear it afterwards.

    Ends early if nothing can be written.
    """
    page = probe_page(f"{below}/page.html")
    written = ask(FIRST, lambda: _written(target, page))
    yield written
    if written.outcome is not Outcome.HOLDS:
        return
    yield ask("read", lambda: _read(target, page))
    yield ask("list", lambda: _listed(target, page))
    yield ask("delete", lambda: _deleted(target, page))
    alone = "if one machine alone releases here, say so: single_writer = true"
    yield ask(RACES[0], lambda: _race(target, f"{below}/new", None), Outcome.LACKS, alone)
    yield ask(RACES[1], lambda: _race(target, f"{below}/seen", b"{}"), Outcome.LACKS, alone)
    yield ask("delete many at once", lambda: _deleted_many(target, below))


def _written(target: Target, page: PublicFile) -> str:
    target.put(page)
    return ""


def _read(target: Target, page: PublicFile) -> str:
    if b"".join(target.read(page.key)) != page.source:
        raise Short("it gave other bytes than were written")
    return ""


def _listed(target: Target, page: PublicFile) -> str:
    listed = target.listing().get(page.key)
    if listed is None or listed.size != page.size:
        raise Short("what was written just now is not in the list")
    return ""


def _deleted(target: Target, page: PublicFile) -> str:
    target.delete(page.key)
    if target.head(page.key) is not None:
        raise Short("what was deleted just now is still there")
    return ""


def _deleted_many(target: Target, below: str) -> str:
    keys = [f"{below}/{number}.html" for number in range(3)]
    for key in keys:
        target.put(probe_page(key))
    target.delete_many(keys)
    left = [key for key in keys if target.head(key) is not None]
    if left:
        raise Short(f"{len(left)} of {len(keys)} are still there")
    return ""


def _race(target: Target, key: str, before: bytes | None) -> str:
    """Let many write at the same time, in rounds. Raises PublisherError unless exactly one wins each."""
    for number in range(ROUNDS):
        state = f"{key}-{number}.json"
        seen = None if before is None else target.swap(state, before, None)
        gate = Barrier(WRITERS)
        with ThreadPoolExecutor(WRITERS) as pool:
            racers = [pool.submit(_won, target, state, seen, gate, writer) for writer in range(WRITERS)]
        won = sum(racer.result() for racer in racers)
        if won != 1:
            raise Short(f"{won} of {WRITERS} that wrote at the same time were told that they had won")
    return f"one winner of {WRITERS}, {ROUNDS} times"


def _won(target: Target, key: str, seen: str | None, gate: Barrier, writer: int) -> bool:
    gate.wait()
    try:
        target.swap(key, b'{"writer": %d}' % writer, seen)
    except Overtaken:
        return False
    return True
