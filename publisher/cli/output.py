"""How the commands look: consoles, progress bars, and the small marks at the beginning of a line."""

import json
import math
import re
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from rich.console import Console
    from rich.progress import Progress as Display
    from rich.progress import TaskID

    from publisher.audio.model import Progress
    from publisher.policy.findings import Finding
    from publisher.workflow.edited import Edited

QUIET_SECONDS = 1.0
"""Nobody needs a bar for what takes less."""
STEPS = {
    "align": "Aligning the tracks",
    "listen": "Listening for speech",
    "transcribe": "Writing down the words",
    "measure": "Measuring the recording",
    "mix": "Mixing and editing",
    "encode": "Making the master",
    "check": "Checking the master",
    "alternate": "Making the M4A",
    "audiogram": "Filming a soundbite",
    "learn": "Learning from exemplars",
    "release": "Sending the release",
    "wait": "Waiting for a turn",
    "probe": "Asking the target",
    "vanish": "Asking the address",
    "verify": "Comparing the public",
    "vault": "Keeping evidence",
    "reread": "Reading the vault",
}
"""What hosts read, by the name of a step."""
_WHOLE = 10
"""From this on, a speed needs no decimals."""
_ROOM = 72
"""Columns below which the speed is left out, so that the rest stays in one line."""
_NARROW = 20
"""Columns that words get at least, however far they are indented."""
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


def say_under(head: str, text: str) -> None:
    """Print markup behind a head, which is markup, too; on a terminal, what is too long goes on under its beginning."""
    from rich.text import Text

    # As for the bars: asked of the stream itself.
    if not console().file.isatty():
        say(f"{head}{text}")
        return
    start, rest = Text.from_markup(head), Text.from_markup(text)
    room = max(console().width - start.cell_len, _NARROW)
    for number, line in enumerate(rest.divide(_breaks(rest.plain, room))):
        line.rstrip()
        console().print((Text(" " * start.cell_len) if number else start) + line)


def _breaks(text: str, room: int) -> Iterator[int]:
    """Where lines begin, but for the first. Words, and so addresses and paths, are never broken."""
    from rich.cells import cell_len

    column = 0
    for word in re.finditer(r"\S+\s*", text):
        if column and column + cell_len(word[0].rstrip()) > room:
            yield word.start()
            column = 0
        column += cell_len(word[0])


def plain(text: str) -> str:
    """Text of the user's, safe within markup and for the terminal."""
    from rich.markup import escape

    return escape(_CONTROL.sub("\ufffd", text))


def say_as_it_is(text: str) -> None:
    """Print a line of the user's words, without markup, for those who read lines."""
    # Without rich, which takes a tenth of the second that an editor waits.
    sys.stdout.write(_CONTROL.sub("\ufffd", text) + "\n")


def mark(*, done: bool) -> str:
    """The mark at the beginning of a step's line."""
    return "[green]✓[/]" if done else "[yellow]…[/]"


_Done = TypeVar("_Done")


def say_each(steps: Iterable[_Done], how: Callable[[_Done], None], *, as_json: bool) -> list[_Done]:
    """All steps; each is said as soon as it was done, unless they are printed as JSON at the end."""
    done = []
    for step in steps:
        done.append(step)
        if not as_json:
            how(step)
    return done


def print_json(data: object) -> None:
    """Print data for scripts."""
    # Where the output has no room for every letter, JSON has a way to write it.
    in_ascii = "utf" not in (sys.stdout.encoding or "").lower()
    sys.stdout.write(json.dumps(data, ensure_ascii=in_ascii, indent=2) + "\n")


@dataclass
class _Step:
    """A step that goes on now."""

    began: float
    """When it was first told, on the clock."""
    first: float
    """How far it was then: a step that was stopped goes on where it was."""
    task: "TaskID | None" = None
    """Its line on the terminal, when it has one."""


