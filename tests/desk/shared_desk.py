"""A desk that a team shares, the proxy before it, and the people who ask."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler
from urllib.parse import urlencode, urlsplit

from support.commands import HANGS
from support.house import CONFIG, PEOPLE, House, admin, signer
from support.issuer import AUDIENCE, ISSUER, claims_of, jwks, serving, token

from desk.opened import OWN, Answer, Opened
from publisher.desk.app import team_app
from publisher.desk.keyset import KeySet
from publisher.desk.serving import server_for
from publisher.desk.team import SignedIn, Team
from publisher.desk.tokens import SignIn
from publisher.loopback import listening
from publisher.workflow.context import Context
from publisher.workspace.loading import load

ORIGIN = "https://review.example.com"

TEAM = (
    CONFIG
    + """
[divisions.service.review.required]
service = 1

[divisions.medical]
name = "Medical"
"""
)

STAFF = """
[people.sue]
name = "Sue Service"
email = "sue@example.com"
roles = ["service"]
keys = ["{sue}"]

[people.gus]
name = "Gus Guest"
email = "gus@example.com"

[people.new]
name = "Nora New"
email = "nora@example.com"
roles = ["legal"]

[people.old]
name = "Olaf Old"
email = "olaf@example.com"
roles = ["legal"]
valid_to = 2020-12-31
keys = ["{old}"]

[people.una]
name = "Una Unsigned"
"""


def team_house(house: House) -> House:
    """Ann and Ben make pieces, Lea and Max decide all, Sue those of the service; a post and two talks are in review."""
    text = PEOPLE.format(**{id_: _public(id_) for id_ in ("lea", "max")})
    for id_ in ("ann", "ben", "lea", "max"):
        text = text.replace(f"[people.{id_}]\n", f'[people.{id_}]\nemail = "{id_}@example.com"\n')
    text += STAFF.format(sue=signer("sue").public_line(), old=signer("old").public_line())
    house.write("publisher.toml", TEAM)
    signing = admin().replace("[people.ada]\n", '[people.ada]\nemail = "ada@example.com"\n')
    house.write("people.toml", text + signing)
    house.sign_people()
    house.add_post()
    house.submit("a-post", "ben")
    house.add_episode("of-service", matter="division: service\n", seconds=5)
    house.submit("of-service", "ben")
    house.add_episode()
    house.submit("a-talk", "ann")
    return house


def _public(id_: str) -> str:
    return signer(id_).public_line()


@dataclass
class Shared:
    """A desk that is served, and what the log says."""

    house: House
    team: Team
    port: int
    log: list[str]
    late: list[float]
    """Seconds by which the desk's clock is late."""

    def visitor(self, email: str | None) -> "Visitor":
        """Somebody whom the sign-in knows by that e-mail, in a browser of their own."""
        return Visitor(self, "" if email is None else token(claims_of(email)))

    def revision(self, slug: str) -> str:
        """The revision of a piece in review."""
        return [one.revision for one in self.house.context().ledger.records() if one.slug == slug][-1]

    def forget(self) -> None:
        """Let the desk ask anew who is known."""
        self.late.append(60.0)


@dataclass
class Visitor:
    """Somebody's browser, as the proxy speaks for it."""

    shared: Shared
    token: str
    cookie: str = ""
    csrf: str = ""
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: str = "", headers: Mapping[str, str] | None = None) -> Answer:
        """As it is said, with the token of the sign-in."""
        said = {"Host": urlsplit(self.shared.team.origin).netloc, "Authorization": f"Bearer {self.token}", **OWN}
        said |= {"Cookie": self.cookie} | self.headers | dict(headers or {})
        with closing(HTTPConnection("127.0.0.1", self.shared.port, timeout=HANGS)) as connection:
            connection.request(method, path, body or None, {name: value for name, value in said.items() if value})
            response = connection.getresponse()
            answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
        if "set-cookie" in answer.headers:
            self.cookie = answer.headers["set-cookie"].partition(";")[0]
        self.csrf = Opened.csrf_of(answer) or self.csrf
        return answer

    def get(self, path: str, **headers: str) -> Answer:
        """A page of the desk."""
        return self.ask("GET", path, headers={name.replace("_", "-"): value for name, value in headers.items()})

    def post(self, path: str, said: Mapping[str, str], headers: Mapping[str, str] | None = None) -> Answer:
        """A form of the desk's own."""
        if not self.csrf:
            self.get("/")
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.ask("POST", path, urlencode({"csrf": self.csrf, **said}), {**kind, **(headers or {})})

    def draw_up(self, slug: str, revision: str, decision: str = "approve", reason: str = "") -> Answer:
        """Ask for a statement to sign; the answer's `location` is where it is."""
        return self.post(f"/pieces/{slug}/statement", {"revision": revision, "decision": decision, "reason": reason})


@contextmanager
def shared_desk(house: House, origin: str = ORIGIN) -> Iterator[Shared]:
    """The desk of a team at a free port."""
    late: list[float] = []
    log: list[str] = []

    @contextmanager
    def work() -> Iterator[Context]:
        def clock() -> datetime:
            return datetime.fromtimestamp(time.time(), UTC)

        run = Context(load(house.root), clock, clock())
        yield run
        run.digests.save()

    team = Team(work, origin, log.append, lambda: time.monotonic() + sum(late))
    door = SignedIn(team, SignIn(ISSUER, AUDIENCE, "email", KeySet(lambda: jwks("rsa1"))), "Authorization")
    with listening(0) as listener:
        server = server_for(team_app(team, door))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield Shared(house, team, listener.getsockname()[1], log, late)
        finally:
            server.should_exit = True
            thread.join()


@dataclass
class Proxy:
    """What stands before the desk: it says who asks, whatever the browser says of that."""

    upstream: int
    email: str
    port: int = 0

    @property
    def origin(self) -> str:
        return f"http://localhost:{self.port}"


@contextmanager
def proxied(proxy: Proxy) -> Iterator[Proxy]:
    """The proxy at its port, or a free one."""

    class Passing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._pass()

        def do_POST(self) -> None:
            self._pass()

        def _pass(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _OWN}
            headers["Authorization"] = f"Bearer {token(claims_of(proxy.email))}"
            with closing(HTTPConnection("127.0.0.1", proxy.upstream, timeout=HANGS)) as connection:
                connection.request(self.command, self.path, body or None, headers)
                answer = connection.getresponse()
                data = answer.read()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in {"connection", "transfer-encoding", "content-length"}:
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            with suppress(ConnectionError):  # a player that heard enough
                self.end_headers()
                self.wfile.write(data)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with serving(Passing, proxy.port) as proxy.port:
        yield proxy


_OWN = {"authorization", "connection", "content-length"}
"""What a browser says and the proxy does not pass on."""
