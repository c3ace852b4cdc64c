"""Two people append on two branches: both are kept, what joins them is found out if it is touched, and nobody wins."""

import itertools
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.review.ledger import GENESIS, Ledger, Record
from publisher.review.tree import Tree, leaf

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
Lines = list[bytes]


class Branch:
    """A clone's ledger."""

    def __init__(self, folder: Path, lines: Lines = []) -> None:  # noqa: B006 - never changed
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "ledger.jsonl"
        self.file.write_bytes(b"".join(lines))

    @property
    def ledger(self) -> Ledger:
        return Ledger(self.file, self.file.parent / "lock")

    @property
    def lines(self) -> Lines:
        return self.file.read_bytes().splitlines(keepends=True)

    def append(self, *names: str) -> "Branch":
        for name in names:
            self.ledger.append("submit", name, "ann", NOW, {"revision": "00"})
        return self

    def clone(self, name: str) -> "Branch":
        return Branch(self.file.parent.parent / name, self.lines)

    def union(self, other: "Branch") -> "Branch":
        """As git does it: what both have, then what each added."""
        ours, theirs = self.lines, other.lines
        common = [
            one
            for one, another in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(ours, theirs, strict=False))
        ]
        self.file.write_bytes(b"".join([*common, *ours[len(common) :], *theirs[len(common) :]]))
        return self

    def merge(self) -> "Branch":
        self.ledger.merge("publish", NOW)
        return self

    def names(self) -> list[str]:
        return [record.slug or record.event for record in self.ledger.records()]


@pytest.fixture
def base(tmp_path: Path) -> Branch:
    return Branch(tmp_path / "base").append("one", "two")


@pytest.fixture
def merged(base: Branch) -> Branch:
    """Lines one, two; three, four by us; five, six by them; what joins them; seven."""
    ours, theirs = base.clone("ours").append("three", "four"), base.clone("theirs").append("five", "six")
    return ours.union(theirs).merge().append("seven")


def test_until_they_are_merged_nothing_is_read_and_the_message_says_what_to_do(base: Branch) -> None:
    ours = base.clone("ours").append("three").union(base.clone("theirs").append("four"))
    with pytest.raises(PublisherError, match="two branches") as caught:
        ours.ledger.records()
    assert caught.value.where == "ledger.jsonl, lines 3 and 4"
    assert caught.value.hint == "merge them: publish ledger merge"
    with pytest.raises(PublisherError):
        ours.append("five")


def test_a_merge_keeps_every_line_and_goes_on_behind_them(merged: Branch) -> None:
    assert merged.names() == ["one", "two", "three", "four", "five", "six", "merge", "seven"]
    assert [record.seq for record in merged.ledger.records()] == [0, 1, 2, 3, 2, 3, 6, 7]


def test_a_merge_says_what_it_brought_in(base: Branch) -> None:
    ours = base.clone("ours").append("three").union(base.clone("theirs").append("four", "five"))
    found = ours.ledger.merge("publish", NOW)
    assert [one.slug for one in found.brought_in] == ["four", "five"]
    assert [one.seq for one in found.merges] == [5]


def test_where_nothing_is_to_be_merged_the_file_stays_as_it_is(base: Branch) -> None:
    before = base.file.stat().st_mtime_ns
    found = base.ledger.merge("publish", NOW)
    assert (found.merges, found.brought_in) == ((), ())
    assert base.file.stat().st_mtime_ns == before


def test_two_who_both_begin_a_ledger_can_merge(tmp_path: Path) -> None:
    ours, theirs = Branch(tmp_path / "a").append("one"), Branch(tmp_path / "b").append("two")
    assert ours.union(theirs).merge().append("three").names() == ["one", "two", "merge", "three"]


def test_three_branches_are_joined_one_after_the_other(base: Branch) -> None:
    clones = [base.clone(name).append(name) for name in ("a", "b", "c")]
    clones[0].union(clones[1]).union(clones[2])
    assert clones[0].merge().names() == ["one", "two", "a", "b", "merge", "c", "merge"]


def test_two_who_merge_each_other_at_the_same_time_can_merge_that_too(base: Branch) -> None:
    ours, theirs = base.clone("ours").append("three"), base.clone("theirs").append("four")
    first, second = ours.clone("a").union(theirs).merge(), theirs.clone("b").union(ours).merge()
    heads = [first.ledger.head(), second.ledger.head()]
    assert first.names() != second.names()
    joined = first.union(second).merge()
    assert joined.names() == ["one", "two", "three", "four", "merge", "merge", "merge"]
    assert None not in [joined.ledger.chain().heads.place(head) for head in heads]


