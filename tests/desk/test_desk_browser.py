"""The desk in a real browser: with the keyboard alone, for a screen reader, in light and dark, on a phone."""

import re
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect
from support.house import FORECASTS, GUIDELINES, PASSPHRASE, House, make_house

from desk.opened import Opened, opened

PHONE = {"width": 360, "height": 740}
TALK = """WEBVTT

00:00.000 --> 00:03.000
<v Ann Host>Welcome to the show.

00:03.000 --> 00:07.000
<v Ben Author>They asked whether our revenue will double, and I said that I repair robots.

00:07.000 --> 00:11.500
<v Ann Host>That is a good answer, and nothing else is to be said.
"""


def furnish(house: House) -> None:
    house.write("guidelines.toml", GUIDELINES + FORECASTS)
    house.add_episode(seconds=12, matter="edits:\n  - {bleep: '0:09-0:09.4', reason: A name.}\n")
    house.write("episodes/a-talk/talk.vtt", TALK)
    house.submit("a-talk")
    house.add_post(text="Our revenue will grow.\n\n## How\n\n- by itself\n")
    house.submit("a-post", "ben")


@pytest.fixture
def troubles() -> list[str]:
    """What a page complained of; a test that opens pages ends with none."""
    return []


@pytest.fixture
def at_desk(browser: Browser, troubles: list[str]) -> Iterator[Callable[..., Page]]:
    """A page of a desk, in a browser of its own; the first one of a desk is let in by its launch token."""
    contexts: list[Any] = []
    states: dict[int, Any] = {}

    def open_page(desk: Opened, path: str = "/", **options: object) -> Page:
        chosen: dict[str, Any] = {"viewport": {"width": 1280, "height": 900}, **options}
        context = browser.new_context(**chosen, storage_state=states.get(desk.port))
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: troubles.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        base = f"http://localhost:{desk.port}"
        if desk.port not in states:
            page.goto(f"{base}/launch?token={desk.desk.sessions.launch}")
            page.wait_for_url(f"{base}/")
            states[desk.port] = context.storage_state()
        page.goto(base + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    # A 422 is how a form comes back, and browsers say so.
    assert [one for one in troubles if "422" not in one] == []


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], Opened]]:
    """Desks on one workspace, each to be let into once."""
    house = make_house(tmp_path_factory.mktemp("browsed") / "house")
    furnish(house)
    opening = []

    def open_one() -> Opened:
        opening.append(opened(house))
        return opening[-1].__enter__()

    yield open_one
    for one in opening:
        one.__exit__(None, None, None)


def until(page: Page, condition: str) -> None:
    """Wait for it. Playwright's own way evaluates text in the page, which the policy of the desk forbids."""
    end = time.monotonic() + 15
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"{condition} did not come"
        page.wait_for_timeout(20)


def focus(page: Page) -> str:
    """What has the focus, by its words."""
    at = "document.activeElement"
    return str(page.evaluate(f"{at} === document.body ? '' : ({at}.innerText || {at}.id || '').trim()"))


def tab_to(page: Page, words: str) -> None:
    """Press Tab until what has the focus says these words."""
    for _ in range(60):
        if focus(page).startswith(words):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab never comes to {words!r}")


def test_a_whole_review_from_launch_to_signature_with_the_keyboard_alone(
    house: House, at_desk: Callable[..., Page]
) -> None:
    furnish(house)
    with opened(house) as desk:
        page = at_desk(desk)
        keys = page.keyboard
        tab_to(page, "A talk")
        keys.press("Enter")
        page.wait_for_url("**/pieces/a-talk")
        until(page, "document.querySelector('audio').readyState > 0")
        keys.press("Space")
        until(page, "document.querySelector('audio').currentTime > 0.5")
        until(page, "document.querySelector('.cue[aria-current]') !== null")
        keys.press("k")
        until(page, "document.querySelector('audio').paused")
        keys.press("n")
        assert "revenue will double" in focus(page)
        assert page.locator("mark.now").inner_text() == "revenue will double"
        tab_to(page, "Waive it")
        keys.press("Enter")
        keys.press("Tab")
        keys.type("He says that he will not answer.")
        tab_to(page, "Waive")
        keys.press("Enter")
        page.locator(".notice").wait_for()
        assert "Waived" in page.locator(".notice").inner_text()
        keys.press("d")
        tab_to(page, "Approve …")
        keys.press("Enter")
        page.wait_for_url("**/statements/*")
        assert page.locator(".meaning").inner_text().startswith("I reviewed this revision and approve")
        tab_to(page, "passphrase")
        keys.type(PASSPHRASE)
        keys.press("Enter")
        page.wait_for_url("**/pieces/a-talk/record")
        assert "You approved it." in page.locator(".notice").inner_text()
        page.close()  # while there is a desk that it can ask
    records = [one for one in house.context().ledger.records() if one.slug]
    assert [one.event for one in records] == ["submit", "submit", "waive", "approve"]
    assert 0 < int(records[-1].data["heard"]) + 1 <= int(records[-1].data["length"])


PATHS = [
    "/",
    "/pieces/a-talk",
    "/pieces/a-talk/public",
    "/pieces/a-talk/changes",
    "/pieces/a-talk/record",
    "/pieces/a-post",
]


