"""Passkeys at the desk: made there, by whoever sits there, and what they sign is what was on the screen."""

import html
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.authenticator import PRESENT, Authenticator
from support.commands import publish
from support.house import CONFIG, PASSPHRASE

from desk.opened import Answer, Opened
from desk.test_safe import revision_of
from publisher.review.statement import open_envelope
from publisher.workflow.stage import admitted


def options_on(answer: Answer, number: int = 0) -> dict[str, Any]:
    """What the page tells the browser's authenticator."""
    found: dict[str, Any] = json.loads(html.unescape(re.findall(r'data-options="([^"]+)"', answer.text)[number]))
    return found


def make(desk: Opened, device: Authenticator, **how: Any) -> Answer:  # noqa: ANN401 - what is wrong
    """Make a passkey as the browser does."""
    options = options_on(desk.get("/passkey"))
    answer = desk.post("/passkey", {"answer": json.dumps(device.create(options, desk.desk.origin, **how))})
    if answer.status == 303:
        desk.house.sign_people()
    return answer


def sign(desk: Opened, device: Authenticator, address: str, revision: str, **how: Any) -> Answer:  # noqa: ANN401
    """Sign a statement that is on the screen."""
    response = device.get(options_on(desk.get(address)), how.pop("origin", desk.desk.origin), **how)
    return desk.post(address, {"revision": revision, "way": "passkey", "answer": json.dumps(response)})


def drawn_up(desk: Opened) -> tuple[str, str]:
    """Where an approval of the post is, and of which revision."""
    revision = revision_of(desk, "a-post")
    return desk.draw_up("a-post", revision).headers["location"], revision


def test_a_passkey_that_is_made_at_the_desk_signs_there_and_the_gate_lets_the_piece_out(desk: Opened) -> None:
    device = Authenticator()
    assert make(desk, device).status == 303
    assert desk.get("/passkey").says("You have a passkey. Its public half stands in people")
    address, revision = drawn_up(desk)
    answer = sign(desk, device, address, revision)
    assert (answer.status, answer.headers["location"]) == (303, "/pieces/a-post/record")
    (file,) = (desk.house.root / "approvals" / "a-post").iterdir()
    assert open_envelope(file.read_bytes(), "here").statement.tier == "passkey"
    with desk.desk.work() as context:
        approved, refusal = admitted(context, context.evidence(), "a-post")
    assert (approved is not None, refusal) == (True, None)


@pytest.mark.parametrize(
    "how",
    [{"flags": PRESENT}, {"origin": "http://localhost:1"}, {"challenge": "AAAA"}],
    ids=["nobody", "another port", "other words"],
)
def test_an_answer_that_does_not_hold_signs_nothing_and_says_so_beside_the_button(
    desk: Opened, how: dict[str, Any]
) -> None:
    device = Authenticator()
    make(desk, device)
    address, revision = drawn_up(desk)
    answer = sign(desk, device, address, revision, **how)
    assert answer.status == 422
    assert answer.says("The signature does not hold")
    assert not (desk.house.root / "approvals" / "a-post").exists()


@pytest.mark.parametrize("said", ["", "{}", "[1]", "null", '{"rawId": "AQ"}', "[" * 20_000])
def test_what_is_no_answer_signs_nothing(desk: Opened, said: str) -> None:
    make(desk, Authenticator())
    address, revision = drawn_up(desk)
    answer = desk.post(address, {"revision": revision, "way": "passkey", "answer": said})
    assert answer.status == 422
    assert not (desk.house.root / "approvals" / "a-post").exists()
    assert desk.post("/passkey", {"answer": said}).status == 422


def test_a_strange_passkey_signs_nothing(desk: Opened) -> None:
    make(desk, Authenticator())
    address, revision = drawn_up(desk)
    assert sign(desk, Authenticator(credential=b"\2" * 16), address, revision).says("This passkey is not theirs")
    assert sign(desk, Authenticator(), address, revision).says("The signature does not hold")


def test_a_challenge_makes_one_passkey_only_and_no_passkey_is_made_twice(desk: Opened) -> None:
    device = Authenticator()
    options = options_on(desk.get("/passkey"))
    answer = {"answer": json.dumps(device.create(options, desk.desk.origin))}
    assert [desk.post("/passkey", answer).status for _ in range(2)] == [303, 422]
    assert make(desk, device).says("This passkey is theirs already")
    assert make(desk, Authenticator(), flags=PRESENT).says("The browser made no passkey")


