"""A process that hears a sound without end, segments side by side, for tests that interrupt it.

python endless.py FOLDER; it says how much it has heard, and behind Ctrl-C what is left of its threads and children.
"""

import sys
import threading
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from audio.samples import noise
from publisher.audio.feed import Samples
from publisher.audio.meters.metering import Meter
from publisher.audio.model import SAMPLE_RATE
from publisher.audio.segments import Crew
from publisher.audio.shelf import Shelf

INTERRUPTED = 130


class Endless:
    """Noise for ever, as a Feed."""

    channels = 1

    def read(self, count: int) -> Samples:
        return noise(count / SAMPLE_RATE)

    def close(self) -> None:
        pass


def threads(known: Collection[threading.Thread] = ()) -> list[threading.Thread]:
    """Those that run and do not end, but for `known` ones."""
    others = [thread for thread in threading.enumerate() if thread not in known]
    for thread in others:
        # One that reads what a child said ends just behind it.
        thread.join(timeout=60)
    return [thread for thread in others if thread.is_alive()]


def children() -> list[int]:
    """Processes that this one started and that are not gone."""
    found: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        # A thread may end meanwhile.
        with suppress(FileNotFoundError, ProcessLookupError):
            found += map(int, (task / "children").read_text().split())
    return found


def main() -> int:
    folder = Path(sys.argv[1])
    crew = Crew(3, folder, told=lambda samples: print(samples, flush=True))  # noqa: T201 - the test reads it
    try:
        Meter(crew, Shelf(folder / "shelf"), folder).listen(Endless())
    except KeyboardInterrupt:
        print("left", threads([threading.current_thread()]), children(), flush=True)  # noqa: T201
        return INTERRUPTED
    return 0


if __name__ == "__main__":
    sys.exit(main())