def test_a_conflict_with_its_marks_is_merged_as_well(base: Branch) -> None:
    ours, theirs = base.clone("ours").append("three"), base.clone("theirs").append("four")
    marks = [b"<<<<<<< HEAD\n", b"||||||| 1a2b3c4\n", b"=======\n", b">>>>>>> theirs\n"]
    ours.file.write_bytes(b"".join([*base.lines, marks[0], ours.lines[2], *marks[1:3], theirs.lines[2], marks[3]]))
    assert ours.merge().names() == ["one", "two", "three", "four", "merge"]


EDITS = {
    "a line of a branch is edited": (7, lambda lines: [*lines[:3], lines[3].replace(b"four", b"five"), *lines[4:]]),
    "a line of a branch is removed": (6, lambda lines: [*lines[:3], *lines[4:]]),
    "a branch is removed": (5, lambda lines: [*lines[:4], *lines[6:]]),
    "lines of two branches change places": (
        4, lambda lines: [*lines[:3], lines[4], lines[3], *lines[5:]]
    ),
    "a branch stands before the other": (3, lambda lines: [*lines[:2], *lines[4:6], *lines[2:4], *lines[6:]]),
    "what joins them is removed": (7, lambda lines: [*lines[:6], *lines[7:]]),
    "what joins them stands twice": (8, lambda lines: [*lines[:7], *lines[6:]]),
    "a line is inserted into a branch": (
        9, lambda lines: [*lines[:6], following(lines[5], 4), *lines[6:]]
    ),
    "a branch that nobody merged is added": (9, lambda lines: [*lines, following(lines[1], 2)]),
    "a line is numbered as if it were alone": (5, lambda lines: [*lines[:4], following(lines[1], 4), *lines[5:]]),
    "a merge joins a line with itself": (9, lambda lines: [*lines, joining(lines[7], lines[7], 8)]),
    "a merge joins a line with one before it": (9, lambda lines: [*lines, joining(lines[7], lines[2], 8)]),
    "a merge names a line that is not there": (7, lambda lines: [*lines[:6], joining(lines[3], b"x", 6)]),
    "a merge has another number": (7, lambda lines: [*lines[:6], joining(lines[3], lines[5], 4)]),
}  # fmt: skip


def following(line: bytes, seq: int) -> bytes:
    """A line that somebody puts behind another."""
    return Record(seq, "2026-11-20T12:00:00+00:00", "submit", "x", "eva", {}, digest_bytes(line).sha256).to_line()


def joining(first: bytes, other: bytes, seq: int) -> bytes:
    digests = [digest_bytes(line).sha256 for line in (first, other)]
    return Record(seq, "2026-11-20T12:00:00+00:00", "merge", "", "eva", {"other": digests[1]}, digests[0]).to_line()


@pytest.mark.parametrize(("number", "edit"), EDITS.values(), ids=EDITS.keys())
def test_a_merged_ledger_is_refused_when(merged: Branch, number: int, edit: Callable[[Lines], Lines]) -> None:
    merged.file.write_bytes(b"".join(edit(merged.lines)))
    with pytest.raises(PublisherError) as caught:
        merged.ledger.records()
    assert str(caught.value.where).split()[-1] == str(number)


@pytest.mark.parametrize("missing", range(6))
def test_lines_without_those_that_they_follow_from_are_not_merged(merged: Branch, missing: int) -> None:
    before = [*merged.lines[:missing], *merged.lines[missing + 1 :]]
    merged.file.write_bytes(b"".join(before))
    with pytest.raises(PublisherError, match="changed here"):
        merged.merge()
    assert merged.lines == before


def test_the_head_of_a_branch_is_one_of_the_merged_ledger(base: Branch) -> None:
    ours, theirs = base.clone("ours").append("three"), base.clone("theirs").append("four", "five")
    heads = [base.ledger.head(), ours.ledger.head(), theirs.ledger.head()]
    merged = ours.union(theirs).merge()
    found = merged.ledger.chain().heads
    assert [found.place(head) for head in heads] == [1, 2, 4]
    assert found.place(replace(heads[0], root="0" * 64)) is None
    assert found.place(replace(heads[0], size=1)) is None


