"""Asking the public address until what was taken away is gone there, too: between it and a target may be a cache."""

import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final
from urllib.parse import urljoin

import urllib3

from publisher.files import digest_bytes
from publisher.release.asking import AT_ONCE, Public, UnreachableError

GONE: Final = frozenset({403, 404, 410})
"""What an address answers at which there is nothing any more; a bucket that may not be listed says 403."""
_TIMES: Final = urllib3.Timeout(connect=5, read=10)
_AGAIN: Final = urllib3.Retry(total=1, respect_retry_after_header=False)
"""Once is enough: the next round asks again, and whoever is busy may not say how long we wait."""
_PAUSE: Final = 2.0
"""Seconds between two rounds."""


def watch_vanish(
    addresses: Mapping[str, bytes | None], limit: float, waiting: Callable[[float], None] = lambda _share: None
) -> dict[str, str]:
    """Ask until every address answers as it should; give what does not, with what it answers, when the time is over.

    addresses: each with the bytes that are to be there, or None for nothing. limit: in seconds; each is asked at least
    once. waiting: told which share of them is as it should be.
    """
    roots = {url: urljoin(url, "/") for url in addresses}
    hosts = {root: Public(root, times=_TIMES, again=_AGAIN) for root in set(roots.values())}

    def ask(url: str) -> str:
        return _asked(hosts[roots[url]], url, addresses[url])

    end, left = time.monotonic() + limit, dict(addresses)
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="vanish") as crew:
        while True:
            said = dict(zip(left, crew.map(ask, left), strict=True))
            left = {url: addresses[url] for url, answer in said.items() if answer}
            waiting(1 - len(left) / max(1, len(addresses)))
            if not left or time.monotonic() + _PAUSE > end:
                return {url: said[url] for url in left}
            time.sleep(_PAUSE)


def _asked(host: Public, url: str, wanted: bytes | None) -> str:
    """What an address answers that it should not; empty if it is as it should be."""
    try:
        answer = host.ask(url.removeprefix(host.url), "HEAD" if wanted is None else "GET")
    except UnreachableError:
        return "it cannot be reached from here"
    if answer.broken:
        return answer.broken
    if wanted is None:
        return "" if answer.status in GONE else f"it answers {answer.status}"
    is_notice = answer.sha256 == digest_bytes(wanted).sha256
    return "" if is_notice else f"it answers {answer.status}, and not with the notice"
