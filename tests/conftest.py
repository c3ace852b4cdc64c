"""Fixtures of all tests."""

import signal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from support.house import House, make_house

# Everybody tries the same examples, and how long one takes is no reason to fail: a test that fails says something about
# what was changed, not about luck or a machine. `make explore` tries others.
settings.register_profile(
    "same",
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", settings.get_profile("same"), derandomize=False)
settings.load_profile("same")

# Under nohup and in the background SIGINT is ignored, and every process that a test starts would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A workspace with no pieces in it."""
    return make_house(tmp_path / "house")
