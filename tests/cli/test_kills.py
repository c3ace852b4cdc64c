"""Killed or stopped at any point, the next run finishes, and the end is as if nothing had happened."""

import signal
import subprocess
import time
from pathlib import Path

import pytest
from support.commands import PUBLISH, environment, publish
from support.house import House, make_house, snapshot


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
@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_an_episode_that_is_interrupted_anywhere_is_finished_by_running_it_again(
    tmp_path: Path, how: signal.Signals
) -> None:
    calm = make_house(tmp_path / "calm")
    calm.add_episode(seconds=20)
    expected = finish(calm)
    house = make_house(tmp_path / "house")
    house.add_episode(seconds=20)
    for number in range(8):
        interrupt(house, how, 0.15 + 0.25 * number, "episode", "a-talk")
    found = finish(house)
    assert found == expected
    assert not list(house.root.rglob("*.tmp"))


def test_ctrl_c_ends_with_130_and_says_so(house: House) -> None:
    house.add_episode(seconds=60)
    code = interrupt(house, signal.SIGINT, 1.5, "episode", "a-talk")
    assert code == 130


@pytest.mark.slow
def test_a_release_that_is_killed_anywhere_never_points_at_what_is_not_there(house: House) -> None:
    for number in range(6):
        house.add_post(f"post-{number}", matter=f"guid: post-{number}\n", text=f"Words of post {number}.\n" * 200)
        house.approved(f"post-{number}")
    for number in range(10):
        interrupt(house, signal.SIGKILL, 0.3 + 0.06 * number, "release")
        feed = house.root / "public/feeds/blog.atom"
        if feed.is_file():
            for slug in (f"post-{n}" for n in range(6)):
                if f"posts/{slug}.html" in feed.read_text():
                    assert (house.root / f"public/posts/{slug}.html").is_file()
    assert publish("release", at=house.root).code == 0
    assert "nothing to send" in publish("release", at=house.root).out
