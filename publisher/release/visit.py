"""Asking for what was sent as a listener's app does: at the public address, before any page or feed names it.

What fails is seldom one file: the bucket is not public, the address leads elsewhere, a type is served as another. So of
each type a few are asked for, the largest and the smallest among them; `publish verify` asks for all.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final

from publisher.edition.model import Edition, Phase, PublicFile
from publisher.errors import PublisherError
from publisher.release.asking import Public, UnreachableError
from publisher.release.checks import Question, Seen, Wanted, Way, flaws, questions
from publisher.release.steps import Action, Step

MOST: Final = 8
"""Files of one type that are asked for after a wave."""
_HINT: Final = (
    "pages and feeds are as they were; mend it, then run the same command again, "
    "or set visit = false under [release] if this machine cannot reach the public address"
)


class Visit:
    """Looks at what each wave of a release put under the public address."""

    def __init__(self, url: str, edition: Edition) -> None:
        self._public = Public(url)
        self._edition = edition

    def after(self, wave: tuple[Step, ...]) -> None:
        """Ask for media that just came. Errors: a listener would not get one of them."""
        files = [self._edition.files[step.key] for step in wave if _is_arrival(step)]
        with ThreadPoolExecutor(MOST, thread_name_prefix="visit") as pool:
            for _ in pool.map(self._look, _some(files)):
                pass

    def _look(self, file: PublicFile) -> None:
        wanted = Wanted.of(file, file.source if isinstance(file.source, bytes) else None)
        for question in _questions(wanted):
            try:
                answer = self._public.ask(file.key, question.method, question.headers, question.most)
            except UnreachableError as error:
                raise PublisherError(error.what, where=error.where, hint=_HINT) from error
            found = flaws(Seen(wanted, question, answer))
            if flaw := next((said for check, said in found if check.is_grave), None):
                raise PublisherError(
                    f"a listener would not get it: {flaw}", where=self._public.url + file.key, hint=_HINT
                )


def _questions(wanted: Wanted) -> Iterator[Question]:
    """Of what is compressed all is asked for: a part of it says nothing."""
    if wanted.content_encoding:
        yield from questions(wanted, deep=False)
        return
    yield Question(Way.HEAD)
    if wanted.size:
        yield Question(Way.PART, range(1))


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
