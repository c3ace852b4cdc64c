"""Fixtures of all tests."""

import signal
from pathlib import Path

import pytest
from support.house import House, make_house

# Under nohup and in the background SIGINT is ignored, and every process that a test starts would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A workspace with no pieces in it."""
    return make_house(tmp_path / "house")
