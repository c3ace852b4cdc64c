"""Taking down in a real browser: from the desk and from the command, with a passkey, with the keyboard alone."""

import base64
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from playwright.sync_api import Browser, BrowserContext, Page, expect
from support.commands import publish
from support.house import House, make_house

from desk.opened import Opened, opened
from desk.test_desk_browser import PHONE, tab_to, violations
from desk.waiting import DEVICE, Waiting, give_passkey
from publisher.review.statement import open_envelope
from publisher.workflow.release import release

WORDS = "We named a customer. We are sorry."


@pytest.fixture
def released(house: House) -> House:
    """A post that the public has."""
    house.add_post()
    house.approved("a-post")
    release(house.context())
    return house


def plug_in(context: BrowserContext, page: Page) -> None:
    """An authenticator that has Lea's passkey, and knows her."""
    client = context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasUserVerification": True, "isUserVerified": True}
    made = client.send("WebAuthn.addVirtualAuthenticator", {"options": {**device, "hasResidentKey": True}})
    key = DEVICE.private.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    credential = {"credentialId": base64.b64encode(DEVICE.credential).decode(), "rpId": "localhost", "signCount": 1}
    said = {**credential, "privateKey": base64.b64encode(key).decode(), "isResidentCredential": False}
    client.send("WebAuthn.addCredential", {"authenticatorId": made["authenticatorId"], "credential": said})


@contextmanager
def at(desk: Opened, browser: Browser, **options: Any) -> Iterator[Page]:  # noqa: ANN401 - of the browser
    """A page of an open desk."""
    context = browser.new_context(**options)
    name, _, value = desk.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": desk.desk.origin}])
    page = context.new_page()
    plug_in(context, page)
    page.goto(desk.desk.origin)
    yield page
    context.close()


@pytest.mark.slow
def test_with_the_keyboard_alone_a_piece_is_found_taken_down_and_lifted(released: House, browser: Browser) -> None:
    with opened(released) as desk:
        desk.enter()
        give_passkey(released, desk.desk.origin)
        with at(desk, browser) as page:
            keys = page.keyboard
            tab_to(page, "What the public has")
            keys.press("Enter")
            page.wait_for_url("**/public")
            tab_to(page, "Take it down")
            keys.press("Enter")
            page.wait_for_url("**/takedown")
            tab_to(page, "takedown-reason")
            keys.type("It names a customer.")
            keys.press("Tab")
            keys.press("ArrowDown")
            keys.press("ArrowDown")
            keys.press("Tab")
            keys.type(WORDS)
            tab_to(page, "Take it down …")
            keys.press("Enter")
            page.wait_for_url("**/statements/*")
            assert WORDS in page.locator("dl.facts").inner_text()
            page.get_by_role("button", name="Sign and take it down").first.press("Enter")
            expect(page.get_by_role("heading", name="Taken down, and still public")).to_be_visible()
            assert WORDS.encode() not in (released.root / "public/posts/a-post.html").read_bytes()
            released.remove("a-post")
            page.reload()
            expect(page.get_by_role("heading", name="Taken down", exact=True)).to_be_visible()
            tab_to(page, "restore-reason")
            keys.type("We mended it.")
            tab_to(page, "Lift the takedown")
            keys.press("Enter")
            page.wait_for_url("**/statements/*")
            page.get_by_role("button", name="Sign and lift the takedown").first.press("Enter")
            expect(page.get_by_text("You lifted the takedown.")).to_be_visible()
    assert WORDS.encode() in (released.root / "public/posts/a-post.html").read_bytes()
    tiers = [
        open_envelope(path.read_bytes(), "here").statement.tier for path in signed(released, "takedown", "restore")
    ]
    assert tiers == ["passkey", "passkey"]


def signed(house: House, *decisions: str) -> list[Path]:
    return [path for one in decisions for path in (house.root / "approvals/a-post").glob(f"*-{one}-*")]


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Opened]:
    """A desk with a piece in each of the ways in which it can stand with the public."""
    house = make_house(tmp_path_factory.mktemp("standing") / "house")
    slugs = ("public", "still-public", "a-post-with-a-long-name-that-names-a-customer", "gone")
    for slug in slugs:
        house.add_post(slug)
        house.approved(slug)
    release(house.context())
    house.add_post("approved")
    house.approved("approved")
    house.take_down("gone", notice=WORDS)
    house.sign_takedown("still-public")
    with opened(house) as desk:
        desk.enter()
        yield desk


