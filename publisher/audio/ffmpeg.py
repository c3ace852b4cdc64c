"""The one place that starts ffmpeg, the program that the wheel `imageio-ffmpeg` carries.

ffmpeg gets its inputs open and has no way to open others. But for MP4, which is written back and forth, what it makes
comes out of a pipe that we read, and three things follow: we see how far it is; a full disk is an error of our own
write, not a line in its log; and should this process be killed outright, ffmpeg's next write fails and it ends too, so
that no orphan goes on working.
"""

import os
import platform
import re
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from threading import Thread
from typing import IO, TYPE_CHECKING, BinaryIO, Self, TypeAlias, cast

from publisher.audio.formats import Format
from publisher.errors import PublisherError

if TYPE_CHECKING:
    from io import FileIO

BLOCK = 1 << 16
"""Bytes read at once: what a pipe holds."""
TAIL = 2000
"""Lines of its log that are kept, the last ones: the summaries stand at its end."""
LINE = 2000
"""Bytes of one line that are kept."""

X86 = "mmx+mmxext+sse+sse2"
"""What every 64-bit processor of that family has."""


def _common(machine: str) -> str:
    """The instructions that all processors of a family have, as `-cpuflags`.

    Left to itself, ffmpeg uses what the processor at hand offers (AVX, FMA), each with its own rounding, and the same
    recording gives other bytes on another machine.
    """
    return X86 if machine in {"x86_64", "AMD64"} else "0"


# One thread for filters: the cores are busy already, and handing over every block costs more than a filter does.
ALWAYS = (
    *("-nostdin", "-hide_banner", "-nostats", "-loglevel", "level+verbose"),
    *("-cpuflags", _common(platform.machine()), "-filter_threads", "1"),
)

COMPLAINT = re.compile(r"^(?:\[[^\]]* @ [^\]]*\] )*\[(?:error|fatal)\] (?P<text>.+)$")


@cache
def executable() -> str:
    """Path of the ffmpeg binary; PublisherError when the installation lacks it."""
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError as error:
        hint = "install the package `imageio-ffmpeg` again: its wheel brings the program"
        raise PublisherError("ffmpeg is not installed", hint=hint) from error


@dataclass(frozen=True)
class Opened:
    """Stands among ffmpeg's arguments for the number of a file that we open and ffmpeg inherits."""

    path: Path


@dataclass(frozen=True)
class Lent:
    """The same for a file that is open already, and is closed as soon as ffmpeg has it."""

    file: BinaryIO


SIDE = "<side>"
"""Stands in ffmpeg's arguments for the number of a pipe beside its output, for what its filters have to say."""

Argument: TypeAlias = str | Opened | Lent
Arguments: TypeAlias = Sequence[Argument]


def source(path: Path, kind: Format) -> list[Argument]:
    """Arguments for one input. The reader is named, and the file is open already.

    So whatever the file says, or is called, ffmpeg can open nothing else: it has no protocol that takes a name.
    """
    strict = ["-err_detect", "crccheck+explode"] if kind.checksums else []
    reader = ["-protocol_whitelist", "fd,pipe", "-f", kind.demuxer, *kind.options, *strict]
    return [*reader, "-vn", "-sn", "-dn", "-fd", Opened(path), "-i", "fd:"]


