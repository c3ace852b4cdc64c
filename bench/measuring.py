"""Run whole commands and compare them: the machine is shared, so only ratios within one run say something."""

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tree import Tree


@dataclass(frozen=True)
class Run:
    """What one run took, its child processes included."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds, user and system."""
    rss: int
    """Bytes at the peak of all its processes together, shared pages counted for each: an upper bound."""
    pss: int
    """As `rss`, shared pages divided by those who share them; 0 where the kernel does not tell."""
    others: float
    """Seconds of CPU that everybody else on the machine took meanwhile: with much of it, the wall time says little."""


def run(command: Sequence[str], env: Mapping[str, str] | None = None) -> Run:
    """Run a command to its end; an error ends the bench."""
    began, busy = time.perf_counter(), _busy()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=env) as process:
        tree = Tree(process.pid)
        tree.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except KeyboardInterrupt:
            process.kill()
            raise
        wall, everybody = time.perf_counter() - began, _busy() - busy
        process.returncode = os.waitstatus_to_exitcode(status)
        tree.stop()
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    cpu = usage.ru_utime + usage.ru_stime
    return Run(wall, cpu, tree.rss, tree.pss, max(0.0, everybody - cpu))


def _busy() -> float:
    """Seconds of CPU that all processes but this one have taken so far, from proc(5) stat; 0 where there is none."""
    try:
        user, nice, system = map(int, Path("/proc/stat").read_text().split()[1:4])
    except OSError:
        return 0.0
    return (user + nice + system) / os.sysconf("SC_CLK_TCK") - time.process_time()


def median(runs: Sequence[Run], key: Callable[[Run], float]) -> float:
    """The middle of a figure over the rounds."""
    return statistics.median(map(key, runs))


def ratio(upper: Sequence[Run], lower: Sequence[Run], key: Callable[[Run], float]) -> float:
    """The middle of the ratios of two runs that were made right after each other."""
    return statistics.median(key(a) / key(b) for a, b in zip(upper, lower, strict=True))


def machine() -> str:
    """Where the figures come from, in a line."""
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"


def compare(commands: Mapping[str, Sequence[str]], rounds: int) -> None:
    """Run the commands in turn, and print the medians and their ratios to the first one's."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            found = run(command)
            if number:  # the first round warms the caches
                runs[name].append(found)
    print(f"{machine()}\n")
    print("| | wall s | cpu s | memory MB | wall, ratio | cpu, ratio |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    first = next(iter(runs.values()))
    for name, found in runs.items():
        wall, cpu = median(found, lambda one: one.wall), median(found, lambda one: one.cpu)
        walls, cpus = ratio(found, first, lambda one: one.wall), ratio(found, first, lambda one: one.cpu)
        memory = max(one.rss for one in found) / 1e6
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {memory:.0f} | {walls:.2f} | {cpus:.2f} |")
    print()
