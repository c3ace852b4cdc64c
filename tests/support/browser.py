"""Debian's Chromium, as tests drive it."""

import atexit
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Playwright, sync_playwright

from support.commands import HANGS

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
    " --no-first-run"
)


@cache
def _playwright() -> Playwright:
    """One for all browsers of a test run: a second one in the same thread is refused."""
    found = sync_playwright().start()
    atexit.register(found.stop)
    return found


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """The browser. Where it is missing, tests that need it are skipped, but fail in CI."""
    if not CHROMIUM.is_file():
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing(f"{CHROMIUM} is not installed")
    found = _playwright().chromium.launch(executable_path=CHROMIUM, args=[*QUIET.split(), *more], timeout=HANGS * 1000)
    yield found
    found.close()
