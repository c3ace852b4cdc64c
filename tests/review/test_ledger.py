"""The ledger: whoever edits it is found out; a kill, a full disk or two writers at once leave it whole."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
import rfc8785
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from publisher.errors import PublisherError
from publisher.files import digest_bytes
from publisher.review import ledger as module
from publisher.review.ledger import GENESIS, Ledger, Record
from review.docket import chained

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """Four lines."""
    ledger = Ledger(tmp_path / "ledger.jsonl", tmp_path / "locks" / "ledger.lock")
    for number in range(4):
        ledger.append(
            "submit", f"piece-{number}", "ann", NOW + timedelta(minutes=number), {"revision": "00", "findings": number}
        )
    return ledger


@pytest.fixture
def file(ledger: Ledger, tmp_path: Path) -> Path:
    assert ledger.records()
    return tmp_path / "ledger.jsonl"


def again(file: Path) -> Ledger:
    """As another command sees it."""
    return Ledger(file, file.parent / "locks" / "ledger.lock")


def append(ledger: Ledger, by: str = "lea") -> Record:
    return ledger.append("approve", "piece-0", by, NOW, {"revision": "00", "envelope": "11"})


def test_it_gives_back_what_was_written(ledger: Ledger, file: Path) -> None:
    written = append(ledger)
    records = again(file).records()
    assert records == ledger.records()
    assert records[-1] == written
    assert [record.seq for record in records] == [0, 1, 2, 3, 4]
    assert records[0].previous == GENESIS
    assert (records[3].time, records[3].data) == ("2026-11-20T12:03:00+00:00", {"revision": "00", "findings": 3})


def test_there_is_nothing_in_one_that_was_not_begun(tmp_path: Path) -> None:
    assert Ledger(tmp_path / "none.jsonl", tmp_path / "lock").records() == ()


def test_times_are_written_in_utc(ledger: Ledger) -> None:
    there = datetime(2026, 11, 20, 12, 0, 0, 999, tzinfo=timezone(timedelta(hours=9)))
    assert ledger.append("release", "", "publish", there, {}).time == "2026-11-20T03:00:00+00:00"


Lines = list[bytes]

EDITS: dict[str, tuple[int, Callable[[Lines], Lines]]] = {
    "a line is edited": (3, lambda lines: [lines[0], lines[1].replace(b'"ann"', b'"eva"'), *lines[2:]]),
    "a line is edited and numbered anew": (2, lambda lines: [lines[0], lines[2], *lines[2:]]),
    "the first line is removed": (1, lambda lines: lines[1:]),
    "a line is removed": (2, lambda lines: [lines[0], *lines[2:]]),
    "a line is inserted": (2, lambda lines: [lines[0], lines[0], *lines[1:]]),
    "a line is doubled": (5, lambda lines: [*lines, lines[-1]]),
    "two lines change places": (1, lambda lines: [lines[1], lines[0], *lines[2:]]),
    "two lines become one": (2, lambda lines: [lines[0], lines[1][:-1], *lines[2:]]),
    "a line is empty": (2, lambda lines: [lines[0], b"\n", *lines[1:]]),
    "the last line is empty": (5, lambda lines: [*lines, b"\n"]),
    "lines end as on Windows": (1, lambda lines: [line.replace(b"\n", b"\r\n") for line in lines]),
    "the file begins with a byte order mark": (1, lambda lines: [b"\xef\xbb\xbf" + lines[0], *lines[1:]]),
    "a line has a space more": (3, lambda lines: [*lines[:2], lines[2].replace(b",", b", ", 1), *lines[3:]]),
    "a line has a field more": (1, lambda lines: [lines[0].replace(b"{", b'{"a":1,', 1), *lines[1:]]),
    "a line has a field twice": (1, lambda lines: [lines[0].replace(b"{", b'{"by":"x",', 1), *lines[1:]]),
    "a line is a list": (2, lambda lines: [lines[0], b"[]\n", *lines[2:]]),
    "a line is a thousand lists": (2, lambda lines: [lines[0], b"[" * 100_000 + b"\n", *lines[2:]]),
    "a line is not text": (2, lambda lines: [lines[0], b"\xff\xfe\n", *lines[2:]]),
    "a line is cut in the middle of the file": (2, lambda lines: [lines[0], lines[1][:40], *lines[2:]]),
    "something with an end follows": (5, lambda lines: [*lines, b"garbage\n"]),
    "something follows a line that lacks its end": (4, lambda lines: [*lines[:3], lines[3][:-1] + b"x"]),
}


@pytest.mark.parametrize(("number", "edit"), EDITS.values(), ids=EDITS.keys())
def test_it_is_found_out_when(file: Path, number: int, edit: Callable[[Lines], Lines]) -> None:
    damaged = b"".join(edit(file.read_bytes().splitlines(keepends=True)))
    file.write_bytes(damaged)
    with pytest.raises(PublisherError) as caught:
        again(file).records()
    assert caught.value.where == f"ledger.jsonl, line {number}"
    with pytest.raises(PublisherError):
        append(again(file))
    assert file.read_bytes() == damaged, "nothing is written to a ledger whose chain is broken"


VALUES: dict[str, object] = {
    "seq": True,
    "time": "2026-11-20 12:00:00+00:00",
    "event": 1,
    "slug": None,
    "by": ["ann"],
    "data": [],
    "previous": "0" * 63,
}


@pytest.mark.parametrize("key", VALUES)
def test_a_field_of_another_type_is_found_out(file: Path, key: str) -> None:
    first = json.loads(file.read_bytes().splitlines()[0])
    file.write_bytes(rfc8785.dumps({**first, key: VALUES[key]}) + b"\n")  # type: ignore[dict-item]
    with pytest.raises(PublisherError):
        again(file).records()


@pytest.mark.parametrize("value", [None, 1.5, True, -1, 2**53, ["a"], {"a": "b"}])
def test_data_hold_texts_and_counts_only(file: Path, ledger: Ledger, value: object) -> None:
    before = file.read_bytes()
    with pytest.raises(PublisherError):
        ledger.append("submit", "piece", "ann", NOW, {"revision": value})  # type: ignore[dict-item]
    assert file.read_bytes() == before


def test_what_json_can_not_hold_is_refused(file: Path, ledger: Ledger) -> None:
    before = file.read_bytes()
    with pytest.raises(PublisherError) as caught:
        ledger.append("submit", "piece", "\udc80", NOW, {})
    str(caught.value).encode()
    assert file.read_bytes() == before


@given(cut=st.integers(0, 10_000))
def test_a_beginning_of_a_line_at_the_end_is_what_a_kill_leaves_and_is_mended(
    tmp_path_factory: pytest.TempPathFactory, cut: int
) -> None:
    file = tmp_path_factory.mktemp("cut") / "ledger.jsonl"
    line = chained([Record(0, "2026-11-20T12:00:00+00:00", "submit", "ä piece", "ann", {"revision": "00"}, GENESIS)])
    kept = cut % len(line)
    file.write_bytes(line[:kept])
    whole = kept == len(line) - 1
    assert len(again(file).records()) == whole
    append(again(file))
    assert [record.seq for record in again(file).records()] == [0, 1][: 1 + whole]


@pytest.mark.parametrize("tail", [b"garbage", b"\0" * 500, b"\xff", b'{"by":"', b"[" * 100_000])
def test_what_follows_the_last_line_without_an_end_is_passed_over_and_taken_away(file: Path, tail: bytes) -> None:
    before = file.read_bytes()
    file.write_bytes(before + tail)
    assert len(again(file).records()) == 4
    append(again(file))
    assert len(again(file).records()) == 5
    assert file.read_bytes().startswith(before)
    assert file.read_bytes().endswith(b"}\n")


def test_numbers_without_a_gap_are_part_of_the_chain(file: Path) -> None:
    lines, previous = [], GENESIS
    for record in again(file).records():
        lines.append(replace(record, seq=record.seq + 1, previous=previous).to_line())
        previous = digest_bytes(lines[-1]).sha256
    file.write_bytes(b"".join(lines))
    with pytest.raises(PublisherError):
        again(file).records()


def test_a_line_that_lacks_only_its_end_counts(file: Path) -> None:
    before = file.read_bytes()
    file.write_bytes(before[:-1])
    assert len(again(file).records()) == 4
    append(again(file))
    assert len(again(file).records()) == 5
    assert file.read_bytes().startswith(before)


def test_what_was_read_before_is_verified_again_if_it_changed(ledger: Ledger, file: Path) -> None:
    assert len(ledger.records()) == 4
    file.write_bytes(file.read_bytes().replace(b'"ann"', b'"eva"', 1))
    with pytest.raises(PublisherError):
        ledger.records()
    file.write_bytes(b"")
    assert ledger.records() == ()


def test_a_ledger_that_was_cut_and_made_whole_again_is_read_as_it_is(ledger: Ledger, file: Path) -> None:
    records = ledger.records()
    file.write_bytes(chained(records[:2]))
    assert ledger.records() == records[:2]
    assert append(ledger).seq == 2


@pytest.mark.parametrize(
    "make", [lambda path: path.mkdir(), lambda path: path.symlink_to("elsewhere.jsonl")], ids=["a folder", "a link"]
)
def test_a_ledger_is_a_plain_file_and_not(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "ledger.jsonl")
    ledger = again(tmp_path / "ledger.jsonl")
    for use in (ledger.records, lambda: append(ledger)):
        with pytest.raises(PublisherError, match="not a plain file"):
            use()
    assert not (tmp_path / "elsewhere.jsonl").exists()


def test_a_command_that_writes_for_ever_is_not_waited_for(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0)
    with FileLock(ledger._lock), pytest.raises(PublisherError, match="another command"):  # noqa: SLF001
        append(ledger)


texts = st.text(st.characters(exclude_categories=["Cs"]))
records = st.builds(
    Record,
    seq=st.integers(0, 2**53 - 1),
    time=st.just("2026-11-20T12:00:00+00:00"),
    event=texts,
    slug=texts,
    by=texts,
    data=st.dictionaries(st.text(st.characters(max_codepoint=127)), texts | st.integers(0, 2**53 - 1)),
    previous=st.just(GENESIS),
)


@given(record=records)
def test_a_line_is_canonical_json(record: Record) -> None:
    fields = {name: getattr(record, name) for name in Record.__dataclass_fields__}
    assert record.to_line() == rfc8785.dumps(fields) + b"\n"


@given(record=records)
def test_whatever_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, record: Record) -> None:
    file = tmp_path_factory.mktemp("any") / "ledger.jsonl"
    file.write_bytes(chained([record, record]))
    assert again(file).records()[0] == replace(record, seq=0)
