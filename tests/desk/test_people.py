"""An admin signs people at the desk: what the page says is what the passkey signs, or nothing is."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect
from support.authenticator import PRESENT, Authenticator
from support.house import House

from desk.opened import Answer, Opened, opened
from desk.test_desk_browser import violations
from desk.test_passkey import options_on, tab
from publisher.workflow.signing import changes_of


@pytest.fixture
def admin(house: House) -> Iterator[Opened]:
    """A desk at which Ada sits, who has no passkey yet; a browser was let in."""
    with opened(house, "ada", most=20) as found:
        found.enter()
        yield found


def enrol(desk: Opened, device: Authenticator, query: str = "") -> None:
    """Make a passkey as the browser does."""
    options = options_on(desk.get(f"/passkey{query}"))
    said = {"answer": json.dumps(device.create(options, desk.desk.origin)), "instead": "1" if query else ""}
    assert desk.post("/passkey", said).status == 303


def propose(house: House, name: str) -> None:
    text = (house.root / "people.toml").read_text()
    house.write("people.toml", text.replace('name = "Max Counsel"', f'name = "{name}"'))


def sign(desk: Opened, device: Authenticator, page: Answer, flags: int | None = None) -> Answer:
    """Sign what that page showed."""
    response = device.get(options_on(page), desk.desk.origin, **({} if flags is None else {"flags": flags}))
    roster = page.text.split('name="roster" value="')[1].split('"')[0]
    return desk.post("/people", {"roster": roster, "answer": json.dumps(response)})


def is_signed(house: House) -> bool:
    context = house.context()
    return context.rules.trust.flaw is None and not changes_of(context.workspace, context.rules.trust)


def test_the_page_says_what_changes_and_what_was_signed_counts(admin: Opened) -> None:
    device = Authenticator()
    enrol(admin, device)
    admin.house.sign_people()
    assert admin.get("/people").says("Nothing is left to sign")
    assert not admin.get("/").says("waits for your signature")
    propose(admin.house, "Max <b>M.</b> Counsel")
    assert admin.get("/").says("Version 3 of the people waits for your signature as an admin: 1 change. Look and sign")
    page = admin.get("/people")
    assert page.says("You are about to sign version 3 of the people")
    assert page.says("Max Counsel (max) is Max <b>M.</b> Counsel now")
    assert page.says("1 admin of version 2: nobody so far")
    assert sign(admin, device, page).status == 303
    assert admin.get("/people").says("Signed: version 3 of the people counts from now on.")
    assert is_signed(admin.house)


def test_what_changed_since_the_page_was_opened_is_not_signed(admin: Opened) -> None:
    device = Authenticator()
    enrol(admin, device)
    admin.house.sign_people()
    propose(admin.house, "Max M. Counsel")
    page = admin.get("/people")
    text = (admin.house.root / "people.toml").read_text()
    admin.house.write("people.toml", text.replace("Max M. Counsel", "Mallory"))
    answer = sign(admin, device, page)
    assert answer.status == 422
    assert answer.says("The people changed since this page was opened.")
    assert answer.says("Max Counsel (max) is Mallory now")
    assert not is_signed(admin.house)


def test_an_answer_of_nobody_is_refused_beside_the_button(admin: Opened) -> None:
    device = Authenticator()
    enrol(admin, device)
    admin.house.sign_people()
    propose(admin.house, "Max M. Counsel")
    answer = sign(admin, device, admin.get("/people"), PRESENT)
    assert (answer.status, answer.says("The signature does not hold.")) == (422, True)
    for said in ("", "{}", "[1]", "null"):
        assert admin.post("/people", {"roster": "x", "answer": said}).status == 422
    assert not is_signed(admin.house)


def test_a_passkey_in_place_of_another_is_signed_with_both(admin: Opened) -> None:
    old, new = Authenticator(), Authenticator(credential=b"\2" * 16)
    enrol(admin, old)
    admin.house.sign_people()
    enrol(admin, new, "?instead=1")
    page = admin.get("/people")
    assert page.says("replaced by another key")
    assert sign(admin, old, page).status == 303
    page = admin.get("/people")
    assert page.says("You signed with your old passkey; now sign with the new one.")
    assert sign(admin, new, page).status == 303
    assert is_signed(admin.house)


def test_who_is_no_admin_signs_no_people_and_is_told_who_can(desk: Opened) -> None:
    propose(desk.house, "Max M. Counsel")
    answer = desk.get("/people")
    assert answer.status == 409
    assert answer.says("Ada Admin (ada) can sign.")
    assert not desk.get("/").says("waits for your signature")


def test_an_admin_without_a_passkey_is_sent_to_the_terminal(admin: Opened) -> None:
    propose(admin.house, "Max M. Counsel")
    assert admin.get("/people").says("With your passphrase: publish people sign --as ada")


def test_in_a_browser_an_admin_signs_with_the_keyboard_alone(admin: Opened, browser: Browser) -> None:
    with tab(admin, browser) as page:
        page.get_by_role("button", name="Make a passkey").press("Enter")
        expect(page.get_by_text("You have a passkey.")).to_be_visible()
        admin.house.sign_people()
        propose(admin.house, "Max M. Counsel")
        page.goto(f"{admin.desk.origin}/people")
        expect(page.get_by_text("Max Counsel (max) is Max M. Counsel now")).to_be_visible()
        assert not violations(page)
        page.get_by_role("button", name="Sign version 3").press("Enter")
        expect(page.get_by_text("Signed: version 3 of the people counts from now on.")).to_be_visible()
    assert is_signed(admin.house)
