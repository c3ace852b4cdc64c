"""What the desk says of pieces that are approved, or for whose address something else was signed: what is so."""

import pytest
from support.commands import publish
from support.house import House

from desk.opened import Answer, Opened, opened
from desk.test_takedown import PAGE, address_of, public_page, sign_it
from publisher.workflow.release import release

OWED = "These words stand there once this command has run publish takedown a-post"
BEFORE = "until then https://voices.example.com/posts/a-post.html shows what it showed before"


def sign_words(desk: Opened, words: str) -> Answer:
    """Sign other words for its address; the page that comes then."""
    desk.later.append(2)
    said = {"page": "words", "words": words} if words else {"page": "none"}
    assert sign_it(desk, address_of(desk, **said)).status == 303
    return desk.get(PAGE)


def test_other_words_stand_there_once_the_command_has_run_and_the_page_says_so(released: Opened) -> None:
    house = released.house
    sign_words(released, "We are sorry.")
    house.remove("a-post")
    assert not released.get(PAGE).says("once the command has run")
    page = sign_words(released, "We are very sorry.")
    assert page.says("You signed the takedown: no release brings the piece back.")
    assert (page.says(OWED), page.says(BEFORE), page.says("very sorry.” once the command has run")) == (True,) * 3
    assert 'class="alarm"' in page.text
    assert released.get("/public").says("or a release, has run. publish takedown a-post")
    assert b"very sorry" not in public_page(house)
    ran = publish("takedown", "a-post", at=house.root)
    assert ran.code == 0, ran.text
    assert b"very sorry" in public_page(house)
    page = released.get(PAGE)
    assert (page.says("publish takedown"), page.says("once the command has run")) == (False, False)
    assert not released.get("/public").says("publish takedown")
    assert sign_words(released, "").says("The words there go once this command has run")


def test_words_for_what_was_never_public_stand_there_once_a_release_has_run(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    with opened(house) as desk:
        desk.enter()
        page = sign_words(desk, "We are sorry.")
        assert (page.says(OWED), page.says(BEFORE)) == (True, True)
        release(house.context())
        assert b"We are sorry." in public_page(house)
        assert not desk.get(PAGE).says("publish takedown")
        lines = len(house.context().ledger.records())
        release(house.context())
        assert len(house.context().ledger.records()) == lines
    assert publish("ledger", "verify", at=house.root).code == 0


def test_no_words_for_what_was_never_public_need_no_command(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    with opened(house) as desk:
        desk.enter()
        assert not sign_words(desk, "").says("publish takedown")


OUT = "It is approved, and a release makes it public"


@pytest.mark.parametrize(
    ("matter", "listed", "said"),
    [
        ("", True, f"{OUT}."),
        ("publish_at: 2999-01-01T07:00:00+01:00\n", True, f"{OUT} once its moment has come."),
        ("unpublish_at: 2026-11-06T07:00:00+01:00\n", False, "It was approved, and its time is over"),
    ],
)
def test_what_a_release_does_with_what_is_approved_is_said_by_its_time(
    house: House, matter: str, said: str, *, listed: bool
) -> None:
    house.add_post(matter=matter)
    house.approved("a-post")
    with opened(house) as desk:
        desk.enter()
        assert desk.get(PAGE).says(said)
        assert desk.get("/public").says("Approved, not public yet") == listed
        assert desk.get("/pieces/a-post").says("Must that not be?") == listed


def test_what_a_rollback_holds_back_is_not_said_to_go_out(house: House) -> None:
    for slug in ("first", "a-post"):
        house.add_post(slug)
        house.approved(slug)
        release(house.context())
    assert publish("rollback", "--reason", "A slip.", at=house.root).code == 0
    with opened(house) as desk:
        desk.enter()
        for path in (PAGE, "/pieces/a-post"):
            assert desk.get(path).says("It is approved, and a rollback holds it back.")
        page = desk.get("/public")
        assert (page.says("held back by a rollback"), page.says("not public yet")) == (True, False)
        assert publish("rollback", "--undo", at=house.root).code == 0
        assert desk.get(PAGE).says("The public has it")
