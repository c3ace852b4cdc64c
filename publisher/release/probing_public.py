"""What the public gets of a target, through the address at which they get it."""

from collections.abc import Iterator
from http import HTTPStatus

from publisher.edition.model import PublicFile
from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.release.asking import Answer, Public, UnreachableError
from publisher.release.checks import ELSEWHERE
from publisher.release.probing import Outcome, Probed, Short, ask, probe_page
from publisher.release.target import Target


def probe_public(target: Target, below: str, address: str) -> Iterator[Probed]:
    """Put a page, and ask the public address for it. Ends early if it isn't there."""
    file = probe_page(f"{below}/public.html")
    public = Public(address)
    advice = "make the bucket or folder public there, or name the address: --public https://…"
    reached = ask("public", lambda: _published(target, public, file), advice=advice)
    yield reached
    if reached.outcome is not Outcome.HOLDS:
        return
    yield ask("public: HEAD", lambda: _head(public, file))
    yield ask("public: a part (Range)", lambda: _range(public, file), advice="without it no app can jump in an episode")
    yield ask("public: headers as sent", lambda: _headers(public, file))
    cors = "allow GET from every origin (CORS): else players on other pages show no transcript and no chapters"
    yield ask("public: for other pages", lambda: _cors(public, file), Outcome.LACKS, cors)


def _asked(public: Public, file: PublicFile, method: str = "GET", **headers: str) -> Answer:
    """Raises Short if it cannot be had there."""
    if not public.url.startswith(("https://", "http://")):
        raise PublisherError("this is no public address", where=public.url, hint="name one: --public https://…")
    url = public.url + file.key
    try:
        answer = public.ask(file.key, method, headers)
    except UnreachableError as error:
        raise Short(f"{url}: {error.what}") from error
    if answer.broken:
        raise Short(f"{url}: {answer.broken}")
    if answer.status >= HTTPStatus.MULTIPLE_CHOICES:
        raise Short(f"{url} answers {answer.status}")
    return answer


def _published(target: Target, public: Public, file: PublicFile) -> str:
    target.put(file)
    if _asked(public, file).sha256 != file.sha256:
        raise Short(f"{public.url}{file.key} gives other bytes than were sent")
    return ""


def _head(public: Public, file: PublicFile) -> str:
    if _asked(public, file, "HEAD").says("Content-Length") != str(file.size):
        raise Short("it doesn't say how long a file is")
    return ""


def _range(public: Public, file: PublicFile) -> str:
    answer = _asked(public, file, Range="bytes=3-6")
    if answer.status != HTTPStatus.PARTIAL_CONTENT:
        raise Short(f"asked for four bytes, it answers {answer.status} with {answer.size}")
    if not isinstance(file.source, bytes) or answer.sha256 != digest_bytes(file.source[3:7]).sha256:
        raise Short("asked for four bytes, it gives others")
    return ""


def _headers(public: Public, file: PublicFile) -> str:
    answer = _asked(public, file)
    wanted = {"Content-Type": file.content_type, "Cache-Control": file.cache_control, "Content-Encoding": ""}
    wrong = [
        f"{name.lower()} is {answer.says(name) or 'not there'!r}"
        for name, value in wanted.items()
        if answer.says(name).replace(" ", "").lower() != value.replace(" ", "").lower()
    ]
    if wrong:
        raise Short(", ".join(wrong))
    return ""


def _cors(public: Public, file: PublicFile) -> str:
    if _asked(public, file, Origin=ELSEWHERE).says("Access-Control-Allow-Origin") not in {"*", ELSEWHERE}:
        raise Short("no page of another site may read it")
    return ""
