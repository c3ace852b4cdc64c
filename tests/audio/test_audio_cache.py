"""Finished work is kept and taken again; whatever interrupts leaves nothing half done and nobody behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.commands import HANGS

from audio import mastered
from audio.sounds import speech
from publisher.audio import ffmpeg
from publisher.audio.master import Master
from publisher.audio.mastering import master
from publisher.audio.model import Settings, Track
from publisher.audio.shelf import Shelf
from publisher.errors import PublisherError
from publisher.files import TEMPORARY, DigestCache, digest_file

ROOT = Path(__file__).parents[2]
HERE_IS_THE_PACKAGE = {**os.environ, "PYTHONPATH": str(ROOT)}


def script(*arguments: object) -> list[str]:
    return [sys.executable, str(mastered.__file__), *map(str, arguments)]


@contextmanager
def mastering(cache: Path, recording: Path, *stop_in: str) -> Iterator[subprocess.Popen[str]]:
    command = script(cache, recording, *stop_in)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=HERE_IS_THE_PACKAGE) as process:
        try:
            yield process
        finally:
            go_on(mastered.children(process.pid))
            process.kill()


def programs(process: subprocess.Popen[str]) -> list[int]:
    """Wait until the process stands still; give the programs that it started, which stand still, too."""
    assert process.stdout
    for line in process.stdout:
        name, *rest = line.split()
        if name == "stands":
            return list(map(int, rest))
    pytest.fail("it never came to this step")


def runs(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def go_on(processes: list[int]) -> None:
    """Let programs go on that stand still."""
    for process in processes:
        os.kill(process, signal.SIGCONT)


def assert_end(processes: list[int]) -> None:
    """Wait until programs find that nobody is there any more."""
    end = time.monotonic() + HANGS
    while time.monotonic() < end and any(map(runs, processes)):
        time.sleep(0.02)
    assert [process for process in processes if runs(process)] == []


def leftovers(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if TEMPORARY.match(path.name)]


def nothing_half_written(cache: Path) -> bool:
    """Whether there is nothing but the lock and whole parts, which the next run takes."""
    parts = [path for path in cache.rglob("*.parts/**/*") if path.is_file()]
    named = {path.name for path in cache.iterdir() if path.suffix != ".parts"}
    return named <= {"audio.lock"} and all(is_whole(part) for part in parts)


def is_whole(part: Path) -> bool:
    return Shelf(part.parent).get(part.name) is not None


def undisturbed(recording: Path, cache: Path) -> Master:
    return master([Track(recording)], Settings(channels=1, bitrate_kbps=64), cache)


def test_what_was_made_is_taken_again_without_starting_a_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = Track(speech(tmp_path / "recording.wav", seconds=2))
    first = master([track], Settings(), tmp_path / "cache")
    before = first.path.stat()
    monkeypatch.setattr(ffmpeg, "executable", lambda: "/nothing/there")

    second = master([track], Settings(), tmp_path / "cache")

    assert second == first
    assert second.path.stat() == before


def test_a_digest_that_is_known_is_not_computed_again(tmp_path: Path) -> None:
    track = Track(speech(tmp_path / "recording.wav", seconds=2))
    digests = DigestCache(tmp_path / "digests.json")

    first = master([track], Settings(), tmp_path / "cache", digest=digests.digest)

    assert master([track], Settings(), tmp_path / "cache", digest=digest_file) == first


@pytest.mark.parametrize("settings", [Settings(channels=1), Settings(bitrate_kbps=96), Settings(loudness=-14)])
def test_other_settings_make_another_master_beside_the_first(tmp_path: Path, settings: Settings) -> None:
    track = Track(speech(tmp_path / "recording.wav", "-ac", "2", seconds=2))
    first = master([track], Settings(), tmp_path / "cache")

    other = master([track], settings, tmp_path / "cache")

    assert other.sha256 != first.sha256
    assert first.path.is_file()


@pytest.mark.parametrize("harm", ["cut the audio", "remove the audio", "cut the facts", "other facts"])
def test_a_harmed_cache_is_made_again(tmp_path: Path, harm: str) -> None:
    track = Track(speech(tmp_path / "recording.wav", seconds=2))
    first = master([track], Settings(), tmp_path / "cache")
    facts = first.path.with_suffix(".json")
    match harm:
        case "cut the audio":
            os.truncate(first.path, first.size // 2)
        case "remove the audio":
            first.path.unlink()
        case "cut the facts":
            os.truncate(facts, 20)
        case _:
            facts.write_text('["nonsense"]')

    again = master([track], Settings(), tmp_path / "cache")

    assert again == first
    assert digest_file(again.path).sha256 == first.sha256


def test_a_recording_that_changes_meanwhile_is_not_kept_under_its_old_digest(tmp_path: Path) -> None:
    track = Track(speech(tmp_path / "recording.wav", seconds=2))

    def change(step: str, _done: float, /, seconds: float = 0.0) -> None:  # noqa: ARG001 - as Progress
        if step == "check":
            with track.path.open("ab") as stream:
                stream.write(bytes(1000))

    with pytest.raises(PublisherError, match="changed while it was read"):
        master([track], Settings(), tmp_path / "cache", progress=change)

    assert list((tmp_path / "cache").glob("*.json")) == []
    assert list((tmp_path / "cache").glob("*.mp3")) == []


@pytest.mark.slow
@pytest.mark.parametrize(("step", "name"), [("measure", "long.mp3"), ("encode", "long.wav"), ("check", "long.wav")])
def test_after_a_kill_no_ffmpeg_is_left_and_the_next_run_finishes_with_the_same_bytes(
    tmp_path: Path, step: str, name: str
) -> None:
    recording = speech(tmp_path / name, seconds=60, rate=8000)
    cache = tmp_path / "cache"
    with mastering(cache, recording, step) as process:
        started = programs(process)
        process.send_signal(signal.SIGKILL)
        process.wait()
    go_on(started)
    assert_end(started)
    assert list(cache.glob("*.json")) == []

    finished = undisturbed(recording, cache)

    assert leftovers(cache) == []
    assert finished.sha256 == undisturbed(recording, tmp_path / "other cache").sha256


@pytest.mark.parametrize(("step", "name"), [("measure", "long.mp3"), ("encode", "long.wav")])
def test_ctrl_c_leaves_no_ffmpeg_and_no_temporary_file(tmp_path: Path, step: str, name: str) -> None:
    recording = speech(tmp_path / name, seconds=60, rate=8000)
    cache = tmp_path / "cache"
    with mastering(cache, recording, step) as process:
        started = programs(process)
        process.send_signal(signal.SIGINT)
        go_on(started)
        code = process.wait(timeout=HANGS)

    assert code == mastered.INTERRUPTED
    assert [child for child in started if runs(child)] == []
    assert nothing_half_written(cache)


def test_an_error_in_the_one_who_listens_to_the_progress_ends_ffmpeg_too(tmp_path: Path) -> None:
    recording = speech(tmp_path / "recording.wav", seconds=60, rate=8000)
    before = mastered.children(os.getpid())

    def fail(_step: str, _done: float, /, seconds: float = 0.0) -> None:  # noqa: ARG001 - as Progress
        raise LookupError

    with pytest.raises(LookupError):
        master([Track(recording)], Settings(), tmp_path / "cache", progress=fail)

    assert mastered.children(os.getpid()) == before


def test_a_file_that_may_not_grow_is_a_full_disk(tmp_path: Path) -> None:
    recording = speech(tmp_path / "recording.wav", seconds=10, rate=8000)
    cache = tmp_path / "cache"

    ended = subprocess.run(
        script(cache, recording, 30_000), capture_output=True, text=True, env=HERE_IS_THE_PACKAGE, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr == ""
    assert "the disk is full (free some space, then run the same command again)" in ended.stdout
    assert nothing_half_written(cache)


def test_a_full_disk_is_said_to_be_full(tmp_path: Path) -> None:
    recording = speech(tmp_path / "recording.wav", seconds=10, rate=8000)
    small = tmp_path / "small"
    small.mkdir()
    mount = f'mount -t tmpfs -o size=60k tmpfs "{small}" && exec "$@"'
    alone = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", mount, "sh"]
    if subprocess.run([*alone, "true"], capture_output=True, check=False).returncode != 0:
        pytest.skip("this computer does not let us mount a small disk")

    ended = subprocess.run(
        [*alone, *script(small, recording)], capture_output=True, text=True, env=HERE_IS_THE_PACKAGE, check=False
    )

    assert ended.returncode == 1
    assert ended.stderr == ""
    assert "the disk is full (free some space, then run the same command again)" in ended.stdout


def test_two_processes_that_want_the_same_master_make_it_once(tmp_path: Path) -> None:
    recording = speech(tmp_path / "recording.wav", seconds=30, rate=8000)
    cache = tmp_path / "cache"
    with mastering(cache, recording) as first, mastering(cache, recording) as second:
        said = [process.communicate(timeout=HANGS)[0] for process in (first, second)]

    results = {next(line for line in text.splitlines() if line.startswith("made")).split()[1] for text in said}
    assert len(results) == 1
    assert sum("encode" in text for text in said) == 1


@pytest.mark.slow
def test_memory_does_not_grow_with_the_recording(tmp_path: Path) -> None:
    used = []
    for minutes in (3, 12):
        recording = speech(tmp_path / f"{minutes}.wav", seconds=60 * minutes, rate=8000)
        command = script(tmp_path / "cache", recording)
        said = subprocess.run(command, capture_output=True, text=True, env=HERE_IS_THE_PACKAGE, check=True).stdout
        used.append([int(figure) for figure in said.split()[-2:]])

    (ours_short, ffmpeg_short), (ours_long, ffmpeg_long) = used
    assert ours_long < 1.2 * ours_short
    # Before it becomes ffmpeg, a child is a copy of us, and counts as large.
    assert ffmpeg_long < 1.2 * max(ours_short, ffmpeg_short)
