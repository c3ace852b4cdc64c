"""The preview answers as a good server does, and to this computer only."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest
import uvicorn
from support.commands import HANGS, publish
from support.house import URL, House, make_house

from publisher.preview import preview_app
from publisher.workflow.release import release


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Preview:
    """A running preview of a released folder."""

    port: int
    folder: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/"

    @property
    def audio(self) -> tuple[str, bytes]:
        """Path and bytes of the released master."""
        (path,) = self.folder.rglob("a-talk.mp3")
        return "/" + str(path.relative_to(self.folder)), path.read_bytes()

    def ask(self, method: str, path: str, **headers: str) -> Answer:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=HANGS)
        connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)


@pytest.fixture(scope="module")
def preview(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    house = make_house(tmp_path_factory.mktemp("house"))
    house.add_episode()
    house.approved("a-talk")
    release(house.context())
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    found = Preview(port, house.root / "public")
    server = uvicorn.Server(uvicorn.Config(preview_app(found.folder, URL, found.address), log_level="warning"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    yield found
    server.should_exit = True
    thread.join()


def test_head_says_what_get_would_say_without_the_bytes(preview: Preview) -> None:
    path, data = preview.audio
    answer = preview.ask("HEAD", path)
    assert (answer.status, answer.body) == (200, b"")
    assert answer.headers["content-length"] == str(len(data))
    assert answer.headers["content-type"] == "audio/mpeg"


@pytest.mark.parametrize(("asked", "first", "last"), [("bytes=0-99", 0, 99), ("bytes=1000-1999", 1000, 1999)])
def test_a_range_of_bytes_is_answered_with_that_range(preview: Preview, asked: str, first: int, last: int) -> None:
    path, data = preview.audio
    answer = preview.ask("GET", path, Range=asked)
    assert answer.status == 206
    assert answer.body == data[first : last + 1]
    assert answer.headers["content-range"] == f"bytes {first}-{last}/{len(data)}"


def test_the_last_bytes_can_be_asked_for(preview: Preview) -> None:
    path, data = preview.audio
    assert preview.ask("GET", path, Range="bytes=-500").body == data[-500:]


def test_a_range_beyond_the_end_is_refused(preview: Preview) -> None:
    path, _ = preview.audio
    assert preview.ask("GET", path, Range="bytes=99999999-").status == 416


@pytest.mark.parametrize("path", ["audio", "/feeds/aloud.xml", "/episodes/a-talk.html"])
def test_what_did_not_change_is_not_sent_again(preview: Preview, path: str) -> None:
    path = preview.audio[0] if path == "audio" else path
    etag = preview.ask("GET", path).headers["etag"]
    again = preview.ask("GET", path, If_None_Match=etag)
    assert (again.status, again.body) == (304, b"")
    assert preview.ask("GET", path, If_None_Match='"another"').status == 200


def test_a_feed_points_at_the_preview_so_that_an_app_here_can_subscribe(preview: Preview) -> None:
    feed = preview.ask("GET", "/feeds/aloud.xml")
    assert feed.headers["content-type"].startswith("application/rss+xml")
    assert f"{preview.address}media/".encode() in feed.body
    assert URL.encode() not in feed.body
    assert URL.encode() in (preview.folder / "feeds/aloud.xml").read_bytes()


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        ("json", "application/json+chapters"),
        ("waveform.json", "application/json"),
        ("vtt", "text/vtt"),
        ("mp3", "audio/mpeg"),
    ],
)
def test_what_belongs_to_an_episode_has_the_type_that_apps_look_for(preview: Preview, ending: str, kind: str) -> None:
    (path,) = (preview.folder / "media").rglob(f"a-talk.{ending}")
    answer = preview.ask("GET", f"/{path.relative_to(preview.folder).as_posix()}", Range="bytes=0-9")
    assert (answer.status, answer.body) == (206, path.read_bytes()[:10])
    assert answer.headers["content-type"].partition(";")[0] == kind


def test_the_first_page_and_missing_pages_are_answered(preview: Preview) -> None:
    assert preview.ask("GET", "/").status == 200
    missing = preview.ask("GET", "/nothing/here.html")
    assert missing.status == 404
    assert b"Not found" in missing.body


@pytest.mark.parametrize("path", ["/../publisher.toml", "/%2e%2e/publisher.toml", "/feeds/..%2f..%2fpublisher.toml"])
def test_nothing_outside_of_the_folder_is_answered(preview: Preview, path: str) -> None:
    assert preview.ask("GET", path).status == 404


def test_another_name_for_this_computer_gets_nothing(preview: Preview) -> None:
    assert preview.ask("GET", "/", Host="attacker.example").status == 400


def test_a_taken_port_is_refused_with_a_hint(preview: Preview, house: House) -> None:
    house.write("public/index.html", "x")
    ran = publish("serve", "--port", str(preview.port), at=house.root)
    assert ran.code == 1
    assert "--port" in ran.err


def test_serving_before_a_release_is_refused_with_a_hint(house: House) -> None:
    ran = publish("serve", "--port", "0", at=house.root)
    assert ran.code == 1
    assert "publish release" in ran.err
