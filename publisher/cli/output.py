"""How the commands look: consoles, progress bars, and the small marks at the beginning of a line."""

import json
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress, TaskID

    from publisher.policy.findings import Finding

QUIET_SECONDS = 1.0
"""Nobody needs a bar for what takes less."""
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
"""What would steer a terminal instead of being read: C0 and C1 but for tab and newline."""


@cache
def console() -> "Console":
    """Where results go."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True)


@cache
def errors() -> "Console":
    """Where errors and progress go."""
    from rich.console import Console

    return Console(highlight=False, soft_wrap=True, stderr=True)


def say(text: str = "") -> None:
    """Print a line of markup."""
    console().print(text)


def plain(text: str) -> str:
    """Text of the user's, safe within markup and for the terminal."""
    from rich.markup import escape

    return escape(_CONTROL.sub("\ufffd", text))


def mark(*, done: bool) -> str:
    """The mark at the beginning of a step's line."""
    return "[green]✓[/]" if done else "[yellow]…[/]"


def print_json(data: object) -> None:
    """Print data for scripts."""
    # Where the output has no room for every letter, JSON has a way to write it.
    in_ascii = "utf" not in (sys.stdout.encoding or "").lower()
    sys.stdout.write(json.dumps(data, ensure_ascii=in_ascii, indent=2) + "\n")


class Bars:
    """Progress on anything that takes longer than a second, on a terminal only; told from any thread."""

    def __init__(self, progress: "Progress") -> None:
        self._progress = progress
        self._began: dict[str, float] = {}
        self._tasks: dict[str, TaskID] = {}
        self._lock = Lock()

    def __call__(self, what: str, fraction: float) -> None:
        """Show how far `what` is, from 0 to 1."""
        with self._lock:
            self._show(what, fraction)

    def _show(self, what: str, fraction: float) -> None:
        began = self._began.setdefault(what, time.monotonic())
        if what not in self._tasks:
            if time.monotonic() - began < QUIET_SECONDS:
                return
            # Not before there is a bar to show: a live display would wipe away whoever asks for a passphrase.
            self._progress.start()
            self._tasks[what] = self._progress.add_task(what, total=1.0)
        self._progress.update(self._tasks[what], completed=fraction)
        if fraction >= 1:
            self._progress.remove_task(self._tasks.pop(what))
            del self._began[what]
            if not self._tasks:
                self._progress.stop()


@contextmanager
def bars() -> Iterator[Bars]:
    """Progress bars for the length of a block."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    columns = (TextColumn("  {task.description:<12}"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    progress = Progress(*columns, console=errors(), transient=True, disable=not errors().is_terminal)
    try:
        yield Bars(progress)
    finally:
        progress.stop()


def say_findings(findings: "tuple[Finding, ...]") -> None:
    """Print findings below a line, each with its place, so that they can be heard or read at once."""
    for finding in findings:
        colour = "red" if finding.level == "blocks" else "yellow"
        where = f"[{colour}]{finding.place:>8}  {finding.level:<7}[/]"
        say(f"      {where} {plain(finding.says)} [bold]“{plain(finding.phrase)}”[/]")
