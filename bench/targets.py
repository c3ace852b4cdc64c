"""What mastering shall reach, and whether it does, from the runs of each row by its name."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from measuring import Run, ratio

Rows = Mapping[str, Sequence[Run]]
ENCODED = ("ffmpeg: encode",)
MEASURED = ("ffmpeg: measure recording", "ffmpeg: measure encoded")


@dataclass(frozen=True)
class Target:
    """One thing to reach."""

    says: str
    find: Callable[[Rows], float]
    """The figure. KeyError when a row that it is made of was not run."""
    least: float = float("-inf")
    most: float = float("inf")
    """Where neither is said, nothing is asked: the figure helps to read another one."""
    unit: str = ""

    def line(self, rows: Rows) -> str:
        """A row of the table, or nothing when it was not run."""
        try:
            found = self.find(rows)
        except KeyError:
            return ""
        return f"| {self.says} | {self._asked()} | {found:.2f}{self.unit} | {self._met(found)} |"

    def _asked(self) -> str:
        if math.isinf(self.most) and math.isinf(self.least):
            return ""
        bound = f"at least {self.least:g}" if math.isinf(self.most) else f"at most {self.most:g}"
        return bound + self.unit

    def _met(self, found: float) -> str:
        if not self._asked():
            return ""
        return "met" if self.least <= found <= self.most else "**missed**"


def _faster(than: str, one: str = "ours", times: float = 1.0) -> Callable[[Rows], float]:
    """How many times as fast one is as another, doing as much of the work `times`."""
    return lambda rows: times * ratio(rows[than], rows[one], lambda run: run.wall)


def _peak(kind: str, name: str) -> Callable[[Rows], float]:
    return lambda rows: max(getattr(one, kind) for one in rows[name]) / 1e6


def _growth(name: str) -> Callable[[Rows], float]:
    """How far two peaks are from each other, whichever is the higher one.

    Of RSS: PSS gets smaller when somebody else happens to run the same ffmpeg or Python.
    """

    def find(rows: Rows) -> float:
        sizes = [max(one.rss for one in rows[each]) for each in (name, "ours")]
        return max(sizes) / min(sizes)

    return find


def _floor(parts: Sequence[str]) -> Callable[[Rows], float]:
    """CPU time of ours, as a multiple of what ffmpeg needs for those parts of the work one after the other."""

    def find(rows: Rows) -> float:
        sums = [sum(one.cpu for one in each) for each in zip(*(rows[part] for part in parts), strict=True)]
        ratios = sorted(one.cpu / least for one, least in zip(rows["ours"], sums, strict=True))
        return ratios[len(ratios) // 2]

    return find


TARGETS = (
    Target("faster than ffmpeg-normalize", _faster("ffmpeg-normalize"), least=6, unit=" times"),
    Target("faster than pydub", _faster("pydub"), least=1, unit=" times"),
    Target("memory, all processes, PSS", _peak("pss", "ours"), most=200, unit=" MB"),
    Target("memory, all processes, RSS (shared pages counted twice)", _peak("rss", "ours"), most=200, unit=" MB"),
    Target("memory of 10 minutes and of this, the larger by the smaller", _growth("ours, 10 min"), most=1.2),
    Target("memory of 6 hours and of this, the larger by the smaller", _growth("ours, 360 min"), most=1.2),
    Target("CPU by ffmpeg's encode and two measurements", _floor(ENCODED + MEASURED), most=1.25, unit=" times"),
    Target(
        "CPU by the same without true peaks",
        _floor(ENCODED + tuple(f"{name}, no peaks" for name in MEASURED)),
        most=1.25,
        unit=" times",
    ),
    Target("2 cores against 1", _faster("ours, 1 core"), least=1.8, unit=" times"),
    Target(
        "the same of two plain encodes that have nothing to do with each other",
        _faster("ffmpeg: encode, 1 core", "ffmpeg: two encodes, 1 core each", 2),
        unit=" times",
    ),
)


def judge(rows: Rows, targets: Sequence[Target] = TARGETS) -> None:
    """Print the targets that can be judged by what was run."""
    lines = [line for target in targets if (line := target.line(rows))]
    if lines:
        print("| target | asked | found | |\n| --- | ---: | ---: | --- |", *lines, sep="\n")
