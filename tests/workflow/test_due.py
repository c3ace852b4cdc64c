"""What a timer starts each minute: it sends what came due or ended, at its moment, and else does nothing."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from filelock import FileLock
from support.house import NOW, House

from publisher.errors import PublisherError
from publisher.workflow import due as timer
from publisher.workflow.due import release_due
from publisher.workflow.release import open_release_target, release
from publisher.workflow.stage import Stage, Standing, standing

MINUTE = timedelta(minutes=1)
LATER = NOW + timedelta(days=2)
AT = LATER.isoformat()


def public(house: House) -> set[str]:
    """Keys at the target."""
    root = house.root / "public"
    return {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}


def media(house: House) -> set[str]:
    """Media of pieces: not the covers of shows, nor the theme."""
    return {key for key in public(house) if key.startswith("media/") and not key.endswith("cover.png")}


def stand(house: House, slug: str, now: datetime = NOW) -> Standing:
    context = house.context(now)
    return standing(context, context.evidence(), context.workspace.piece(slug))


def tick(house: House, now: datetime) -> list[str]:
    """Slugs that a timer's release sent something for."""
    ticked = release_due(house.context(now))
    return [one.slug for one in ticked.due] if ticked.released else []


@pytest.fixture
def scheduled(house: House) -> House:
    """A post that is public, and a talk that comes later."""
    house.add_post()
    house.add_episode(matter=f"publish_at: {AT}\n")
    house.approved("a-post")
    house.approved("a-talk")
    release(house.context())
    return house


def test_nothing_of_an_embargoed_piece_is_at_the_target_before_its_moment(scheduled: House) -> None:
    assert "posts/a-post.html" in public(scheduled)
    assert not media(scheduled)
    assert not [key for key in public(scheduled) if "a-talk" in key or "aloud" in key]
    assert tick(scheduled, LATER - MINUTE) == []
    assert not media(scheduled)
    assert tick(scheduled, LATER) == ["a-talk"]
    assert "episodes/a-talk.html" in public(scheduled)
    assert {Path(key).suffix for key in media(scheduled)} >= {".mp3", ".vtt", ".json"}
    assert tick(scheduled, LATER + MINUTE) == []


def test_a_feed_stays_and_is_empty_while_its_only_piece_waits_for_a_later_moment_that_was_approved_since(
    house: House,
) -> None:
    house.add_post()
    house.add_episode()
    house.approved("a-post")
    house.approved("a-talk")
    release(house.context())
    assert "feeds/aloud.xml" in public(house)
    path = house.root / "episodes/a-talk/episode.md"
    path.write_text(path.read_text().replace("---\n", f"---\npublish_at: {AT}\n", 1))
    house.approved("a-talk")
    release(house.context())
    feed = (house.root / "public/feeds/aloud.xml").read_text()
    assert "<item>" not in feed
    assert tick(house, LATER) == ["a-talk"]
    assert "<item>" in (house.root / "public/feeds/aloud.xml").read_text()


def test_a_piece_ends_at_once_with_the_files_of_its_earlier_revisions_and_without_grace(house: House) -> None:
    path = house.add_episode(matter=f"unpublish_at: {AT}\n")
    house.add_post()
    house.approved("a-talk")
    house.approved("a-post")
    release(house.context())
    first = media(house)
    path.with_name("talk.vtt").write_text(path.with_name("talk.vtt").read_text().replace("Hello", "Hallo"))
    house.approved("a-talk")
    release(house.context())
    assert first < media(house), "what was replaced stays a while"
    assert tick(house, LATER - MINUTE) == []
    assert tick(house, LATER) == ["a-talk"]
    assert not media(house)
    assert "episodes/a-talk.html" not in public(house)
    assert "posts/a-post.html" in public(house)
    assert tick(house, LATER + MINUTE) == []


def test_what_ends_as_it_was_approved_to_end_does_not_count_as_too_many_deletes(house: House) -> None:
    for number in range(6):
        house.add_episode(f"talk-{number}", matter=f"unpublish_at: {AT}\n")
        house.approved(f"talk-{number}")
    house.add_post()
    house.approved("a-post")
    release(house.context())
    assert len(tick(house, LATER)) == 6
    assert not media(house)


