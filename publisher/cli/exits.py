"""What `publish` ends with; docs/commands.md says the same to users."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes of every command."""

    DONE = 0
    ERROR = 1
    """Something that the user can mend: the message says what, where and how."""
    USAGE = 2
    """The command line itself is wrong."""
    WAITING = 3
    """All is well, and the piece waits for someone."""
    STOPPED = 130
    """Ctrl-C, as shells count it."""


STOPPED = "Stopped. Nothing is half-written; run the same command to go on."
"""What is said after Ctrl-C."""
