"""Taking a piece down at the desk: what is on the screen is what is signed, and the page says what is left to do."""

import json
import shutil

import pytest
from support.authenticator import PRESENT, Authenticator
from support.commands import publish
from support.house import CONFIG, PASSPHRASE, House

from desk.opened import Answer, Opened, opened
from desk.test_deciding import events
from desk.test_passkey import make, options_on, sign
from publisher.review.statement import MEANINGS, open_envelope
from publisher.workflow.release import release
from publisher.workflow.stage import standing

PAGE = "/pieces/a-post/takedown"
STILL = "It is public until this command has run publish takedown a-post"


def ask(desk: Opened, decision: str = "takedown", reason: str = "It names a customer.", **more: str) -> Answer:
    """Ask for a statement to sign; the answer's `location` is where it is."""
    return desk.post(PAGE, {"decision": decision, "reason": reason, **more})


def address_of(desk: Opened, decision: str = "takedown", **more: str) -> str:
    """Where a statement is that can be signed."""
    return ask(desk, decision, **more).headers["location"]


def sign_it(desk: Opened, address: str) -> Answer:
    """Sign what is on the screen there, with the passphrase."""
    revision = desk.get(address).text.split('name="revision" value="')[1].split('"')[0]
    return desk.sign(address, revision, PASSPHRASE)


def public_page(house: House) -> bytes:
    return (house.root / "public/posts/a-post.html").read_bytes()


def test_from_the_first_page_to_a_piece_that_is_gone_and_back(released: Opened) -> None:
    house = released.house
    assert 'href="/public"' in released.get("/").text
    assert 'href="/pieces/a-post/takedown"' in released.get("/public").text
    assert released.get("/pieces/a-post").says("The public has it. Must that not be? Take it down")
    assert released.get(PAGE).says("The public has it, at https://voices.example.com/posts/a-post.html")
    address = address_of(released)
    shown = released.get(address)
    for words in (MEANINGS["takedown"], "Lea Counsel", "It names a customer.", "there is no such page"):
        assert shown.says(words)
    signed = sign_it(released, address)
    assert (signed.status, signed.headers["location"]) == (303, PAGE)

    for path in (PAGE, "/public"):
        assert released.get(path).says("publish takedown a-post")
    assert released.get(PAGE).says(STILL)
    for path in ("/", "/public", "/pieces/a-post"):
        assert released.get(path).says("still public") or released.get(path).says("It is public still")
    for command in ("status", "review list"):
        assert "is public still" in publish(*command.split(), at=house.root).out
    ran = publish("takedown", "a-post", at=house.root)
    assert (ran.code, "nothing more is to sign" in ran.out) == (0, True), ran.text
    assert not (house.root / "public/posts/a-post.html").exists()
    assert released.get(PAGE).says("the public has nothing of it, and no release brings it back")
    assert not released.get("/").says("still public")

    lift = address_of(released, "restore", reason="We mended it.")
    assert sign_it(released, lift).headers["location"] == PAGE
    assert released.get(PAGE).says("You lifted the takedown. What was approved before does not count")
    assert released.get("/").says("1 piece to decide")
    assert events(house) == ["submit", "approve", "takedown", "restore"]
    assert publish("ledger", "verify", at=house.root).code == 0


def test_a_passkey_takes_down_and_lifts_and_the_gate_obeys(released: Opened) -> None:
    house, device = released.house, Authenticator()
    make(released, device)
    revision = house.context().ledger.of("a-post")[0].revision
    for decision, stage in (("takedown", "taken down"), ("restore", "in review")):
        address = address_of(released, decision)
        assert sign(released, device, address, revision, flags=PRESENT).says("The signature does not hold")
        assert sign(released, device, address, revision, origin="http://localhost:1").status == 422
        assert sign(released, device, address, revision).status == 303
        (file,) = (house.root / "approvals/a-post").glob(f"*-{decision}-*")
        assert open_envelope(file.read_bytes(), "here").statement.tier == "passkey"
        context = house.context()
        assert standing(context, context.evidence(), context.workspace.piece("a-post")).stage == stage
    assert publish("ledger", "verify", at=house.root).code == 0