def test_a_passkey_that_no_admin_signed_is_not_offered_and_signs_nothing(desk: Opened) -> None:
    device = Authenticator()
    options = options_on(desk.get("/passkey"))
    desk.post("/passkey", {"answer": json.dumps(device.create(options, desk.desk.origin))})
    assert desk.get("/passkey").says("counts once an admin signed it")
    address, revision = drawn_up(desk)
    assert not desk.get(address).says("Sign with your passkey")
    response = device.get({"challenge": "AAAA"}, desk.desk.origin)
    answer = desk.post(address, {"revision": revision, "way": "passkey", "answer": json.dumps(response)})
    assert answer.says("This passkey is not theirs")


def test_where_a_passkey_is_asked_for_no_passphrase_will_do(desk: Opened) -> None:
    desk.house.write("publisher.toml", CONFIG + '[review]\ntier = "passkey"\n')
    device = Authenticator()
    address, revision = drawn_up(desk)
    assert not desk.get(address).says("Sign with your passphrase")
    assert desk.sign(address, revision, PASSPHRASE).says("This piece asks for a passkey")
    ran = publish("review", "approve", "a-post", "--as", "lea", "--revision", revision, at=desk.house.root)
    assert (ran.code, "this piece asks for a passkey" in ran.err) == (1, True)
    assert not (desk.house.root / "approvals" / "a-post").exists()
    make(desk, device)
    address, revision = drawn_up(desk)
    assert sign(desk, device, address, revision).status == 303


def test_a_rejection_may_be_signed_in_any_way(desk: Opened) -> None:
    desk.house.write("publisher.toml", CONFIG + '[review]\ntier = "passkey"\n')
    revision = revision_of(desk, "a-post")
    address = desk.draw_up("a-post", revision, "reject", "It names a customer.").headers["location"]
    assert desk.sign(address, revision, PASSPHRASE).status == 303


def test_who_has_no_passkey_here_is_offered_their_passphrase_alone(desk: Opened) -> None:
    address, _ = drawn_up(desk)
    page = desk.get(address)
    assert page.says("Sign with your passphrase")
    assert not page.says("Sign with your passkey")


@contextmanager
def tab(desk: Opened, browser: Browser, *, known: bool = True) -> Iterator[Page]:
    """A tab in which the desk is open, with an authenticator that knows its owner, or does not."""
    context = browser.new_context()
    name, _, value = desk.cookie.partition("=")
    context.add_cookies([{"name": name, "value": value, "url": desk.desk.origin}])
    page = context.new_page()
    client = context.new_cdp_session(page)
    client.send("WebAuthn.enable")
    device = {"protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True}
    client.send("WebAuthn.addVirtualAuthenticator", {"options": {**device, "isUserVerified": known}})
    page.goto(f"{desk.desk.origin}/passkey")
    yield page
    context.close()


def test_in_a_browser_a_passkey_is_made_and_signs_with_the_keyboard_alone(desk: Opened, browser: Browser) -> None:
    with tab(desk, browser) as page:
        page.get_by_role("button", name="Make a passkey").press("Enter")
        expect(page.get_by_text("You have a passkey.")).to_be_visible()
        desk.house.sign_people()
        revision = revision_of(desk, "a-post")
        page.goto(f"{desk.desk.origin}{desk.draw_up('a-post', revision).headers['location']}")
        page.get_by_role("button", name="Sign and approve").first.press("Enter")
        expect(page.get_by_text("You approved it.")).to_be_visible()
    (file,) = (desk.house.root / "approvals" / "a-post").iterdir()
    said = open_envelope(file.read_bytes(), "here").statement
    assert (said.tier, said.revision) == ("passkey", revision)


def test_in_a_browser_whoever_the_device_does_not_know_is_told_so(desk: Opened, browser: Browser) -> None:
    before = (desk.house.root / "people.toml").read_bytes()
    with tab(desk, browser, known=False) as page:
        page.get_by_role("button", name="Make a passkey").press("Enter")
        expect(page.locator("[data-failed]")).to_contain_text("Nothing was signed")
        expect(page.get_by_role("button", name="Make a passkey")).to_be_enabled()
    assert (desk.house.root / "people.toml").read_bytes() == before
