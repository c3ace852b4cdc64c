"""Which waivers stand: the last word of somebody who may decide, and nobody else's."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from publisher.review.ledger import GENESIS, Record
from publisher.review.waivers import UNWAIVE, WAIVE, standing_waivers
from review.docket import FINDING, SLUG, START, Docket

MAY = {"lea", "max"}
"""Of legal, and valid on that day."""
WHO = [*MAY, "ann", "ben", "kim", "una", "somebody"]
FINDINGS = [FINDING, "6a" * 16]
RULES = Docket(Path(__file__).parent.parent / "tampered" / "untampered").rules()
words = st.tuples(st.sampled_from([WAIVE, UNWAIVE, "approve"]), st.sampled_from(WHO), st.sampled_from(FINDINGS))


def records(said: list[tuple[str, str, str]]) -> list[Record]:
    """Lines of a ledger, which say why in their number."""
    return [
        Record(seq, START.isoformat(), event, SLUG, by, {"finding": finding, "reason": f"reason {seq}"}, GENESIS)
        for seq, (event, by, finding) in enumerate(said)
    ]


@given(st.lists(words, max_size=30))
def test_a_finding_is_waived_while_the_last_word_of_a_reviewer_on_it_is_to_waive_it(
    said: list[tuple[str, str, str]],
) -> None:
    last = {(by, finding): event for event, by, finding in said if event in {WAIVE, UNWAIVE}}
    expected = {finding for (by, finding), event in last.items() if by in MAY and event == WAIVE}
    standing = standing_waivers(records(said), RULES.people, RULES.asked.required, {"ann", "ben"})
    assert {*standing} == expected
    for finding, waiver in standing.items():
        assert last[waiver.by, finding] == WAIVE
        assert said[int(waiver.reason.split()[1])] == (WAIVE, waiver.by, finding)


@given(st.lists(words, max_size=30), words)
def test_what_somebody_says_about_a_finding_changes_nothing_about_another(
    said: list[tuple[str, str, str]], more: tuple[str, str, str]
) -> None:
    (other,) = {*FINDINGS} - {more[2]}
    before, after = (
        standing_waivers(records(one), RULES.people, RULES.asked.required, {"ann"}) for one in (said, [*said, more])
    )
    assert before.get(other) == after.get(other)
