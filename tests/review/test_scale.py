"""Ten thousand pieces and a ledger of a hundred thousand lines are a matter of seconds, and double is double."""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.files import digest_bytes
from publisher.review.gate import Evidence, admit, read_envelopes
from publisher.review.keys import Signer
from publisher.review.ledger import GENESIS, Ledger, Record
from publisher.review.revisions import Revisions
from publisher.review.statement import MEANINGS, Statement, sign
from review.docket import HOUSE, PEOPLE, Docket, a_card, carded, chained, private_key

TIME = "2026-11-20T12:00:00+00:00"
GENEROUS = 5
"""A busy machine may take this many times as long as the figures that the project promises."""

pytestmark = pytest.mark.slow


def a_record(event: str, slug: str, by: str, **data: str) -> Record:
    return Record(0, TIME, event, slug, by, data, GENESIS)


def seconds(start: float) -> float:
    return time.process_time() - start


def test_a_ledger_of_a_hundred_thousand_lines_is_verified_in_two_seconds(tmp_path: Path) -> None:
    file = tmp_path / "ledger.jsonl"
    lines = (
        a_record("approve", f"piece-{number}", "lea", revision="0" * 64, envelope="1" * 64) for number in range(100_000)
    )
    file.write_bytes(chained(lines))
    ledger = Ledger(file, tmp_path / "lock")
    start = time.process_time()
    assert len(ledger.records()) == 100_000
    assert seconds(start) < 2 * GENEROUS
    start = time.process_time()
    for _ in range(5):
        ledger.append("submit", "piece", "ann", datetime(2026, 11, 20, tzinfo=UTC), {"revision": "0" * 64})
    assert seconds(start) < 1 * GENEROUS, "what was verified is not verified again"


def archive(root: Path, count: int) -> Docket:
    """A house with so many approved pieces."""
    docket = Docket(root)
    docket.set_rules()
    docket.set_people(PEOPLE)
    signer, records = Signer(private_key("lea")), []
    for number in range(count):
        card = a_card(slug=f"piece-{number}", picture=None, audio=None)
        revision = carded(card.to_bytes(), slug=f"piece-{number}", files=())
        statement = Statement(
            "approve", MEANINGS["approve"], HOUSE, "episode", f"piece-{number}", revision.name, "lea", "Lea", TIME, ""
        )
        envelope = sign(statement, signer)
        folder = docket.revisions.folder(f"piece-{number}", revision.name)
        for name, data in {**revision.parts, "manifest.json": revision.manifest.to_bytes()}.items():
            docket.write(str((folder / name).relative_to(root)), data)
        docket.write(f"approvals/piece-{number}/{envelope.file_name}", envelope.data)
        records += [
            a_record("submit", f"piece-{number}", "ann", revision=revision.name),
            a_record("approve", f"piece-{number}", "lea", revision=revision.name, envelope=envelope.sha256),
        ]
    docket.ledger_file.write_bytes(chained(records))
    return docket


def judged(docket: Docket) -> float:
    """How long it takes to read everything and admit every piece."""
    start = time.process_time()
    records = docket.ledger.records()
    evidence = Evidence(records, read_envelopes(docket.root / "approvals"), lambda _: None)
    rules, revisions = docket.rules(), Revisions(docket.root / "revisions")
    for record in records:
        if record.event == "submit":
            admit(revisions.get(record.slug, record.revision), record.slug, replace(rules), evidence)
    return seconds(start)


def test_pieces_are_admitted_in_time_that_grows_with_their_number(tmp_path: Path) -> None:
    small, large = archive(tmp_path / "small", 300), archive(tmp_path / "large", 3000)
    judged(small)
    assert judged(large) < 40 * judged(small)
    assert judged(large) < 3 * GENEROUS


def test_many_decisions_on_one_piece_are_fine(tmp_path: Path) -> None:
    docket = Docket(tmp_path)
    name = docket.approved()
    submission, approval = docket.ledger.records()
    docket.ledger_file.write_bytes(chained([submission, *[approval] * 2000]))
    start = time.process_time()
    assert len(docket.judge(name).approvals) == 1
    assert seconds(start) < 1 * GENEROUS
    assert digest_bytes(docket.ledger_file.read_bytes()).size > 500_000
