"""The one edge at which an error becomes a message and an exit code."""

import errno
from typing import Any

import typer
from typer.core import TyperGroup

from publisher.cli.exits import ExitCode
from publisher.errors import PublisherError, WorkspaceError

_SYSTEM = {
    errno.ENOSPC: ("the disk is full", "make room, then run the same command again: finished work is kept"),
    errno.EDQUOT: ("your disk quota is used up", "make room, then run the same command again: finished work is kept"),
    errno.EROFS: ("the disk is read-only", "work in a folder that you may write to"),
    errno.EACCES: ("you may not read or write this", "change its permissions, or work in a folder of your own"),
    errno.EPERM: ("you may not read or write this", "change its permissions, or work in a folder of your own"),
    errno.EMFILE: ("too many files are open", "close some programs, then run the same command again"),
    errno.EIO: ("the disk did not answer", "check the disk; nothing half-written was kept"),
}
"""What the operating system may refuse, in words."""


class Edge(TyperGroup):
    """The root of all commands."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - Click's signature
        """Run a command; whatever a user can mend ends here."""
        try:
            return super().invoke(ctx)
        except PublisherError as error:
            _show(error)
            code = ExitCode.ERROR
        except KeyboardInterrupt:
            _say("Stopped. Nothing is half-written; run the same command to go on.")
            code = ExitCode.STOPPED
        except OSError as error:
            if error.errno not in _SYSTEM:
                raise
            what, hint = _SYSTEM[error.errno]
            _show(PublisherError(what, where=str(error.filename) if error.filename else None, hint=hint))
            code = ExitCode.ERROR
        raise typer.Exit(code)


def _show(error: PublisherError) -> None:
    from rich.markup import escape

    where = f"[bold]{escape(error.where)}[/]: " if error.where else ""
    _say(f"[bold red]✗[/] {where}{escape(error.what)}")
    if isinstance(error, WorkspaceError):
        for problem in error.problems:
            place = ": ".join(part for part in (problem.file, problem.key) if part)
            _say(f"  [bold]{escape(place)}[/]: {escape(problem.advice)}")
    if error.hint:
        _say(f"  [cyan]→[/] {escape(error.hint)}")


def _say(text: str) -> None:
    from publisher.cli.output import errors

    errors().print(text, highlight=False, soft_wrap=True)
