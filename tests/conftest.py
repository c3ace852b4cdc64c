"""Fixtures of all tests."""

from pathlib import Path

import pytest
from support.house import House, make_house


@pytest.fixture
def house(tmp_path: Path) -> House:
    """A workspace with no pieces in it."""
    return make_house(tmp_path / "house")
