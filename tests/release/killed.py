"""A release that is killed at its N-th request or block: `python killed.py ADDRESS FOLDER SIZE N WORKERS COMPRESSED`.

It releases the second revision of `editions.site`, its texts compressed if the last one is not empty; an endpoint comes
from the environment.
"""

import itertools
import os
import signal
import sys
from pathlib import Path

from publisher.release.compression import compressed
from publisher.release.target import TargetOptions, open_target
from release.editions import release, site
from release.watching import Watched


def main(address: str, folder: str, size: str, last: str, workers: str, is_compressed: str) -> None:  # noqa: PLR0917  from the command line
    count = itertools.count(1)

    def kill_in_time(_request: str) -> None:
        if next(count) == int(last):
            os.kill(os.getpid(), signal.SIGKILL)

    target = Watched(open_target(address, TargetOptions()), kill_in_time)
    edition = site(2, Path(folder), int(size))
    release(target, compressed(edition) if is_compressed else edition, workers=int(workers))


if __name__ == "__main__":
    main(*sys.argv[1:])
