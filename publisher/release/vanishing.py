"""Asking the public address until what was taken away is gone there, too: between it and a target may be a cache."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import urllib3

GONE: Final = frozenset({403, 404, 410})
"""What an address answers at which there is nothing any more; a bucket that may not be listed says 403."""
_TIMES: Final = urllib3.Timeout(connect=5, read=10)
_PAUSE: Final = 2.0
"""Seconds between two rounds."""
_MOST: Final = 8
"""Addresses that are asked at the same time."""


def watch_vanish(
    addresses: Mapping[str, bytes | None], limit: float, waiting: Callable[[float], None] = lambda _share: None
) -> dict[str, str]:
    """Ask until every address answers as it should; give what does not, with what it answers, when the time is over.

    addresses: each with the bytes that are to be there, or None for nothing. limit: in seconds; each is asked at least
    once. waiting: told which share of them is as it should be.
    """
    pool = urllib3.PoolManager(timeout=_TIMES, retries=urllib3.Retry(total=1, redirect=5), maxsize=_MOST)
    end, left = time.monotonic() + limit, dict(addresses)
    with ThreadPoolExecutor(_MOST, thread_name_prefix="vanish") as crew:
        while True:
            said = dict(zip(left, crew.map(lambda url: _asked(pool, url, addresses[url]), left), strict=True))
            left = {url: addresses[url] for url, answer in said.items() if answer}
            waiting(1 - len(left) / max(1, len(addresses)))
            if not left or time.monotonic() + _PAUSE > end:
                return {url: said[url] for url in left}
            time.sleep(_PAUSE)


def _asked(pool: urllib3.PoolManager, url: str, wanted: bytes | None) -> str:
    """What an address answers that it should not; empty if it is as it should be."""
    try:
        answer = pool.request("HEAD" if wanted is None else "GET", url)
    except urllib3.exceptions.HTTPError:
        return "it cannot be reached from here"
    if wanted is None:
        return "" if answer.status in GONE else f"it answers {answer.status}"
    return "" if answer.data == wanted else f"it answers {answer.status}, and not with the notice"
