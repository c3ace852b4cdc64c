"""Segments side by side: every sample is in one of them, whoever works at it, and nobody stays when something fails."""

import errno
import os
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from threading import Barrier, Event

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.commands import HANGS

from audio import endless
from audio.samples import Opened, noise
from publisher.audio import ffmpeg
from publisher.audio.feed import Held, Samples
from publisher.audio.model import FRAME, SAMPLE_RATE
from publisher.audio.segments import BLOCK, LENGTH, Crew, Reach, Segment, Signals, Stopped

ROOT = Path(__file__).parents[2]
SHORT = 25 * FRAME
NOTHING = Reach(0, 0)
WORKERS = [1, 2, 3, 8, 16]


@dataclass
class Got:
    """What a job was given."""

    start: int
    end: int
    first: int
    last: bool
    sound: Samples


def got(segment: Segment) -> Got:
    sound = np.concatenate([np.zeros((0, segment.channels), np.float32), *segment.blocks()])
    return Got(segment.start, segment.end, segment.first, segment.last, sound)


def everything(_number: int) -> bool:
    return True


def counted(length: int, channels: int = 1) -> Samples:
    """Samples of which no two are alike."""
    return np.arange(length * channels, dtype=np.float32).reshape(length, channels)


def cut(folder: Path, samples: Samples, reach: Reach, workers: int = 2, length: int = SHORT) -> list[Got]:
    return list(Crew(workers, folder, length=length).work(Held(samples), reach, got, everything))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("segments")


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


@contextmanager
def nobody_stays() -> Iterator[None]:
    """What runs inside leaves no thread, no child and no open file, whatever it raises."""
    before = (threading.enumerate(), endless.children(), open_files())
    yield
    assert endless.threads(before[0]) == []
    assert (endless.children(), open_files()) == before[1:]


def assert_cut_rightly(found: list[Got], samples: Samples, reach: Reach, length: int) -> None:
    count = len(samples)
    assert [(each.start, each.end) for each in found] == [
        (start, min(start + length, count)) for start in range(0, count, length)
    ]
    assert [each.last for each in found] == [False] * (len(found) - 1) + [True] * bool(found)
    for each in found:
        assert each.first == max(0, each.start - reach.before)
        np.testing.assert_array_equal(each.sound, samples[each.first : each.end + reach.behind])


lengths = st.one_of(
    st.integers(0, 8 * SHORT),
    # About the borders of segments and of what is read at once.
    st.builds(lambda whole, more: max(0, whole + more), st.sampled_from([SHORT, 2 * SHORT, BLOCK]), st.integers(-9, 9)),
    st.builds(lambda many, more: many * SHORT + more, st.integers(1, 6), st.sampled_from([480, 479, 481, 4800, 4801])),
)
reaches = st.builds(
    Reach, st.sampled_from([0, 1, 480, SHORT, 3 * SHORT + 7]), st.sampled_from([0, 1, 480, 4800, SHORT])
)


@settings(deadline=None)
@given(lengths, reaches, st.sampled_from(WORKERS), st.integers(1, 2))
def test_every_sample_is_in_one_segment_with_what_is_around_it(
    folder: Path, length: int, reach: Reach, workers: int, channels: int
) -> None:
    samples = counted(length, channels)
    assert_cut_rightly(cut(folder, samples, reach, workers), samples, reach, SHORT)


@pytest.mark.parametrize("more", [-1, 0, 1, 479, 480, 481, 4800])
def test_the_real_borders_are_right_too(tmp_path: Path, more: int) -> None:
    samples, reach = counted(LENGTH + more), Reach(2 * SAMPLE_RATE, 480)
    assert_cut_rightly(cut(tmp_path, samples, reach, length=LENGTH), samples, reach, LENGTH)


