"""The pages of a released site in a browser: from a disk and from a server, with the script and without."""

import re
import time
from collections.abc import Callable

import pytest
from playwright.sync_api import Page
from support.commands import HANGS

Look = Callable[..., Page]

TALK = "episodes/a-talk.html"
WITH_ALL = "episodes/with-all.html"
PHONE = {"width": 360, "height": 740}
TIME = "document.querySelector('audio').currentTime"
SLOWLY = "document.querySelector('audio').playbackRate = 0.1"
"""So that it is still about there when a busy machine comes to look."""
READY = "document.querySelector('audio').readyState > 0"

CONTRASTS = """() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    const [red, green, blue, alpha] = canvas.getImageData(0, 0, 1, 1).data;
    return [red, green, blue, alpha / 255];
  };
  const over = (top, below) => [0, 1, 2].map((n) => top[n] * top[3] + below[n] * (1 - top[3])).concat(1);
  const behind = (element) => {
    if (!element) return rgba("canvas");
    const own = rgba(getComputedStyle(element).backgroundColor);
    return own[3] === 1 ? own : over(own, behind(element.parentElement));
  };
  const light = (colour) => {
    const [red, green, blue] = colour.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const found = [];
  for (const element of document.querySelectorAll("body *")) {
    const words = [...element.childNodes].filter((node) => node.nodeType === 3 && node.data.trim());
    if (!words.length || !element.checkVisibility() || element.closest(".unseen")) continue;
    const style = getComputedStyle(element);
    const back = behind(element);
    const [one, other] = [light(over(rgba(style.color), back)), light(back)];
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    const large = parseFloat(style.fontSize) >= 24;
    if (contrast < (large ? 3 : 4.5)) found.push(`${contrast.toFixed(2)} ${words[0].data.trim()}`);
  }
  return found;
}"""


def until(page: Page, condition: str) -> None:
    """Wait for it. Playwright's own way evaluates text in the page, which the policy of the site forbids."""
    end = time.monotonic() + HANGS
    while not page.evaluate(condition):
        assert time.monotonic() < end, f"{condition} did not come"
        page.wait_for_timeout(20)


def test_pages_open_without_complaint_and_ask_nobody_else(look: Look, base: str, pages: list[str]) -> None:
    page = look(base + "index.html")
    for name in pages:
        page.goto(base + name)
        assert page.locator("h1").is_visible(), name


def test_no_page_is_wider_than_a_small_phone(look: Look, address: str, pages: list[str]) -> None:
    page = look(address + "index.html", viewport=PHONE)
    wide = []
    for name in pages:
        page.goto(address + name)
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            wide.append(name)
    assert wide == []


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_stands_out_from_what_is_behind_it(look: Look, address: str, pages: list[str], scheme: str) -> None:
    page = look(address + "index.html", color_scheme=scheme)
    faint = {}
    for name in pages:
        page.goto(address + name)
        if name == TALK:
            page.locator(".chapters a").nth(1).click()
            page.locator(".cue[aria-current]").wait_for()
        if found := page.evaluate(CONTRASTS):
            faint[name] = found
    assert faint == {}


