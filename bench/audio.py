"""Mastering an hour of talk on two cores, beside what else does it, and whether our targets are met.

python bench/audio.py [--minutes 60] [--rounds 1] [--long] [--only NAME …]
"""

import argparse
import compileall
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import peers
import recording
from measuring import Run, machine, run
from targets import judge

PACKAGE = Path(__file__).parent.parent / "publisher"
SHORT, LONG = 10, 360
"""Minutes of the other recordings: mastering them shall take as much memory as mastering the main one."""
MASTER = """
import sys
from pathlib import Path
from publisher.audio.mastering import master
from publisher.audio.model import Settings, Track
if __name__ == "__main__":
    master([Track(Path(sys.argv[1]))], Settings(), Path(sys.argv[2]), workers=int(sys.argv[3]))
"""


@dataclass
class Row:
    """One thing that is run, and what came of it."""

    name: str
    command: Sequence[str]
    cores: str = "0,1"
    """Those that it may use, as taskset(1) takes them."""
    minutes: int = 0
    """Length of the recording."""
    result: Callable[[], Path] | None = None
    """Where the encoded file is, if there is one to measure."""
    runs: list[Run] = field(default_factory=list)
    heard: tuple[float, float] | None = None
    """LUFS and dBTP of the encoded file."""

    def once(self) -> None:
        """Run it, and measure what it made when it did so for the first time."""
        self.runs.append(run(["taskset", "--cpu-list", self.cores, *self.command], peers.ENVIRONMENT))
        if self.result and not self.heard:
            self.heard = recording.accuracy(self.result())


def rows(folder: Path, minutes: int, *, long: bool) -> list[Row]:
    """Everything that may be run, on a recording of so many minutes."""
    talk, plain = recording.make(folder, minutes), folder / "plain.mp3"
    normalized, peaked = folder / "normalized.mp3", folder / "peaked.mp3"
    lengths = [other for other in (SHORT, *([LONG] if long else [])) if other != minutes]
    return [
        _ours(folder, "ours", talk, minutes),
        Row("ffmpeg-normalize", peers.ffmpeg_normalize(talk, normalized), minutes=minutes, result=lambda: normalized),
        Row("pydub", peers.pydub(talk, peaked), minutes=minutes, result=lambda: peaked),
        _ours(folder, "ours, 1 core", talk, minutes, cores="0"),
        Row("ffmpeg: encode", recording.encode(talk, plain), minutes=minutes, result=lambda: plain),
        Row("ffmpeg: encode, 1 core", recording.encode(talk, folder / "alone.mp3"), "0", minutes),
        Row("ffmpeg: two encodes, 1 core each", _side_by_side(folder, talk), minutes=2 * minutes),
        *(
            Row(f"ffmpeg: measure {what}{'' if peaks else ', no peaks'}", recording.measure(of, peaks=peaks))
            for peaks in (True, False)
            for what, of in (("recording", talk), ("encoded", plain))
        ),
        *(_ours(folder, f"ours, {one} min", recording.make(folder, one), one) for one in lengths),
    ]


def _side_by_side(folder: Path, talk: Path) -> Sequence[str]:
    """Two encodes that have nothing to do with each other: what two cores of this machine are worth at the most."""
    encodes = [shlex.join(recording.encode(talk, folder / f"beside-{core}.mp3")) for core in (0, 1)]
    first, second = (f"taskset --cpu-list {core} {encode} &" for core, encode in enumerate(encodes))
    return ["sh", "-c", f'{first} first=$!; {second} wait "$first" && wait "$!"']


def _ours(folder: Path, name: str, talk: Path, minutes: int, cores: str = "0,1") -> Row:
    cache = folder / name
    workers = str(len(cores.split(",")))
    # What a run left would be taken instead of made again.
    fresh = f"import shutil; shutil.rmtree({str(cache)!r}, ignore_errors=True)\n{MASTER}"
    command = [sys.executable, "-c", fresh, str(talk), str(cache), workers]
    return Row(name, command, cores, minutes, lambda: next(cache.glob("*.mp3")))


def table(found: Sequence[Row]) -> None:
    """Print what every row took."""
    print("| | wall s | times real time | cpu s | others' cpu s | peak PSS MB | peak RSS MB | LUFS | dBTP |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for row in found:
        print(_line(row))
    print()


def _line(row: Row) -> str:
    count = len(row.runs)
    one = sorted(row.runs, key=lambda each: each.wall)[count // 2]
    speed = f"{60 * row.minutes / one.wall:.1f}" if row.minutes else ""
    pss, rss = (f"{max(sizes) / 1e6:.0f}" for sizes in zip(*((run.pss, run.rss) for run in row.runs), strict=True))
    heard = "{:.1f} | {:.1f}".format(*row.heard) if row.heard else "|"
    return f"| {row.name} | {one.wall:.1f} | {speed} | {one.cpu:.1f} | {one.others:.1f} | {pss} | {rss} | {heard} |"


def main() -> None:
    """Run the rows in turn, and print them and the targets."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=int, default=60, help="length of the recording")
    parser.add_argument("--rounds", type=int, default=1, help="how often everything is run, in turn")
    parser.add_argument("--long", action="store_true", help="master six hours, too")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="rows that are run, by their beginnings")
    options = parser.parse_args()
    if not shutil.which("taskset"):
        parser.error("this bench needs Linux and taskset (package util-linux)")
    peers.install()
    # Whoever installs a package gets it compiled, as the peers are here; this one lies in its working tree.
    compileall.compile_dir(PACKAGE, quiet=1)
    with tempfile.TemporaryDirectory(prefix="bench-audio-") as folder:
        chosen = rows(Path(folder), options.minutes, long=options.long)
        chosen = [row for row in chosen if not options.only or row.name.startswith(tuple(options.only))]
        for _ in range(options.rounds):
            for row in chosen:
                print(f"{row.name} …", file=sys.stderr)
                row.once()
    print(f"{options.minutes} min of 48 kHz stereo, rounds: {options.rounds}. {machine()}; {peers.versions()}\n")
    table(chosen)
    judge({row.name: row.runs for row in chosen})


if __name__ == "__main__":
    main()
