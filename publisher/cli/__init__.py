"""The command `publish`: parse, call one verb, print. One file a command family."""

import gc
import sys


def main() -> None:
    """Run the command line."""
    # Modules, records and pieces live to the end of a command; Python would look through them again and again for what
    # can go, which takes a fifth of the time of reading a long ledger.
    gc.set_threshold(50_000, 20, 20)
    try:
        from publisher.cli.app import app
    except KeyboardInterrupt:
        # Before there is an edge that could say it: the imports take a moment.
        from publisher.cli.exits import STOPPED, ExitCode

        print(STOPPED, file=sys.stderr)  # noqa: T201 - nothing else is loaded yet
        sys.exit(ExitCode.STOPPED)
    app(prog_name="publish")
