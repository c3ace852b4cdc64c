"""Any editions, one after the other, any failures in between: one clean run, and the target equals the last edition."""

import itertools
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.edition.model import Edition, Phase, PublicFile
from publisher.release.compression import encoded
from publisher.release.directory import DirectoryTarget
from publisher.release.target import Target
from release.editions import edition_of, media_key, planned, public_bytes, public_file, release
from release.memory import Memory, Stored
from release.watching import Watched

PLACES = {
    "assets/site.css": Phase.MEDIA,
    "a/index.html": Phase.PAGES,
    "a/b/index.html": Phase.PAGES,
    "index.html": Phase.INDEXES,
    "feeds/a.xml": Phase.FEEDS,
}
CONTENTS = [b"", b"one", b"two" * 50]
HEADERS = ["no-cache", "max-age=60"]
CODINGS = ["", "gzip"]
STRANGERS = {"theirs.txt": b"theirs", "a/theirs.txt": b"theirs as well"}
NEVER = 10_000


class Failure(Exception):  # noqa: N818  of whatever kind
    """The end of a release, anywhere in it."""


media = st.builds(
    lambda content, headers: public_file(
        media_key(content, "talk.mp3"), content, phase=Phase.MEDIA, cache_control=headers
    ),
    st.sampled_from(CONTENTS),
    st.sampled_from(HEADERS),
)
others = st.builds(
    lambda key, content, headers, coding: replace(
        public_file(key, content, phase=PLACES[key], cache_control=headers), content_encoding=coding
    ),
    st.sampled_from(sorted(PLACES)),
    st.sampled_from(CONTENTS),
    st.sampled_from(HEADERS),
    st.sampled_from(CODINGS),
)
editions = st.lists(media | others, max_size=7, unique_by=lambda file: file.key).map(lambda files: edition_of(*files))
attempts = st.lists(st.tuples(editions, st.integers(1, 20) | st.just(NEVER)), max_size=4)
"""Editions, each with the request or block at which its release fails."""


def attempt(target: Target, edition: Edition, last: int) -> None:
    count = itertools.count(1)  # and one worker, so that a failure is found again where it was

    def fail_in_time(_request: str) -> None:
        if next(count) == last:
            raise Failure

    with suppress(Failure):
        release(Watched(target, fail_in_time), edition, workers=1, max_deletes=NEVER)


def as_stored(file: PublicFile) -> Stored:
    assert isinstance(file.source, bytes)
    data, coding = encoded(file.source, file.content_encoding)
    return Stored(data, file.content_type, file.cache_control, coding)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(earlier=attempts, last=editions)
def test_a_bucket_ends_as_the_last_edition_with_its_headers(earlier: list[tuple[Edition, int]], last: Edition) -> None:
    target = Memory()
    strangers = {key: Stored(data, "text/plain", "theirs") for key, data in STRANGERS.items()}
    target.objects.update(strangers)
    for edition, failing in earlier:
        attempt(target, edition, failing)
    release(target, last, max_deletes=NEVER)

    found = {key: stored for key, stored in target.objects.items() if key != "edition.json"}
    assert found == strangers | {key: as_stored(file) for key, file in last.files.items()}
    assert planned(target, last).is_empty


@settings(max_examples=40, deadline=None)
@given(earlier=attempts, last=editions)
def test_a_directory_ends_as_the_last_edition_without_empty_folders(
    earlier: list[tuple[Edition, int]], last: Edition
) -> None:
    with tempfile.TemporaryDirectory() as name:
        root = Path(name) / "public"
        target = DirectoryTarget(root)
        for key, data in STRANGERS.items():
            (root / key).parent.mkdir(parents=True, exist_ok=True)
            (root / key).write_bytes(data)
        for edition, failing in earlier:
            attempt(target, edition, failing)
        release(target, last, max_deletes=NEVER)

        found = {path.relative_to(root).as_posix(): path.read_bytes() for path in root.rglob("*") if path.is_file()}
        del found["edition.json"]
        assert found == STRANGERS | public_bytes(last)
        assert not [path for path in root.rglob("*") if path.is_dir() and not any(path.iterdir())]
        assert planned(target, last).is_empty
