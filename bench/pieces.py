"""How long it takes to judge approved pieces, and to open a desk at which as many wait, as their number grows.

`--small` stops at a tenth of the pieces.
"""

import os
import platform
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from shutil import rmtree
from tempfile import TemporaryDirectory
from typing import Final

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from review import HOUSE, NOW, TIME, approve, seconds, sign_people

from publisher.review.head import Head
from publisher.review.keys import Signer
from publisher.review.manifest import short
from publisher.review.records import GENESIS, Data, Record
from publisher.review.revisions import MANIFEST, Revision
from publisher.review.tree import Peaks, grow, leaf, root_of
from publisher.review.trust import PEOPLE
from publisher.workflow.context import Context
from publisher.workflow.prepare import prepare
from publisher.workflow.queue import queue_of
from publisher.workflow.stage import admitted
from publisher.workspace.create import House, make_workspace
from publisher.workspace.loading import load

SIZES: Final = (1_000, 10_000)
"""Posts that are approved and public."""
OPEN: Final = 1_000
"""Posts that wait at the desk."""
PUBLISH: Final = Path(sys.executable).with_name("publish")


class Writer:
    """Appends lines to a ledger, without a flush to the disk for each."""

    def __init__(self, root: Path) -> None:
        self._stream = (root / "ledger.jsonl").open("wb")
        self._size, self._tip = 0, GENESIS
        self._peaks: Peaks = ()

    @property
    def head(self) -> Head:
        """What whoever signs now has seen of it."""
        return Head(self._size, root_of(self._peaks).hex(), self._tip)

    def append(self, event: str, slug: str, by: str, data: Data) -> None:
        """Write a line."""
        record = Record(self._size, TIME, event, slug, by, data, self._tip)
        line = record.to_line()
        self._stream.write(line)
        self._tip, self._peaks, self._size = record.digest, grow(self._peaks, self._size, leaf(line)), self._size + 1

    def close(self) -> None:
        """Have all lines on the disk."""
        self._stream.close()


def make(root: Path, count: int, *, approved: bool = True) -> None:
    """A house with so many submitted posts, by one author; approved by one reviewer and public, or neither."""
    make_workspace(root, House("Bench", HOUSE, "Ann Host", "a@example.com"))
    rmtree(root / "guidelines")  # models would look at each post: this is about the gate
    signer = Signer(Ed25519PrivateKey.generate())
    with (root / "people.toml").open("a") as people:
        people.write(f'\n[people.lea]\nname = "Lea"\nroles = ["admin", "legal"]\nkeys = ["{signer.public_line()}"]\n')
    for number in range(count):
        folder = root / "posts" / f"post-{number}"
        folder.mkdir()
        (folder / "post.md").write_text(_post(number))
    ledger = Writer(root)
    ledger.append(PEOPLE, "", "lea", {"version": 1, "roster": sign_people(root, signer)})
    context = Context(load(root), lambda: NOW, NOW)
    for slug, piece in context.workspace.pieces.items():
        revision = prepare(context, piece).revision
        _keep(context.revisions.folder(slug, revision.name), revision)
        data: dict[str, str | int] = {"revision": revision.name, "findings": 0}
        ledger.append("submit", slug, "ann-host", data)
        if approved:
            envelope = approve(root, slug, revision.name, signer, ledger.head)
            ledger.append("approve", slug, "lea", {"revision": revision.name, "envelope": envelope})
            data = {"target": "public", "edition": GENESIS, "pieces": f"{slug}@{short(revision.name)}"}
            ledger.append("release", "", "publish", data)
    ledger.close()


def _post(number: int) -> str:
    date = (NOW - timedelta(hours=number + 1)).isoformat()
    words = "We asked customers what they want, and wrote down what they said. " * 20
    head = f'title: "Post {number}"\ndate: {date}\nsummary: "What {number} customers said."\nauthors: [ann-host]\n'
    return f"---\n{head}tags: [trust]\n---\n\n{words}\n\n## What is next\n\n{words}\n"


def _keep(folder: Path, revision: Revision) -> None:
    folder.mkdir(parents=True)
    for name, data in {**revision.parts, MANIFEST: revision.manifest.to_bytes()}.items():
        (folder / name).write_bytes(data)


def opened(root: Path) -> Context:
    """The workspace as a command opens it."""
    return Context(load(root), lambda: NOW, NOW)


def admit_all(context: Context) -> None:
    """As a release does before it composes the edition."""
    evidence = context.evidence()
    if not all(admitted(context, evidence, slug)[0] for slug in context.workspace.pieces):
        raise SystemExit("a piece is not admitted")


def command(root: Path, *said: str) -> float:
    """CPU seconds of a whole command."""
    before = os.times()
    subprocess.run([PUBLISH, "-C", root, *said], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def row(root: Path, count: int) -> tuple[float, ...]:
    """Seconds for each column."""
    make(root, count)
    return (
        seconds(lambda: opened(root)),
        seconds(lambda: admit_all(opened(root))),
        min(command(root, "status") for _ in range(2)),
    )


def main() -> None:
    """Print the tables."""
    sizes = SIZES[:1] if "--small" in sys.argv else SIZES
    print(f"## Pieces\n\n{platform.system()} {platform.machine()}, Python {platform.python_version()}; CPU seconds\n")
    print("| public posts | open the workspace | and admit each | publish status | ms a post |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    with TemporaryDirectory() as folder:
        for count in sizes:
            times = row(Path(folder) / str(count), count)
            took = " | ".join(f"{one:.2f}" for one in times)
            print(f"| {count:,} | {took} | {times[-1] / count * 1e3:.2f} |", flush=True)
        root = Path(folder) / "open"
        make(root, OPEN, approved=False)
        context = opened(root)
        queue = seconds(lambda: queue_of(context, "lea"))
    print(f"\nThe queue of a desk at which {OPEN:,} posts wait: {queue:.2f} s")


if __name__ == "__main__":
    main()
