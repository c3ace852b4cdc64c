"""A team's desk in a real browser, behind a proxy that says who asks."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, expect
from support.house import House

from desk.shared_desk import Proxy, proxied, shared_desk
from publisher.review.statement import open_envelope

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


@pytest.mark.slow
def test_in_a_browser_somebody_new_makes_a_passkey_hears_a_talk_and_signs(
    house_of_team: House, browser: Browser
) -> None:
    proxy = Proxy(0, "nora@example.com")
    # The proxy has its port first: it is in the origin of the desk.
    with proxied(proxy), shared_desk(house_of_team, proxy.origin) as shared:
        proxy.upstream = shared.port
        context = browser.new_context()
        page = context.new_page()
        troubles: list[str] = []
        page.on("console", lambda message: troubles.append(f"{message.type}: {message.text}"))
        client = context.new_cdp_session(page)
        client.send("WebAuthn.enable")
        client.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
        page.goto(proxy.origin)
        page.get_by_role("link", name="Make a passkey").click()
        page.wait_for_url("**/passkey")  # with its script, which the button needs
        page.get_by_role("button", name="Make a passkey").press("Enter")
        expect(page.get_by_text("You have a passkey.")).to_be_visible()
        house_of_team.sign_people()
        shared.forget()
        page.goto(f"{proxy.origin}/pieces/a-talk")
        page.get_by_role("button", name="Play").first.click()
        page.get_by_role("link", name="As the public sees it").click()
        expect(page.frame_locator("iframe").get_by_role("heading", name="A talk").first).to_be_visible()
        page.get_by_role("link", name="Listen and read").click()
        page.get_by_role("button", name="Approve").click()
        page.wait_for_url("**/statements/*")
        page.get_by_role("button", name="Sign and approve").press("Enter")
        expect(page.get_by_text("You approved it.")).to_be_visible()
        context.close()
    (file,) = (house_of_team.root / "approvals" / "a-talk").iterdir()
    said = open_envelope(file.read_bytes(), "here").statement
    assert (said.person, said.tier, said.revision) == ("new", "passkey", shared.revision("a-talk"))
    assert troubles == []


@pytest.mark.slow
@pytest.mark.parametrize(("who", "words"), [("ann", "Your pieces in review"), ("gus", "Nothing waits for you")])
def test_what_others_of_the_house_see_is_fit_for_a_screen_reader(
    house_of_team: House, browser: Browser, who: str, words: str
) -> None:
    proxy = Proxy(0, f"{who}@example.com")
    with proxied(proxy), shared_desk(house_of_team, proxy.origin) as shared:
        proxy.upstream = shared.port
        page = browser.new_page()
        page.goto(proxy.origin)
        expect(page.get_by_role("heading", name=words)).to_be_visible()
        assert Axe().run(page).response["violations"] == []
        page.close()
