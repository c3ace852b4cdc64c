"""SIGKILL at every request and every block of a release: the public sees nothing broken, and another run ends it."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from publisher.edition.model import Edition
from publisher.release.compression import compressed
from publisher.release.multipart import PART
from release.editions import planned, pointed_at, release, site
from release.places import Place

TESTS = Path(__file__).parents[1]
SMALL = 100_000
LARGE = PART + 1
"""Bytes of a recording that is many blocks on its way to a directory, and two parts on its way to a bucket."""
EVENTS = 14
"""Requests and blocks of the release, with the small recording."""


@pytest.mark.slow
@pytest.mark.parametrize(("size", "last"), [*((SMALL, last) for last in range(1, EVENTS + 1)), (LARGE, 4)])
def test_a_release_that_is_killed_breaks_nothing_and_is_ended_by_another_run(
    place: Place, tmp_path: Path, size: int, last: int
) -> None:
    # Every second one compresses its texts, which a folder ignores.
    is_compressed = last % 2 == 0
    old, new = site(1, tmp_path, size), site(2, tmp_path, size)
    release(place.open(), old)
    kill(place, tmp_path, size, last, is_compressed=is_compressed)

    contents = {key: data for key, data in place.contents().items() if key in old.files.keys() | new.files.keys()}
    for key, data in contents.items():
        assert pointed_at(data) <= contents.keys(), f"{key} points at something that isn't there"
        assert data in approved(old, key) + approved(new, key), f"{key} holds bytes that nobody approved"

    again = compressed(new) if is_compressed else new
    release(place.open(), again)
    assert place.contents().keys() - {"edition.json"} == new.files.keys()
    assert planned(place.open(), again).is_empty


def kill(place: Place, folder: Path, size: int, last: int, *, is_compressed: bool) -> None:
    """Release the second revision in a process of its own, and kill it at its `last` request or block."""
    environment = {**os.environ, "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent}"}
    if place.options.endpoint:
        environment["AWS_ENDPOINT_URL_S3"] = place.options.endpoint
    # A store has to refuse a body whose sender died in the middle. S3 does; ministack keeps what came: so there
    # the kill falls between two requests, with no other on its way.
    workers = 1 if place.options.endpoint else 2
    script = str(TESTS / "release" / "killed.py")
    arguments = [place.address, str(folder), str(size), str(last), str(workers), "compressed" if is_compressed else ""]
    ended = subprocess.run([sys.executable, script, *arguments], env=environment, check=False, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr.decode()


def approved(edition: Edition, key: str) -> list[bytes]:
    """The bytes that an edition has under a key: one, or none."""
    found = edition.files.get(key)
    if found is None:
        return []
    return [found.source if isinstance(found.source, bytes) else found.source.read_bytes()]