class Process:
    """ffmpeg at work: what it wants comes through `write`, what it makes goes out through `read`.

    Whatever is raised inside of its `with`, by us or by Ctrl-C, ffmpeg is dead and gone behind it.
    """

    def __init__(self, arguments: Arguments, *, about: Path, feeding: bool = False) -> None:
        """Start ffmpeg; `about` is the file that errors are about.

        feeding: it reads `pipe:0`, and whoever started it writes there.
        """
        self._about = about
        always = [option for option in ALWAYS if not feeding or option != "-nostdin"]
        with ExitStack() as inherited:
            command, handles = _resolved(arguments, inherited)
            side = _side(command, handles, inherited)
            # In a session of its own: Ctrl-C in the terminal comes to us alone, and we end ffmpeg.
            self._child = subprocess.Popen(
                [executable(), *always, *command],
                stdin=subprocess.PIPE if feeding else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                bufsize=0,
                pass_fds=handles,
                start_new_session=True,
            )
        self._log = _Log(cast("IO[bytes]", self._child.stderr))
        self._gatherer = _Gatherer(side) if side else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, size: int) -> bytes:
        """The next `size` bytes of its output (`pipe:1`); fewer at the end only, and then none."""
        block = bytearray(size)
        return bytes(block[: self.read_into(memoryview(block))])

    def read_into(self, block: memoryview) -> int:
        """As `read`, into memory of the caller's; gives how many bytes came."""
        output, filled = cast("FileIO", self._child.stdout), 0
        while filled < len(block) and (count := output.readinto(block[filled:])):
            filled += count
        return filled

    def blocks(self) -> Iterator[bytes]:
        """All of its output, as it comes."""
        output = cast("FileIO", self._child.stdout)
        return iter(partial(output.read, BLOCK), b"")

    def write(self, data: bytes | memoryview) -> None:
        """Give it `data`; raises PublisherError with its complaint when it has ended instead of reading."""
        stream, rest = cast("FileIO", self._child.stdin), memoryview(data)
        try:
            while rest:
                rest = rest[stream.write(rest) :]
        except BrokenPipeError:
            self.finish()
            raise PublisherError("ffmpeg stopped listening", where=str(self._about), hint="run it again") from None

    def gather(self) -> None:
        """Take in all of its output while it is being fed: a full pipe would stop it."""
        self._gatherer = _Gatherer(cast("IO[bytes]", self._child.stdout))

    def gathered(self) -> bytes:
        """What `gather` took in, or what came out at its SIDE, to the end; for small outputs."""
        return self._gatherer.all() if self._gatherer else b""

    def end_input(self) -> None:
        """Tell it that nothing more comes."""
        cast("FileIO", self._child.stdin).close()

    def finish(self) -> str:
        """Wait for its end, all its output having been read.

        Gives the last TAIL lines of its log, each with its level: `[flac @ 0x55] [error] invalid residual`.
        Raises PublisherError when it failed, with its first complaint.
        """
        code = self._child.wait()
        self._log.finish()
        if code != 0:
            raise _failure(code, self._log.complaint, self._about)
        return "\n".join(self._log.lines)

    def close(self) -> None:
        """End it, wherever it is."""
        self._child.kill()
        self._log.finish()
        self.gathered()
        with suppress(BrokenPipeError):
            self._child.__exit__(None, None, None)


def run(arguments: Arguments, *, about: Path, sink: Callable[[bytes], object]) -> str:
    """Run ffmpeg to its end and give `sink` each block of its output (`pipe:1`) as it comes.

    Gives the end of its log, and raises PublisherError when it fails; see `Process`.
    """
    with Process(arguments, about=about) as process:
        for block in process.blocks():
            sink(block)
        return process.finish()


def _resolved(arguments: Arguments, inherited: ExitStack) -> tuple[list[str], list[int]]:
    """The arguments as text, and the files that ffmpeg is to inherit."""
    handles: list[int] = []

    def text(argument: Argument) -> str:
        if isinstance(argument, str):
            return argument
        file = argument.file if isinstance(argument, Lent) else argument.path.open("rb", buffering=0)
        handles.append(inherited.enter_context(file).fileno())
        return str(handles[-1])

    return [text(argument) for argument in arguments], handles


def _side(command: list[str], handles: list[int], inherited: ExitStack) -> IO[bytes] | None:
    """The end from which to read of the pipe that SIDE stands for in `command`, if it does."""
    if not any(SIDE in argument for argument in command):
        return None
    reading, writing = os.pipe()
    inherited.callback(os.close, writing)
    handles.append(writing)
    command[:] = [argument.replace(SIDE, str(writing)) for argument in command]
    return os.fdopen(reading, "rb", buffering=0)


class _Gatherer:
    """Reads a stream to its end, beside what else happens."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._found = b""
        self._thread = Thread(target=self._gather, args=(stream,), daemon=True)
        self._thread.start()

    def all(self) -> bytes:
        """What came, once the other end is closed."""
        self._thread.join()
        return self._found

    def _gather(self, stream: IO[bytes]) -> None:
        self._found = b"".join(iter(partial(stream.read, BLOCK), b""))
        stream.close()


class _Log:
    """The end of what ffmpeg says and its first complaint, gathered while it runs: a full pipe would stop it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self.lines: deque[str] = deque(maxlen=TAIL)
        self.complaint = ""
        self._thread = Thread(target=self._gather, args=(stream,), daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Wait until the last line is in."""
        self._thread.join()

    def _gather(self, stream: IO[bytes]) -> None:
        for raw in iter(partial(stream.readline, LINE), b""):
            line = raw.decode(errors="replace").rstrip()
            self.lines.append(line)
            if not self.complaint and (found := COMPLAINT.match(line)):
                self.complaint = found["text"]


def _failure(code: int, complaint: str, about: Path) -> PublisherError:
    if code < 0:
        hint = "run the same command again; if it happens again, this computer may be short of memory"
        return PublisherError(f"ffmpeg was ended by signal {-code}", where=str(about), hint=hint)
    reason = complaint or f"ffmpeg ended with code {code}"
    hint = "export it again from the recorder or the editor"
    return PublisherError(f"cannot be read as audio: {reason}", where=str(about), hint=hint)
