"""The public address is asked until what was taken away is gone there, and what answers still is named."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from publisher.release.vanishing import watch_vanish

NOTICE = "<h1>This was taken down</h1>"


@dataclass
class Address:
    """A public address that gives every request the same answer."""

    endpoint: str
    status: int
    methods: list[str] = field(default_factory=list)


@contextmanager
def answering(status: int, body: str = "", location: str = "") -> Iterator[Address]:
    class Handler(BaseHTTPRequestHandler):
        def _answer(self) -> None:
            address.methods.append(self.command)
            self.send_response(address.status)
            self.send_header("Content-Length", str(len(body)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body.encode())

        do_GET = do_HEAD = _answer  # noqa: N815  http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        address = Address(f"http://127.0.0.1:{server.server_port}", status)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield address
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("status", [403, 404, 410])
def test_nothing_there_is_gone(status: int) -> None:
    with answering(status) as store:
        assert watch_vanish({f"{store.endpoint}/a.mp3": None, f"{store.endpoint}/a.html": None}, 0) == {}
        assert set(store.methods) == {"HEAD"}


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


def test_an_address_that_leads_to_another_host_is_not_gone_whatever_answers_there() -> None:
    with answering(404) as other, answering(302, location=f"{other.endpoint}/a.html") as store:
        url = f"{store.endpoint}/a.html"
        assert watch_vanish({url: None}, 0) == {url: f"it leads to another host, {other.endpoint[len('http://') :]}"}
        assert other.methods == []
