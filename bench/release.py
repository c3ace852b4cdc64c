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
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(1, str(Path(__file__).parents[1] / "tests"))

import pushers
from measuring import Run, machine, median, ratio, run
from push import edition_of
from support.certificate import make_certificate
from support.fault_proxy import faulty
from support.s3_server import Server
from support.seaweed import running_seaweed
from targets import Rows, Target, judge

from publisher.release.record import RECORD_KEY, Record, Recorded, State, edition_digest

PUSH = Path(__file__).parent / "push.py"
SMALL, LARGE = (480, 43 << 10), (20, 4 << 20)
"""Number and bytes of pages and of sound."""
PARTS = (64 << 20, 1 << 30)
"""Bytes of two files that go in parts, which show whether memory grows."""
UNCHANGED = (500, 100_000)
"""Files of two sites that did not change."""
OURS = "publish"
FIRST, AGAIN = "first", "again"


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
            print(f"{machine()}; {', '.join(one.replace('==', ' ') for one in pushers.WANTED)}\n")
            rows = race(server, folder, described, asked.rounds, asked.only)
            rows |= sizes(server, folder)
            requests = {count: unchanged(server, folder, count, rows) for count in UNCHANGED}
            table(rows)
            judge(rows, (*TARGETS, *map(_few, requests.values(), requests)))


def make_site(folder: Path) -> Path:
    """Random bytes, the same in every run; gives the rows of the edition."""
    chance, rows = random.Random(6), []  # noqa: S311 - no secret
    for kind, (count, size) in {"html": SMALL, "mp3": LARGE}.items():
        for number in range(count):
            data = chance.randbytes(size)
            sha256 = hashlib.sha256(data).hexdigest()
            key = f"posts/page-{number:03}.html" if kind == "html" else f"media/{sha256}/talk-{number:02}.mp3"
            path = folder / "site" / key
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
            rows.append([key, sha256, size, "text/html" if kind == "html" else "audio/mpeg", str(path)])
    return _described(folder, "site", rows)


def _described(folder: Path, name: str, rows: list[list[str | int]]) -> Path:
    path = folder / f"{name}.json"
    path.write_text(json.dumps(rows))
    return path


def race(server: Server, folder: Path, described: Path, rounds: int, only: Sequence[str]) -> dict[str, list[Run]]:
    """Let all of them push twice, in turns, each time to a bucket of their own."""
    rows: dict[str, list[Run]] = {}
    every = [OURS, *pushers.NAMES]
    for number in range(rounds + 1):
        some = [name for name in every if not only or name in only]
        turned = number % len(some)
        for name in some[turned:] + some[:turned]:
            bucket = f"bench-{number}-{every.index(name)}"
            server.client.create_bucket(Bucket=bucket)
            command = _command(name, folder, described, bucket, server.endpoint)
            for kind in (FIRST, AGAIN):
                found = run(command, _environment(server.endpoint))
                if number:  # the first round warms the caches
                    rows.setdefault(f"{name}, {kind}", []).append(found)
            _must_be_whole(server, bucket, name)
    return rows


def _command(name: str, folder: Path, described: Path, bucket: str, endpoint: str) -> list[str]:
    return _ours(described, bucket) if name == OURS else pushers.commands(folder / "site", bucket, endpoint)[name]


def _ours(described: Path, place: str) -> list[str]:
    return [sys.executable, str(PUSH), str(described), f"s3://{place}"]


def _environment(endpoint: str) -> dict[str, str]:
    return {**pushers.environment(endpoint), "PYTHONPATH": str(Path(__file__).parents[1])}


def _must_be_whole(server: Server, bucket: str, name: str) -> None:
    """Whoever did not push everything does not count."""
    pages = server.client.get_paginator("list_objects_v2").paginate(Bucket=bucket)
    found = [item["Size"] for page in pages for item in page.get("Contents", [])]
    own = [size for size in found if size in {SMALL[1], LARGE[1]}]
    if len(own) != SMALL[0] + LARGE[0]:
        raise SystemExit(f"{name} pushed {len(own)} files of {SMALL[0] + LARGE[0]}")


