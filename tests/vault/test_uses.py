"""When the public had what, by the ledger's lines."""

from hypothesis import given
from hypothesis import strategies as st

from publisher.review.records import GENESIS, Record
from publisher.workflow.lines import public_revisions
from publisher.workflow.uses import uses

CHANGE = st.tuples(st.sampled_from(["a-post", "a-talk"]), st.sampled_from(["", "1" * 12, "2" * 12]))
TARGET = st.sampled_from(["public", "elsewhere"])
RELEASES = st.lists(st.tuples(TARGET, st.lists(CHANGE, max_size=2, unique_by=lambda change: change[0])), max_size=8)


def line(day: int, target: str, changes: list[tuple[str, str]]) -> Record:
    pieces = " ".join(f"{slug}@{revision}" for slug, revision in changes)
    data = {"target": target, "edition": "0" * 64, "pieces": pieces}
    return Record(day, f"2026-11-{day + 1:02}T12:00:00+00:00", "release", "", "publish", data, GENESIS)


@given(RELEASES)
def test_whatever_is_released_what_is_public_has_no_last_day_yet_and_all_else_has(
    releases: list[tuple[str, list[tuple[str, str]]]],
) -> None:
    records = tuple(line(day, target, changes) for day, (target, changes) in enumerate(releases))
    found = uses(records, "public")

    assert {use.slug: use.revision for use in found if use.is_public} == public_revisions(records, "public")
    for use in found:
        assert len(use.came) - len(use.went) in {0, 1}
        days = [day for pair in zip(use.came, [*use.went, "2026-12-01"], strict=False) for day in pair]
        assert days == sorted(days)
        assert use.came[0] == min(use.came)


def test_the_days_of_a_revision_that_came_back_are_all_told() -> None:
    first, other = ("a-post", "1" * 12), ("a-post", "2" * 12)
    (back, _) = uses([line(day, "public", [change]) for day, change in enumerate((first, other, first))], "public")

    assert back.documents == {
        "use/a-post/111111111111/first.json": (
            b'{"came":["2026-11-01","2026-11-03"],"first":"2026-11-01","revision":"111111111111","slug":"a-post"}'
        ),
        "use/a-post/111111111111/last.json": (
            b'{"last":"2026-11-02","revision":"111111111111","slug":"a-post","went":["2026-11-02"]}'
        ),
    }
