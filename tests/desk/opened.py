"""A desk that is open, and what a browser or somebody else asks it."""

import html
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from urllib.parse import urlencode

from support.house import House, key_file

from publisher.desk.passkey import ByPasskey
from publisher.desk.passphrase import Passphrase
from publisher.desk.room import Desk, origin_of
from publisher.desk.serving import server_of
from publisher.desk.sessions import Attempts
from publisher.loopback import listening
from publisher.workflow.context import Context
from publisher.workspace.loading import load

OWN = {"Sec-Fetch-Site": "same-origin"}


@dataclass(frozen=True)
class Answer:
    """What the desk said."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")

    def says(self, words: str) -> bool:
        """Whether words stand on the page, wherever its lines break."""
        return words in " ".join(html.unescape(re.sub(r"<[^>]+>", " ", self.text)).split())


@dataclass
class Opened:
    """A desk, and the browser that sits at it."""

    house: House
    desk: Desk
    cookie: str = ""
    csrf: str = ""
    later: list[float] = field(default_factory=list)
    """Seconds by which the desk's clock is late."""
    stop: Callable[[], None] = lambda: None
    """Ends it as Ctrl-C does."""

    @property
    def port(self) -> int:
        return self.desk.port

    def ask(self, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None) -> Answer:
        """As it is said, and no more."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
        said = {"Host": f"localhost:{self.port}", **(headers or {})}
        connection.request(method, path, body or None, said)
        response = connection.getresponse()
        answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        connection.close()
        return answer

    def enter(self, token: str | None = None) -> Answer:
        """Open the address that was printed."""
        answer = self.ask("GET", f"/launch?token={token or self.desk.sessions.launch}")
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].partition(";")[0]
            start = re.search(r'<a href="([^"]+)">Go on', answer.text)
            self.csrf = self.csrf_of(self.get(start[1] if start else "/"))
        return answer

    @staticmethod
    def csrf_of(answer: Answer) -> str:
        found = re.search(r'<meta name="csrf" content="([^"]+)">', answer.text)
        return found[1] if found else ""

    def get(self, path: str, **headers: str) -> Answer:
        """As the browser asks that was let in."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.ask("GET", path, headers={"Cookie": self.cookie, **OWN, **more})

    def post(self, path: str, said: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        """A form of the desk's own."""
        form = {"csrf": self.csrf, **said}
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode(form), {"Cookie": self.cookie, **OWN, **kind, **(headers or {})})

    def draw_up(self, slug: str, revision: str, decision: str = "approve", reason: str = "") -> Answer:
        """Ask for a statement to sign; the answer's `location` is where it is."""
        said = {"revision": revision, "decision": decision, "reason": reason}
        return self.post(f"/pieces/{slug}/statement", said)

    def sign(self, address: str, revision: str, passphrase: str) -> Answer:
        """Sign a statement."""
        return self.post(address, {"revision": revision, "way": "passphrase", "passphrase": passphrase})


@contextmanager
def opened(house: House, person: str = "lea", most: int = 5) -> Iterator[Opened]:
    """A desk at a free port, at which nobody was let in yet."""
    late: list[float] = []

    @contextmanager
    def work() -> Iterator[Context]:
        def clock() -> datetime:
            return datetime.fromtimestamp(time.time() + sum(late), UTC)

        run = Context(load(house.root), clock, clock())
        yield run
        run.digests.save()

    with listening(0) as listener:
        port = listener.getsockname()[1]
        ways = (ByPasskey(origin_of(port)), Passphrase(key_file(person)))
        desk = Desk(work, person, port, ways, attempts=Attempts(most))
        server = server_of(desk)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Opened(house, desk, later=late, stop=lambda: setattr(server, "should_exit", True))
        finally:
            server.should_exit = True
            thread.join()
