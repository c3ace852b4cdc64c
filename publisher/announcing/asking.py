"""One request to somebody else's machine, which is never waited for long, and never followed elsewhere."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

import urllib3

from publisher.errors import PublisherError

SECONDS: Final = 10
"""To connect, and to answer."""
BUSY: Final = (429, 500, 502, 503, 504)
_AGAIN: Final = urllib3.Retry(total=2, backoff_factor=0.5, status_forcelist=BUSY, redirect=False, raise_on_status=False)
# A redirect could lead to a machine of the house's own network, and is no answer to an order.


def ask(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | None = None,
    whom: str,
) -> None:
    """Make one request. whom: for messages. Errors: it could not be made, or was not answered with success."""
    kind = {"User-Agent": "corporate-voices", **(headers or {})}
    try:
        with urllib3.PoolManager(timeout=SECONDS, retries=_AGAIN) as pool:
            answer = pool.request(method, url, headers=kind, body=body, redirect=False)
    except urllib3.exceptions.HTTPError as error:
        raise PublisherError(f"{whom} cannot be reached", where=host_of(url), hint=_HINT) from error
    if not 200 <= answer.status < 300:  # noqa: PLR2004  HTTP's numbers
        raise PublisherError(f"{whom} answers {answer.status}", where=host_of(url), hint=_HINT)


def host_of(url: str) -> str:
    """Where an address leads, without what may be secret in its path."""
    return urlsplit(url).netloc.rpartition("@")[2]


_HINT: Final = "what was released is public all the same; to tell it again: publish announce"