class Bars:
    """Progress on anything that takes longer than a second, told from any thread."""

    def __init__(self, display: "Display", clock: Callable[[], float] = time.monotonic) -> None:
        self._display = display
        self._clock = clock
        self._steps: dict[str, _Step] = {}
        self._lock = Lock()

    def __call__(self, step: str, done: float, /, seconds: float = 0.0) -> None:
        """Show how far a step is, from 0 to 1, and how fast it goes through so many seconds of sound."""
        with self._lock:
            if done >= 1:
                self._end(step)
            else:
                self._show(step, done, seconds)

    def _show(self, name: str, done: float, seconds: float) -> None:
        now = self._clock()
        step = self._steps.setdefault(name, _Step(now, done))
        took, made = now - step.began, done - step.first
        fresh = step.task is None
        if step.task is None:
            if took < QUIET_SECONDS:
                return
            # Not before there is a bar to show: a live display would wipe away whoever asks for a passphrase.
            self._display.start()
            step.task = self._display.add_task(STEPS.get(name, name), total=1.0, visible=False)
        known = took > 0 and made > 0
        self._display.update(
            step.task,
            completed=done,
            visible=True,
            refresh=fresh,
            pace=pace(made * seconds / took) if known else "",
            left=left((1 - done) * took / made) if known else "",
        )

    def _end(self, name: str) -> None:
        step = self._steps.pop(name, None)
        if step is None or step.task is None:
            return
        self._display.remove_task(step.task)
        if not self._display.tasks:
            self._display.stop()


def pace(times: float) -> str:
    """How fast sound is gone through, as a multiple of its own time; nothing for what makes no sound."""
    if not times:
        return ""
    return f"{times:.{0 if times >= _WHOLE else 1}f}\N{MULTIPLICATION SIGN} real time"


def left(seconds: float) -> str:
    """The time that is left, rounded up."""
    minutes, whole = divmod(math.ceil(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{whole:02} left" if hours else f"{minutes}:{whole:02} left"


@contextmanager
def bars(clock: Callable[[], float] = time.monotonic) -> "Iterator[Progress]":
    """Progress bars for the length of a block, on a terminal only. `clock` gives seconds."""
    # Asked of the stream itself: for rich, variables like FORCE_COLOR make a terminal out of a file, too.
    if not errors().file.isatty() or errors().is_dumb_terminal:
        from publisher.audio.model import no_progress

        yield no_progress
        return
    display = _display()
    try:
        yield Bars(display, clock)
    finally:
        display.stop()


def _display() -> "Display":
    """A line a step, as wide as the terminal at most: its name, a bar, per cent, speed, and the time that is left."""
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn
    from rich.table import Column

    # Each with the room for its longest words, so that the bar keeps its length while they change.
    speed = TextColumn("{task.fields[pace]}", justify="right", table_column=Column(min_width=15, no_wrap=True))
    columns = (
        TextColumn("  {task.description}", table_column=Column(min_width=25, no_wrap=True)),
        BarColumn(bar_width=None, table_column=Column(min_width=4, max_width=40)),
        TaskProgressColumn(),
        *([speed] if errors().width >= _ROOM else []),
        TextColumn("{task.fields[left]}", justify="right", table_column=Column(min_width=12, no_wrap=True)),
    )
    # Results that are printed meanwhile, JSON for one, go where they belong and not where the bar is.
    return Progress(*columns, console=errors(), transient=True, redirect_stdout=False)


def say_findings(findings: "tuple[Finding, ...]") -> None:
    """Print findings below a line, each with its place, so that they can be heard or read at once."""
    for finding in findings:
        colour = "red" if finding.level == "blocks" else "yellow"
        where = f"[{colour}]{finding.place:>8}  {finding.level:<7}[/] "
        said = f"{finding.rule}: {plain(finding.says)} [bold]{plain(finding.because)}[/]"
        more = "".join(f" [dim]({plain(one)})[/]" for one in _of_finding(finding))
        say_under(f"      {where}", said + more)


def _of_finding(finding: "Finding") -> "Iterator[str]":
    """What more is to be known of a finding: where the recording has it, and its id or who waived it."""
    from publisher.transcript.timecode import format_tenths

    if finding.recorded is not None:
        yield f"{format_tenths(finding.recorded)} in the recording"
    if finding.waiver:
        yield f"waived by {finding.waiver.name}: {finding.waiver.reason}"
    elif finding.level == "waiver":
        yield finding.short_id


def say_edits(edits: "tuple[Edited, ...]") -> None:
    """Print edits, each with its place in the master, so that it can be heard at once, and its reason."""
    from publisher.transcript.timecode import format_timecode

    for edit in edits:
        why = plain(edit.reason) or "all else is left out"
        head = f"      {format_timecode(edit.at):>8}  {edit.kind:<7} "
        say_under(head, f"{why} [dim]({edit.recording} in the recording)[/]")
