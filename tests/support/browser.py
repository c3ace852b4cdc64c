"""Debian's Chromium, as tests drive it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from support.commands import HANGS

CHROMIUM = Path("/usr/bin/chromium")
QUIET = (
    "--headless --no-sandbox --disable-gpu --disable-background-networking --disable-component-update --disable-sync"
    " --no-first-run"
)


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """The browser. Where it is missing, tests that need it are skipped, but fail in CI."""
    if not CHROMIUM.is_file():
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing(f"{CHROMIUM} is not installed")
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=CHROMIUM, args=[*QUIET.split(), *more], timeout=HANGS * 1000)
        yield found
        found.close()
