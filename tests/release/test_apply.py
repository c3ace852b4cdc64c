"""Releases: their order, their barriers, and what another run does. On every kind of target."""

import dataclasses
import itertools
import os
import signal
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from support.commands import HANGS

from publisher.edition.model import Phase, PublicFile
from publisher.errors import PublisherError
from publisher.release.apply import Applied, apply
from publisher.release.departures import Grace
from publisher.release.plan import plan
from publisher.release.record import State, edition_digest
from publisher.release.steps import Step
from publisher.release.survey import read_record, survey
from publisher.release.target import Overtaken
from release.editions import edition_of, from_disk, media_key, planned, public_bytes, public_file, release, site
from release.places import Bucket, Folder, Place
from release.watching import Diary, Watched

SIZE = 10_000
NOON = datetime(2026, 11, 5, 12, tzinfo=UTC)
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)


def phases(count: int) -> list[PublicFile]:
    return [
        public_file(f"{phase.name.lower()}/{number}.html", b"%d" % number, phase=phase)
        for phase in Phase
        for number in range(count)
    ]


def test_the_first_release_makes_the_target_equal_the_edition(place: Place, tmp_path: Path) -> None:
    edition = site(1, tmp_path, SIZE)
    applied = release(place.open(), edition)

    size = sum(file.size for file in edition.files.values())
    assert applied == Applied(edition_digest(edition), put=5, deleted=0, kept=0, size=size)
    assert place.public() == public_bytes(edition)
    assert read_record(place.open()).state is State.COMPLETE


def test_running_twice_sends_nothing_and_writes_nothing(place: Place, tmp_path: Path) -> None:
    edition, diary = site(1, tmp_path, SIZE), Diary()
    release(place.open(), edition)
    before = place.contents()
    applied = release(Watched(place.open(), diary), edition)

    looks = ["peek edition.json"] if isinstance(place, Bucket) else ["peek edition.json", "listing"]
    assert diary.requests == looks
    assert (applied.put, applied.deleted, applied.kept, applied.size) == (0, 0, 5, 0)
    assert place.contents() == before


def test_the_second_revision_replaces_the_first(place: Place, tmp_path: Path) -> None:
    release(place.open(), site(1, tmp_path, SIZE))
    applied = release(place.open(), site(2, tmp_path, SIZE))

    assert (applied.put, applied.deleted) == (5, 2)
    assert place.public() == public_bytes(site(2, tmp_path, SIZE))


def test_a_changed_header_alone_is_a_change(bucket: Bucket) -> None:
    page = public_file("index.html", cache_control="max-age=60")
    release(bucket.open(), edition_of(page))
    applied = release(bucket.open(), edition_of(dataclasses.replace(page, cache_control="max-age=1")))

    assert applied.put == 1
    assert bucket.client.head_object(Bucket=bucket.bucket, Key="site/index.html")["CacheControl"] == "max-age=1"


def test_media_come_first_then_pages_indexes_and_feeds_and_deletes_last(place: Place) -> None:
    release(place.open(), edition_of(*(dataclasses.replace(file, key=f"old/{file.key}") for file in phases(2))))
    diary = Diary()
    release(Watched(place.open(), diary), edition_of(*phases(3)), workers=8)

    order = [each for each in diary.writes if not each.startswith("block")]
    assert order[0] == order[-1] == "swap edition.json"
    # Within a phase the order is open, so each is compared as a sorted group.
    groups = [3, 3, 3, 3, 1, 1, 1, 1]
    borders = [1 + sum(groups[:count]) for count in range(len(groups) + 1)]
    found = [sorted(order[start:end]) for start, end in itertools.pairwise(borders)]
    names = [phase.name.lower() for phase in Phase]
    assert found == [
        *([f"put {name}/{number}.html" for number in range(3)] for name in names),
        *([f"delete_many old/{name}/0.html old/{name}/1.html"] for name in reversed(names)),
    ]


