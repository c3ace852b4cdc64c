"""`publish`, struck by a signal at a point of its own work: at the same one however fast the machine is."""

import signal
import subprocess
import sys

from support.commands import Ran, environment
from support.house import House

_WATCHED = """
import os, runpy, sys
how, point, left = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])

def watch(event, what):
    global left
    # What Python compiles meanwhile is no work of ours.
    if what and f"{event} {what[0]}".startswith(point) and ".pyc" not in str(what[0]):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), how)

sys.addaudithook(watch)
sys.argv[:] = ["publish", *sys.argv[4:]]
runpy.run_module("publisher", run_name="__main__", alter_sys=True)
"""

STARTS, WRITES = "subprocess.Popen", "os.rename"
"""Points that come often: a program is started; a file is whole, and about to get its name."""


def struck(house: House, how: signal.Signals, point: str, number: int, *arguments: str) -> Ran:
    """Run a command that gets a signal when it comes to the point for the `number`-th time, if it ever does.

    point: one of Python's own events (docs.python.org, "Audit events table"), with or without its first argument.
    """
    command = [sys.executable, "-c", _WATCHED, str(int(how)), point, str(number), *arguments]
    done = subprocess.run(command, cwd=house.root, env=environment(), capture_output=True, text=True, check=False)
    return Ran(done.returncode, done.stdout, done.stderr)
