"""A process that masters a recording and tells how far it is, for tests that kill it or starve it.

python mastered.py CACHE RECORDING [most bytes a file may have | name of the step to stand still in]

It works with two hands on every machine.
"""

import os
import resource
import signal
import sys
import time
from pathlib import Path

from publisher.audio import segments
from publisher.audio.mastering import master
from publisher.audio.model import Settings, Track
from publisher.errors import PublisherError

INTERRUPTED = 130


def tell(step: str, done: float, /, seconds: float = 0.0) -> None:  # noqa: ARG001 - as Progress
    print(step, done, flush=True)  # noqa: T201 - the test reads it
    if step in sys.argv[3:]:
        stand_still()


def stand_still() -> None:
    """Stop the programs that run for us where they are, say which, and wait to be ended; go on if there are none."""
    for program in children(os.getpid()):
        os.kill(program, signal.SIGSTOP)
    if started := children(os.getpid()):
        print("stands", *started, flush=True)  # noqa: T201 - the test reads it
        time.sleep(3600)


def children(parent: int) -> list[int]:
    """Processes that `parent` started and that did not end."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, owner = stat.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(owner) == parent and state != "Z":
            found.append(int(stat.parent.name))
    return found


def main() -> int:
    cache, recording, *more = sys.argv[1:]
    if more and more[0].isdigit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(more[0]), int(more[0])))
    elif more:
        # So often that it is asked while a program runs, however fast that one is.
        segments.PATIENCE = 0.001
    try:
        settings = Settings(channels=1, bitrate_kbps=64)
        made = master([Track(Path(recording))], settings, Path(cache), progress=tell, workers=2)
    except PublisherError as error:
        print("refused", error, flush=True)  # noqa: T201
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    ours, ffmpeg = (resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print("made", made.sha256, ours, ffmpeg, flush=True)  # noqa: T201
    return 0


if __name__ == "__main__":
    sys.exit(main())
