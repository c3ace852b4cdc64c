"""The public gets what was signed, and nothing else; whatever differs is found, named, and nothing is changed."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from support.house import NOW, House, make_house, snapshot
from support.public_server import Lie, Reply, Served, served

from publisher.errors import PublisherError
from publisher.release.checks import END
from publisher.release.record import RECORD_KEY
from publisher.workflow.release import release
from publisher.workflow.verify import Asked, Step, verify

OLD = "first.html"
"""The page of the post as its first release left it."""
LATER = NOW + timedelta(days=2)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A talk and a post that are public, the post in its second revision; and a draft."""
    house = make_house(tmp_path_factory.mktemp("released") / "house")
    house.add_post(text="The first *words*.\n")
    house.approved("a-post")
    release(house.context())
    shutil.copy(house.root / "public/posts/a-post.html", house.root / OLD)
    house.add_post(text="Some *words*.\n")
    house.approved("a-post")
    house.add_episode(seconds=20)
    house.approved("a-talk")
    release(house.context())
    house.add_post("a-draft", matter="guid: draft-of-a-post\n")
    house.submit("a-draft")
    return house


@pytest.fixture
def copied(released: House, tmp_path: Path) -> House:
    """The same, for a test that changes it."""
    shutil.copytree(released.root, tmp_path / "house")
    return House(tmp_path / "house")


@pytest.fixture
def site(released: House) -> Iterator[Served]:
    """What is public, at an address."""
    with served(released.root / "public") as found:
        yield found


def steps(house: House, asked: Asked | None = None) -> list[Step]:
    return list(verify(house.context(), asked or Asked()))


def told(house: House, asked: Asked | None = None) -> dict[str, list[str]]:
    """What differs, by the last part of where."""
    found: dict[str, list[str]] = {}
    for step in steps(house, asked):
        for one in step.differences:
            found.setdefault(one.where.rpartition("/")[2], []).append(one.what)
    return found


def keys(house: House) -> list[str]:
    """Every key of the record."""
    return sorted(json.loads((house.root / "public" / RECORD_KEY).read_bytes())["files"])


def key_of(house: House, ending: str) -> str:
    return next(key for key in keys(house) if key.endswith(ending))


def test_what_is_as_it_was_signed_is_said_to_be(released: House, site: Served) -> None:
    for asked in (Asked(), Asked(url=site.url), Asked(url=site.url, deep=True)):
        assert told(released, asked) == {}
        assert [step.number for step in steps(released, asked)] == [1, 2, 3, 4, 5]


def test_nothing_is_changed_by_looking(released: House, site: Served) -> None:
    before = snapshot(released.root)
    steps(released, Asked(url=site.url, deep=True))
    assert snapshot(released.root) == before
    assert {line.split()[0] for line in site.asked} == {"GET", "HEAD"}


