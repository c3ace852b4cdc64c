"""A process that masters a recording and tells how far it is, for tests that kill it or starve it.

python mastered.py CACHE RECORDING [most bytes a file may have | name of the step to stand still in]
"""

import resource
import sys
import time
from pathlib import Path

from publisher.audio.mastering import master
from publisher.audio.model import Settings, Track
from publisher.errors import PublisherError

INTERRUPTED = 130


def tell(step: str, done: float, /, seconds: float = 0.0) -> None:  # noqa: ARG001 - as Progress
    print(step, done, flush=True)  # noqa: T201 - the test reads it
    if step in sys.argv[3:] and 0 < done < 1:
        time.sleep(60)


def main() -> int:
    cache, recording, *more = sys.argv[1:]
    if more and more[0].isdigit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (int(more[0]), int(more[0])))
    try:
        made = master([Track(Path(recording))], Settings(channels=1, bitrate_kbps=64), Path(cache), progress=tell)
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
