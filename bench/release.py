"""Pushing a site to a bucket beside what else does it: the first time, and again when nothing changed.

python bench/release.py [--rounds 3] [--only NAME …]

The store is SeaweedFS, on this machine and over HTTP. Whole processes, from start to end.
"""

import argparse
import hashlib
import json
import random
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import pushers
from measuring import Run, machine, median, ratio, run
from support.certificate import make_certificate
from support.s3_server import Server
from support.seaweed import running_seaweed

PUSH = Path(__file__).parent / "push.py"
SMALL, LARGE = (480, 43 << 10), (20, 4 << 20)
"""Number and bytes of pages and of sound."""
MANY = 100_000
"""Files of the largest site whose unchanged push is counted."""
HUGE = 1 << 30
"""Bytes of the file that shows whether memory grows."""
OURS = "publish"


@dataclass
class Row:
    """One that pushes."""

    first: list[Run] = field(default_factory=list)
    second: list[Run] = field(default_factory=list)


def make_site(folder: Path) -> Path:
    """Random bytes, the same in every run; gives the rows of the edition."""
    chance, rows = random.Random(6), []
    for kind, (count, size) in {"html": SMALL, "mp3": LARGE}.items():
        for number in range(count):
            data = chance.randbytes(size)
            sha256 = hashlib.sha256(data).hexdigest()
            key = f"posts/page-{number:03}.html" if kind == "html" else f"media/{sha256}/talk-{number:02}.mp3"
            path = folder / "site" / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            rows.append([key, sha256, size, "text/html" if kind == "html" else "audio/mpeg", str(path)])
    described = folder / "edition.json"
    described.write_text(json.dumps(rows))
    return described


def ours(described: Path, bucket: str) -> list[str]:
    """The command line of our own push."""
    return [sys.executable, str(PUSH), str(described), f"s3://{bucket}"]


def race(server: Server, folder: Path, described: Path, rounds: int, only: Sequence[str]) -> dict[str, Row]:
    """Let all of them push twice, in turns, each time to a bucket of their own."""
    rows: dict[str, Row] = {}
    environment = {**pushers.environment(server.endpoint), "PYTHONPATH": str(Path(__file__).parents[1])}
    for number in range(rounds + 1):
        buckets = {name: f"bench-{number}-{place}" for place, name in enumerate(_names(folder))}
        for name in _rotated([one for one in buckets if not only or one in only], number):
            server.client.create_bucket(Bucket=buckets[name])
            command = _command(name, folder, described, buckets[name], server.endpoint)
            first, second = (run(command, environment) for _ in range(2))
            _must_be_whole(server, buckets[name], name)
            if number:  # the first round warms the caches
                row = rows.setdefault(name, Row())
                row.first.append(first)
                row.second.append(second)
    return rows


def _names(folder: Path) -> list[str]:
    return [OURS, *pushers.commands(folder / "site", "none", "")]


def _rotated(names: list[str], by: int) -> list[str]:
    return names[by % len(names) :] + names[: by % len(names)]


def _command(name: str, folder: Path, described: Path, bucket: str, endpoint: str) -> list[str]:
    return ours(described, bucket) if name == OURS else pushers.commands(folder / "site", bucket, endpoint)[name]


def _must_be_whole(server: Server, bucket: str, name: str) -> None:
    """Whoever did not push everything does not count."""
    pages = server.client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    found = [item["Size"] for page in pages for item in page.get("Contents", [])]
    own = [size for size in found if size in {SMALL[1], LARGE[1]}]
    if len(own) != SMALL[0] + LARGE[0]:
        raise SystemExit(f"{name} pushed {len(own)} files of {SMALL[0] + LARGE[0]}")


