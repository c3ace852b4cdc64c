"""A small released site, and a browser to look at it with.

The folder is no package: `site` is the name of a module of Python's own.
"""

import socket
import threading
import time
from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import numpy as np
import pytest
import uvicorn
from feeds.approving import Press, data
from playwright.sync_api import Browser, Page, Request
from support.browser import chromium
from support.commands import HANGS
from support.house import CONFIG, URL, House, make_house, write_tone

from publisher import preview
from publisher.audio.encoders.m4a import encode
from publisher.audio.feed import Held
from publisher.audio.meters.waveform import extremes, peaks_json
from publisher.rendering.model import media_file
from publisher.rendering.piece import Soundbite
from publisher.workflow.release import release

STRICT = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; media-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The strictest policy that a site can be served with: nothing inline, nothing from elsewhere."""

SECOND_SHOW = """
[shows.leise]
title = "Leise"
description = "Eine Sendung auf Deutsch."
guid = "9c2a4f0e-30f5-5f0c-8a51-3a1f4b3b6f5d"
artwork = "artwork/cover.png"
categories = ["Technology"]
language = "de"
owner = { name = "Example House", email = "leise@example.com" }
funding = { "Support us" = "https://example.com/support" }
"""

TALK = """---
title: A talk with </script> & "quotes" in its title
date: 2026-11-03T07:00:00+01:00
summary: Who says what.
speakers: [ann, ben]
show: aloud
number: 1
division: service
recording:
  - file: talk.wav
transcript: talk.vtt
chapters:
  - {start: "0:00", title: First}
  - {start: "0:10", title: Second}
  - {start: "0:20", title: Third & <last>}
---

