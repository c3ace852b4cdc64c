"""What the house asks for, on a piece's way: stricter for a division or a tag, and for a while only."""

from datetime import datetime, timedelta

import pytest
from support.house import CONFIG, NOW, House, signer

from publisher.errors import PublisherError, WorkspaceError
from publisher.workflow.decide import Verdict, decide, draft_statement
from publisher.workflow.release import release
from publisher.workflow.stage import Stage, Standing, standing
from publisher.workspace.loading import load


def stand(house: House, now: datetime = NOW) -> Standing:
    context = house.context(now)
    return standing(context, context.evidence(), context.workspace.piece("a-post"))


def approve_again(house: House, now: datetime) -> None:
    context = house.context(now)
    decide(context, draft_statement(context, Verdict("approve", "a-post", "lea")), signer("lea"))


@pytest.fixture
def ending(house: House) -> House:
    """A house in which approvals end after a hundred days, with a post that is public."""
    house.write("publisher.toml", CONFIG + "[review]\nexpires_days = 100\n")
    house.add_post()
    house.approved("a-post")
    release(house.context())
    return house


def test_status_says_a_month_ahead_that_an_approval_ends(ending: House) -> None:
    assert stand(ending, NOW + timedelta(69)).waits_for == ""
    near = stand(ending, NOW + timedelta(70))
    assert (near.stage, near.waits_for, near.next) == (
        Stage.PUBLISHED, "approval ends on 2027-02-28", "publish review show a-post",
    )  # fmt: skip


def test_an_approval_that_ended_stops_the_release_rather_than_taking_the_piece_down(ending: House) -> None:
    later = NOW + timedelta(100)
    found = stand(ending, later)
    assert (found.stage, found.waits_for) == (Stage.REVIEW, "legal: Lea Counsel, Max Counsel")
    with pytest.raises(PublisherError, match="Lea Counsel's does not count: it ended on 2027-02-28"):
        release(ending.context(later))


def test_an_approval_is_given_again_when_it_ends_soon_and_not_before(ending: House) -> None:
    with pytest.raises(PublisherError, match="approved this revision already"):
        approve_again(ending, NOW + timedelta(69))
    approve_again(ending, NOW + timedelta(71))
    assert stand(ending, NOW + timedelta(100)) == stand(ending, NOW)


def test_a_division_asks_for_a_role_of_its_own_and_its_people_decide(house: House) -> None:
    people = (house.root / "people.toml").read_text()
    max_ = people.index("[people.max]")
    house.write("people.toml", people[:max_] + people[max_:].replace("legal", "medical"))
    house.sign_people()
    house.write("publisher.toml", CONFIG + "[divisions.service.review]\nrequired = { medical = 1 }\n")
    house.add_post(matter="division: service\n")
    house.submit("a-post")
    house.decide("a-post", person="lea")
    assert stand(house).waits_for == "medical: Max Counsel"
    house.decide("a-post", person="max")
    assert stand(house).stage is Stage.APPROVED


def test_an_edit_of_the_division_changes_nothing_about_what_was_submitted(house: House) -> None:
    house.write("publisher.toml", CONFIG + "[divisions.service.review]\nrequired = { legal = 2 }\n")
    house.add_post(matter="division: service\n")
    house.submit("a-post")
    house.decide("a-post")
    house.add_post()
    assert release(house.context()).left_out[0][1].what == "1 of 2 approvals by legal"


def test_asking_for_less_than_the_house_is_an_error(house: House) -> None:
    house.write(
        "publisher.toml",
        CONFIG + "[review]\nrequired = { legal = 2 }\nexpires_days = 30\n"
        "[review.tags.trust]\nrequired = { legal = 1 }\n"
        "[divisions.service.review]\nexpires_days = 31\nrequired = { legal = 2, medical = 1 }\n",
    )
    with pytest.raises(WorkspaceError) as caught:
        load(house.root)
    assert sorted(map(str, caught.value.problems)) == [
        f"publisher.toml: {advice}"
        for advice in (
            "divisions.service.review.expires_days: is longer than the house's 30; say fewer, or leave it away",
            "review.tags.trust.required.legal: asks for 1, and the house for 2; ask for 2 or more, or leave it away",
        )
    ]
