"""The command `publish`: parse, call one verb, print. One file a command family."""

import sys


def main() -> None:
    """Run the command line."""
    try:
        from publisher.cli.app import app
    except KeyboardInterrupt:
        # Before there is an edge that could say it: the imports take a moment.
        from publisher.cli.exits import STOPPED, ExitCode

        print(STOPPED, file=sys.stderr)  # noqa: T201 - nothing else is loaded yet
        sys.exit(ExitCode.STOPPED)
    app(prog_name="publish")