def test_light_and_dark_are_not_the_same(look: Look, address: str) -> None:
    colours = {
        look(address, color_scheme=scheme).evaluate("getComputedStyle(document.body).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert len(colours) == 2


def test_a_chapter_plays_from_its_time_in_the_page(look: Look, base: str) -> None:
    page = look(base + TALK)
    until(page, "document.querySelector('audio').duration > 29")
    page.evaluate(SLOWLY)
    page.get_by_role("link", name="Second").click()
    until(page, f"{TIME} > 10 && {TIME} < 15")
    assert page.evaluate("document.querySelector('audio').paused") is False
    assert page.url == base + TALK + "#t=10.0"
    assert page.locator(".chapters [aria-current]").inner_text().split() == ["0:10", "Second"]
    assert page.get_by_role("button", name="Pause").is_visible()


def test_the_words_that_are_heard_are_marked(look: Look, address: str) -> None:
    page = look(address + TALK)
    until(page, READY)
    assert page.locator(".cue[aria-current]").count() == 0
    page.evaluate("document.querySelector('audio').currentTime = 14.5")
    page.locator(".cue[aria-current]", has_text="what happened at 14").wait_for()
    assert page.locator(".cue[aria-current]").count() == 1


def test_a_time_of_the_transcript_plays_from_the_keyboard(look: Look, address: str) -> None:
    page = look(address + TALK)
    until(page, READY)
    page.evaluate(SLOWLY)
    page.locator(".speaker a").nth(1).focus()
    page.keyboard.press("Enter")
    until(page, f"{TIME} > 4 && {TIME} < 9")


@pytest.mark.slow
def test_a_link_to_a_moment_opens_there_and_waits(look: Look, base: str) -> None:
    page = look(f"{base}{TALK}#t=0:21")
    until(page, f"{TIME} === 21")
    assert page.evaluate("document.querySelector('audio').paused") is True
    marked = page.locator(".cue[aria-current]")
    assert "what happened at 20" in marked.inner_text()
    marked.scroll_into_view_if_needed()
    page.evaluate("location.hash = '#t=12'")
    until(page, f"{TIME} === 12")


def test_a_time_beyond_the_end_does_no_harm(look: Look, address: str) -> None:
    page = look(f"{address}{TALK}#t=99999999999999999999")
    until(page, f"{TIME} > 29")


@pytest.mark.slow
def test_the_link_to_this_moment_can_be_copied(look: Look, address: str) -> None:
    page = look(f"{address}{TALK}#t=12", permissions=["clipboard-read", "clipboard-write"])
    until(page, f"{TIME} === 12")
    page.get_by_role("button", name="Copy a link to this moment").click()
    page.get_by_role("status").filter(has_text="copied").wait_for(state="attached")
    assert page.evaluate("navigator.clipboard.readText()") == f"{address}{TALK}#t=12"


def test_the_address_of_a_feed_can_be_copied(look: Look, address: str) -> None:
    page = look(address, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy").first.click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == "https://voices.example.com/feeds/aloud.xml"


def test_the_player_plays_leaps_and_changes_its_speed(look: Look, address: str) -> None:
    page = look(address + TALK)
    until(page, READY)
    page.get_by_role("button", name="Play").click()
    until(page, f"{TIME} > 0.2")
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Back 15 seconds").click()
    until(page, f"{TIME} === 0")
    page.get_by_role("button", name="Speed").click()
    assert page.evaluate("document.querySelector('audio').playbackRate") == 1.25
    page.get_by_role("slider").press("PageUp")
    until(page, f"{TIME} === 3")
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == "0:03 of 0:30"


def test_the_player_stays_in_sight_beside_the_transcript(look: Look, address: str) -> None:
    page = look(address + TALK, viewport=PHONE)
    page.locator(".cue").last.scroll_into_view_if_needed()
    box = page.get_by_role("region", name="Player").bounding_box()
    assert box is not None
    assert box["y"] == 0
    assert box["height"] < 110


@pytest.mark.slow
def test_without_the_script_the_browser_plays_and_links_lead_into_the_audio(look: Look, base: str) -> None:
    page = look(base + TALK, java_script_enabled=False)
    box = page.locator("audio[controls]").bounding_box()
    assert box is not None
    assert box["height"] > 30
    assert page.get_by_role("button").count() == 0
    assert page.get_by_role("link", name="Second").get_attribute("href") is not None
    page.goto(base + "index.html")
    assert page.get_by_role("link", name="https://voices.example.com/feeds/aloud.xml").is_visible()


def test_where_the_audio_is_gone_the_browsers_player_says_so(look: Look, address: str, troubles: list[str]) -> None:
    page = look("about:blank")
    page.route("**/*.mp3", lambda route: route.fulfill(status=404))
    page.goto(address + TALK)
    page.locator("audio[controls]").wait_for()
    assert page.get_by_role("button", name="Play").count() == 0
    troubles.clear()


def test_where_the_mp3_is_gone_the_m4a_plays(look: Look, address: str, troubles: list[str]) -> None:
    page = look("about:blank")
    page.route("**/*.mp3", lambda route: route.fulfill(status=404))
    page.goto(address + WITH_ALL)
    until(page, READY)
    assert page.evaluate("document.querySelector('audio').currentSrc").endswith("with-all.m4a")
    assert page.evaluate("document.querySelector('audio').duration") == 30
    assert page.get_by_role("button", name="Play").is_visible()
    troubles.clear()


def test_where_all_audio_is_gone_the_waveform_stands_over_the_browsers_player(
    look: Look, address: str, troubles: list[str]
) -> None:
    page = look("about:blank")
    page.route(re.compile(r"\.(mp3|m4a)$"), lambda route: route.fulfill(status=404))
    page.goto(address + WITH_ALL)
    page.locator("audio[controls]").wait_for()
    assert page.locator(".player > .waveform").count() == 1
    assert page.get_by_role("button", name="Play").count() == 0
    troubles.clear()


def test_the_waveform_is_coloured_as_far_as_was_played(look: Look, base: str) -> None:
    page = look(base + WITH_ALL)
    until(page, READY)
    page.evaluate("document.querySelector('audio').currentTime = 15")
    until(page, "document.querySelector('.track').style.getPropertyValue('--played').startsWith('50')")
    whole, played = page.locator(".track .waveform").all()
    strokes = [one.evaluate("element => getComputedStyle(element).stroke") for one in (whole, played)]
    assert strokes[0] != strokes[1]
    assert "50%" in played.evaluate("element => getComputedStyle(element).clipPath")
    assert whole.bounding_box() == played.bounding_box() == page.locator(".track").bounding_box()


def test_a_click_on_the_waveform_leads_there(look: Look, address: str) -> None:
    page = look(address + WITH_ALL)
    until(page, READY)
    box = page.locator(".track").bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.5, box["y"] + 4)
    until(page, f"{TIME} > 14 && {TIME} < 16")


def test_a_soundbite_plays_from_its_start_in_the_page(look: Look, base: str) -> None:
    page = look(base + WITH_ALL)
    until(page, READY)
    page.evaluate(SLOWLY)
    page.get_by_role("navigation", name="Highlights").get_by_role("link", name="Why & <how>").first.click()
    until(page, f"{TIME} > 12 && {TIME} < 16")
    assert page.url == base + WITH_ALL + "#t=12.0"


@pytest.mark.parametrize("width", [360, 390, 639])
def test_the_waveform_takes_the_whole_width_of_a_phone_and_little_of_its_height(
    look: Look, address: str, width: int
) -> None:
    page = look(address + WITH_ALL, viewport={"width": width, "height": 740})
    until(page, READY)
    player, track = page.locator(".player").bounding_box(), page.locator(".track").bounding_box()
    assert player is not None
    assert track is not None
    assert player["height"] < 110
    assert track["width"] == player["width"]


def test_without_the_script_the_waveform_stands_over_the_browsers_player(look: Look, base: str) -> None:
    page = look(base + WITH_ALL, java_script_enabled=False)
    drawing, audio = page.locator(".player > .waveform").bounding_box(), page.locator("audio").bounding_box()
    assert drawing is not None
    assert audio is not None
    assert drawing["y"] + drawing["height"] <= audio["y"]
    assert drawing["width"] == audio["width"]


def test_an_episode_without_transcript_or_chapters_is_whole(look: Look, address: str) -> None:
    page = look(address + "episodes/ohne-abschrift.html")
    until(page, READY)
    assert page.get_by_role("heading", name="Transcript").count() == 0
    assert page.get_by_role("link", name="Transcript", exact=True).count() == 0
    assert page.get_by_role("button", name="Play").is_visible()


def test_a_missing_page_is_dressed_like_the_others_at_any_depth(look: Look, address: str, troubles: list[str]) -> None:
    page = look(address + "episodes/of/long/ago.html")
    assert page.get_by_role("heading", level=1).inner_text() == "Nothing is at this address"
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") != "rgba(0, 0, 0, 0)"
    assert all("404" in trouble for trouble in troubles)
    troubles.clear()
    page.get_by_role("link", name="the first page").click()
    page.wait_for_url(address + "index.html")


def test_the_first_key_leads_past_the_navigation(look: Look, address: str) -> None:
    page = look(address + TALK)
    page.keyboard.press("Tab")
    assert page.get_by_role("link", name="Skip to the content").is_visible()
    page.keyboard.press("Enter")
    until(page, "document.activeElement.id === 'main'")


def test_what_has_the_focus_shows_it(look: Look, address: str) -> None:
    page = look(address + TALK)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_nothing_glides_for_those_who_asked_for_stillness(look: Look, address: str) -> None:
    page = look(address, reduced_motion="reduce")
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_paper_gets_the_words_and_not_the_player(look: Look, address: str) -> None:
    page = look(address + TALK)
    page.emulate_media(media="print")
    assert not page.locator(".player").is_visible()
    assert page.locator(".transcript").is_visible()
