"""The public address is asked until what was taken away is gone there, and what answers still is named."""

import pytest

from publisher.release.vanishing import watch_vanish
from release.answering import answering

NOTICE = "<h1>This was taken down</h1>"


@pytest.mark.parametrize("status", [403, 404, 410])
def test_nothing_there_is_gone(status: int) -> None:
    with answering(status) as store:
        assert watch_vanish({f"{store.endpoint}/a.mp3": None, f"{store.endpoint}/a.html": None}, 0) == {}
        assert {method for method, _, _ in store.requests} == {"HEAD"}


def test_what_a_cache_still_has_is_named_when_the_time_is_over() -> None:
    with answering(200, "The old page.") as store:
        url = f"{store.endpoint}/a.html"
        assert watch_vanish({url: None}, 0) == {url: "it answers 200"}
        assert watch_vanish({url: NOTICE.encode()}, 0) == {url: "it answers 200, and not with the notice"}


def test_the_notice_itself_is_as_it_should_be() -> None:
    with answering(200, NOTICE) as store:
        assert watch_vanish({f"{store.endpoint}/a.html": NOTICE.encode()}, 0) == {}


def test_it_asks_again_until_a_cache_lets_go(monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(200, "The old page.") as store:

        def passes(_seconds: float) -> None:
            store.status = 404

        monkeypatch.setattr("publisher.release.vanishing.time.sleep", passes)
        shares: list[float] = []
        assert watch_vanish({f"{store.endpoint}/a.html": None}, 600, shares.append) == {}
        assert shares == [0, 1]


def test_an_address_that_cannot_be_reached_is_not_gone() -> None:
    with answering(404) as store:
        url = f"{store.endpoint}/a.html"
    assert watch_vanish({url: None}, 0) == {url: "it cannot be reached from here"}
