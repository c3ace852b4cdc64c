"""The one edge at which an error becomes a message and an exit code."""

import errno
import io
import sys
from typing import Any

import typer
from typer.core import TyperGroup

from publisher.cli.exits import STOPPED, ExitCode
from publisher.errors import PublisherError, WorkspaceError

_AGAIN = "make room, then run the same command again: finished work is kept"
_PERMISSION = "change its permissions, or work in a folder of your own"
_IN_THE_WAY = "move or rename what is in the way, or name another place"
_SYSTEM = {
    errno.ENOSPC: ("the disk is full", _AGAIN),
    errno.EDQUOT: ("your disk quota is used up", _AGAIN),
    errno.EFBIG: ("the file grew larger than this disk or your limits allow", "raise the limit, or use another disk"),
    errno.EROFS: ("the disk is read-only", "work in a folder that you may write to"),
    errno.EACCES: ("you may not read or write this", _PERMISSION),
    errno.EPERM: ("you may not read or write this", _PERMISSION),
    errno.EMFILE: ("too many files are open", "close some programs, then run the same command again"),
    errno.ENFILE: ("too many files are open", "close some programs, then run the same command again"),
    errno.EIO: ("the disk did not answer", "check the disk; nothing half-written was kept"),
    errno.ENOENT: ("there is no such file or folder", "check the name, or run the same command again"),
    errno.ENOTDIR: ("a file stands where a folder is needed", _IN_THE_WAY),
    errno.EEXIST: ("a file stands where a folder is needed", _IN_THE_WAY),
    errno.EISDIR: ("a folder stands where a file is needed", _IN_THE_WAY),
    errno.ELOOP: ("its links lead round in a circle", "mend the symbolic link"),
    errno.ENAMETOOLONG: ("the name is too long", "take a shorter one"),
}
"""What the operating system may refuse, in words."""
_ANY_HINT = "mend that, then run the same command again; nothing half-written was kept"
"""What to do about everything else that it refuses in its own words."""


class Edge(TyperGroup):
    """The root of all commands."""

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 - Click's signature
        """Run the command line; what this terminal cannot show, or the input should not hold, ends no command."""
        for stream, errors in ((sys.stdin, "surrogateescape"), (sys.stdout, "replace"), (sys.stderr, "replace")):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors=errors)
        return super().main(*args, **extra)

    def make_context(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 - Click's signature
        """Read the command line; libraries are loaded for that, and somebody may press Ctrl-C meanwhile."""
        try:
            return super().make_context(*args, **extra)
        except KeyboardInterrupt:
            _say(STOPPED)
            raise typer.Exit(ExitCode.STOPPED) from None

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - Click's signature
        """Refuse what is not text: no file of a workspace could hold it."""
        for word in args:
            shown = word.encode(errors="replace").decode()
            if shown != word and not ctx.resilient_parsing:
                ctx.fail(f"{shown!r} is not text in UTF-8: type it again, or rename the file.")
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - Click's signature
        """Run a command; whatever a user can mend ends here."""
        try:
            return super().invoke(ctx)
        except PublisherError as error:
            _show(error)
        except (KeyboardInterrupt, typer.Abort) as error:
            if not isinstance(error.__context__, EOFError):
                _say(STOPPED)
                raise typer.Exit(ExitCode.STOPPED) from None
            _show(PublisherError("the input ended before the question was answered", hint="run it in a terminal"))
        except OSError as error:
            # Without a number it is a library's own; a reader that went away (`| head`) is no error.
            if error.errno is None or error.errno == errno.EPIPE:
                raise
            _show(_refused(error))
        raise typer.Exit(ExitCode.ERROR)


def _refused(error: OSError) -> PublisherError:
    """What the operating system refused."""
    what, hint = _SYSTEM.get(error.errno or 0, (error.strerror or f"error {error.errno}", _ANY_HINT))
    return PublisherError(what, where=str(error.filename) if error.filename else None, hint=hint)


def _show(error: PublisherError) -> None:
    from publisher.cli.output import plain

    where = f"[bold]{plain(error.where)}[/]: " if error.where else ""
    _say(f"[bold red]✗[/] {where}{plain(error.what)}")
    if isinstance(error, WorkspaceError):
        for problem in error.problems:
            place = ": ".join(part for part in (problem.file, problem.key) if part)
            _say(f"  [bold]{plain(place)}[/]: {plain(problem.advice)}")
    for line in error.each:
        _say(f"  {plain(line)}")
    if error.hint:
        _say(f"  [cyan]→[/] {plain(error.hint)}")


def _say(text: str) -> None:
    from publisher.cli.output import errors

    errors().print(text, highlight=False, soft_wrap=True)
