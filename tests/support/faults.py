"""What can go wrong between a client and a store, one thing a class; see `support.fault_proxy`."""

import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

ERROR = '<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>because</Message></Error>'


@dataclass(frozen=True)
class Answer:
    """What a store answers."""

    status: int
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


class Exchange(ABC):
    """One request and what may be done with it."""

    @abstractmethod
    def forward(self, damage: Callable[[bytes], bytes] | None = None, *, without: str = "") -> Answer:
        """Ask the store. damage: its body is changed, and signed anew, as if the store had kept something else.

        without: headers that begin so are left out, as a store does that takes and ignores them.
        """

    @abstractmethod
    def answer(self, answer: Answer) -> None:
        """Answer the client. A body that is shorter than its Content-Length ends the connection."""

    @abstractmethod
    def reset(self) -> None:
        """Break the connection (RST)."""


class Fault(ABC):
    @abstractmethod
    def serve(self, exchange: Exchange) -> None:
        """Do what goes wrong."""


class Nothing(Fault):
    """All goes well."""

    def serve(self, exchange: Exchange) -> None:
        exchange.answer(exchange.forward())


@dataclass(frozen=True)
class Reset(Fault):
    """The connection breaks before the store hears of it; or after, so that its answer is lost."""

    answer_is_lost: bool = False

    def serve(self, exchange: Exchange) -> None:
        if self.answer_is_lost:
            exchange.forward()
        exchange.reset()


@dataclass(frozen=True)
class Delay(Fault):
    """The answer takes a while. The store has done its work by then."""

    seconds: float

    def serve(self, exchange: Exchange) -> None:
        answer = exchange.forward()
        time.sleep(self.seconds)
        exchange.answer(answer)


@dataclass(frozen=True)
class Refuse(Fault):
    """The store answers with an error; `done` says that it did what was asked all the same."""

    status: int
    code: str
    headers: Mapping[str, str] = field(default_factory=dict)
    done: bool = False

    def serve(self, exchange: Exchange) -> None:
        if self.done:
            exchange.forward()
        body = ERROR.format(code=self.code).encode()
        exchange.answer(Answer(self.status, {"content-type": "application/xml", **self.headers}, body))


@dataclass(frozen=True)
class Damage(Fault):
    """The store keeps other bytes than it was sent."""

    change: Callable[[bytes], bytes]

    def serve(self, exchange: Exchange) -> None:
        exchange.answer(exchange.forward(self.change))


class Pretend(Fault):
    """The store says that all went well, and does nothing."""

    def serve(self, exchange: Exchange) -> None:
        exchange.answer(Answer(200, {}, b""))


@dataclass(frozen=True)
class Ignore(Fault):
    """The store takes headers that begin so, and does nothing about them."""

    prefix: str

    def serve(self, exchange: Exchange) -> None:
        exchange.answer(exchange.forward(without=self.prefix))


@dataclass(frozen=True)
class DamagedAnswer(Fault):
    """What the store sends arrives changed, or cut off."""

    change: Callable[[bytes], bytes]

    def serve(self, exchange: Exchange) -> None:
        found = exchange.forward()
        exchange.answer(Answer(found.status, found.headers, self.change(found.body)))


@dataclass(frozen=True)
class Meanwhile(Fault):
    """Something happens first: another writer, or the end of the client."""

    happens: Callable[[], object]

    def serve(self, exchange: Exchange) -> None:
        self.happens()
        exchange.answer(exchange.forward())


def cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def flip(data: bytes) -> bytes:
    return bytes([data[0] ^ 1]) + data[1:] if data else b"x"
