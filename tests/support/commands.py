"""Run `publish` as a user does: as a process of its own, with or without a terminal."""

import atexit
import json
import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO

HANGS = 240.0
"""Seconds after which something is taken to hang: no machine is as slow as that, whatever else it does."""

REPOSITORY = Path(__file__).resolve().parents[2]
PUBLISH = [sys.executable, "-m", "publisher"]

_NOT_OURS = ("PUBLISH_", "AWS_", "SOURCE_DATE", "PYTHONDONTWRITEBYTECODE")
"""What a caller may have set. Without the last one, every command of ours would be compiled again, a second each."""


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """What a process of ours sees: nothing of the caller's settings for the toolkit or for AWS."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(_NOT_OURS)}
    return {**kept, "PYTHONPATH": str(REPOSITORY), "COLUMNS": "100", "NO_COLOR": "1", **(extra or {})}


@dataclass(frozen=True)
class Ran:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything it printed."""
        return self.out + self.err


_READ_LATE = ("AWS_", "PUBLISH_", "SOURCE_DATE_EPOCH", "HOME")
"""Variables that nothing reads before a command begins."""


def publish(
    *arguments: str, at: Path, env: Mapping[str, str] | None = None, stdin: str = "", fresh: bool = False
) -> Ran:
    """Run `publish` without a terminal, as a process of its own.

    fresh: that begins with Python itself, as a user's does; else it is a copy of one that has loaded its libraries.
    """
    run = _begun if fresh or not all(name.startswith(_READ_LATE) for name in env or ()) else _copied
    return run(arguments, at, environment(env), stdin)


def _begun(arguments: Sequence[str], at: Path, env: Mapping[str, str], stdin: str) -> Ran:
    command = [*PUBLISH, *arguments]
    done = subprocess.run(
        command, cwd=at, env=env, input=stdin, capture_output=True, text=True, timeout=HANGS, check=False
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def _copied(arguments: Sequence[str], at: Path, env: Mapping[str, str], stdin: str) -> Ran:
    with TemporaryDirectory() as folder:
        files = [Path(folder) / name for name in ("stdin", "stdout", "stderr")]
        for path, text in zip(files, (stdin, "", ""), strict=True):
            path.write_text(text, encoding="utf-8")
        asked = {"arguments": arguments, "at": str(at), "env": env, "files": [str(path) for path in files]}
        commands, codes = _original()
        commands.write(json.dumps(asked).encode() + b"\n")
        try:
            code = int(codes.readline())
        except BaseException:
            _original.cache_clear()  # what it will say is about a command that nobody waits for any more
            raise
        return Ran(code, *(path.read_text(encoding="utf-8") for path in files[1:]))


def kill_running() -> None:
    """Kill the copy that runs `publish` now, as a machine does that loses its power."""
    original = str(_ORIGINAL[-1].pid)
    for child in Path(f"/proc/{original}/task/{original}/children").read_text(encoding="ascii").split():
        os.kill(int(child), signal.SIGKILL)


_ORIGINAL: list[subprocess.Popen[bytes]] = []


@cache
def _original() -> tuple[IO[bytes], IO[bytes]]:
    """The process that commands are copies of: where it is told of one, and where it says how that ended."""
    command = [sys.executable, str(REPOSITORY / "tests/support/forked.py")]
    process = subprocess.Popen(
        command, env=environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0, start_new_session=True
    )
    atexit.register(process.kill)
    _ORIGINAL.append(process)
    assert process.stdin
    assert process.stdout
    return process.stdin, process.stdout


@contextmanager
def serving(*arguments: str, at: Path) -> Iterator[Callable[[], str]]:
    """`publish serve` at a free port until Ctrl-C, which must end it; gives what reads its next line."""
    command = [*PUBLISH, "serve", "--port", "0", *arguments]
    with subprocess.Popen(command, cwd=at, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline
            process.send_signal(signal.SIGINT)
            assert process.wait(HANGS) in {0, 130}
        finally:
            process.kill()  # else a test that fails would wait for it for ever


def in_terminal(command: str, *, at: Path, env: Mapping[str, str], answer: str) -> Ran:
    """Run a line of shell in a terminal of its own; whatever asks for a passphrase gets `answer`."""
    pid, terminal = pty.fork()
    if pid == 0:  # pragma: no cover - the child becomes the shell
        os.chdir(at)
        os.execvpe("bash", ["bash", "-c", command], dict(env))  # noqa: S606 - it is the shell that is wanted
    text, answered, ends = "", 0, time.monotonic() + HANGS
    while time.monotonic() < ends:
        if not select.select([terminal], [], [], 0.2)[0]:
            continue
        try:
            block = os.read(terminal, 65536)
        except OSError:  # how Linux says that the other side closed it
            break
        if not block:
            break
        text += block.decode(errors="replace")
        if (asked := len(re.findall(r"(?i)(?:passphrase|confirmation)[^\n]*: ", text))) > answered:
            answered = asked
            os.write(terminal, answer.encode() + b"\n")
    else:
        os.kill(pid, signal.SIGKILL)
    os.close(terminal)
    return Ran(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), text.replace("\r\n", "\n"), "")