Notes with a [link](https://example.com/).

- one
- two
"""

BARE = """---
title: Ohne Abschrift
date: 2026-11-04T07:00:00+01:00
summary: Nur Ton.
speakers: [ann]
show: leise
recording:
  - file: talk.wav
---

Kurz.
"""

EVERYTHING = """
A paragraph with a [link](https://example.com/), `code` and **weight**.

## What can stand in a post

1. one
2. two

> Somebody said this.

### Figures

| What we counted | Before | After that, and for a long time yet |
| --- | --- | ---: |
| Questions | 118 | https://example.com/a-long-address-that-does-not-break/at-all/anywhere |

```
a line of code that is much longer than the width of any phone that people hold in their hands today
```

![A dot.](dot.png)

Donaudampfschifffahrtselektrizitaetenhauptbetriebswerkbauunterbeamtengesellschaftsvorstandsmitglied
"""

WITH_ALL = "episodes/with-all.html"
Message: TypeAlias = MutableMapping[str, Any]


def _transcript() -> str:
    """Thirty seconds: Ann says a line, then Ben speaks at length, through two more chapters."""
    cues = [(0.5, 3.8, "Ann Host", "Welcome to the talk."), (4.0, 9.5, "Ben Author", "Thank you for having me.")]
    cues += [
        (start, start + 1.9, "Ben Author", f"This is what happened at {start}: {'many ' * 20}words.")
        for start in range(10, 28, 2)
    ]
    lines = [f"00:{start:06.3f} --> 00:{end:06.3f}\n<v {speaker}>{text}\n" for start, end, speaker, text in cues]
    return "WEBVTT\n\n" + "\n".join(lines)


def _picture(width: int, height: int) -> bytes:
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.new("RGB", (width, height), (228, 87, 46)).save(buffer, format="PNG")
    return buffer.getvalue()


def _furnish(house: House) -> None:
    house.write(
        "publisher.toml", CONFIG.replace("\n[divisions", 'email = "all@example.com"\n\n[divisions', 1) + SECOND_SHOW
    )
    house.write("episodes/a-talk/episode.md", TALK)
    house.write("episodes/a-talk/talk.vtt", _transcript())
    write_tone(house.root / "episodes/a-talk/talk.wav", 30)
    house.write("episodes/ohne-abschrift/episode.md", BARE)
    write_tone(house.root / "episodes/ohne-abschrift/talk.wav", 2)
    house.add_post("a-post", matter="division: service\n")
    house.add_post("everything", matter="picture: {file: wide.png, alt: Three bars.}\n", text=EVERYTHING)
    house.write("posts/everything/wide.png", _picture(1200, 500))
    house.write("posts/everything/dot.png", _picture(40, 30))


def _add_companions(public: Path, draft: Path) -> None:
    """A page whose sound has all that can go with it: an M4A, a waveform, and audiograms of a soundbite."""
    sound = np.zeros((30 * 48_000, 1), np.float32)
    sound[:, 0] = np.tile(np.linspace(0, 0.8, 48_000, dtype=np.float32), 30) * np.tile([-1, 1], 15 * 48_000)
    encode(Held(sound), 64, draft)
    (mp3,) = public.glob("media/*/a-talk.mp3")
    files = [
        media_file("audio", "with-all.mp3", mp3.read_bytes()),
        media_file("alternate", "with-all.m4a", draft.read_bytes()),
        media_file("waveform", "with-all.waveform.json", peaks_json(*extremes(sound))),
        media_file("audiogram:why-square", "with-all-why-square.mp4", b"an audiogram"),
        media_file("audiogram:why-vertical", "with-all-why-vertical.mp4", b"a higher audiogram"),
    ]
    bites = (
        Soundbite(12.0, 15.0, "Why & <how>", {"square": "why-square", "vertical": "why-vertical"}),
        Soundbite(3.5, 20.0, "A title that is longer than one line of a small phone can ever hold"),
    )
    press = Press()
    piece, rendering = press.rendered(
        "with-all", "Notes.", "aloud", files=files[1:], sound={"audio": files[0], "duration": 30, "soundbites": bites}
    )
    edition = press.compose(press.approve(piece, rendering))
    made = {file.key: file.source for file in rendering.media}
    for key, content in {**made, WITH_ALL: data(edition, WITH_ALL)}.items():
        assert isinstance(content, bytes)
        (public / key).parent.mkdir(parents=True, exist_ok=True)
        (public / key).write_bytes(content)


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A released site: two shows, one of them in German; an episode with everything and one without; two posts.

    And the page of an episode whose master has all that can go with it.
    """
    house = make_house(tmp_path_factory.mktemp("site") / "house")
    _furnish(house)
    for slug in ("a-talk", "ohne-abschrift", "a-post", "everything"):
        house.approved(slug)
    release(house.context())
    _add_companions(house.root / "public", house.root / "draft.m4a")
    return house.root / "public"


@pytest.fixture(scope="session")
def pages(folder: Path) -> list[str]:
    """Every page of the site, but the one for what is missing: that is answered elsewhere than where it lies."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.html") if path.name != "404.html")


def _strict(app: Callable[..., Any]) -> Callable[..., Any]:
    """The same site, served with the strictest content security policy."""

    async def served(scope: Message, receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        async def add(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], (b"content-security-policy", STRICT.encode())]
            await send(message)

        await app(scope, receive, add)

    return served


@pytest.fixture(scope="session")
def address(folder: Path) -> Iterator[str]:
    """The address at which the preview answers with the site, under the strictest policy."""
    listener = socket.create_server(("127.0.0.1", 0))
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/"
    make_app: Callable[..., Any] = preview.preview_app
    config = uvicorn.Config(_strict(make_app(folder, URL, address)), log_level="error", lifespan="off", ws="none")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    while not server.started and thread.is_alive():
        time.sleep(0.01)
    yield address
    server.should_exit = True
    thread.join()
    listener.close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One for all pages of the site."""
    with chromium() as found:
        yield found


@pytest.fixture(params=["from a disk", "from a server"])
def base(request: pytest.FixtureRequest) -> str:
    """Where a page's address begins: the folder, or the preview."""
    if request.param == "from a disk":
        found: Path = request.getfixturevalue("folder")
        return found.as_uri() + "/"
    return str(request.getfixturevalue("address"))


@pytest.fixture
def troubles() -> list[str]:
    """What a page complained of; a test that opens pages ends with none."""
    return []


@pytest.fixture
def look(browser: Browser, troubles: list[str]) -> Iterator[Callable[..., Page]]:
    """A page in a window of its own, by address; options are those of a browser context."""
    contexts = []

    def open_page(url: str, **options: object) -> Page:
        chosen: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, **options}
        context = browser.new_context(**chosen)
        context.set_default_timeout(HANGS * 1000)
        contexts.append(context)
        page = context.new_page()
        _watch(page, urlsplit(url).netloc, troubles)
        page.goto(url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert troubles == []


def _watch(page: Page, host: str, troubles: list[str]) -> None:
    def asked(request: Request) -> None:
        if urlsplit(request.url).netloc != host:
            troubles.append(f"asks another host: {request.url}")

    def failed(request: Request) -> None:
        # A browser stops fetching audio when it has enough, and when its page is left.
        if request.failure != "net::ERR_ABORTED":
            troubles.append(f"{request.failure}: {request.url}")

    page.on("request", asked)
    page.on("requestfailed", failed)
    page.on("console", lambda message: troubles.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: troubles.append(str(error)))
