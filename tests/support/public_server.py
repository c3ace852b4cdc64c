"""A small web server of the tests' own: it serves a released folder as a bucket does, or lies about it."""

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from publisher.release.record import RECORD_KEY


@dataclass(frozen=True)
class Reply:
    """What is answered to a question about a key, before anybody asks for a part of it."""

    status: int
    headers: dict[str, str]
    body: bytes
    breaks: bool = False
    """Whether the connection ends in the middle of the body."""
    seconds: float = 0.0
    """How long it takes."""

    def saying(self, **headers: str) -> "Reply":
        """The same with other headers: `Content_Type="…"`; an empty one is not sent."""
        return replace(
            self, headers={**self.headers, **{name.replace("_", "-"): text for name, text in headers.items()}}
        )


Lie = Callable[[Reply], Reply]


@dataclass
class Served:
    """A folder at an address."""

    folder: Path
    url: str = ""
    lies: dict[str, Lie] = field(default_factory=dict)
    """By key."""
    everywhere: Lie | None = None
    """About every key that has no lie of its own."""
    asked: list[str] = field(default_factory=list)
    """`GET KEY`, in their order."""

    def reply(self, key: str) -> Reply:
        """What is answered about a key."""
        lie = self.lies.get(key, self.everywhere)
        found = self.truth(key)
        return lie(found) if lie else found

    def truth(self, key: str) -> Reply:
        """What an honest server answers."""
        path = self.folder / key
        if not path.is_file():
            return Reply(404, {"Content-Type": "text/html"}, b"<p>Not here")
        said = self._record().get(key, {})
        headers = {
            "Content-Type": said.get("content_type", "application/octet-stream"),
            "Cache-Control": said.get("cache_control", ""),
            "Accept-Ranges": "bytes",
            "Access-Control-Allow-Origin": "*",
        }
        return Reply(200, headers, path.read_bytes())

    def _record(self) -> dict[str, dict[str, Any]]:
        path = self.folder / RECORD_KEY
        files: dict[str, dict[str, Any]] = json.loads(path.read_bytes())["files"] if path.is_file() else {}
        return files


@contextmanager
def served(folder: Path) -> Iterator[Served]:
    """Serve a folder for the length of a block."""
    site = Served(folder)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(site))
    site.url = f"http://127.0.0.1:{server.server_address[1]}/"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _handler(site: Served) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer()

        def do_HEAD(self) -> None:
            self._answer()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        def _answer(self) -> None:
            key = self.path.lstrip("/")
            site.asked.append(f"{self.command} {key}")
            reply = _part(site.reply(key), self.headers.get("Range", ""))
            time.sleep(reply.seconds)
            self.send_response(reply.status)
            for name, text in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                if text:
                    self.send_header(name, text)
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(reply.body[: len(reply.body) // 2] if reply.breaks else reply.body)
            self.close_connection = self.close_connection or reply.breaks

    return Handler


def _part(reply: Reply, asked: str) -> Reply:
    """What a server that knows ranges makes of an answer; one that accepts none knows none."""
    found = re.fullmatch(r"bytes=(\d+)-(\d+)", asked)
    if reply.status != 200 or not found or reply.headers.get("Accept-Ranges") != "bytes":
        return reply
    start, end = int(found[1]), min(int(found[2]), len(reply.body) - 1)
    body = reply.body[start : end + 1]
    return replace(
        reply,
        status=206,
        headers={**reply.headers, "Content-Range": f"bytes {start}-{end}/{len(reply.body)}"},
        body=body,
    )