def statement(page: Page) -> None:
    """To the page that signs a rejection."""
    page.locator("#reason").fill("It names a customer.")
    page.get_by_role("button", name="Reject").click()
    page.wait_for_url("**/statements/*")


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(
    furnished: Callable[[], Opened], at_desk: Callable[..., Page], scheme: str
) -> None:
    page = at_desk(furnished(), color_scheme=scheme)
    base = page.url.rstrip("/")
    found = {}
    for path in PATHS:
        page.goto(base + path)
        found[path] = violations(page)
    page.get_by_text("Say something to the host").click()
    page.locator(".finding summary").first.click()
    found["open forms"] = violations(page)
    page.get_by_role("button", name="Reject").click()
    page.wait_for_load_state()
    found["a form that came back"] = violations(page)
    statement(page)
    found["statement"] = violations(page)
    assert {path: what for path, what in found.items() if what} == {}


def violations(page: Page) -> list[str]:
    """What axe finds, but within the preview: that is the public's page, which has tests of its own."""
    results = Axe().run(page, context={"exclude": [["iframe"]]}, options={"resultTypes": ["violations"]})
    return [
        f"{one['id']}: {one['help']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
        for one in results.response["violations"]
        for node in one["nodes"][:3]
    ]


def test_no_page_is_wider_than_a_small_phone(furnished: Callable[[], Opened], at_desk: Callable[..., Page]) -> None:
    page = at_desk(furnished(), viewport=PHONE)
    base = page.url.rstrip("/")
    wide = []
    for path in PATHS:
        page.goto(base + path)
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            wide.append(path)
    statement(page)
    if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
        wide.append("statement")
    assert wide == []


def test_a_click_on_a_word_is_heard_from_that_word_on(
    furnished: Callable[[], Opened], at_desk: Callable[..., Page]
) -> None:
    page = at_desk(furnished(), "/pieces/a-talk")
    until(page, "document.querySelector('audio').readyState > 0")
    page.locator("mark", has_text="revenue will double").click(position={"x": 5, "y": 5})
    until(page, "!document.querySelector('audio').paused")
    assert 4.0 < page.evaluate("document.querySelector('audio').currentTime") < 6.5
    assert "revenue" in page.locator(".cue[aria-current]").inner_text()


@pytest.mark.slow
def test_what_is_played_is_marked_and_remembered(furnished: Callable[[], Opened], at_desk: Callable[..., Page]) -> None:
    desk = furnished()
    page = at_desk(desk, "/pieces/a-talk")
    until(page, "document.querySelector('audio').readyState > 0")
    page.keyboard.press("Space")
    until(page, "document.querySelector('audio').currentTime > 2")
    with page.expect_response("**/heard"):
        page.keyboard.press("Space")
    said = re.search(r"You heard (\d+) %", page.locator("#heard").inner_text())
    assert said is not None
    assert 10 <= int(said[1]) <= 60
    page.reload()
    again = re.search(r"You heard (\d+) %", page.locator("#heard").inner_text())
    assert again is not None
    assert abs(int(again[1]) - int(said[1])) <= 1


def test_keys_are_on_the_page_and_letters_can_be_turned_off(
    furnished: Callable[[], Opened], at_desk: Callable[..., Page]
) -> None:
    page = at_desk(furnished(), "/pieces/a-talk")
    page.keyboard.press("?")
    expect(page.locator("dialog")).to_be_visible()
    page.get_by_label("Turn the letters off").check()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    assert page.locator("mark.now").count() == 0
    page.keyboard.press("?")
    page.get_by_label("Turn the letters off").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    expect(page.locator("mark.now")).to_have_count(1)


def test_a_key_that_follows_the_closing_of_the_help_at_once_is_not_lost(
    furnished: Callable[[], Opened], at_desk: Callable[..., Page]
) -> None:
    page = at_desk(furnished(), "/pieces/a-talk")
    page.keyboard.press("?")
    page.get_by_label("Turn the letters off").focus()
    page.evaluate(
        """() => {
            document.querySelector("dialog").close();
            document.activeElement.dispatchEvent(new KeyboardEvent("keydown", { key: "n", bubbles: true }));
        }"""
    )
    expect(page.locator("mark.now")).to_have_count(1)


def test_the_preview_shows_the_page_and_its_sound_without_the_desks_cookie(
    furnished: Callable[[], Opened], at_desk: Callable[..., Page]
) -> None:
    page = at_desk(furnished(), "/pieces/a-talk/public")
    frame = page.frame_locator("iframe.preview")
    frame.locator("h1").wait_for()
    assert frame.locator("h1").inner_text() == "A talk"
    assert frame.locator(".controls .play").is_visible()
    end = time.monotonic() + 10
    while not (ready := frame.locator("audio").evaluate("audio => audio.readyState > 0")) and time.monotonic() < end:
        page.wait_for_timeout(50)
    assert ready
    assert frame.locator("body").evaluate("() => { try { return document.cookie } catch { return 'none' } }") == "none"


def test_without_scripts_a_piece_can_be_read_heard_and_decided_on(
    furnished: Callable[[], Opened], at_desk: Callable[..., Page]
) -> None:
    page = at_desk(furnished(), "/pieces/a-talk", java_script_enabled=False)
    assert page.locator("audio[controls]").is_visible()
    statement(page)
    assert page.locator("#passphrase").is_visible()