def table(rows: Mapping[str, Row]) -> None:
    """Medians, and our own by theirs: below 1 we are faster."""
    print("| | first s | first, ours by it | again s | again, ours by it | cpu s, first | memory MB |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for name, row in rows.items():
        first, second = (median(runs, lambda one: one.wall) for runs in (row.first, row.second))
        by = [ratio(getattr(rows[OURS], kind), getattr(row, kind), lambda one: one.wall) for kind in ("first", "second")]
        cpu, memory = median(row.first, lambda one: one.cpu), max(one.rss for one in row.first) / 1e6
        print(f"| {name} | {first:.2f} | {by[0]:.2f} | {second:.2f} | {by[1]:.2f} | {cpu:.2f} | {memory:.0f} |")
    print()


def growth(server: Server, folder: Path) -> None:
    """Memory of one small and one huge file, and what nothing changed costs at a hundred thousand."""
    environment = {**pushers.environment(server.endpoint), "PYTHONPATH": str(Path(__file__).parents[1])}
    server.client.create_bucket(Bucket="growth")
    print("| | wall s | memory MB |\n| --- | ---: | ---: |")
    for size in (LARGE[1], HUGE):
        path, sha = folder / f"{size}.mp3", hashlib.sha256()
        with path.open("wb") as stream:
            for _ in range(size >> 20):
                stream.write(block := random.Random(size).randbytes(1 << 20))
                sha.update(block)
        described = folder / f"{size}.json"
        digest = sha.hexdigest()
        described.write_text(json.dumps([[f"media/{digest}/a.mp3", digest, size, "audio/mpeg", str(path)]]))
        found = run(ours(described, f"growth/{size}"), environment)
        path.unlink()
        print(f"| one file of {size >> 20:,} MiB | {found.wall:.2f} | {found.rss / 1e6:.0f} |")
    for count in (SMALL[0] + LARGE[0], MANY):
        described, requests = _recorded(server, folder, count)
        found = run(ours(described, f"growth/{count}"), environment)
        name = f"again, {count:,} files: {requests} request{'' if requests == 1 else 's'}"
        print(f"| {name} | {found.wall:.2f} | {found.rss / 1e6:.0f} |")


def _recorded(server: Server, folder: Path, count: int) -> tuple[Path, int]:
    """A site of so many files of which the bucket has nothing but the record, and the requests of its unchanged push."""
    from push import edition_of

    from publisher.release.plan import plan
    from publisher.release.record import NOTHING, RECORD_KEY, Recorded, Record, State, edition_digest
    from publisher.release.conditional import Conditions
    from publisher.release.profiles import PROFILES
    from publisher.release.s3 import S3Target
    from publisher.release.survey import survey

    rows = [[f"posts/{n}.html", hashlib.sha256(b"%d" % n).hexdigest(), 43 << 10, "text/html", "/none"] for n in range(count)]
    described = folder / f"{count}.json"
    described.write_text(json.dumps(rows))
    edition = edition_of(described)
    files = {key: Recorded.of(file, file.sha256[:32]) for key, file in edition.files.items()}
    target = S3Target(server.client, "growth", str(count), Conditions(PROFILES["seaweedfs"], single_writer=False))
    target.swap(RECORD_KEY, Record(State.COMPLETE, edition_digest(edition), files, NOTHING.ledger).to_bytes(), None)
    asked: list[str] = []
    server.client.meta.events.register("before-send.s3", lambda request, **_: asked.append(request.method))
    seen = survey(target, edition)
    if not plan(edition, seen.record, seen.listing).is_empty:
        raise SystemExit("the site changed")
    return described, len(asked)


def main() -> None:
    """Run it, and print the tables that docs/benchmarks.md keeps."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", nargs="*", default=[])
    asked = parser.parse_args()
    pushers.install()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "store").mkdir()
        described = make_site(folder)
        with running_seaweed(folder / "store", make_certificate(folder)) as (server, _):
            print(f"{machine()}; {', '.join(pushers.WANTED)}\n")
            table(race(server, folder, described, asked.rounds, asked.only))
            growth(server, folder)


if __name__ == "__main__":
    main()
