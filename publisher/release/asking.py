"""Asking for a public file as a listener's app does: over HTTP, at the public address.

A redirect is followed only within the address's own host, and never from https to http: what is elsewhere is not what
was sent. Bytes are digested as they come, and not kept. Nobody is asked to compress but what was sent compressed; what
comes so is digested as it was before.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final
from urllib.parse import urljoin, urlsplit

import urllib3

from publisher.errors import PublisherError
from publisher.files import digest_blocks
from publisher.release.compression import MOST, GzipError, decoded

AT_ONCE: Final = 8
"""Questions at the same time."""
TIMES: Final = urllib3.Timeout(connect=10, read=30)
"""Seconds for a connection, and for each block after it."""
BLOCK: Final = 1 << 16
TRIES: Final = 2
"""How often a body that breaks off is asked for."""
_BUSY: Final = (429, 500, 502, 503, 504)
_AGAIN: Final = urllib3.Retry(
    total=4, connect=2, read=1, backoff_factor=0.5, status_forcelist=_BUSY, redirect=False, raise_on_status=False
)
_MOVED: Final = (301, 302, 303, 307, 308)
_HOPS: Final = 5
_SLOW: Final = (urllib3.exceptions.ReadTimeoutError, urllib3.exceptions.ResponseError)
"""What one file may answer while others answer well: anything else is a place that nobody reaches."""


@dataclass(frozen=True)
class Answer:
    """What was said to one question."""

    status: int
    """HTTP's number; 200 for a file that is there and 404 for one that is not, where there is no HTTP."""
    headers: Mapping[str, str] | None = None
    """As sent; None for a file on a disk, which has none."""
    size: int = 0
    """Bytes that came."""
    sha256: str = ""
    """Their digest, 64 hexadecimal digits."""
    broken: str = ""
    """Why it cannot be had, in words; then nothing else counts."""
    garbled: str = ""
    """Why what came compressed cannot be read, in words; then size and digest say nothing."""

    def says(self, header: str) -> str:
        """A header's value; empty if it was not sent."""
        return (self.headers or {}).get(header, "")


class UnreachableError(PublisherError):
    """Nobody answers at an address."""


class Public:
    """A public address. Questions may be asked from several threads at once."""

    def __init__(self, url: str, *, times: urllib3.Timeout = TIMES, again: urllib3.Retry = _AGAIN) -> None:
        self.url = url.rstrip("/") + "/"
        self._pool = urllib3.PoolManager(timeout=times, retries=again, maxsize=AT_ONCE)

    def ask(self, key: str, method: str = "GET", headers: Mapping[str, str] | None = None, most: int = MOST) -> Answer:
        """Ask for a key, and follow where that leads. Raises UnreachableError if nobody answers.

        most: of what comes compressed never more is made than so many bytes, and one.
        """
        url = self.url + key
        for _ in range(_HOPS):
            answer, location = self._have(url, method, headers or {}, most)
            if not location:
                return answer
            hop = urljoin(url, location)
            if strays := _strays(url, hop):
                return Answer(answer.status, answer.headers, broken=f"it leads {strays}")
            url = hop
        return Answer(answer.status, answer.headers, broken="it leads in a circle")

    def _have(self, url: str, method: str, headers: Mapping[str, str], most: int) -> tuple[Answer, str]:
        """An answer, and where it leads if it is a redirect."""
        for _ in range(TRIES):
            try:
                return self._once(url, method, headers, most)
            except _SLOW:
                return Answer(0, {}, broken="it does not answer in time"), ""
            except urllib3.exceptions.ProtocolError:
                continue
            except urllib3.exceptions.MaxRetryError as error:
                if isinstance(error.reason, _SLOW):
                    return Answer(0, {}, broken="it does not answer in time"), ""
                raise _unreachable(self.url, error.reason or error) from error
            except (urllib3.exceptions.HTTPError, ValueError) as error:  # an address that is none
                raise _unreachable(self.url, error) from error
        return Answer(0, {}, broken="it breaks off before its end"), ""

    def _once(self, url: str, method: str, headers: Mapping[str, str], most: int) -> tuple[Answer, str]:
        response = self._pool.request(method, url, headers=dict(headers), redirect=False, preload_content=False)
        try:
            location = response.headers.get("Location", "") if response.status in _MOVED else ""
            found = digest_blocks(_blocks(response, most) if method != "HEAD" else ())
            return Answer(response.status, response.headers, found.size, found.sha256), location
        except GzipError as error:
            response.close()  # whatever more there is of it
            return Answer(response.status, response.headers, garbled=error.what), location
        finally:
            # A connection on which a body stands unread is not for another question.
            response.drain_conn()
            response.release_conn()


def _blocks(response: urllib3.BaseHTTPResponse, most: int) -> Iterable[bytes]:
    """The bytes of a file, as they were before they were compressed; a part of what is compressed is no file."""
    if response.status >= HTTPStatus.MULTIPLE_CHOICES:
        return ()  # an error's page, or a redirect's, is nobody's file
    blocks = response.stream(BLOCK, decode_content=False)
    coding = response.headers.get("Content-Encoding") if response.status == HTTPStatus.OK else None
    return decoded(blocks, coding, most)


def _strays(url: str, hop: str) -> str:
    """Where a redirect leads that is not to be followed; empty for one within the address."""
    old, new = urlsplit(url), urlsplit(hop)
    if old.scheme == "https" and new.scheme != "https":
        return f"over {new.scheme}, where others can read and change it"
    return f"to another host, {new.netloc}" if new.netloc != old.netloc else ""


def _unreachable(url: str, error: Exception) -> UnreachableError:
    said = re.sub(r"\[Errno -?\d+\] |[()]", "", str(error).rpartition(": ")[2]) or type(error).__name__
    return UnreachableError(
        f"the public address cannot be reached: {said}",
        where=url,
        hint="check house.url, the name and the certificate of its host, and this machine's network",
    )
