"""What a host sees while something takes long: one line on a terminal, and nothing anywhere else."""

import math
import re
import subprocess
import sys
import threading
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.commands import environment, in_terminal

from publisher.cli.output import STEPS, Bars, left, pace

HALF_WAY = """
from itertools import count
from publisher.cli.output import bars, print_json
with bars(clock=count(step={step}).__next__) as tell:
    tell("{name}", {first}, seconds={seconds})
    tell("{name}", {done}, seconds={seconds})
    print_json("a result")
    tell("{name}", 1.0, seconds={seconds})
"""
"""A step of which a part is told, so many seconds after it began, and a result that is printed meanwhile."""
STEERING = re.compile(r"\x1b\[[0-9?;]*[A-Za-z]")


def script(
    path: Path, name: str = "encode", done: float = 0.25, *, first: float = 0.0, seconds: float = 3600, step: int = 30
) -> str:
    """A line of shell that shows a step as it is half way."""
    path = path / "half-way.py"
    path.write_text(HALF_WAY.format(name=name, first=first, done=done, seconds=seconds, step=step))
    return f"{sys.executable} {path}"


def lines(line: str, at: Path, width: int = 80) -> list[str]:
    """What is written on a terminal of that width, a row at a time, without what steers it; results go to a file."""
    ran = in_terminal(f"{line} > result.txt", at=at, env=environment({"COLUMNS": str(width)}), answer="")
    assert ran.code == 0, ran.text
    return [row for row in re.split(r"[\r\n]+", STEERING.sub("", ran.text)) if row.strip()]


def test_a_long_step_is_shown_with_its_name_a_bar_its_speed_and_the_time_left(tmp_path: Path) -> None:
    row = lines(script(tmp_path), tmp_path)[0]
    assert row.startswith("  Making the master       ━━━━━ ")
    assert row.endswith("  25%   30\N{MULTIPLICATION SIGN} real time    1:30 left")


def test_a_step_that_goes_on_where_it_was_stopped_counts_from_there(tmp_path: Path) -> None:
    row = lines(script(tmp_path, first=0.5, done=0.75), tmp_path)[0]
    assert row.endswith("  75%   30\N{MULTIPLICATION SIGN} real time    0:30 left")


def test_without_sound_there_is_no_speed(tmp_path: Path) -> None:
    row = lines(script(tmp_path, "release", seconds=0), tmp_path)[0]
    assert row.startswith("  Sending the release ")
    assert "real time" not in row
    assert row.endswith(" 1:30 left")


@pytest.mark.slow
@pytest.mark.parametrize("width", [30, 50, 72, 80, 200])
@pytest.mark.parametrize("done", [0.0, 0.001, 0.999])
def test_a_line_stays_in_its_row(tmp_path: Path, width: int, done: float) -> None:
    rows = lines(script(tmp_path, "measure", done, seconds=1e6, step=100), tmp_path, width)
    assert max(map(len, rows)) <= width


def test_what_takes_less_than_a_second_is_not_shown(tmp_path: Path) -> None:
    assert lines(script(tmp_path, step=0), tmp_path) == []


def test_the_line_goes_away_and_the_cursor_comes_back(tmp_path: Path) -> None:
    text = in_terminal(script(tmp_path), at=tmp_path, env=environment(), answer="").text
    assert text.rpartition("left")[2].count("\x1b[2K") >= 1
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")


def test_a_result_that_goes_to_a_file_arrives_there_while_a_bar_is_shown(tmp_path: Path) -> None:
    assert "Making the master" in lines(script(tmp_path), tmp_path)[0]
    assert (tmp_path / "result.txt").read_text() == '"a result"\n'


@pytest.mark.parametrize("asks", [{}, {"FORCE_COLOR": "1"}, {"TTY_COMPATIBLE": "1"}])
def test_without_a_terminal_nothing_is_shown(tmp_path: Path, asks: dict[str, str]) -> None:
    line = ["bash", "-c", script(tmp_path)]
    done = subprocess.run(line, env=environment(asks), capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ('"a result"\n', "")


def test_a_terminal_that_cannot_move_its_cursor_shows_nothing(tmp_path: Path) -> None:
    assert lines(f"TERM=dumb {script(tmp_path)}", tmp_path) == []


def test_every_step_that_takes_a_while_has_words_for_hosts() -> None:
    steps = {"align", "measure", "mix", "encode", "check", "alternate", "audiogram", "release"}
    steps |= {"listen", "transcribe", "learn"}
    assert steps <= STEPS.keys()
    assert all(len(words) <= len("Measuring the recording") for words in STEPS.values())


@given(st.floats(0.01, 1e5))
def test_a_speed_has_two_digits_at_least_and_is_true_to_a_twentieth(times: float) -> None:
    number = float(pace(times).partition("\N{MULTIPLICATION SIGN}")[0])
    assert abs(number - times) <= max(0.05, times / 20) + 1e-9


@given(st.floats(0, 1e5))
def test_the_time_left_is_rounded_up_to_a_second(seconds: float) -> None:
    parts = [int(part) for part in left(seconds).removesuffix(" left").split(":")]
    assert sum(part * 60**place for place, part in enumerate(reversed(parts))) == math.ceil(seconds)
    assert all(part < 60 for part in parts[1:])


def test_bars_are_told_from_many_threads_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    from rich.progress import Progress

    failures: list[BaseException | None] = []
    monkeypatch.setattr(threading, "excepthook", lambda failed: failures.append(failed.exc_value))
    bars = Bars(Progress(disable=True), clock=count(step=2).__next__)

    def tell() -> None:
        for number in range(500):
            bars("release", number % 3 / 2)

    threads = [threading.Thread(target=tell) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
