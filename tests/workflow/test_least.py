"""A takedown works where the house's own files are not whole. Nothing is approved there: a rule may be missing."""

from collections.abc import Callable

import pytest
from support.house import GUIDELINES, House

from publisher.errors import PublisherError
from publisher.workflow.decide import Verdict, draft_statement
from publisher.workflow.takedown import Wish, draft_wish


def misspell_a_guideline(house: House) -> None:
    house.write("guidelines.toml", GUIDELINES + "\n[rules.x]\nsayz = 'A slip.'\n")


def lose_a_cover(house: House) -> None:
    (house.root / "artwork/cover.png").unlink()


@pytest.fixture
def forbidden(house: House) -> str:
    """A post in review that a rule forbids which came later."""
    house.write("guidelines.toml", "")
    house.add_post(text="It is top secret.\n")
    house.submit("a-post")
    house.write("guidelines.toml", GUIDELINES)
    return "a-post"


@pytest.mark.parametrize(
    ("slip", "named"), [(misspell_a_guideline, "guidelines.toml"), (lose_a_cover, "publisher.toml")]
)
def test_nothing_is_approved_where_the_houses_own_files_are_not_whole(
    house: House, forbidden: str, slip: Callable[[House], None], named: str
) -> None:
    slip(house)
    with pytest.raises(PublisherError, match="while the house's own files are not whole") as told:
        draft_statement(house.context(least=True), Verdict("approve", forbidden, "lea"))
    assert [line.partition(":")[0] for line in told.value.each] == [named] * len(told.value.each)
    assert told.value.each


def test_where_they_are_whole_again_the_rule_is_there_that_forbids_it(house: House, forbidden: str) -> None:
    for least in (False, True):
        with pytest.raises(PublisherError, match="blocks it by the guidelines of today"):
            draft_statement(house.context(least=least), Verdict("approve", forbidden, "lea"))


def test_what_lets_nothing_out_is_signed_nevertheless(house: House, forbidden: str) -> None:
    misspell_a_guideline(house)
    rejection = draft_statement(house.context(least=True), Verdict("reject", forbidden, "lea", "It says too much."))
    assert rejection.decision == "reject"
    house.sign_takedown(forbidden)
    lift = draft_wish(house.context(least=True), Wish("restore", forbidden, "lea", "We mended it."))
    assert lift.decision == "restore"