def test_a_head_is_the_root_of_the_lines_of_the_file(base: Branch) -> None:
    head = base.ledger.head()
    assert head.size == 2
    assert head.root == Tree([leaf(line) for line in base.lines]).root(2).hex()
    assert head.tip == base.ledger.records()[-1].digest


# What people do in three clones: append, or take up what another one has.
moves = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=25)


@settings(max_examples=60, deadline=None)
@given(moves=moves)
def test_whatever_people_do_in_their_clones_nothing_is_lost_and_every_head_stays(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("clones")
    clones = [Branch(folder / str(number)) for number in range(3)]
    heads, seen = [], [set[str]() for _ in clones]
    for number, (who, whom) in enumerate(moves):
        if who == whom:
            clones[who].append(f"piece-{number}")
            seen[who].add(f"piece-{number}")
        else:
            clones[who].union(clones[whom]).merge()
            seen[who] |= seen[whom]
        heads.append((clones[who].ledger.head(), frozenset(seen[who])))
    last = clones[0].union(clones[1]).merge().union(clones[2]).merge()
    chain = last.ledger.chain()
    for head, names in heads:
        place = chain.heads.place(head)
        assert (place is None) == (head.size == 0)
        if place is not None:
            assert {chain.records[one].slug for one in chain.lineage.upto(place)} - {""} == names
    assert {name for name in last.names() if name != "merge"} == seen[0] | seen[1] | seen[2]


@settings(max_examples=40, deadline=None)
@given(moves=moves)
def test_what_follows_from_what_is_what_whoever_appended_had(
    tmp_path_factory: pytest.TempPathFactory, moves: list[tuple[int, int]]
) -> None:
    folder = tmp_path_factory.mktemp("clones")
    clones = [Branch(folder / str(number)) for number in range(3)]
    before: dict[str, set[str]] = {}
    for number, (who, whom) in enumerate(moves):
        if who == whom:
            before[f"piece-{number}"] = {*clones[who].names()} - {"merge"}
            clones[who].append(f"piece-{number}")
        else:
            clones[who].union(clones[whom]).merge()
    chain = clones[0].union(clones[1]).merge().union(clones[2]).merge().ledger.chain()
    by_name = {record.slug: record for record in chain.records if record.slug}
    for name, had in before.items():
        assert {other for other, one in by_name.items() if chain.lineage.precedes(one, by_name[name])} == had


def test_a_line_that_is_not_there_precedes_none(merged: Branch) -> None:
    stranger = Record(0, NOW.isoformat(), "submit", "x", "eva", {}, GENESIS)
    chain = merged.ledger.chain()
    assert not chain.lineage.precedes(stranger, chain.records[5])
    assert not chain.lineage.precedes(chain.records[5], stranger)


def test_times_of_two_clocks_do_not_matter(base: Branch) -> None:
    theirs = base.clone("theirs")
    theirs.ledger.append("submit", "early", "ann", NOW - timedelta(days=9), {})
    assert base.append("late").union(theirs).merge().names() == ["one", "two", "late", "early", "merge"]


def merged_often(times: int) -> Lines:
    """Two branches of ten lines each that were merged, again and again."""
    lines, tip, size = list[bytes](), GENESIS, 0

    def add(previous: str, seq: int, event: str = "submit", **data: str) -> str:
        record = Record(seq, NOW.isoformat(), event, "x", f"number {len(lines)}", data, previous)
        lines.append(record.to_line())
        return record.digest

    for _ in range(times):
        ends = [tip, tip]
        for side, place in itertools.product(range(2), range(10)):
            ends[side] = add(ends[side], size + place)
        tip, size = add(ends[0], size + 20, "merge", other=ends[1]), size + 21
    return lines


@pytest.mark.slow
def test_a_ledger_that_was_merged_often_is_verified_in_time_that_grows_with_its_lines(tmp_path: Path) -> None:
    def seconds(times: int, run: int = 0) -> float:
        branch = Branch(tmp_path / f"{times}-{run}", merged_often(times))
        start = time.process_time()
        assert branch.ledger.chain().heads.last.size == 21 * times
        return time.process_time() - start

    few = min(seconds(20, run) for run in range(3))
    # 40 times as many; between 40 and its square, with room for noise on both sides.
    assert seconds(800) < 250 * few
