"""Killed or stopped at any point, the next run finishes, and the end is as if nothing had happened."""

import json
import signal
from itertools import cycle
from pathlib import Path

import pytest
from support.commands import publish
from support.house import House, make_house, snapshot
from support.striking import STARTS, WRITES, struck

from publisher.cli.exits import STOPPED


def public(house: House) -> dict[str, bytes]:
    """What the public got, but for the head of the ledger, whose lines have the times of each run."""
    found = {name: data for name, data in snapshot(house.root).items() if name.startswith("public/")}
    record = json.loads(found["public/edition.json"])
    assert record.pop("ledger")["size"] > 0
    return {**found, "public/edition.json": json.dumps(record).encode()}


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
    points = [(STARTS, 1), (STARTS, 3), (WRITES, 1), (WRITES, 2), (WRITES, 4), (WRITES, 7)]
    for (point, number), how in zip(points, cycle([signal.SIGKILL, signal.SIGINT]), strict=False):
        ended = struck(house, how, point, number, "episode", "a-talk")
        assert ended.code == {signal.SIGKILL: -signal.SIGKILL, signal.SIGINT: 130}[how], ended.text
    found = finish(house)
    assert found == expected
    assert not list(house.root.rglob("*.tmp"))


@pytest.mark.slow
@pytest.mark.parametrize("number", [1, 4])
def test_ctrl_c_ends_with_130_and_says_so(house: House, number: int) -> None:
    house.add_episode()
    ran = struck(house, signal.SIGINT, STARTS, number, "episode", "a-talk")
    assert (ran.code, ran.err.strip()) == (130, STOPPED)


@pytest.mark.parametrize("library", ["typer", "pydantic", "rich"])
def test_ctrl_c_while_the_command_still_starts_ends_the_same_way(house: House, library: str) -> None:
    ran = struck(house, signal.SIGINT, f"import {library}", 1, "status")
    assert (ran.code, ran.err.strip()) == (130, STOPPED)


@pytest.mark.slow
def test_a_release_that_is_killed_anywhere_never_points_at_what_is_not_there(house: House) -> None:
    for number in range(4):
        house.add_post(f"post-{number}", matter=f"guid: post-{number}\n", text=f"Words of post {number}.\n" * 200)
        house.approved(f"post-{number}")
    # Each run goes on behind the one before.
    for number in range(2, 7):
        assert struck(house, signal.SIGKILL, WRITES, number, "release").code == -signal.SIGKILL
        feed = house.root / "public/feeds/blog.atom"
        if feed.is_file():
            for slug in (f"post-{n}" for n in range(4)):
                if f"posts/{slug}.html" in feed.read_text():
                    assert (house.root / f"public/posts/{slug}.html").is_file()
    assert publish("release", at=house.root).code == 0
    assert "nothing to send" in publish("release", at=house.root).out
