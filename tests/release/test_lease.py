"""The lease: who may release to a place that several machines can write to."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest
from support.commands import HANGS

from publisher.errors import PublisherError
from publisher.release.lease import LEASE_KEY, Held, Holder, Lease, leased
from publisher.release.target import Found, Overtaken
from release.memory import Memory

ANN, BEN = Holder("ann", 1), Holder("ben", 1)
SHORT = 0.4
"""Seconds of a period that somebody waits for."""
LONG = 8.0
"""Of one that is never over, also where the machine has no time for us."""


def lease_at(target: Memory) -> Lease:
    found = target.peek(LEASE_KEY)
    assert found is not None
    return Lease.read(found, LEASE_KEY)


@contextmanager
def left_behind(target: Memory, holder: Holder, turn: int = 7) -> Iterator[None]:
    """The lease of a release that was killed."""
    target.swap(LEASE_KEY, Lease(turn, 3, holder).to_bytes(), None)
    yield


def test_each_release_has_a_larger_turn_than_the_one_before() -> None:
    target, turns = Memory(), []
    for holder in (ANN, BEN, ANN):
        with leased(target, holder) as held:
            turns.append(held.turn)

    assert turns == [1, 2, 3]
    assert lease_at(target).holder is None


def test_a_second_release_is_refused_while_the_first_is_there() -> None:
    target = Memory()
    refused = pytest.raises(PublisherError, match="another release to this place is running")
    with leased(target, ANN, period=LONG), refused, leased(target, BEN, period=LONG):
        pass


def test_of_many_that_begin_at_once_one_holds_the_lease() -> None:
    target, holding, most = Memory(), [], []
    together = threading.Barrier(6)

    def begin(number: int) -> None:
        together.wait()
        try:
            with leased(target, Holder(str(number), 1), period=LONG):
                holding.append(number)
                most.append(len(holding))
                time.sleep(SHORT)
                holding.remove(number)
        except PublisherError:
            pass

    threads = [threading.Thread(target=begin, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(most) == {1}


def test_a_lease_that_was_left_behind_is_taken_over_after_a_period() -> None:
    target = Memory()
    told: list[float] = []
    with left_behind(target, BEN), leased(target, ANN, period=SHORT, waiting=told.append) as held:
        assert held.turn == 8

    assert told == [SHORT]


def test_a_lease_of_an_ended_process_of_the_same_workspace_is_taken_over_at_once() -> None:
    target = Memory()
    told: list[float] = []
    ended = Holder(ANN.workspace, (1 << 22) + 1)  # more than Linux gives
    with left_behind(target, ended), leased(target, ANN, period=3600, waiting=told.append):
        pass

    assert told == []


@pytest.mark.slow
def test_a_lease_that_is_given_back_while_somebody_waits_is_theirs_at_once() -> None:
    target = Memory()
    with ExitStack() as first:
        first.enter_context(left_behind(target, BEN))

        def give_back(_seconds: float) -> None:
            found = target.peek(LEASE_KEY)
            assert found is not None
            target.swap(LEASE_KEY, Lease(7, 4, None).to_bytes(), found.etag)

        began = time.monotonic()
        with leased(target, ANN, period=60, waiting=give_back) as held:
            assert held.turn == 8
        assert time.monotonic() - began < 30


def test_whoever_was_taken_over_finds_out_before_the_next_step() -> None:
    target = Memory()
    with leased(target, ANN, period=SHORT) as held:
        held.check()
        take_over(target)
        with pytest.raises(Overtaken):
            until_lost(held)

    assert lease_at(target) == Lease(9, 0, BEN)


def take_over(target: Memory) -> None:
    """As somebody does who waited for a period; again, if the holder spoke in between."""
    while True:
        found = target.peek(LEASE_KEY)
        assert found is not None
        try:
            target.swap(LEASE_KEY, Lease(9, 0, BEN).to_bytes(), found.etag)
        except Overtaken:
            continue
        return


def until_lost(held: Held) -> None:
    for _ in range(1000):
        held.check()
        time.sleep(SHORT / 20)


class Unreachable(Memory):
    """A place whose network goes down."""

    def __init__(self) -> None:
        super().__init__()
        self.is_down = False
        self.failed, self.worked = threading.Event(), threading.Event()
        """Whether a write did since the network last changed."""

    def swap(self, key: str, data: bytes, seen: str | None) -> str:
        if self.is_down:
            self.failed.set()
            raise PublisherError("the network is down")
        etag = super().swap(key, data, seen)
        self.worked.set()
        return etag


def test_a_holder_that_cannot_say_so_stops_before_anybody_may_take_over() -> None:
    target = Unreachable()
    began = time.monotonic()
    with leased(target, ANN, period=2.0) as held:
        target.is_down = True
        with pytest.raises(PublisherError, match="the network is down"):
            until_lost(held)
        assert time.monotonic() - began > 1.0


def test_a_network_that_comes_back_in_time_costs_nothing() -> None:
    target = Unreachable()
    with leased(target, ANN, period=LONG) as held:
        target.is_down = True
        assert target.failed.wait(HANGS)
        target.worked.clear()
        target.is_down = False
        assert target.worked.wait(HANGS)
        held.check()
        assert lease_at(target).beat > 0


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b'{"turn":"x","beat":0,"holder":null}'])
def test_a_damaged_lease_is_told_with_what_to_do(data: bytes) -> None:
    with pytest.raises(PublisherError, match=r"lease\.json: the lease is damaged \(delete it, if no release"):
        Lease.read(Found(data, "etag"), "lease.json")