def test_only_deep_asks_for_all_of_a_recording(released: House, site: Served) -> None:
    recording = key_of(released, ".mp3")
    assert (released.root / "public" / recording).stat().st_size > 2 * END
    site.lies[recording] = lambda reply: replace(reply, body=_flipped(reply.body, len(reply.body) // 2))
    assert told(released, Asked(url=site.url)) == {}
    assert told(released, Asked(url=site.url, deep=True)) == {"a-talk.mp3": ["its bytes are not what was approved"]}


def _flipped(body: bytes, place: int) -> bytes:
    return body[:place] + bytes([body[place] ^ 1]) + body[place + 1 :]


LIES: dict[str, tuple[str, Lie, str]] = {
    "a byte of a page": ("a-post.html", lambda reply: replace(reply, body=_flipped(reply.body, 40)), "its bytes"),
    "a page with more in it": ("index.html", lambda reply: replace(reply, body=reply.body + b"<script>"), "it has "),
    "the first byte of a recording": (".mp3", lambda reply: replace(reply, body=_flipped(reply.body, 0)), "its first"),
    "the last byte of a recording": (
        ".mp3", lambda reply: replace(reply, body=_flipped(reply.body, len(reply.body) - 1)), "its last",
    ),
    "a shorter recording": (".mp3", lambda reply: replace(reply, body=reply.body[:-9]), "it is said to have"),
    "a body that breaks off": ("aloud.xml", lambda reply: replace(reply, breaks=True), "it breaks off"),
    "another type": (".vtt", lambda reply: reply.saying(Content_Type="text/plain"), "it is served as 'text/plain'"),
    "no type": (".mp3", lambda reply: reply.saying(Content_Type=""), "it is served as 'nothing'"),
    "another time to keep it": ("aloud.xml", lambda reply: reply.saying(Cache_Control="max-age=9"), "Cache-Control is"),
    "an encoding of the upload": (
        ".mp3", lambda reply: reply.saying(Content_Encoding="aws-chunked"), "it is encoded as 'aws-chunked'",
    ),
    "no parts": (".mp3", lambda reply: reply.saying(Accept_Ranges=""), "asked for a part of it"),
    "no parts, as it says": (".mp3", lambda reply: reply.saying(Accept_Ranges="none"), "players are told"),
    "no players of others": (".vtt", lambda reply: reply.saying(Access_Control_Allow_Origin=""), "players in other"),
    "one that is gone": ("robots.txt", lambda _: Reply(404, {}, b""), "it is not there (404)"),
    "one that nobody may read": (".mp3", lambda _: Reply(403, {}, b""), "the address answers 403"),
    "a login page": ("index.html", lambda _: Reply(401, {}, b""), "the address answers 401"),
    "a way elsewhere": (
        ".mp3", lambda _: Reply(302, {"Location": "https://cdn.example.net/a.mp3"}, b""), "it leads to another host",
    ),
    "a circle": ("posts.html", lambda _: Reply(301, {"Location": "/posts.html"}, b""), "it leads in a circle"),
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(("ending", "lie", "said"), LIES.values(), ids=LIES.keys())
def test_what_differs_is_found_and_named_with_what_to_do(
    released: House, site: Served, ending: str, lie: Lie, said: str
) -> None:
    key = key_of(released, ending)
    site.lies[key] = lie
    found = [one for step in steps(released, Asked(url=site.url)) for one in step.differences]
    assert {one.where for one in found} == {site.url + key}
    assert any(one.what.startswith(said) for one in found), found
    assert all(one.todo for one in found)


def test_a_way_within_the_site_is_followed_and_a_slow_answer_waited_for(released: House, site: Served) -> None:
    page = key_of(released, "a-post.html")
    site.lies["moved"] = lambda _: site.truth(page)
    site.lies[page] = lambda _: Reply(308, {"Location": "/moved"}, b"")
    site.lies["index.html"] = lambda reply: replace(reply, seconds=0.3)
    assert told(released, Asked(url=site.url)) == {}


def test_an_old_copy_is_told_as_one(released: House, site: Served) -> None:
    old = (released.root / OLD).read_bytes()
    site.lies["posts/a-post.html"] = lambda reply: replace(reply, body=old).saying(Age="4000")
    (found,) = [one for step in steps(released, Asked(url=site.url)) for one in step.differences]
    assert found.what == "it is an earlier revision, cached 4,000 s ago"
    assert "CDN" in found.todo


def test_an_old_file_in_a_folder_is_told_as_one(copied: House) -> None:
    shutil.copy(copied.root / OLD, copied.root / "public/posts/a-post.html")
    assert told(copied) == {"a-post.html": ["it is an earlier revision"]}


def test_a_draft_that_is_public_and_what_a_stranger_put_there_are_told_apart(copied: House) -> None:
    copied.write("public/posts/a-draft.html", "<p>not yet")
    copied.write("public/notes.txt", "a stranger's")
    found = steps(copied)
    (flaw,) = [one for step in found for one in step.differences]
    assert "a file of a-draft, of what is not to be public" in flaw.what
    assert "notes.txt" in found[-1].notes[0]


def test_what_was_taken_away_and_is_still_answered_is_for_the_cdn(copied: House) -> None:
    shutil.rmtree(copied.root / "posts/a-post")
    release(copied.context())
    with served(copied.root / "public") as site:
        assert told(copied, Asked(url=site.url)) == {}
        site.lies["posts/a-post.html"] = lambda reply: replace(reply, status=200)
        (flaw,) = [one for step in steps(copied, Asked(url=site.url)) for one in step.differences]
    assert "can be had" in flaw.what
    assert "CDN" in flaw.todo


def test_an_address_that_has_everything_cannot_be_asked_what_it_has_not(released: House, site: Served) -> None:
    site.everywhere = lambda reply: replace(reply, status=200)
    assert "it answers 200 to what is not there" in str(told(released, Asked(url=site.url)))


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("http://127.0.0.1:1/", "cannot be reached"),
        ("http://no-such-host.invalid/", "cannot be reached"),
        ("{site}elsewhere/", "the site is not here: it answers 404"),
    ],
)
def test_a_wrong_address_is_one_error(released: House, site: Served, url: str, said: str) -> None:
    with pytest.raises(PublisherError, match=said):
        steps(released, Asked(url=url.format(site=site.url)))


def test_a_target_that_nothing_was_released_to_is_said_to_be_one(house: House) -> None:
    with pytest.raises(PublisherError, match="nothing was released there"):
        steps(house)


def test_newer_approved_pieces_are_told_and_what_was_released_is_compared(copied: House) -> None:
    copied.decide("a-draft")
    copied.add_post(text="Newest *words*.\n")
    copied.approved("a-post")
    found = steps(copied)
    assert not [one for step in found for one in step.differences]
    assert "is due for a-draft, a-post" in found[0].notes[0]


def test_a_record_that_somebody_changed_with_the_file_is_found(copied: House) -> None:
    path, page = copied.root / "public" / RECORD_KEY, copied.root / "public/posts/a-post.html"
    page.write_bytes(page.read_bytes().replace(b"Some", b"None"))
    record = json.loads(path.read_bytes())
    import hashlib

    record["files"]["posts/a-post.html"]["sha256"] = hashlib.sha256(page.read_bytes()).hexdigest()
    path.write_text(json.dumps(record))
    assert "it does not hold together: somebody changed it" in told(copied)[RECORD_KEY]
    rows = sorted(
        [key, one["sha256"], one["content_type"], one["cache_control"]] for key, one in record["files"].items()
    )
    record["edition"] = hashlib.sha256(json.dumps(rows, separators=(",", ":")).encode()).hexdigest()
    path.write_text(json.dumps(record))
    found = told(copied)
    assert any("another edition" in what for what in found[RECORD_KEY])
    assert found["a-post.html"] == ["its bytes are not what was approved"]


def test_an_approval_that_does_not_count_any_more_is_told(copied: House) -> None:
    copied.decide("a-talk", "reject", "max", "It names a client.")
    found = told(copied)
    assert any("It names a client" in what for what in found["a-talk"])


def test_what_ended_and_is_still_public_is_told(house: House) -> None:
    house.add_post(matter=f"unpublish_at: {LATER.isoformat()}\n")
    house.approved("a-post")
    release(house.context())
    assert told(house) == {}
    (flaw,) = [one for step in verify(house.context(LATER), Asked()) for one in step.differences]
    assert "its time is over" in flaw.what


def test_a_record_that_is_gone_and_a_release_that_was_stopped_are_told(copied: House) -> None:
    path = copied.root / "public" / RECORD_KEY
    record = json.loads(path.read_bytes())
    path.write_text(json.dumps({**record, "state": "pending"}))
    assert told(copied) == {RECORD_KEY: ["a release was stopped before its end"]}
    path.unlink()
    assert told(copied)[RECORD_KEY] == ["the record of what is public is not there"]


@pytest.mark.slow
@pytest.mark.parametrize("status", [401, 403, 503])
def test_a_site_that_answers_nothing_but_errors_is_one_error(released: House, site: Served, status: int) -> None:
    site.everywhere = lambda _: Reply(status, {"Retry-After": "0"}, b"")
    with pytest.raises(PublisherError, match=f"the site is not here: it answers {status}"):
        steps(released, Asked(url=site.url))


def test_a_file_of_a_draft_is_found_although_the_record_is_made_to_say_that_it_waits_to_go(copied: House) -> None:
    path = copied.root / "public" / RECORD_KEY
    record = json.loads(path.read_bytes())
    record["files"]["posts/a-draft.html"] = {
        **record["files"]["posts/a-post.html"],
        "gone": "2026-11-20T00:00:00+00:00",
    }
    path.write_text(json.dumps(record))
    copied.write("public/posts/a-draft.html", "<p>not yet")
    assert told(copied)["a-draft.html"] == ["a file of a-draft, of what is not to be public, can be had"]


def test_media_that_stay_a_while_for_apps_are_no_difference(copied: House) -> None:
    copied.add_episode(seconds=19)
    copied.approved("a-talk")
    release(copied.context())
    assert "wait to go" in steps(copied)[1].covered
    assert told(copied) == {}


def test_what_surrounds_the_pieces_may_have_changed_since_and_a_release_is_due(copied: House) -> None:
    config = (copied.root / "publisher.toml").read_text()
    copied.write("publisher.toml", config.replace("The voices of a house", "The new voices of a house"))
    found = steps(copied)
    assert not [one for step in found for one in step.differences]
    assert "another edition by now" in found[1].notes[0]
