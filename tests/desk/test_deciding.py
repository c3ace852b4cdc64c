"""What somebody signs at the desk is what they saw there."""

from support.house import PASSPHRASE, House

from desk.opened import Opened, opened
from desk.test_safe import revision_of
from publisher.review.statement import MEANINGS


def events(house: House) -> list[str]:
    return [one.event for one in house.context().ledger.records() if one.slug]


def test_the_queue_has_what_waits_for_this_person_first_and_says_why_the_rest_waits(desk: Opened) -> None:
    house = desk.house
    for slug in ("mine", "refused"):
        house.add_post(slug)
    house.submit("mine", "lea")
    house.submit("refused", "ben")
    house.decide("refused", "reject", "max", "It names a customer.")
    text = desk.get("/").text
    places = [text.index(words) for words in ("/pieces/a-post", "With others", "/pieces/mine", "Rejected", "customer")]
    assert places == sorted(places)
    assert desk.get("/").says("waits for")


def test_an_approval_goes_from_the_piece_to_the_ledger(desk: Opened) -> None:
    revision = revision_of(desk)
    address = desk.draw_up("a-post", revision).headers["location"]
    shown = desk.get(address)
    for words in ("Lea Counsel", MEANINGS["approve"], revision, "UTC"):
        assert shown.says(words)
    signed = desk.sign(address, revision, PASSPHRASE)
    assert (signed.status, signed.headers["location"]) == (303, "/pieces/a-post/record")
    assert events(desk.house) == ["submit", "approve"]
    assert desk.get("/pieces/a-post/record").says("You approved it.")
    assert desk.get("/").says("Nothing waits for you.")


def test_a_statement_is_signed_once(desk: Opened) -> None:
    revision = revision_of(desk)
    address = desk.draw_up("a-post", revision).headers["location"]
    assert desk.sign(address, revision, PASSPHRASE).status == 303
    assert desk.sign(address, revision, PASSPHRASE).status == 410
    assert events(desk.house) == ["submit", "approve"]


def test_a_wrong_passphrase_is_said_beside_its_field_and_signs_nothing(desk: Opened) -> None:
    revision = revision_of(desk)
    address = desk.draw_up("a-post", revision).headers["location"]
    answer = desk.sign(address, revision, "something else entirely")
    assert answer.status == 422
    assert answer.says("The key did not open")
    assert 'aria-describedby="passphrase-mistake"' in answer.text
    assert "something else" not in answer.text
    assert events(desk.house) == ["submit"]


def test_a_rejection_needs_a_reason_and_says_so_beside_it(desk: Opened) -> None:
    answer = desk.draw_up("a-post", revision_of(desk), "reject")
    assert answer.status == 422
    assert 'aria-describedby="reason-mistake"' in answer.text


def test_a_rejection_stands_with_its_reason_until_it_is_withdrawn(desk: Opened) -> None:
    revision = revision_of(desk)
    for decision, reason in (("reject", "It names a customer."), ("withdraw", "")):
        address = desk.draw_up("a-post", revision, decision, reason).headers["location"]
        assert desk.sign(address, revision, PASSPHRASE).status == 303
        assert desk.get("/pieces/a-post").says("Lea Counsel rejected it: It names a customer.") is (
            decision == "reject"
        )
    assert events(desk.house) == ["submit", "reject", "withdraw"]


def test_a_revision_that_came_while_the_page_was_open_is_not_approved_by_it(desk: Opened) -> None:
    seen = revision_of(desk)
    desk.house.add_post(text="Other words.\n")
    desk.house.submit("a-post", "ben")
    answer = desk.draw_up("a-post", seen)
    assert answer.status == 422
    assert answer.says("Another revision is in review by now")


def test_a_revision_that_came_while_the_statement_was_open_is_not_approved_by_it(desk: Opened) -> None:
    seen = revision_of(desk)
    address = desk.draw_up("a-post", seen).headers["location"]
    desk.house.add_post(text="Other words.\n")
    desk.house.submit("a-post", "ben")
    answer = desk.sign(address, seen, PASSPHRASE)
    assert answer.status == 409
    assert answer.says("Another revision is in review by now")
    assert "approve" not in events(desk.house)


def test_a_form_that_names_no_revision_or_the_beginning_of_one_signs_nothing(desk: Opened) -> None:
    revision = revision_of(desk)
    assert desk.draw_up("a-post", revision[:12]).status == 422
    address = desk.draw_up("a-post", revision).headers["location"]
    assert desk.sign(address, "", PASSPHRASE).status == 409
    assert events(desk.house) == ["submit"]


