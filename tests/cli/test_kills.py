"""Killed or stopped at any point, the next run finishes, and the end is as if nothing had happened."""

import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from support.commands import PUBLISH, Ran, environment, publish
from support.house import House, make_house, snapshot

from publisher.cli.exits import STOPPED


def interrupt(house: House, how: signal.Signals, after: float, *arguments: str) -> int:
    """Begin a command, send it a signal after so many seconds, and give its exit code."""
    with subprocess.Popen(
        [*PUBLISH, *arguments], cwd=house.root, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        time.sleep(after)
        process.send_signal(how)
        return process.wait(30)


def public(house: House) -> dict[str, bytes]:
    """What the public got."""
    return {name: data for name, data in snapshot(house.root).items() if name.startswith("public/")}


def finish(house: House) -> dict[str, bytes]:
    """Run on to the end, as a host and legal would."""
    assert publish("episode", "a-talk", at=house.root).code in {0, 3}
    if not list((house.root / "approvals").rglob("*.json")):
        house.decide("a-talk")
    assert publish("episode", "a-talk", at=house.root).code == 0
    return public(house)


@pytest.mark.slow
def test_an_episode_that_is_interrupted_anywhere_is_finished_by_running_it_again(tmp_path: Path) -> None:
    calm = make_house(tmp_path / "calm")
    calm.add_episode(seconds=20)
    expected = finish(calm)
    house = make_house(tmp_path / "house")
    house.add_episode(seconds=20)
    for number in range(10):
        how = (signal.SIGKILL, signal.SIGINT)[number % 2]
        interrupt(house, how, 0.25 + 0.25 * number, "episode", "a-talk")
    found = finish(house)
    assert found == expected
    assert not list(house.root.rglob("*.tmp"))


def stopped(house: House, when: Callable[[Path], bool], *arguments: str, python: Sequence[str] = ()) -> Ran:
    """Press Ctrl-C as soon as something holds of what the command said, which lies in a file."""
    said = house.root.parent / "said"
    with (
        said.open("w") as stderr,
        subprocess.Popen(
            [PUBLISH[0], *python, *PUBLISH[1:], *arguments],
            cwd=house.root,
            env=environment(),
            stdout=subprocess.DEVNULL,
            stderr=stderr,
        ) as process,
    ):
        while not when(said):
            assert process.poll() is None, "it ended before that"
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        return Ran(process.wait(30), "", said.read_text())


def test_ctrl_c_ends_with_130_and_says_so(house: House) -> None:
    house.add_episode(seconds=60)
    ran = stopped(house, lambda _said: (house.root / ".publisher").is_dir(), "episode", "a-talk")
    assert (ran.code, ran.err.strip()) == (130, STOPPED)


def test_ctrl_c_while_the_command_still_starts_ends_the_same_way(house: House) -> None:
    # Python says what it imports: the first of ours is in, and the slow ones of others come next.
    loading = ("-X", "importtime")
    ran = stopped(house, lambda said: "publisher.cli.exits" in said.read_text(), "status", python=loading)
    assert (ran.code, ran.err.splitlines()[-1]) == (130, STOPPED)
    assert "Traceback" not in ran.err


@pytest.mark.slow
def test_a_release_that_is_killed_anywhere_never_points_at_what_is_not_there(house: House) -> None:
    for number in range(4):
        house.add_post(f"post-{number}", matter=f"guid: post-{number}\n", text=f"Words of post {number}.\n" * 200)
        house.approved(f"post-{number}")
    for number in range(8):
        interrupt(house, signal.SIGKILL, 0.3 + 0.1 * number, "release")
        feed = house.root / "public/feeds/blog.atom"
        if feed.is_file():
            for slug in (f"post-{n}" for n in range(4)):
                if f"posts/{slug}.html" in feed.read_text():
                    assert (house.root / f"public/posts/{slug}.html").is_file()
    assert publish("release", at=house.root).code == 0
    assert "nothing to send" in publish("release", at=house.root).out
