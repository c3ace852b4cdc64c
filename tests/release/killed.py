"""A release that is killed at its N-th request or block: `python killed.py ADDRESS FOLDER SIZE N WORKERS`.

It releases the second revision of `editions.site`; an endpoint comes from the environment.
"""

import itertools
import os
import signal
import sys
from pathlib import Path

from publisher.release.target import TargetOptions, open_target
from release.editions import release, site
from release.watching import Watched


def main(address: str, folder: str, size: str, last: str, workers: str) -> None:
    count = itertools.count(1)

    def kill_in_time(_request: str) -> None:
        if next(count) == int(last):
            os.kill(os.getpid(), signal.SIGKILL)

    target = Watched(open_target(address, TargetOptions()), kill_in_time)
    release(target, site(2, Path(folder), int(size)), workers=int(workers))


if __name__ == "__main__":
    main(*sys.argv[1:])
