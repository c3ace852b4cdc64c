"""A strict store in front of a real one, at which anything can be made to go wrong.

    with faulty(server) as proxy:
        proxy.at(3, Reset())                              # at the third request from now
        proxy.on("PUT", "index.html", Refuse(503, "SlowDown"), times=2)
        ...
        proxy.requests                                    # every request, in the order in which they came

It checks signatures and digests itself, since servers that are made for tests take what a real store refuses.
"""

import base64
import hashlib
import http.client
import re
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

from support.faults import ERROR, Answer, Exchange, Fault, Nothing
from support.s3_server import OWNER, Server
from support.sigv4 import Signed, problem


@dataclass(frozen=True)
class Request:
    """A request as a store sees it."""

    method: str
    key: str
    """Without the bucket; empty where it is about the bucket."""
    query: str

    def __str__(self) -> str:
        return f"{self.method} {self.key}{'?' if self.query else ''}{self.query}"


@dataclass
class _Rule:
    holds: Callable[[int, Request], bool]
    fault: Fault
    times: int


class Proxy:
    """What a test says to it; see the module."""

    def __init__(self, store: Server, secret: str) -> None:
        self.store = store
        self.secret = secret
        self.endpoint = ""
        self.requests: list[Request] = []
        self.refused: list[str] = []
        """The codes with which it refused what wasn't as it was signed."""
        self._rules: list[_Rule] = []
        self._lock = threading.Lock()

    def at(self, number: int, fault: Fault) -> None:
        """Let it happen at the N-th request from now, counted from one."""
        wanted = len(self.requests) + number
        self._rules.append(_Rule(lambda count, _: count == wanted, fault, 1))

    def on(self, method: str, key: str, fault: Fault, times: int = 1) -> None:
        """Let it happen at so many requests of a method whose key and query match the expression `key` somewhere."""
        wanted = re.compile(key)

        def holds(_count: int, request: Request) -> bool:
            return request.method == method and bool(wanted.search(f"{request.key}?{request.query}"))

        self._rules.append(_Rule(holds, fault, times))

    def heard(self, request: Request) -> Fault:
        """Write a request down; give what is to happen."""
        with self._lock:
            self.requests.append(request)
            for rule in self._rules:
                if rule.times and rule.holds(len(self.requests), request):
                    rule.times -= 1
                    return rule.fault
        return Nothing()


@contextmanager
def faulty(store: Server, secret: str = OWNER) -> Iterator[Proxy]:
    """Run a proxy on 127.0.0.1 in front of a store that answers over HTTP."""
    proxy = Proxy(store, secret)
    handler = type("Handler", (_Handler,), {"proxy": proxy})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        server.daemon_threads = True
        proxy.endpoint = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield proxy
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: Proxy

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        signed = Signed(self.command, self.path, headers, body)
        path, _, query = self.path.partition("?")
        fault = self.proxy.heard(Request(self.command, unquote(path.removeprefix("/").partition("/")[2]), query))
        exchange = _Forwarding(self, signed)
        if code := problem(signed, self.proxy.secret) or _wrong_md5(signed):
            self.proxy.refused.append(code)
            exchange.answer(Answer(403, {}, ERROR.format(code=code).encode()))
        else:
            fault.serve(exchange)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _serve  # noqa: N815  http.server's names

    def handle(self) -> None:
        try:
            super().handle()
        except (ConnectionError, ValueError):  # the client, or a fault, broke the connection
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
        pass


def _wrong_md5(signed: Signed) -> str | None:
    given = signed.headers.get("content-md5")
    found = base64.b64encode(hashlib.md5(signed.body, usedforsecurity=False).digest()).decode()
    return "BadDigest" if given not in {None, found} else None


class _Forwarding(Exchange):
    def __init__(self, handler: _Handler, signed: Signed) -> None:
        self._handler = handler
        self._signed = signed

    def forward(self, damage: Callable[[bytes], bytes] | None = None, *, without: str = "") -> Answer:
        proxy, signed = self._handler.proxy, self._signed
        if damage:
            signed = signed.with_body(damage(signed.body), proxy.secret)
        if without:
            signed = signed.without(without, proxy.secret)
        place = urlsplit(proxy.store.endpoint)
        with closing(http.client.HTTPConnection(place.hostname or "", place.port, timeout=60)) as store:
            store.putrequest(signed.method, signed.path, skip_host=True, skip_accept_encoding=True)
            for name, value in signed.headers.items():
                if name not in {"expect", "connection"}:
                    store.putheader(name, value)
            store.endheaders(signed.body)
            answer = store.getresponse()
            headers = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, headers, answer.read())

    def answer(self, answer: Answer) -> None:
        handler = self._handler
        length = max(int(answer.headers.get("content-length", 0)), len(answer.body))
        handler.send_response_only(answer.status)
        for name, value in answer.headers.items():
            if name not in {"content-length", "transfer-encoding", "connection"}:
                handler.send_header(name, value)
        if answer.status != http.HTTPStatus.NO_CONTENT:
            handler.send_header("Content-Length", str(length))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(answer.body)
            handler.close_connection = handler.close_connection or length > len(answer.body)

    def reset(self) -> None:
        # With this option closing sends RST, and no FIN: all that was sent is lost.
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._handler.close_connection = True
        self._handler.rfile.close()
        self._handler.connection.close()
