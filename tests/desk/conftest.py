"""Desks to sit at, and a browser."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from playwright.sync_api import Browser
from support.browser import chromium
from support.house import FORECASTS, GUIDELINES, House, make_house

from desk.opened import Opened, opened
from desk.shared_desk import Shared, shared_desk, team_house
from publisher.loopback import listening
from publisher.workflow.release import release


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Sound plays in it without a click."""
    with chromium("--autoplay-policy=no-user-gesture-required") as found:
        yield found


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A desk with an episode and a post in review, for tests that change neither; a browser was let in."""
    house = make_house(tmp_path_factory.mktemp("desk") / "house")
    house.write("guidelines.toml", GUIDELINES + FORECASTS)
    house.add_episode()
    house.submit("a-talk")
    house.add_post(text="Our revenue will grow, says <b>Bluefin</b>.\n")
    house.submit("a-post", "ben")
    with opened(house) as found:
        found.enter()
        yield found


@pytest.fixture
def desk(house: House) -> Iterator[Opened]:
    """A desk of a test's own with a post in review; a browser was let in."""
    house.write("guidelines.toml", GUIDELINES + FORECASTS)
    house.add_post()
    house.submit("a-post", "ben")
    with opened(house) as found:
        found.enter()
        yield found


@pytest.fixture(scope="session")
def staffed(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house with people of several roles, for tests that change nothing of it."""
    return team_house(make_house(tmp_path_factory.mktemp("team") / "house"))


@pytest.fixture
def house_of_team(staffed: House, tmp_path: Path) -> House:
    """The same, for a test of its own."""
    copytree(staffed.root, tmp_path / "team")
    return House(tmp_path / "team")


@pytest.fixture(scope="module")
def team(staffed: House) -> Iterator[Shared]:
    """The desk of a team, for tests that decide nothing."""
    with shared_desk(staffed) as found:
        yield found


@pytest.fixture
def own(house_of_team: House) -> Iterator[Shared]:
    """The desk of a team, for a test of its own."""
    with shared_desk(house_of_team) as found:
        yield found


@pytest.fixture
def port() -> str:
    """A free one."""
    with listening(0) as free:
        return str(free.getsockname()[1])


@pytest.fixture
def released(house: House) -> Iterator[Opened]:
    """A desk at which Lea sits, and a post that the public has."""
    house.add_post()
    house.approved("a-post")
    release(house.context())
    with opened(house, most=20) as found:
        found.enter()
        yield found