def sizes(server: Server, folder: Path) -> dict[str, list[Run]]:
    """Push one file each that goes in parts."""
    rows = {}
    server.client.create_bucket(Bucket="sizes")
    for size in PARTS:
        path, sha = folder / f"{size}.mp3", hashlib.sha256()
        block = random.Random(size).randbytes(1 << 20)  # noqa: S311 - no secret
        with path.open("wb") as stream:
            for _ in range(size >> 20):
                stream.write(block)
                sha.update(block)
        digest = sha.hexdigest()
        described = _described(folder, str(size), [[f"media/{digest}/a.mp3", digest, size, "audio/mpeg", str(path)]])
        rows[_sized(size)] = [run(_ours(described, f"sizes/{size}"), _environment(server.endpoint))]
        path.unlink()
    return rows


def _sized(size: int) -> str:
    return f"{OURS}, one file of {size >> 20:,} MiB"


def unchanged(server: Server, folder: Path, count: int, rows: dict[str, list[Run]]) -> int:
    """Push a site of which nothing but the record is there, and which did not change; give its requests."""
    bucket = f"unchanged-{count}"
    server.client.create_bucket(Bucket=bucket)
    described = _described(folder, bucket, list(_pages(count)))
    edition = edition_of(described)
    files = {key: Recorded.of(file, file.sha256[:32]) for key, file in edition.files.items()}
    record = Record(State.COMPLETE, edition_digest(edition), files).to_bytes()
    server.client.put_object(Bucket=bucket, Key=RECORD_KEY, Body=record)
    rows[f"{OURS}, {AGAIN}, {count:,} files"] = [run(_ours(described, bucket), _environment(server.endpoint))]
    with faulty(server) as counting:
        run(_ours(described, bucket), _environment(counting.endpoint))
        if {asked.method for asked in counting.requests} - {"GET", "HEAD"}:
            raise SystemExit(f"it did not find that nothing changed: {counting.requests}")
        return len(counting.requests)


def _pages(count: int) -> Iterator[list[str | int]]:
    for number in range(count):
        sha256 = hashlib.sha256(b"%d" % number).hexdigest()
        yield [f"posts/{number}.html", sha256, SMALL[1], "text/html", "/nonexistent"]


def table(rows: Rows) -> None:
    """Print medians."""
    print("| | wall s | cpu s | memory MB | others' cpu s |\n| --- | ---: | ---: | ---: | ---: |")
    for name, runs in rows.items():
        wall, cpu, others = (median(runs, lambda one, of=of: getattr(one, of)) for of in ("wall", "cpu", "others"))
        print(f"| {name} | {wall:.2f} | {cpu:.2f} | {max(one.rss for one in runs) / 1e6:.0f} | {others:.2f} |")
    print()


def _by(name: str, kind: str, most: float, of: str = "wall") -> Target:
    def find(rows: Rows) -> float:
        return ratio(rows[f"{OURS}, {kind}"], rows[f"{name}, {kind}"], lambda one: float(getattr(one, of)))

    return Target(f"{kind}, {'seconds' if of == 'wall' else 'CPU'} by those of {name}", find, most=most, unit=" times")


def _growth(rows: Rows) -> float:
    small, large = (max(one.rss for one in rows[_sized(size)]) for size in PARTS)
    return large / small


def _few(requests: int, files: int) -> Target:
    return Target(f"again, {files:,} files", lambda _rows: requests, most=3, unit=" requests")


TARGETS = (
    _by("rclone sync", FIRST, 1.2),
    _by("aws s3 sync", FIRST, 1),
    _by("hugo deploy", FIRST, 1),
    *(_by(name, AGAIN, 1) for name in pushers.NAMES),
    Target("memory of 1 GiB by that of 64 MiB", _growth, most=1.2, unit=" times"),
)


if __name__ == "__main__":
    main()
