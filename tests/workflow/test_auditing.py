"""`publish ledger verify`: whatever is done to the ledger is found, and the step says by what."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review.docket import chained, flipped, forged
from support.house import NOW, House, make_house

from publisher.files import digest_bytes
from publisher.review.ledger import GENESIS, Record
from publisher.review.tree import EMPTY
from publisher.workflow.auditing import Step, entries, verify_ledger
from publisher.workflow.release import release


def live(root: Path) -> House:
    """Two posts: one approved and released, one rejected after it."""
    house = make_house(root)
    house.add_post("one")
    house.submit("one")
    house.decide("one")
    release(house.context())
    house.add_post("two")
    house.submit("two")
    house.decide("two", "reject", reason="No.")
    return house


@pytest.fixture
def lived(tmp_path: Path) -> House:
    return live(tmp_path / "house")


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> House:
    """One for many examples, which put everything back."""
    return live(tmp_path_factory.mktemp("kept") / "house")


def verified(house: House) -> dict[str, Step]:
    return {step.name: step for step in verify_ledger(house.context())}


def failed(house: House) -> list[str]:
    """Names of the steps that found something."""
    return [name for name, step in verified(house).items() if step.flaws]


def records(house: House, change: Callable[[list[Record]], list[Record]]) -> None:
    """Change the ledger as somebody would who knows how to make its chain whole again."""
    path = house.root / "ledger.jsonl"
    path.write_bytes(chained(change(list(house.context().ledger.records()))))


def test_a_ledger_as_it_was_written_passes_every_step(lived: House) -> None:
    steps = verified(lived)
    assert [step.number for step in steps.values()] == [1, 2, 3, 4]
    assert not any(step.flaws or step.left_out for step in steps.values())
    assert steps["Lines"].covered == "6 lines, each follows from those before it"
    assert steps["Heads"].covered == "2 signatures of the ledger's head; they reach to line 5 of 6"
    assert steps["Target"].covered.endswith("keeps the head of 3 lines")


def test_what_was_signed_before_the_house_moved_is_told_and_is_no_flaw(lived: House) -> None:
    config = lived.root / "publisher.toml"
    old = lived.context().workspace.config.house.url
    config.write_text(config.read_text().replace(old, "https://moved.example.com/"))
    lived.sign_people()

    steps = verified(lived)
    assert not any(step.flaws for step in steps.values())
    assert steps["Decisions"].covered == f"2 signed files, each with its line in the ledger; 2 of them for {old}"
    (path,) = lived.root.glob("approvals/one/*")
    path.write_bytes(forged(path.read_bytes(), reason="Another."))
    assert failed(lived) == ["Decisions"]


def test_in_a_house_where_nothing_was_done_yet_nothing_is_wrong(house: House) -> None:
    assert failed(house) == []
    assert verified(house)["Target"].left_out


def test_a_line_that_does_not_follow_ends_it_there(lived: House) -> None:
    path = lived.root / "ledger.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"ann"', b'"eva"', 1))
    (step,) = verify_ledger(lived.context())
    assert step.flaws == (
        "ledger.jsonl, line 3: the ledger was changed here: this line does not follow from the one before it",
    )


def test_what_was_cut_is_found_by_the_signature_that_saw_it(lived: House) -> None:
    records(lived, lambda all_: [*all_[:3], all_[5]])
    assert failed(lived) == ["Heads"]
    (flaw,) = verified(lived)["Heads"].flaws
    assert flaw.startswith("Lea Counsel signed on 2026-11-20T12:00:00+00:00 that the ledger had 5 lines, the last of")


def test_what_was_cut_at_the_end_is_found_by_the_signed_file_that_is_left(lived: House) -> None:
    records(lived, lambda all_: all_[:-1])
    assert failed(lived) == ["Decisions"]
    records(lived, lambda all_: all_[:3])
    assert failed(lived) == ["Decisions", "Heads"]


def test_what_was_replaced_together_with_all_signed_files_is_found_by_the_target(lived: House) -> None:
    records(lived, lambda all_: [all_[0], replace(all_[1], by="eva")])
    for path in lived.root.glob("approvals/*/*"):
        path.unlink()
    assert failed(lived) == ["Target"]
    (flaw,) = verified(lived)["Target"].flaws
    assert "keeps that the ledger had 3 lines" in flaw


def test_a_target_that_cannot_be_read_is_told_and_is_no_flaw(lived: House) -> None:
    (lived.root / "public" / "edition.json").write_bytes(b"{")
    step = verified(lived)["Target"]
    assert step.left_out
    assert "the record of what is public is damaged" in step.covered


def test_a_signed_file_that_is_lost_or_damaged_is_found(lived: House) -> None:
    (path,) = lived.root.glob("approvals/one/*")
    data = path.read_bytes()
    path.write_bytes(data.replace(b"{", b"{ ", 1))
    assert failed(lived) == ["Decisions"]
    path.unlink()
    assert verified(lived)["Decisions"].flaws == (
        "line 3, approve of one by lea: its signed file is missing from approvals/, or damaged",
    )


def test_signed_files_that_were_forged_together_with_the_ledger_are_found(lived: House) -> None:
    (path,) = lived.root.glob("approvals/one/*")
    data = forged(path.read_bytes(), head={"size": 0, "root": EMPTY.hex(), "tip": GENESIS})
    digest = digest_bytes(data).sha256
    path.write_bytes(data)
    records(lived, lambda all_: [*all_[:2], replace(all_[2], data={**all_[2].data, "envelope": digest}), *all_[3:]])
    flaws = verified(lived)["Decisions"].flaws
    assert len(flaws) == 1
    assert flaws[0].endswith("it is not signed with a key of theirs")


def test_a_line_that_says_something_else_than_was_signed_is_found(lived: House) -> None:
    records(lived, lambda all_: [*all_[:5], replace(all_[5], by="max")])
    assert verified(lived)["Decisions"].flaws == (
        "line 6, reject of two by max: the ledger says something else than what was signed",
    )


def test_a_release_leaves_the_head_that_it_went_out_with_and_runs_again_without_a_change(lived: House) -> None:
    path = lived.root / "public" / "edition.json"
    before = path.read_bytes()
    assert json.loads(before)["ledger"]["size"] == 3
    assert release(lived.context(NOW + timedelta(hours=1))).plan.is_empty
    assert path.read_bytes() == before


def test_the_lines_of_a_piece_come_with_its_releases_and_names(lived: House) -> None:
    found = entries(lived.context(), "one")
    assert [(entry.number, entry.record.event, entry.name) for entry in found] == [
        (2, "submit", "Ann Host"), (3, "approve", "Lea Counsel"), (4, "release", "publish"),
    ]  # fmt: skip
    assert len(entries(lived.context())) == 6


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 10**6), bit=st.integers(0, 7))
def test_whichever_bit_of_the_ledger_is_flipped_it_is_found(kept: House, place: int, bit: int) -> None:
    path = kept.root / "ledger.jsonl"
    before = path.read_bytes()
    try:
        path.write_bytes(flipped(before, place % len(before), 1 << bit))
        assert failed(kept)
    finally:
        path.write_bytes(before)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_whichever_field_of_whichever_line_is_changed_and_the_chain_made_whole_it_is_found(
    kept: House, data: st.DataObject
) -> None:
    path = kept.root / "ledger.jsonl"
    before = path.read_bytes()
    # What came after the last signature is under none yet: here nothing did but its own line, which its file repeats.
    number = data.draw(st.integers(0, 5))
    key = data.draw(st.sampled_from(["time", "event", "slug", "by", "data"]))
    value = {"time": "2026-11-21T12:00:00+00:00", "data": {"revision": "0" * 64}}.get(key, "other")
    try:
        records(kept, lambda all_: [*all_[:number], replace(all_[number], **{key: value}), *all_[number + 1 :]])  # type: ignore[arg-type] # by name
        assert failed(kept)
    finally:
        path.write_bytes(before)


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_however_lines_are_moved_doubled_or_removed_and_the_chain_made_whole_it_is_found(
    kept: House, data: st.DataObject
) -> None:
    path = kept.root / "ledger.jsonl"
    before = path.read_bytes()
    order = data.draw(st.lists(st.integers(0, 5), max_size=8).filter(lambda found: found != [*range(6)]))
    try:
        records(kept, lambda all_: [all_[place] for place in order])
        assert failed(kept)
    finally:
        path.write_bytes(before)
