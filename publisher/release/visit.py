"""Asking for what was sent as a listener's app does: at the public address, before any page or feed names it.

What fails is seldom one file: the bucket is not public, the address leads elsewhere, a type is served as another. So of
each type a few are asked for, the largest and the smallest among them; `publish verify` asks for all.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final, NamedTuple

import urllib3

from publisher.edition.model import Edition, Phase, PublicFile
from publisher.errors import PublisherError
from publisher.release.steps import Action, Step

MOST: Final = 8
"""Files of one type that are asked for after a wave."""
_TIMES: Final = urllib3.Timeout(connect=10, read=30)
_BUSY: Final = (429, 500, 502, 503, 504)
_AGAIN: Final = urllib3.Retry(total=4, backoff_factor=0.5, status_forcelist=_BUSY, redirect=5, raise_on_status=False)
_HINT: Final = (
    "pages and feeds are as they were; mend it, then run the same command again, "
    "or set visit = false under [release] if this machine cannot reach the public address"
)


class Answer(NamedTuple):
    """What the public address said."""

    status: int
    headers: Mapping[str, str]
    data: bytes


class Visit:
    """Looks at what each wave of a release put under the public address."""

    def __init__(self, url: str, edition: Edition) -> None:
        self._url = url
        self._edition = edition
        self._pool = urllib3.PoolManager(timeout=_TIMES, retries=_AGAIN, maxsize=MOST)

    def after(self, wave: tuple[Step, ...]) -> None:
        """Ask for media that just came. Errors: a listener would not get one of them."""
        files = [self._edition.files[step.key] for step in wave if _is_arrival(step)]
        with ThreadPoolExecutor(MOST, thread_name_prefix="visit") as pool:
            for _ in pool.map(self._look, _some(files)):
                pass

    def _look(self, file: PublicFile) -> None:
        url = self._url + file.key
        for ask, flaws in ((("HEAD", {}), _of_the_whole), (("GET", {"Range": "bytes=0-0"}), _of_a_part)):
            answer = self._ask(url, *ask)
            if flaw := next(flaws(answer, file), None):
                raise PublisherError(f"a listener would not get it: {flaw}", where=url, hint=_HINT)

    def _ask(self, url: str, method: str, headers: dict[str, str]) -> Answer:
        try:
            answer = self._pool.request(method, url, headers=headers)
        except urllib3.exceptions.HTTPError as error:
            raise PublisherError("the public address cannot be reached", where=url, hint=_HINT) from error
        return Answer(answer.status, answer.headers, answer.data)


def _is_arrival(step: Step) -> bool:
    return step.action is Action.PUT and step.phase is Phase.MEDIA and step.over is None


def _some(files: Iterable[PublicFile]) -> Iterator[PublicFile]:
    """A few of each type, from the smallest to the largest."""
    kinds: dict[str, list[PublicFile]] = defaultdict(list)
    for file in sorted(files, key=lambda file: (file.size, file.key)):
        kinds[file.content_type].append(file)
    for kind in kinds.values():
        yield from kind[:: max(1, len(kind) // (MOST - 1))][: MOST - 1]
        yield kind[-1]


Flaws = Callable[[Answer, PublicFile], Iterator[str]]


def _of_the_whole(answer: Answer, file: PublicFile) -> Iterator[str]:
    if answer.status != 200:  # noqa: PLR2004  HTTP's number
        yield f"the address answers {answer.status}"
    if (kind := answer.headers.get("Content-Type", "")) != file.content_type:
        yield f"it is served as {kind or 'nothing'!r}, not as {file.content_type!r}"
    encoded = answer.headers.get("Content-Encoding")
    if encoded is None and (size := answer.headers.get("Content-Length")) not in {None, str(file.size)}:
        yield f"it has {size} bytes there, not {file.size}"


def _of_a_part(answer: Answer, file: PublicFile) -> Iterator[str]:
    if answer.status != 206:  # noqa: PLR2004  HTTP's number
        yield f"asked for a part of it, the address answers {answer.status}: players could not jump in it"
    elif answer.headers.get("Content-Range", "").rpartition("/")[2] not in {"*", str(file.size)}:
        yield "asked for a part of it, the address gives one of another file"
