"""How quickly the desk opens an episode of three hours with 20,000 cues, and whether it scrolls smoothly.

The sound itself is short: what is measured is the page. In Debian's Chromium, headless.
"""

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from desk.opened import Opened, opened
from playwright.sync_api import Page
from support.browser import chromium
from support.house import House, make_house

from publisher.audio.meters.waveform import peaks_json
from publisher.files import digest_bytes
from publisher.rendering.model import CARD, Card, media_file
from publisher.review.manifest import entry
from publisher.review.revisions import Revision

HOURS = 3
CUES = 20_000
WORDS = "we asked the desk for questions and somebody answered within a day because that is what it is for"

FRAMES = """() => new Promise((done) => {
  const times = [];
  let last = performance.now();
  const step = (now) => {
    times.push(now - last);
    last = now;
    if (times.length >= 240) return done(times.slice(1));
    scrollBy(0, 400);
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
})"""


def transcript() -> str:
    """So many cues, of two speakers, one behind the other."""
    length = HOURS * 3600 / CUES
    lines, words = ["WEBVTT"], WORDS.split()
    for number in range(CUES):
        start, end = number * length, (number + 1) * length - 0.01
        said = " ".join(words[(number + at * (1 + number % 7)) % len(words)] for at in range(9))
        lines.append(f"{_clock(start)} --> {_clock(end)}\n<v {('Ann Host', 'Ben Author')[number // 9 % 2]}>{said}")
    return "\n\n".join(lines) + "\n"


def _clock(seconds: float) -> str:
    milliseconds = round(seconds * 1000)
    return (
        f"{milliseconds // 3_600_000:02}:{milliseconds // 60_000 % 60:02}:"
        f"{milliseconds // 1000 % 60:02}.{milliseconds % 1000:03}"
    )


def long_revision(house: House) -> None:
    """Submit an episode, and then the same with a transcript and waveform of three hours."""
    import numpy as np

    house.add_episode(seconds=4)
    house.submit("a-talk")
    context = house.context()
    before = context.revisions.get("a-talk", context.ledger.records()[-1].revision)
    rng = np.random.default_rng(1)
    high = rng.uniform(0.05, 0.9, HOURS * 36_000).astype(np.float32)
    made = {
        "transcript": media_file("transcript", "a-talk.vtt", transcript().encode()),
        "waveform": media_file("waveform", "a-talk.waveform.json", peaks_json(-high, high)),
    }
    for file in made.values():
        context.media.keep(file)
    fields = {field: getattr(before.manifest, field) for field in before.manifest.__dataclass_fields__}
    fields["files"] = tuple(
        entry(made[file.role].key, made[file.role].digest, file.type, file.role) if file.role in made else file
        for file in before.manifest.files
    )
    card = Card.from_bytes(before.parts[CARD])
    parts = {**before.parts, CARD: Card(**{**vars(card), "duration": HOURS * 3600}).to_bytes()}
    fields["parts"] = tuple(entry(part.name, digest_bytes(parts[part.name])) for part in before.manifest.parts)
    revision = Revision(type(before.manifest)(**fields), parts)
    context.revisions.keep(revision)
    context.ledger.append("submit", "a-talk", "ann", context.today(), {"revision": revision.name, "findings": 0})


def main() -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as folder:
        house = make_house(Path(folder) / "house")
        long_revision(house)
        with opened(house) as desk, chromium("--autoplay-policy=no-user-gesture-required") as browser:
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"http://localhost:{desk.port}/launch?token={desk.desk.sessions.launch}")
            page.wait_for_url(f"http://localhost:{desk.port}/")
            rows = [*_opening(desk, page), *_scrolling(page), *_following(page)]
    print(f"An episode of {HOURS} hours with {CUES:,} cues\n")
    for what, said in rows:
        print(f"{what:<54} {said}")


def _opening(desk: Opened, page: Page) -> list[tuple[str, str]]:
    address = f"http://localhost:{desk.port}/pieces/a-talk"
    page.goto(address)
    took: list[dict[str, Any]] = []
    for _ in range(3):
        page.goto(address)
        took.append(json.loads(page.evaluate("JSON.stringify(performance.getEntriesByType('navigation')[0])")))
    best = min(took, key=lambda one: one["loadEventEnd"])
    return [
        ("the first byte of the page", f"{best['responseStart'] / 1000:.2f} s"),
        ("the whole page is there", f"{best['responseEnd'] / 1000:.2f} s, {best['decodedBodySize'] / 1e6:.1f} MB"),
        ("it can be used", f"{best['domContentLoadedEventEnd'] / 1000:.2f} s"),
    ]


def _scrolling(page: Page) -> list[tuple[str, str]]:
    page.wait_for_timeout(1000)
    frames = sorted(page.evaluate(FRAMES))
    middle, late = frames[len(frames) // 2], frames[int(len(frames) * 0.95)]
    return [("a frame while it scrolls by 400 pixels each", f"{middle:.1f} ms, at most {late:.1f} ms of 95 in 100")]


def _following(page: Page) -> list[tuple[str, str]]:
    """From a press of a key to the line that is heard, far into the transcript."""
    page.evaluate("scrollTo(0, 0)")
    began = time.perf_counter()
    page.locator("input[type=range]").evaluate(
        "range => { range.value = 9000; range.dispatchEvent(new Event('input', { bubbles: true })); }"
    )
    page.locator(".cue[aria-current]").wait_for(state="attached")
    return [("to the line at 2:30:00", f"{time.perf_counter() - began:.2f} s")]


if __name__ == "__main__":
    main()