def test_the_first_release_of_a_timer_sends_what_is_due(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    assert tick(house, NOW) == ["a-post"]
    assert tick(house, NOW) == []


def test_what_a_timer_missed_is_made_up_for_and_an_edit_is_left_to_people(scheduled: House) -> None:
    scheduled.add_post(text="Other *words*.\n")
    scheduled.approved("a-post")
    assert tick(scheduled, NOW) == []
    assert tick(scheduled, LATER + timedelta(days=30)) == ["a-talk"]


def test_a_piece_that_nobody_approved_does_not_come_at_its_moment(house: House) -> None:
    house.add_episode(matter=f"publish_at: {AT}\n")
    house.submit("a-talk")
    assert tick(house, LATER) == []
    assert public(house) == set()


def test_an_update_that_comes_at_a_moment_of_its_own_is_sent_then(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    release(house.context())
    house.add_post(matter=f"publish_at: {AT}\n", text="Other *words*.\n")
    house.approved("a-post")
    assert tick(house, LATER) == ["a-post"]
    assert "Other" in (house.root / "public/posts/a-post.html").read_text()


def test_a_timer_asks_nothing_of_the_target_while_nothing_is_due(
    scheduled: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asked(*_: object, **__: object) -> None:
        raise AssertionError("the target was asked")

    monkeypatch.setattr(timer, "release", asked)
    assert tick(scheduled, NOW) == []


def test_a_timer_leaves_it_to_a_release_that_runs_already(scheduled: House) -> None:
    (lock,) = (scheduled.root / ".publisher/locks").glob("release-*.lock")
    with FileLock(lock):
        assert tick(scheduled, LATER) == []
    assert tick(scheduled, LATER) == ["a-talk"]


def test_a_timer_leaves_it_to_a_release_from_elsewhere(scheduled: House) -> None:
    with open_release_target(scheduled.context(LATER)).exclusive():
        assert tick(scheduled, LATER) == []
    assert tick(scheduled, LATER) == ["a-talk"]


def test_a_piece_says_when_it_comes_and_when_it_ends(house: House) -> None:
    house.add_post(matter=f"publish_at: {AT}\nunpublish_at: 2026-12-01T08:00:00+01:00\n")
    house.approved("a-post")
    before = stand(house, "a-post")
    assert (before.stage, before.waits_for) == (Stage.SCHEDULED, "its moment, 2026-11-22 12:00+00:00")
    release(house.context(LATER))
    public_now = stand(house, "a-post", LATER)
    assert (public_now.stage, public_now.waits_for) == (Stage.PUBLISHED, "its end, 2026-12-01 08:00+01:00")
    end = LATER + timedelta(days=30)
    over = stand(house, "a-post", end)
    assert (over.stage, over.next) == (Stage.ENDED, "publish release")
    release(house.context(end))
    gone = stand(house, "a-post", end)
    assert (gone.stage, gone.next) == (Stage.ENDED, "")


def test_a_piece_that_was_over_before_it_was_ever_sent_has_ended(house: House) -> None:
    house.add_post(matter="unpublish_at: 2026-11-06T07:00:00+01:00\n")
    house.approved("a-post")
    assert stand(house, "a-post").stage is Stage.ENDED
    assert tick(house, NOW) == []


def test_an_end_holds_although_an_approval_does_not_count_any_more(house: House) -> None:
    house.add_post(matter=f"unpublish_at: {AT}\n")
    house.approved("a-post")
    release(house.context())
    people = (house.root / "people.toml").read_text()
    house.write("people.toml", people.replace('roles = ["legal"]', 'roles = ["host"]'))
    house.sign_people()
    with pytest.raises(PublisherError, match="does not count any more"):
        release(house.context())
    assert tick(house, LATER) == ["a-post"]
    assert "posts/a-post.html" not in public(house)


def test_an_old_revision_that_is_not_here_any_more_stops_no_timer(scheduled: House) -> None:
    (first,) = (scheduled.root / "revisions/a-post").iterdir()
    scheduled.add_post(text="Other *words*.\n")
    scheduled.approved("a-post")
    release(scheduled.context())
    shutil.rmtree(first)
    assert tick(scheduled, NOW) == []
    assert tick(scheduled, LATER) == ["a-talk"]
