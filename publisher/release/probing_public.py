"""What the public gets of a target, through the address at which they get it."""

import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from http import HTTPStatus

from publisher.edition.model import PublicFile
from publisher.errors import PublisherError
from publisher.release.probing import Outcome, Probed, Short, ask, probe_page
from publisher.release.target import Target

SECONDS = 20
PLAYER = "https://player.example"
"""A page of somebody else that would play an episode, with its transcript and chapters."""


def probe_public(target: Target, below: str, address: str) -> Iterator[Probed]:
    """Put a page, and ask the public address for it. Ends early if it isn't there."""
    file = probe_page(f"{below}/public.html")
    url = f"{address.rstrip('/')}/{file.key}"
    advice = "make the bucket or folder public there, or name the address: --public https://…"
    reached = ask("public", lambda: _published(target, url, file), advice=advice)
    yield reached
    if reached.outcome is not Outcome.HOLDS:
        return
    yield ask("public: HEAD", lambda: _head(url, file))
    yield ask("public: a part (Range)", lambda: _range(url, file), advice="without it no app can jump in an episode")
    yield ask("public: headers as sent", lambda: _headers(url, file))
    cors = "allow GET from every origin (CORS): else players on other pages show no transcript and no chapters"
    yield ask("public: for other pages", lambda: _cors(url), Outcome.LACKS, cors)


@dataclass(frozen=True)
class _Got:
    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


def _asked(url: str, method: str = "GET", **headers: str) -> _Got:
    if not url.startswith(("https://", "http://")):
        raise PublisherError("this is no public address", where=url, hint="name one: --public https://…")
    request = urllib.request.Request(url, method=method, headers={"User-Agent": "publish", **headers})  # noqa: S310
    try:
        with closing(urllib.request.urlopen(request, timeout=SECONDS)) as answer:  # noqa: S310  http and https only
            return _Got(answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read())
    except urllib.error.HTTPError as error:
        with error:
            raise Short(f"{url} answers {error.code}") from error
    except OSError as error:  # also what urllib raises for a name that there isn't, or a connection that breaks
        raise Short(f"{url} can't be reached: {getattr(error, 'reason', error)}") from error


def _published(target: Target, url: str, file: PublicFile) -> str:
    target.put(file)
    if _asked(url).body != file.source:
        raise Short(f"{url} gives other bytes than were sent")
    return ""


def _head(url: str, file: PublicFile) -> str:
    got = _asked(url, "HEAD")
    if got.headers.get("content-length") != str(file.size):
        raise Short("it doesn't say how long a file is")
    return ""


def _range(url: str, file: PublicFile) -> str:
    got = _asked(url, Range="bytes=3-6")
    if got.status != HTTPStatus.PARTIAL_CONTENT:
        raise Short(f"asked for four bytes, it answers {got.status} with {len(got.body)}")
    if not isinstance(file.source, bytes) or got.body != file.source[3:7]:
        raise Short("asked for four bytes, it gives others")
    return ""


def _headers(url: str, file: PublicFile) -> str:
    headers = _asked(url).headers
    wanted = {"content-type": file.content_type, "cache-control": file.cache_control, "content-encoding": ""}
    wrong = [
        f"{name} is {headers.get(name, 'not there')!r}"
        for name, value in wanted.items()
        if headers.get(name, "").replace(" ", "").lower() != value.replace(" ", "").lower()
    ]
    if wrong:
        raise Short(", ".join(wrong))
    return ""


def _cors(url: str) -> str:
    allowed = _asked(url, Origin=PLAYER).headers.get("access-control-allow-origin")
    if allowed not in {"*", PLAYER}:
        raise Short("no page of another site may read it")
    return ""
