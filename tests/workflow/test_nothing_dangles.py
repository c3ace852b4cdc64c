"""At no moment of a release does a page or feed that readers know point at something that is not there."""

import json
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Lock
from urllib.parse import urljoin, urlsplit

import pytest
from support.house import URL, House

from publisher.edition.model import PublicFile
from publisher.release.steps import Action
from publisher.release.target import ANYTHING, Found, Headed, Listed, Over, Promises, Sent, Target, unheard
from publisher.workflow import release as verb
from publisher.workflow.context import Context

ADDRESS = re.compile(rb"""(?:href|src|url)=["']([^"'#]+)|<(?:link|loc)>([^<]+)<""")


def pointed_at(folder: Path, key: str) -> Iterator[str]:
    """Keys of our own that a page or feed points at."""
    for found in ADDRESS.findall((folder / key).read_bytes()):
        address = urljoin(URL + key, (found[0] or found[1]).decode())
        if address.startswith(URL):
            yield urlsplit(address).path.removeprefix("/") or "index.html"


class Watched:
    """A folder at which somebody reads after every single change what they knew before and what stays."""

    def __init__(self, target: Target, folder: Path, stays: set[str]) -> None:
        self._target = target
        self._folder = folder
        self._lock = Lock()
        self._known = {key for key in stays if (folder / key).is_file()}
        self.looks = 0

    @property
    def address(self) -> str:
        return self._target.address

    def exclusive(self) -> AbstractContextManager[None]:
        return self._target.exclusive()

    def listing(self) -> Mapping[str, Listed]:
        return self._target.listing()

    def read(self, key: str) -> Iterator[bytes]:
        return self._target.read(key)

    @property
    def promises(self) -> Promises:
        return self._target.promises

    def peek(self, key: str) -> Found | None:
        return self._target.peek(key)

    def head(self, key: str) -> Headed | None:
        return self._target.head(key)

    def swap(self, key: str, data: bytes, seen: str | None) -> str:
        return self._target.swap(key, data, seen)

    def put(self, file: PublicFile, sent: Sent = unheard, over: Over = ANYTHING) -> str:
        with self._lock:
            etag = self._target.put(file, sent, over)
            self._look()
        return etag

    def delete(self, key: str) -> None:
        with self._lock:
            self._target.delete(key)
            self._look()

    def delete_many(self, keys: Sequence[str]) -> None:
        for key in keys:
            self.delete(key)

    def _look(self) -> None:
        self.looks += 1
        for key in self._known:
            if Path(key).suffix in {".html", ".xml", ".atom"} and (self._folder / key).exists():
                missing = [to for to in pointed_at(self._folder, key) if not (self._folder / to).exists()]
                assert not missing, f"{key} points at {missing}"


def test_a_reader_who_looks_after_every_change_finds_everything(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(5):
        house.add_post(f"post-{number}")
        path = house.root / f"posts/post-{number}/post.md"
        path.write_text(path.read_text().replace("2026-11-05", f"2026-11-0{number + 1}"))
        if number != 2:
            house.approved(f"post-{number}")
    verb.release(house.context())

    folder = house.root / "public"
    watched: list[Watched] = []
    opened = verb.open_release_target

    def release_watched() -> None:
        planned = verb.release(house.context(), dry_run=True, max_deletes=99).plan
        stays = {step.key for step in planned.steps if step.action is not Action.DELETE}

        def watch(context: Context, to: str | None = None) -> Watched:
            watched.append(Watched(opened(context, to), folder, stays))
            return watched[-1]

        with monkeypatch.context() as patch:
            patch.setattr(verb, "open_release_target", watch)
            verb.release(house.context(), max_deletes=99)

    # A new piece between two others, an edit, a takedown, and the house's first episode with its show and feed.
    house.approved("post-2")
    house.add_post("post-1", text="Edited.\n")
    house.approved("post-1")
    shutil.rmtree(house.root / "posts/post-3")
    house.add_episode()
    house.approved("a-talk")
    release_watched()

    for slug in ("post-0", "post-1", "post-2", "post-4"):
        shutil.rmtree(house.root / "posts" / slug)
    release_watched()
    assert json.loads((folder / "feeds/blog.json").read_bytes())["items"] == []
    assert [found.looks > 5 for found in watched] == [True, True]