def test_segments_are_whole_frames_and_whole_moments() -> None:
    assert (LENGTH % FRAME, LENGTH % (SAMPLE_RATE // 10), SHORT % (SAMPLE_RATE // 10)) == (0, 0, 0)


def test_no_sound_has_no_segments(tmp_path: Path) -> None:
    assert cut(tmp_path, counted(0), NOTHING) == []


@settings(deadline=None)
@given(st.sets(st.integers(0, 6)), st.sampled_from(WORKERS), lengths)
def test_only_wanted_segments_are_worked_at(folder: Path, wanted: set[int], workers: int, length: int) -> None:
    crew = Crew(workers, folder, length=SHORT)
    found = crew.work(Held(counted(length)), NOTHING, lambda segment: segment.number, wanted.__contains__)
    assert list(found) == sorted(number for number in wanted if number * SHORT < length)


def test_results_come_in_order_even_when_the_first_takes_longest(tmp_path: Path) -> None:
    second_is_done = Event()

    def job(segment: Segment) -> int:
        if segment.number == 0:
            assert second_is_done.wait(HANGS)
        if segment.number == 1:
            second_is_done.set()
        return segment.number

    found = Crew(2, tmp_path, length=SHORT).work(Held(counted(5 * SHORT)), NOTHING, job, everything)
    assert list(found) == [0, 1, 2, 3, 4]


def test_as_many_are_worked_at_side_by_side_as_there_are_workers(tmp_path: Path) -> None:
    together = Barrier(3, timeout=HANGS)
    found = Crew(3, tmp_path, length=SHORT).work(
        Held(counted(6 * SHORT)), NOTHING, lambda _: together.wait() >= 0, everything
    )
    assert list(found) == [True] * 6


def test_the_next_step_can_begin_while_the_last_segments_are_worked_at(tmp_path: Path) -> None:
    begun = Event()

    def job(segment: Segment) -> bool:
        return not segment.last or begun.wait(HANGS)

    def next_job(number: int, _: Signals) -> int:
        begun.set()
        return number

    with Crew(2, tmp_path, length=SHORT).staying() as crew, crew.round(3, next_job) as after:
        ending = replace(crew, spare=lambda: after.begin(1))
        found = ending.work(Held(counted(5 * SHORT)), NOTHING, job, everything)
        assert list(found) == [True] * 5
        assert list(after.results()) == [0, 1, 2]


def test_who_works_at_a_round_stops_when_nobody_wants_it_any_more(tmp_path: Path) -> None:
    started = Barrier(3, timeout=HANGS)

    def job(_: int, signals: Signals) -> None:
        started.wait()
        while True:
            signals.worked(0)

    with nobody_stays(), Crew(2, tmp_path, length=SHORT).round(9, job) as found:
        found.begin(9)
        started.wait()


def test_only_so_much_of_the_sound_is_read_as_workers_can_take(tmp_path: Path) -> None:
    go_on = Event()
    opened = Opened(counted(100 * SHORT))

    def job(_: Segment) -> int:
        assert go_on.wait(HANGS)
        return opened.reads

    def tell(_: int) -> None:
        go_on.set()

    found = Crew(2, tmp_path, told=tell, length=SHORT).work(opened(), NOTHING, job, everything)
    assert next(found) * BLOCK < 6 * SHORT
    found.close()


def test_how_much_was_worked_at_is_told_and_ends_with_all(tmp_path: Path) -> None:
    told: list[int] = []
    crew = Crew(2, tmp_path, told=told.append, length=SHORT)

    list(crew.work(Held(counted(5 * SHORT + 7)), NOTHING, got, everything))

    assert told == sorted(told)
    assert told[-1] == 5 * SHORT + 7


@pytest.mark.parametrize("workers", WORKERS)
def test_the_error_of_the_first_segment_that_fails_is_what_is_raised(tmp_path: Path, workers: int) -> None:
    def job(segment: Segment) -> int:
        if segment.number >= 3:
            raise ValueError(segment.number)
        return segment.number

    found: list[int] = []
    with nobody_stays(), pytest.raises(ValueError, match=r"^3$"):
        found.extend(Crew(workers, tmp_path, length=SHORT).work(Held(counted(9 * SHORT)), NOTHING, job, everything))


def test_when_one_fails_the_others_stop_at_the_next_block(tmp_path: Path) -> None:
    started, stopped = Barrier(2, timeout=HANGS), []

    def job(segment: Segment) -> None:
        if segment.number < 2:
            started.wait()
        if segment.number == 0:
            raise ValueError
        try:
            while True:
                for _ in segment.blocks():
                    pass
        except Stopped:
            stopped.append(segment.number)
            raise

    with nobody_stays(), pytest.raises(ValueError, match=r"^$"):
        list(Crew(2, tmp_path, length=SHORT).work(Held(counted(9 * SHORT)), NOTHING, job, everything))
    assert 1 in stopped


class Breaking(Held):
    """A sound that cannot be read to its end."""

    def read(self, count: int) -> Samples:
        found = super().read(count)
        if len(found) < count:
            raise OSError(errno.EIO, "broken")
        return found


def test_an_error_of_the_sound_stops_all_and_is_raised(tmp_path: Path) -> None:
    with nobody_stays(), pytest.raises(OSError, match="broken"):
        list(Crew(2, tmp_path, length=SHORT).work(Breaking(counted(9 * SHORT)), NOTHING, got, everything))


def test_whoever_stops_taking_results_ends_the_work(tmp_path: Path) -> None:
    with nobody_stays():
        found = Crew(2, tmp_path, length=SHORT).work(Held(counted(50 * SHORT)), NOTHING, got, everything)
        next(found)
        found.close()


def test_no_child_stays_when_a_job_fails_beside_it(tmp_path: Path) -> None:
    started = Barrier(3, timeout=HANGS)

    def job(segment: Segment) -> None:
        with ffmpeg.Process(
            ["-f", "f32le", "-i", "pipe:0", "-f", "null", "-"], about=tmp_path, feeding=True
        ) as process:
            process.gather()
            if segment.number < 3:
                started.wait()
            if segment.number == 0:
                raise ValueError
            while True:
                for block in segment.blocks():
                    process.write(block.data.cast("B"))

    with nobody_stays(), pytest.raises(ValueError, match=r"^$"):
        list(Crew(3, tmp_path, length=SHORT).work(Held(noise(9)), NOTHING, job, everything))


def test_a_full_disk_is_an_error_and_never_a_shorter_segment(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    # As on a disk that gets full: the last write takes what has room, and says how much.
    resource.setrlimit(resource.RLIMIT_FSIZE, (4 * SHORT - 1000, limits[1]))
    try:
        with nobody_stays(), pytest.raises(OSError, match="File too large"):
            cut(tmp_path, counted(SHORT), NOTHING)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, before)


def test_nothing_is_left_in_the_folder(tmp_path: Path) -> None:
    cut(tmp_path, counted(5 * SHORT), NOTHING)
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_ends_workers_and_their_children(tmp_path: Path) -> None:
    command = [sys.executable, str(endless.__file__), str(tmp_path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout
        while int(process.stdout.readline()) < SAMPLE_RATE:
            pass
        process.send_signal(signal.SIGINT)
        said, complaints = process.communicate(timeout=HANGS)
    assert said.splitlines()[-1] == "left [] []"
    assert (process.returncode, complaints) == (endless.INTERRUPTED, "")
