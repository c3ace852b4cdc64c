"""Looking at every public file, many at once, at its address or in its folder. What is right, `checks` says."""

from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Final, TypeVar

from publisher.edition.model import Phase
from publisher.errors import PublisherError
from publisher.files import digest_blocks
from publisher.release.asking import AT_ONCE, Answer, Public
from publisher.release.checks import MEND, PURGE, Difference, Question, Seen, Wanted, Way, flaws, questions
from publisher.release.target import Target

Earlier = Callable[[str, str], bool]
"""Whether a digest is that of an earlier revision of a key."""
Told = Callable[[float], None]
"""Told how much is done, from 0 to 1."""


class Site:
    """The public address."""

    def __init__(self, public: Public) -> None:
        self._public = public
        self.address = public.url

    def questions(self, wanted: Wanted, *, deep: bool) -> Sequence[Question]:
        """What to ask of a file."""
        return tuple(questions(wanted, deep=deep))

    def ask(self, key: str, question: Question) -> Answer:
        """Raises UnreachableError if nobody answers."""
        return self._public.ask(key, question.method, question.headers, question.most)


class Folder:
    """A folder: its files are read, all of them whole."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self.address = target.address.rstrip("/") + "/"

    def questions(self, _: Wanted, *, deep: bool) -> Sequence[Question]:
        """All bytes, deep or not: they are near."""
        del deep
        return (Question(Way.WHOLE),)

    def ask(self, key: str, _: Question) -> Answer:
        """Read a file."""
        try:
            found = digest_blocks(self._target.read(key))
        except FileNotFoundError:
            return Answer(HTTPStatus.NOT_FOUND)
        except PublisherError as error:
            return Answer(HTTPStatus.OK, broken=error.what)
        return Answer(HTTPStatus.OK, None, found.size, found.sha256)


Place = Site | Folder


def compare(
    place: Place, files: Collection[Wanted], earlier: Earlier, told: Told, *, deep: bool
) -> Iterator[Difference]:
    """Give what differs from the files as they should be, in the order of their keys.

    earlier: asked of what has other bytes, so that an old copy is told as one. Memory does not grow with files.
    Raises UnreachableError if nobody answers at the place.
    """

    def look(wanted: Wanted) -> list[Difference]:
        found: dict[str, Difference] = {}
        for question in place.questions(wanted, deep=deep):
            seen = Seen(wanted, question, place.ask(wanted.key, question))
            for one in _differences(place, seen, earlier):
                found.setdefault(one.what, one)
            if found:
                break
        return list(found.values())

    for found in _each(look, sorted(files, key=lambda file: file.key), told):
        yield from found


def _differences(place: Place, seen: Seen, earlier: Earlier) -> Iterator[Difference]:
    where = place.address + seen.wanted.key
    for check, said in flaws(seen):
        if check.name == "bytes" and seen.question.way is Way.WHOLE and earlier(seen.wanted.key, seen.answer.sha256):
            yield Difference(
                where, f"it is an earlier revision{_age(seen.answer)}", PURGE if seen.has_headers else MEND
            )
        else:
            yield Difference(where, said, check.todo)


def _age(answer: Answer) -> str:
    """That it is a copy, if it comes over HTTP, and how old that is, if it says so."""
    if answer.headers is None:
        return ""
    age = answer.says("Age")
    return f", cached {int(age):,} s ago" if age.isdecimal() else ", cached"


def answers_anything(place: Place) -> bool:
    """Whether a place says that it has what nobody ever had: then it cannot be asked what it has not."""
    return place.ask(_NOBODYS, Question(Way.HEAD)).status == HTTPStatus.OK


_NOBODYS: Final = f"media/{'0' * 64}/nobody-has-this.mp3"


def answered(place: Place, keys: Collection[str], told: Told) -> list[str]:
    """Which of some keys can be had that should not, in their order. Raises UnreachableError if nobody answers."""

    def look(key: str) -> list[str]:
        answer = place.ask(key, Question(Way.HEAD))
        return [key] if answer.status == HTTPStatus.OK and not answer.broken else []

    return [key for found in _each(look, sorted(keys), told) for key in found]


_Row = TypeVar("_Row")
_Found = TypeVar("_Found")


def _each(look: Callable[[_Row], _Found], rows: Sequence[_Row], told: Told) -> Iterator[_Found]:
    """Look at many at the same time; the first error stops all that has not begun."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="verify") as pool:
        futures = [pool.submit(look, row) for row in rows]
        try:
            for number, future in enumerate(futures, 1):
                yield future.result()
                told(number / len(rows))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            raise


def refuse_elsewhere(place: Place, files: Collection[Wanted]) -> None:
    """Refuse a place where nothing of a site is, before every file of it is missed one by one.

    Raises PublisherError if it is not there, UnreachableError if nobody answers.
    """
    rows = sorted(file.key for file in files if file.phase is not Phase.MEDIA)
    some = list(dict.fromkeys((rows[0], rows[len(rows) // 2], rows[-1]))) if rows else []
    statuses = list(_each(lambda key: place.ask(key, Question(Way.HEAD)), some, lambda _: None))
    if len(statuses) > 1 and all(answer.status >= HTTPStatus.BAD_REQUEST or answer.broken for answer in statuses):
        said = statuses[0].broken or f"it answers {int(statuses[0].status)} to all that was asked for"
        raise PublisherError(
            f"the site is not here: {said}",
            where=place.address,
            hint="check the address, and that everybody may read what is there; for another one: --url URL",
        )