def test_a_passkey_signs_just_this_takedown(released: Opened) -> None:
    device = Authenticator()
    make(released, device)
    first, second = address_of(released), address_of(released, reason="It names two customers.")
    revision = released.house.context().ledger.of("a-post")[0].revision
    response = device.get(options_on(released.get(first)), released.desk.origin)
    said = {"revision": revision, "way": "passkey", "answer": json.dumps(response)}
    assert released.post(second, said).says("The signature does not hold")
    assert events(released.house) == ["submit", "approve"]
    assert released.post(first, said).status == 303


@pytest.mark.parametrize(
    ("page", "words", "shown"),
    [
        ("none", "left from before", None),
        ("gone", "", "It is not available any more."),
        ("words", "We named <b>Acme</b>. We are sorry.", "We named &lt;b&gt;Acme&lt;/b&gt;. We are sorry."),
    ],
)
def test_what_the_public_finds_there_is_signed_and_then_stands_there(
    released: Opened, page: str, words: str, shown: str | None
) -> None:
    address = address_of(released, page=page, words=words)
    assert (shown or "there is no such page") in released.get(address).text
    assert sign_it(released, address).status == 303
    released.house.remove("a-post")
    if shown is None:
        assert not (released.house.root / "public/posts/a-post.html").exists()
    else:
        assert shown.encode() in public_page(released.house)


def test_other_words_are_left_there_later_beginning_with_those_that_stand_there(released: Opened) -> None:
    assert sign_it(released, address_of(released, page="words", words="We are sorry.")).status == 303
    page = released.get(PAGE)
    assert page.says("Leave something else at its address")
    assert ">We are sorry.</textarea>" in page.text
    released.later.append(2)  # of two in one second, nobody could say which is the later
    assert sign_it(released, address_of(released, page="words", words="We are very sorry.")).status == 303
    released.house.remove("a-post")
    assert b"We are very sorry." in public_page(released.house)
    assert events(released.house).count("takedown") == 2


@pytest.mark.parametrize(
    ("said", "field", "words"),
    [
        ({"decision": "takedown", "reason": " "}, "takedown-reason", "Say what is wrong with it."),
        ({"decision": "takedown", "reason": "x", "page": "words", "words": " "}, "words", "These are no words."),
        ({"decision": "restore", "reason": "x"}, "", "It is not taken down."),
    ],
)
def test_what_is_missing_is_said_beside_its_field_and_what_was_typed_stays(
    released: Opened, said: dict[str, str], field: str, words: str
) -> None:
    answer = released.post(PAGE, said)
    assert (answer.status, answer.says(words)) == (422, True), answer.text
    assert field == "" or f'aria-describedby="{field}-mistake"' in answer.text
    assert events(released.house) == ["submit", "approve"]


def test_what_is_no_takedown_and_a_piece_that_never_was_are_refused(released: Opened) -> None:
    assert ask(released, "approve").status == 400
    assert released.get("/pieces/none/takedown").says("Nothing that was ever submitted is called 'none'")
    assert released.post("/pieces/none/takedown", {"decision": "takedown", "reason": "x"}).status == 409


def test_a_form_of_another_site_or_session_draws_nothing_up(released: Opened) -> None:
    said = {"decision": "takedown", "reason": "x"}
    assert released.post(PAGE, {**said, "csrf": "x"}).status == 403
    assert released.post(PAGE, said, {"Sec-Fetch-Site": "cross-site"}).status == 403
    assert released.desk.drafts == {}


def test_a_takedown_is_signed_once_and_not_when_it_lay_for_long(released: Opened) -> None:
    address, old = address_of(released), address_of(released)
    revision = released.house.context().ledger.of("a-post")[0].revision
    assert released.sign(address, revision, PASSPHRASE).status == 303
    assert released.sign(address, revision, PASSPHRASE).status == 410
    released.later.append(11 * 60)
    assert released.sign(old, revision, PASSPHRASE).says("This statement was drawn up 10 minutes ago")
    assert events(released.house).count("takedown") == 1


def test_what_would_say_something_else_by_now_is_not_signed(released: Opened) -> None:
    house = released.house
    address = address_of(released)
    revision = house.context().ledger.of("a-post")[0].revision
    text = (house.root / "people.toml").read_text()
    house.write("people.toml", text.replace("Lea Counsel", "Lea Advocate"))
    house.sign_people()
    assert released.sign(address, revision, PASSPHRASE).says("It would say something else by now")
    house.sign_takedown("a-post", "max")
    lift = address_of(released, "restore")
    house.sign_takedown("a-post", "max", lift=True)
    assert released.sign(lift, revision, PASSPHRASE).says("It is not taken down")