def test_a_statement_that_lay_for_long_is_drawn_up_again_so_that_its_time_is_true(desk: Opened) -> None:
    revision = revision_of(desk)
    address = desk.draw_up("a-post", revision).headers["location"]
    desk.later.append(11 * 60)
    assert desk.sign(address, revision, PASSPHRASE).says("This statement was drawn up 10 minutes ago")
    assert events(desk.house) == ["submit"]


def test_a_finding_is_waived_with_a_reason_and_then_stands_on_the_statement(house: House) -> None:
    from support.house import FORECASTS, GUIDELINES

    house.write("guidelines.toml", GUIDELINES + FORECASTS)
    house.add_post(text="Our revenue will grow.\n")
    revision = house.submit("a-post", "ben")
    with opened(house) as desk:
        desk.enter()
        page = desk.get("/pieces/a-post")
        assert page.says("1 finding must be waived before it can be approved")
        assert '<mark class="waiver"' in page.text
        assert desk.draw_up("a-post", revision).says("1 finding must be waived before it can be approved")
        finding = page.text.partition('id="f-')[2].partition('"')[0]
        empty = desk.post("/pieces/a-post/waive", {"finding": finding, "revision": revision, "reason": " "})
        assert (empty.status, empty.says("A waiver says why")) == (422, True)
        said = {"finding": finding, "revision": revision, "reason": "It is <i>old</i> news."}
        assert desk.post("/pieces/a-post/waive", said).headers["location"] == f"/pieces/a-post#f-{finding}"
        address = desk.draw_up("a-post", revision).headers["location"]
        assert "It is &lt;i&gt;old&lt;/i&gt; news." in desk.get(address).text
        assert desk.sign(address, revision, PASSPHRASE).status == 303
        taken = desk.post("/pieces/a-post/unwaive", {"finding": finding, "revision": revision})
        assert taken.status == 303
    assert events(house) == ["submit", "waive", "approve", "unwaive"]


def test_a_waiver_for_a_revision_that_is_not_in_review_any_more_is_refused(desk: Opened) -> None:
    answer = desk.post("/pieces/a-post/waive", {"finding": "0" * 32, "revision": "0" * 64, "reason": "x"})
    assert answer.status == 422
    assert "waive" not in events(desk.house)


def test_who_made_a_piece_sees_it_and_cannot_decide_on_it(house: House) -> None:
    house.add_post()
    revision = house.submit("a-post", "lea")
    with opened(house) as desk:
        desk.enter()
        assert desk.get("/pieces/a-post").says("nobody decides on their own piece")
        assert desk.draw_up("a-post", revision).status == 422


def test_how_much_was_heard_is_kept_with_the_approval(house: House) -> None:
    house.add_episode()
    revision = house.submit("a-talk")
    with opened(house) as desk:
        desk.enter()
        assert desk.get("/pieces/a-talk").says("You heard 0 % (0:00 of 0:04)")
        for played in ("0-1.5", "1-2", "3.9-99"):
            answer = desk.post("/pieces/a-talk/heard", {"revision": revision, "stretches": played})
            assert answer.status == 200
        assert desk.get("/pieces/a-talk").says("You heard 52 % (0:02 of 0:04)")
        address = desk.draw_up("a-talk", revision).headers["location"]
        assert desk.get(address).says("52 % (0:02 of 0:04)")
        assert desk.sign(address, revision, PASSPHRASE).status == 303
        assert desk.get("/pieces/a-talk/record").says("after hearing 0:02 of 0:04")
    record = house.context().ledger.records()[-1]
    assert (record.data["heard"], record.data["length"]) == (2, 4)


def test_what_is_no_stretch_of_time_is_refused(shared: Opened) -> None:
    for played in ("x", "2-1", "nan-2", "1-inf", "-1-2"):
        said = {"revision": revision_of(shared, "a-talk"), "stretches": played}
        assert shared.post("/pieces/a-talk/heard", said).status == 400


def test_what_somebody_wrote_is_shown_as_words_and_never_as_markup(shared: Opened) -> None:
    text = shared.get("/pieces/a-post").text
    assert "&lt;b&gt;" in text or "<b>" not in text


def test_a_piece_that_is_not_there_is_said_to_be_none(shared: Opened) -> None:
    answer = shared.get("/pieces/none")
    assert answer.status == 409
    assert answer.says("There is no piece")


def test_when_a_piece_comes_and_goes_stands_at_its_head(desk: Opened) -> None:
    desk.house.add_post(
        "soon", matter="guid: another-guid\npublish_at: 2026-12-24T18:00:00+01:00\nunpublish_at: 2027-01-06T00:00:00Z\n"
    )
    desk.house.submit("soon", "ben")
    page = desk.get("/pieces/soon")
    assert page.says(
        "to be public from 24 December 2026, 17:00 UTC, dated 5 November 2026 until 6 January 2027, 00:00 UTC"
    )
