"""The ledger among real processes: two that write at once, one that is killed, one whose disk is full."""

import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.commands import HANGS

from publisher.review.ledger import Ledger

WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from publisher.review.ledger import Ledger

folder, by, count = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
ledger = Ledger(folder / "ledger.jsonl", folder / "locks" / "ledger.lock")
print("ready", flush=True)
sys.stdin.readline()
for number in range(count):
    ledger.append("submit", f"piece-{number}", by, datetime(2026, 11, 20, tzinfo=UTC), {"revision": "0" * 64})
    print(number, flush=True)
"""

FULL = """
import resource, sys
from datetime import UTC, datetime
from pathlib import Path
from publisher.review.ledger import Ledger

folder, limit = Path(sys.argv[1]), int(sys.argv[2])
ledger = Ledger(folder / "ledger.jsonl", folder / "locks" / "ledger.lock")
resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
try:
    ledger.append("submit", "piece", "ann", datetime(2026, 11, 20, tzinfo=UTC), {"revision": "0" * 64})
except OSError as error:
    print(error.strerror)
"""


def ledger(folder: Path) -> Ledger:
    return Ledger(folder / "ledger.jsonl", folder / "locks" / "ledger.lock")


def writer(folder: Path, by: str, count: int) -> "subprocess.Popen[str]":
    """A process that is about to append."""
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder), by, str(count)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def start(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def test_lines_of_writers_at_once_are_all_there_and_follow_from_each_other(tmp_path: Path) -> None:
    writers = [writer(tmp_path, by, 40) for by in ("ann", "ben", "eva")]
    for process in writers:
        start(process)
    for process in writers:
        process.communicate(timeout=HANGS)
        assert process.returncode == 0
    records = ledger(tmp_path).records()
    for by in ("ann", "ben", "eva"):
        assert [record.slug for record in records if record.by == by] == [f"piece-{number}" for number in range(40)]


@pytest.mark.parametrize("delay", [0.0, 0.005, 0.02, 0.05, 0.1])
def test_what_was_acknowledged_before_a_kill_is_there_and_the_next_append_works(tmp_path: Path, delay: float) -> None:
    process = writer(tmp_path, "ann", 100_000)
    start(process)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    said, _ = process.communicate(timeout=HANGS)
    acknowledged = len(said.splitlines())
    before = ledger(tmp_path).records()
    assert len(before) in {acknowledged, acknowledged + 1}
    ledger(tmp_path).append("approve", "piece", "lea", _now(), {})
    assert ledger(tmp_path).records()[:-1] == before


@pytest.mark.parametrize("room", [0, 1, 50, 200])
def test_a_full_disk_leaves_the_ledger_as_it_was(tmp_path: Path, room: int) -> None:
    for _ in range(3):
        ledger(tmp_path).append("submit", "piece", "ann", _now(), {"revision": "0" * 64})
    file = tmp_path / "ledger.jsonl"
    before = file.read_bytes()
    child = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path), str(len(before) + room)],
        capture_output=True, text=True, check=True, timeout=HANGS,
    )  # fmt: skip
    assert child.stdout == "File too large\n"
    assert file.read_bytes() == before
    ledger(tmp_path).append("approve", "piece", "lea", _now(), {})
    assert len(ledger(tmp_path).records()) == 4


def _now() -> datetime:
    return datetime(2026, 11, 20, tzinfo=UTC)