PATHS = ["/", "/public", "/pieces/public", "/pieces/still-public"]
PATHS += [f"/pieces/{slug}/takedown" for slug in ("public", "still-public", "approved", "gone")]


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_small_phone(
    standing: Opened, browser: Browser, scheme: Literal["light", "dark"]
) -> None:
    found, wide = {}, []

    def look(page: Page, what: str) -> None:
        found[what] = violations(page)
        if page.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
            wide.append(what)

    with at(standing, browser, color_scheme=scheme, viewport=PHONE) as page:
        for path in PATHS:
            page.goto(standing.desk.origin + path)
            look(page, path)
        page.goto(f"{standing.desk.origin}/pieces/public/takedown")
        page.get_by_label("Words of yours").check()
        page.get_by_role("button", name="Take it down").click()
        look(page, "a form that came back")
        page.get_by_label("Reason").fill("It names a customer.")
        page.get_by_label("Your words").fill(WORDS)
        page.get_by_role("button", name="Take it down").click()
        page.wait_for_url("**/statements/*")
        look(page, "statement")
    assert {what: flaws for what, flaws in found.items() if flaws} == {}
    assert wide == []


def test_without_scripts_words_are_asked_for_and_a_passphrase_signs(standing: Opened, browser: Browser) -> None:
    with at(standing, browser, java_script_enabled=False) as page:
        page.goto(f"{standing.desk.origin}/pieces/public/takedown")
        expect(page.get_by_label("Your words")).to_be_hidden()
        page.get_by_label("Words of yours").check()
        expect(page.get_by_label("Your words")).to_be_visible()
        page.get_by_label("Reason").fill("It names a customer.")
        page.get_by_label("Nothing").check()
        page.get_by_role("button", name="Take it down").click()
        expect(page.locator("#passphrase")).to_be_visible()


def sign_there(browser: Browser, address: str, verb: str) -> str:
    """Sign in the browser; the heading of the page that comes then."""
    context = browser.new_context()
    page = context.new_page()
    plug_in(context, page)
    page.goto(address)
    page.wait_for_url("**/statements/*")
    page.get_by_role("button", name=f"Sign and {verb}").press("Enter")
    page.locator(".notice").first.wait_for()
    page.wait_for_load_state()
    heading = page.get_by_role("heading", level=1).inner_text()
    assert page.evaluate("document.styleSheets.length") == 1, "the desk stays until its last page is whole"
    context.close()
    return heading


@pytest.mark.slow
def test_the_command_has_it_signed_in_the_browser_and_goes_on_by_itself(
    released: House, browser: Browser, port: str
) -> None:
    give_passkey(released, f"http://localhost:{port}", alone=True)
    waiting = Waiting(released, port, "--reason", "It names a customer.", "--note", WORDS)
    assert sign_there(browser, waiting.address(), "take it down") in {"Signed", "Taken down"}
    out = waiting.end(0)
    assert "✓ Signed: approvals/a-post/" in out
    assert "a-post is gone from" in out
    assert WORDS.encode() in (released.root / "public/posts/a-post.html").read_bytes()

    waiting = Waiting(released, port, "--reason", "We mended it.", "--lift", "--json")
    assert sign_there(browser, waiting.address(quietly=True), "lift the takedown") == "Not public"
    assert '"lifted": true' in waiting.end(0)
    tiers = [
        open_envelope(path.read_bytes(), "here").statement.tier for path in signed(released, "takedown", "restore")
    ]
    assert tiers == ["passkey", "passkey"]
    assert publish("ledger", "verify", at=released.root).code == 0


def test_ctrl_c_ends_the_wait_and_signs_nothing(released: House, port: str) -> None:
    give_passkey(released, f"http://localhost:{port}")
    before = (released.root / "ledger.jsonl").read_bytes()
    waiting = Waiting(released, port, "--reason", "It names a customer.")
    assert waiting.address()
    waiting.process.send_signal(signal.SIGINT)
    waiting.end(130)
    assert (released.root / "ledger.jsonl").read_bytes() == before
    assert signed(released, "takedown") == []


def test_what_is_signed_already_opens_no_browser(released: House) -> None:
    released.sign_takedown("a-post")
    ran = publish("takedown", "a-post", "--passkey", at=released.root)
    assert (ran.code, "nothing more is to sign" in ran.out) == (0, True), ran.text


ALONE = {"PUBLISH_KEYS": "/nowhere"}


@pytest.mark.parametrize(
    ("command", "then"),
    [
        (["takedown", "a-post", "--reason", "x"], "sign in the browser: add --passkey"),
        (["review", "reject", "a-post", "--reason", "x"], "sign at the desk: publish review --as lea"),
    ],
)
def test_who_has_a_passkey_alone_is_told_how_to_sign_and_asked_for_no_passphrase(
    released: House, command: list[str], then: str
) -> None:
    give_passkey(released, "https://review.example.com", alone=True)
    ran = publish(*command, "--as", "lea", at=released.root, env=ALONE)
    assert (ran.code, "lea signs with a passkey" in ran.err, then in ran.err) == (1, True, True), ran.text


def test_a_passkey_of_another_address_is_named_with_it_before_anything_opens(released: House) -> None:
    give_passkey(released, "https://review.example.com", alone=True)
    ran = publish("takedown", "a-post", "--as", "lea", "--reason", "x", "--passkey", at=released.root)
    assert (ran.code, "Lea Counsel has no passkey at this address" in ran.err) == (1, True), ran.text
    assert "sign at https://review.example.com" in ran.err