def test_a_phase_begins_only_when_the_one_before_it_is_whole(place: Place) -> None:
    """A slow file of one phase holds back the whole next phase, whatever threads are free."""
    running: set[str] = set()
    overlaps: list[tuple[str, str]] = []
    lock = threading.Lock()

    def heard(request: str) -> None:
        action, _, key = request.partition(" ")
        phase = key.partition("/")[0]
        with lock:
            if action == "put":
                running.add(key)
                overlaps.extend((key, other) for other in running if not other.startswith(phase))

    class Finished:
        def sent(self, size: int) -> None:
            pass

        def done(self, step: Step) -> None:
            with lock:
                running.discard(step.key)

    release(Watched(place.open(), heard), edition_of(*phases(5)), workers=8, progress=Finished())

    assert overlaps == []


@pytest.mark.parametrize("failed", ["media", "pages", "indexes", "feeds"])
def test_a_failed_phase_stops_everything_after_it(place: Place, failed: str) -> None:
    gone = public_file("gone.html")
    release(place.open(), edition_of(gone))
    diary = Diary(fail_at=f"put {failed}/0.html")
    with pytest.raises(PublisherError, match="the network is down"):
        release(Watched(place.open(), diary), edition_of(*phases(2)))

    later = [phase.name.lower() for phase in Phase][Phase[failed.upper()].value :]
    assert not [each for each in diary.writes if each.startswith(("delete", *(f"put {name}/" for name in later)))]
    assert diary.writes.count("swap edition.json") == 1
    assert "gone.html" in place.contents()


def test_after_a_failure_no_new_file_of_the_phase_is_begun(place: Place) -> None:
    files = [public_file(f"page-{number:02}.html") for number in range(40)]
    diary = Diary(fail_at="put page-00.html")
    with pytest.raises(PublisherError, match="the network is down"):
        release(Watched(place.open(), diary), edition_of(*files), workers=1)

    assert diary.writes == ["swap edition.json", "put page-00.html"]


def test_the_failure_is_told_and_not_that_others_stopped(place: Place, tmp_path: Path) -> None:
    """While one file fails, others are in the middle: they stop at their next block, and that is no error."""
    wrong = dataclasses.replace(public_file("media/wrong.mp3", phase=Phase.MEDIA), source=b"other")
    slow = [
        from_disk(public_file(f"media/{number}.mp3", b"x" * (4 << 20), phase=Phase.MEDIA), tmp_path / str(number))
        for number in range(4)
    ]
    with pytest.raises(PublisherError, match=r"media/wrong\.mp3: its bytes are not what legal approved"):
        release(place.open(), edition_of(wrong, *slow), workers=5)

    assert "media/wrong.mp3" not in place.contents()


def test_another_run_goes_on_where_a_failed_one_stopped(place: Place) -> None:
    edition = edition_of(*phases(2), public_file(media_key(b"talk", "talk.mp3"), b"talk", phase=Phase.MEDIA))
    with pytest.raises(PublisherError, match="the network is down"):
        release(Watched(place.open(), Diary(fail_at="put pages/0.html")), edition)
    diary = Diary()
    release(Watched(place.open(), diary), edition)

    assert place.public() == public_bytes(edition)
    assert f"put {media_key(b'talk', 'talk.mp3')}" not in diary.writes
    assert planned(place.open(), edition).is_empty


@pytest.mark.slow
def test_ctrl_c_stops_a_release_and_another_run_finishes_it(place: Place) -> None:
    edition = edition_of(*phases(20))

    ahead = threading.Semaphore(3)  # files that are sent and not heard of, so that some are left when the signal comes

    class Interrupted:
        def sent(self, size: int) -> None:  # noqa: ARG002  the protocol's name
            assert ahead.acquire(timeout=HANGS)

        def done(self, step: Step) -> None:
            if step.key == "pages/3.html":
                ahead.release(3)  # nobody waits for whoever was stopped
                os.kill(os.getpid(), signal.SIGINT)
            ahead.release()

    with pytest.raises(KeyboardInterrupt):
        release(place.open(), edition, workers=1, progress=Interrupted())
    assert len([key for key in place.contents() if key.startswith("pages/")]) < 20
    assert not [key for key in place.contents() if key.startswith("indexes/")]

    release(place.open(), edition)
    assert place.public() == public_bytes(edition)


def test_progress_hears_every_byte_and_every_step(place: Place, tmp_path: Path) -> None:
    edition = site(1, tmp_path, SIZE)
    sizes: list[int] = []
    steps: list[str] = []

    class Heard:
        def sent(self, size: int) -> None:
            sizes.append(size)

        def done(self, step: Step) -> None:
            steps.append(step.key)

    applied = release(place.open(), edition, progress=Heard())

    assert sum(sizes) == applied.size
    assert sorted(steps) == sorted(edition.files)


