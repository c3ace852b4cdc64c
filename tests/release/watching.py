"""A target that tells what is asked of it, so that a test can write it down, fail it, or kill the process."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager

from publisher.edition.model import PublicFile
from publisher.errors import PublisherError
from publisher.release.target import ANYTHING, Found, Headed, Listed, Over, Promises, Sent, Target, unheard

WRITES = ("put", "swap", "delete", "block")


class Diary:
    """The requests that a target got, in their order."""

    def __init__(self, fail_at: str | None = None) -> None:
        self.requests: list[str] = []
        self._fail_at = fail_at

    def __call__(self, request: str) -> None:
        self.requests.append(request)
        if request == self._fail_at:
            raise PublisherError("the network is down")

    @property
    def writes(self) -> list[str]:
        return [each for each in self.requests if each.startswith(WRITES)]


class Watched:
    """A target around another. `heard` gets each request before it is made, as `put KEY`, and may raise instead."""

    def __init__(self, target: Target, heard: Callable[[str], None]) -> None:
        self._target = target
        self._heard = heard

    @property
    def address(self) -> str:
        return self._target.address

    @property
    def promises(self) -> Promises:
        return self._target.promises

    def exclusive(self) -> AbstractContextManager[None]:
        return self._target.exclusive()

    def listing(self) -> Mapping[str, Listed]:
        self._heard("listing")
        return self._target.listing()

    def read(self, key: str) -> Iterator[bytes]:
        self._heard(f"read {key}")
        return self._target.read(key)

    def peek(self, key: str) -> Found | None:
        self._heard(f"peek {key}")
        return self._target.peek(key)

    def head(self, key: str) -> Headed | None:
        self._heard(f"head {key}")
        return self._target.head(key)

    def put(self, file: PublicFile, sent: Sent = unheard, over: Over = ANYTHING) -> str:
        def block(size: int) -> None:
            self._heard(f"block {file.key}")
            sent(size)

        self._heard(f"put {file.key}")
        return self._target.put(file, block, over)

    def swap(self, key: str, data: bytes, seen: str | None) -> str:
        self._heard(f"swap {key}")
        return self._target.swap(key, data, seen)

    def delete(self, key: str) -> None:
        self._heard(f"delete {key}")
        self._target.delete(key)

    def delete_many(self, keys: Sequence[str]) -> None:
        self._heard(f"delete_many {' '.join(keys)}")
        self._target.delete_many(keys)
