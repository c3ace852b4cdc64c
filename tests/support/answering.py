"""A store that gives every request the same answer, and keeps what it was asked."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ERROR = "<Error><Code>{code}</Code><Message>because</Message></Error>"


@dataclass
class Store:
    """A running store."""

    endpoint: str
    status: int
    body: bytes
    etag: str
    requests: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    """Method, path and headers of each request, the headers' names in lower case."""
    bodies: list[bytes] = field(default_factory=list)
    """Of each request."""
    headers: dict[str, str] = field(default_factory=dict)
    """More of every answer."""


@contextmanager
def answering(status: int, body: str = "", etag: str = "etag") -> Iterator[Store]:
    """Run a store on 127.0.0.1 that answers every request with `status` and `body`."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            store.bodies.append(self.rfile.read(int(self.headers.get("Content-Length", 0))))
            names = {name.lower(): value for name, value in self.headers.items()}
            store.requests.append((self.command, self.path, names))
            self.send_response(store.status)
            self.send_header("Content-Type", "application/xml")
            self.send_header("ETag", f'"{store.etag}"')
            self.send_header("Content-Length", str(len(store.body)))
            for name, value in store.headers.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(store.body)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _answer  # noqa: N815  http.server's names

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  http.server's name
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        store = Store(f"http://127.0.0.1:{server.server_port}", status, body.encode(), etag)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield store
        finally:
            server.shutdown()
            thread.join()