def test_a_plan_of_another_edition_is_not_applied(folder: Folder, tmp_path: Path) -> None:
    todo = planned(folder.open(), site(1, tmp_path, SIZE))

    with pytest.raises(ValueError, match="another edition"):
        apply(todo, site(2, tmp_path, SIZE), folder.open(), etag=None)


def test_media_that_no_edition_has_any_more_wait_until_the_grace_is_over(place: Place, tmp_path: Path) -> None:
    """Apps that read the feed an hour ago ask for the sound that it named."""
    first, second = site(1, tmp_path, SIZE), site(2, tmp_path, SIZE)
    talk = next(key for key in first.files if key.endswith("talk.mp3"))
    release(place.open(), first)
    applied = release(place.open(), second, grace=Grace(NOON, DAY))
    assert applied.deleted == 1  # its page
    assert place.public() == public_bytes(second) | {talk: public_bytes(first)[talk]}

    assert release(place.open(), second, grace=Grace(NOON + DAY - SECOND, DAY)).deleted == 0
    assert release(place.open(), second, grace=Grace(NOON + DAY, DAY)).deleted == 1
    assert place.public() == public_bytes(second)


def test_media_that_must_not_be_heard_any_more_do_not_wait(place: Place, tmp_path: Path) -> None:
    release(place.open(), site(1, tmp_path, SIZE))
    talk = next(key for key in site(1, tmp_path, SIZE).files if key.endswith("talk.mp3"))
    release(place.open(), edition_of(), grace=Grace(NOON, DAY, at_once={talk}))

    assert list(place.public()) == ["assets/site.css"]


def test_what_comes_back_while_it_waits_stays(place: Place, tmp_path: Path) -> None:
    first, second = site(1, tmp_path, SIZE), site(2, tmp_path, SIZE)
    for edition in (first, second, first):
        release(place.open(), edition, grace=Grace(NOON, DAY))
    release(place.open(), first, grace=Grace(NOON + 2 * DAY, DAY))

    assert place.public() == public_bytes(first)
    assert planned(place.open(), first).is_empty


def test_of_two_releases_that_planned_by_the_same_record_one_finds_that_the_other_was_faster(
    place: Place, tmp_path: Path
) -> None:
    target, first, second = place.open(), site(1, tmp_path, SIZE), site(2, tmp_path, SIZE)
    seen = survey(target, first)
    apply(plan(second, seen.record, seen.listing), second, target, etag=seen.etag)
    before = place.contents()

    with pytest.raises(Overtaken):
        apply(plan(first, seen.record, seen.listing), first, target, etag=seen.etag)
    assert place.contents() == before


def test_a_page_that_somebody_else_replaced_meanwhile_is_not_written_over(place: Place) -> None:
    release(place.open(), edition_of(public_file("index.html", b"one")))

    def interfere(request: str) -> None:
        if request == "put index.html":
            place.write("index.html", b"theirs")

    with pytest.raises(Overtaken):
        release(Watched(place.open(), interfere), edition_of(public_file("index.html", b"two")))
    assert place.public() == {"index.html": b"theirs"}


def test_what_is_looked_at_between_two_waves_can_stop_the_release(place: Place) -> None:
    looked: list[list[str]] = []

    def look(wave: tuple[Step, ...]) -> None:
        looked.append([step.key for step in wave])
        if len(looked) == 2:
            raise PublisherError("the page cannot be reached")

    target, edition = place.open(), edition_of(*phases(1))
    seen = survey(target, edition)
    with pytest.raises(PublisherError, match="cannot be reached"):
        apply(plan(edition, seen.record, seen.listing), edition, target, etag=seen.etag, between=look)

    assert looked == [["media/0.html"], ["pages/0.html"]]
    assert sorted(place.public()) == ["media/0.html", "pages/0.html"]


def test_a_dry_run_writes_nothing(place: Place, tmp_path: Path) -> None:
    diary = Diary()
    assert planned(Watched(place.open(), diary), site(1, tmp_path, SIZE)).changes

    assert diary.writes == []
    assert place.contents() == {}
