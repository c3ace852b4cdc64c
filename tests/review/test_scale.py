"""With the pieces and the ledger, the time that they take grows, and no faster than they do.

Of so many more that what grows with their square stands far off from what grows with them; and a processor that has
other things to do needs longer for both.
"""

import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.review.gate import Evidence, admit, read_envelopes
from publisher.review.keys import Signer
from publisher.review.ledger import GENESIS, Ledger, Record
from publisher.review.revisions import Revisions
from publisher.review.statement import MEANINGS, Statement, sign
from review.docket import HOUSE, PEOPLE, Docket, a_card, carded, chained, private_key

TIME = "2026-11-20T12:00:00+00:00"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)

pytestmark = pytest.mark.slow


def a_record(event: str, slug: str, by: str, **data: str) -> Record:
    return Record(0, TIME, event, slug, by, data, GENESIS)


MORE = 40
"""Times as many."""
MOST = 250
"""Times as long: between 40 and its square, with room for noise on both sides."""


def seconds(start: float) -> float:
    return time.process_time() - start


def ledger_of(root: Path, lines: int) -> Ledger:
    """A ledger of so many lines, of which none was read yet."""
    file = root / f"{lines}.jsonl"
    records = (
        a_record("approve", f"piece-{number}", "lea", revision="0" * 64, envelope="1" * 64) for number in range(lines)
    )
    file.write_bytes(chained(records))
    return Ledger(file, root / "lock")


def verified(ledger: Ledger) -> float:
    """How long it takes to read a ledger."""
    start = time.process_time()
    assert ledger.records()
    return seconds(start)


def test_a_ledger_is_verified_in_time_that_grows_with_its_lines(tmp_path: Path) -> None:
    few = min(verified(ledger_of(tmp_path, 500)) for _ in range(3))
    assert verified(ledger_of(tmp_path, MORE * 500)) < MOST * few


def test_what_was_verified_is_not_verified_again(tmp_path: Path) -> None:
    ledger = ledger_of(tmp_path, 20_000)
    once = verified(ledger)
    start = time.process_time()
    for _ in range(5):
        ledger.append("submit", "piece", "ann", datetime(2026, 11, 20, tzinfo=UTC), {"revision": "0" * 64})
    assert seconds(start) < 2 * once


def archive(root: Path, count: int) -> Docket:
    """A house with so many approved pieces."""
    docket = Docket(root)
    docket.set_rules()
    docket.set_people(PEOPLE)
    signer, records = Signer(private_key("lea")), list(docket.ledger.records())
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
            admit(revisions.get(record.slug, record.revision), record.slug, replace(rules), evidence, now=NOW)
    return seconds(start)


def test_pieces_are_admitted_in_time_that_grows_with_their_number(tmp_path: Path) -> None:
    small, large = archive(tmp_path / "small", 20), archive(tmp_path / "large", MORE * 20)
    few = min(judged(small) for _ in range(3))
    assert judged(large) < MOST * few
