"""Run whole commands in turn and compare them: the machine is shared, so only ratios within one run say something."""

import os
import platform
import statistics
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """What one run took, its child processes included."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds, user and system."""
    memory: int
    """Bytes: the largest single process."""


def run(command: Sequence[str]) -> Run:
    """Run a command to its end; an error ends the bench."""
    began = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{command} ended with {process.returncode}")
    return Run(time.perf_counter() - began, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def compare(commands: dict[str, Sequence[str]], rounds: int) -> None:
    """Run the commands in turn, and print the medians and their ratios to the first one's."""
    runs: dict[str, list[Run]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, command in commands.items():
            found = run(command)
            if number:  # the first round warms the caches
                runs[name].append(found)
    print(f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}\n")
    print("| | wall s | cpu s | memory MB | wall, ratio | cpu, ratio |\n| --- | ---: | ---: | ---: | ---: | ---: |")
    first = next(iter(runs.values()))
    for name, found in runs.items():
        wall, cpu = (statistics.median(getattr(one, key) for one in found) for key in ("wall", "cpu"))
        memory = max(one.memory for one in found) / 1e6
        walls = statistics.median(a.wall / b.wall for a, b in zip(found, first, strict=True))
        cpus = statistics.median(a.cpu / b.cpu for a, b in zip(found, first, strict=True))
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {memory:.0f} | {walls:.2f} | {cpus:.2f} |")
    print()