def test_whoever_submits_again_meanwhile_puts_no_takedown_off(released: Opened) -> None:
    house = released.house
    address = address_of(released)
    revision = house.context().ledger.of("a-post")[0].revision
    house.add_post(text="Other words.\n")
    newer = house.approved("a-post")
    assert released.sign(address, revision, PASSPHRASE).status == 303
    (file,) = (house.root / "approvals/a-post").glob("*-takedown-*")
    assert open_envelope(file.read_bytes(), "here").statement.revision == revision != newer
    context = house.context()
    assert standing(context, context.evidence(), context.workspace.piece("a-post")).stage == "taken down"
    house.remove("a-post")
    release(house.context())
    assert not (house.root / "public/posts/a-post.html").exists()
    assert publish("ledger", "verify", at=house.root).code == 0


def test_a_lift_is_not_signed_where_another_revision_came_meanwhile(released: Opened) -> None:
    house = released.house
    revision = house.context().ledger.of("a-post")[0].revision
    house.sign_takedown("a-post", "max")
    lift = address_of(released, "restore")
    house.add_post(text="Other words.\n")
    house.submit("a-post", "ben")
    assert released.sign(lift, revision, PASSPHRASE).says("It would say something else by now")


def test_too_many_attempts_to_sign_are_stopped(house: House) -> None:
    house.add_post()
    revision = house.approved("a-post")
    with opened(house, most=2) as desk:
        desk.enter()
        address = address_of(desk)
        assert [desk.sign(address, revision, "x").status for _ in range(3)] == [422, 422, 429]
    assert events(house) == ["submit", "approve"]


def test_nothing_of_the_piece_needs_to_be_whole(released: Opened) -> None:
    house = released.house
    shutil.rmtree(house.root / "revisions/a-post")
    shutil.rmtree(house.root / "posts/a-post")
    assert released.get("/public").says("a-post")
    assert sign_it(released, address_of(released)).status == 303
    assert released.get(PAGE).says(STILL)
    assert released.get("/").says("Taken down, and still public: a-post")
    house.remove("a-post")
    assert released.get(PAGE).says("the public has nothing of it")


def test_what_is_approved_and_not_public_yet_never_goes_out(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    with opened(house) as desk:
        desk.enter()
        assert desk.get("/public").says("Approved, not public yet")
        assert desk.get("/pieces/a-post").says("It is approved, and a release makes it public.")
        assert sign_it(desk, address_of(desk)).status == 303
        assert desk.get(PAGE).says("the public has nothing of it, and no release brings it back")
    release(house.context())
    assert not (house.root / "public/posts/a-post.html").exists()


def test_what_nobody_approved_is_not_offered_to_be_taken_down(house: House) -> None:
    house.add_post()
    house.submit("a-post", "ben")
    with opened(house) as desk:
        desk.enter()
        assert "/takedown" not in desk.get("/pieces/a-post").text
        assert desk.get("/public").says("Pieces come here once they are approved.")
        assert desk.get(PAGE).says("what was submitted of it is not approved")


def test_who_has_none_of_the_roles_is_told_who_has_and_signs_nothing(released: Opened) -> None:
    with opened(released.house, "ann") as desk:
        desk.enter()
        page = desk.get(PAGE)
        assert page.says("You have none of the roles that may do this. Lea Counsel, Max Counsel can.")
        assert 'value="takedown"' not in page.text
        assert "/takedown" not in desk.get("/pieces/a-post").text
        assert ask(desk).says("Ann Host has no key")


def test_a_role_that_the_house_lists_takes_down_and_does_not_lift(released: Opened) -> None:
    house = released.house
    house.write("publisher.toml", CONFIG + '\n[review]\ntakedown = ["press"]\n')
    text = (house.root / "people.toml").read_text()
    house.write(
        "people.toml", text.replace('name = "Lea Counsel"\nroles = ["legal"]', 'name = "Lea"\nroles = ["press"]')
    )
    house.sign_people()
    assert sign_it(released, address_of(released)).status == 303
    assert released.get(PAGE).says("Somebody who decides on it can lift it.")
    assert ask(released, "restore").says("Lea has none of the roles that may do this (legal)")
