"""How long it takes to verify a ledger with its signatures, as both grow.

`--small` stops at a tenth of the lines.
"""

import platform
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from publisher.review.evidence import read_envelopes
from publisher.review.head import Head
from publisher.review.keys import Signer
from publisher.review.ledger import open_ledger
from publisher.review.records import GENESIS, Record
from publisher.review.roster import Roster, unsigned, with_keys
from publisher.review.statement import MEANINGS, Statement, sign
from publisher.review.tree import Peaks, grow, leaf, root_of
from publisher.review.trust import FOLDER, PEOPLE
from publisher.workflow.auditing import verify_ledger
from publisher.workflow.context import Context
from publisher.workspace.create import House, make_workspace
from publisher.workspace.loading import load

HOUSE = "https://voices.example.com/"
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TIME = NOW.isoformat()
SIZES = (10_000, 20_000, 50_000, 100_000)
"""Lines."""
EVERY = 10
"""One line in so many is an approval with the head that was there."""


def make(root: Path, lines: int) -> None:
    """A workspace with a ledger of so many lines; every tenth is an approval with the head that was there."""
    make_workspace(root, House("Bench", HOUSE, "Ann Host", "a@example.com"))
    signer, previous = Signer(Ed25519PrivateKey.generate()), GENESIS
    with (root / "people.toml").open("a") as people:
        people.write(f'\n[people.lea]\nname = "Lea"\nroles = ["admin", "legal"]\nkeys = ["{signer.public_line()}"]\n')
    signed = sign_people(root, signer)
    peaks: Peaks = ()
    with (root / "ledger.jsonl").open("wb") as stream:
        for number in range(lines):
            slug, revision = f"piece-{number // 10}", f"{number // 10:064x}"
            data: dict[str, str | int] = {"revision": revision}
            event, by = "submit", "first-host"
            if number == 0:
                slug, event, by, data = "", PEOPLE, "lea", {"version": 1, "roster": signed}
            if number % EVERY == EVERY - 1:
                event, by = "approve", "lea"
                head = Head(number, root_of(peaks).hex(), previous)
                data["envelope"] = approve(root, slug, revision, signer, head)
            record = Record(number, TIME, event, slug, by, data, previous)
            line = record.to_line()
            previous, peaks = record.digest, grow(peaks, number, leaf(line))
            stream.write(line)


def sign_people(root: Path, signer: Signer) -> str:
    """Sign people.toml, of which lea is the admin; gives the digest of the file."""
    roster = Roster(HOUSE, 1, "", 1, with_keys(load(root).people))
    signed = unsigned(roster).signed_by(signer)
    (root / FOLDER).mkdir(parents=True)
    (root / FOLDER / roster.file_name).write_bytes(signed.data)
    return signed.sha256


def approve(root: Path, slug: str, revision: str, signer: Signer, head: Head) -> str:
    """Sign, and keep; gives the digest of the file. Without a flush to the disk: ten thousand take minutes."""
    statement = Statement(
        "approve", MEANINGS["approve"], HOUSE, "post", slug, revision, "lea", "Lea", TIME, "",
        head=head,
    )  # fmt: skip
    envelope = sign(statement, signer)
    folder = root / "approvals" / slug
    folder.mkdir(parents=True)
    (folder / envelope.file_name).write_bytes(envelope.data)
    return envelope.sha256


def seconds(act: Callable[[], object]) -> float:
    """CPU seconds of this process, which neighbours on the machine disturb least; the best of three."""
    found = []
    for _ in range(3):
        start = time.process_time()
        act()
        found.append(time.process_time() - start)
    return min(found)


def verified(context: Context) -> None:
    """As `publish ledger verify`."""
    if any(step.flaws for step in verify_ledger(context)):
        raise SystemExit("the ledger is not whole")


def measured(root: Path) -> tuple[float, ...]:
    """Seconds for each column of the table."""
    known = open_ledger(root)
    known.records()
    return (
        seconds(lambda: open_ledger(root).records()),
        seconds(known.head),
        seconds(lambda: read_envelopes(root / "approvals")),
        seconds(lambda: verified(Context(load(root), lambda: NOW, NOW))),
    )


def main() -> None:
    """Print the table."""
    sizes = SIZES[:1] if "--small" in sys.argv else SIZES
    print(f"## Ledger\n\n{platform.system()} {platform.machine()}, Python {platform.python_version()}; CPU seconds\n")
    print("| lines | approvals | read the chain | its head | read the approvals | publish ledger verify | µs a line |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for lines in sizes:
        with TemporaryDirectory() as folder:
            make(Path(folder) / "house", lines)
            times = measured(Path(folder) / "house")
        took = " | ".join(f"{one:.2f}" for one in times)
        print(f"| {lines:,} | {lines // EVERY:,} | {took} | {times[-1] / lines * 1e6:.0f} |", flush=True)


if __name__ == "__main__":
    main()
