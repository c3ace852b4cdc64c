"""A release never chooses for people: damage is healed or told, and nothing public goes or changes undecided."""

from pathlib import Path

import pytest
from PIL import Image
from support.house import House

from publisher.errors import PublisherError
from publisher.workflow import drafting as verb
from publisher.workflow.release import release


def page(house: House, slug: str = "a-post") -> str:
    return (house.root / f"public/posts/{slug}.html").read_text()


def two_revisions(house: House) -> None:
    """An old and a new revision of a post with a picture, both approved, the new one public."""
    for words, colour in (("Old words.", "red"), ("New words.", "blue")):
        house.add_post(text=f"{words}\n\n![A field](field.png)\n")
        Image.new("RGB", (32, 32), colour).save(house.root / "posts/a-post/field.png")
        house.approved("a-post")
        release(house.context())


def newest_picture(house: House) -> Path:
    return max((house.root / ".publisher/media").rglob("*"), key=lambda path: (path.is_file(), path.stat().st_mtime_ns))


def test_a_damaged_cache_heals_and_brings_no_older_revision_back(house: House) -> None:
    two_revisions(house)
    path = newest_picture(house)
    path.write_bytes(path.read_bytes() + b"x")
    release(house.context())
    assert "New words." in page(house)


def test_a_damaged_cache_whose_time_did_not_change_heals_before_it_is_sent(house: House, tmp_path: Path) -> None:
    import os

    two_revisions(house)
    path = newest_picture(house)
    stat = path.stat()
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(bytes(data))
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    release(house.context(), str(tmp_path / "elsewhere"))
    sent = {file.read_bytes() for file in (tmp_path / "elsewhere/media").rglob("field.png")}
    public = {file.read_bytes() for file in (house.root / "public/media").rglob("field.png")}
    # Its replaced revision stays a while.
    assert len(sent) == 1
    assert sent < public


@pytest.mark.parametrize("name", ["body.html", "card.json", "manifest.json"])
def test_a_damaged_revision_stops_the_release_and_leaves_the_public_as_it_was(house: House, name: str) -> None:
    two_revisions(house)
    newest = house.context().ledger.records()[-1].data["pieces"]
    path = house.root / "revisions/a-post" / str(newest).partition("@")[2] / name
    path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(PublisherError):
        release(house.context())
    assert "New words." in page(house)


def test_a_reviewer_who_loses_their_role_takes_nothing_down(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    release(house.context())
    people = (house.root / "people.toml").read_text()
    house.write("people.toml", people.replace('roles = ["legal"]', 'roles = ["host"]', 1))
    house.sign_people()
    with pytest.raises(PublisherError, match="does not count any more"):
        release(house.context())
    assert "Some" in page(house)


def test_stricter_rules_take_nothing_down_until_somebody_decides(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    release(house.context())
    house.write(
        "publisher.toml", (house.root / "publisher.toml").read_text() + "\n[review]\nrequired = { legal = 2 }\n"
    )
    with pytest.raises(PublisherError, match="1 of 2 approvals by legal"):
        release(house.context())
    house.decide("a-post", person="max")
    release(house.context())
    assert "Some" in page(house)


def test_another_address_of_the_house_takes_nothing_down(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    release(house.context())
    house.write("publisher.toml", (house.root / "publisher.toml").read_text().replace("voices.", "other."))
    with pytest.raises(PublisherError, match=r"the people were signed for https://voices\.example\.com/"):
        release(house.context())
    house.sign_people()
    with pytest.raises(PublisherError, match="this revision is of a-post at"):
        release(house.context())
    assert "Some" in page(house)


def test_a_rejection_that_is_signed_while_the_bytes_are_made_is_heard(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.add_post()
    house.approved("a-post")
    have_the_bytes = verb._have_the_bytes  # noqa: SLF001 - the moment between judging and sending
    rejected: list[bool] = []

    def slow(*arguments: object) -> None:
        have_the_bytes(*arguments)  # type: ignore[arg-type]
        if not rejected:
            rejected.append(True)
            house.decide("a-post", "reject", "max", "Stop!")

    monkeypatch.setattr(verb, "_have_the_bytes", slow)
    release(house.context())
    assert not (house.root / "public/posts/a-post.html").exists()


def test_what_is_no_cover_is_not_released_as_one(house: House) -> None:
    house.add_episode()
    house.approved("a-talk")
    config = (house.root / "publisher.toml").read_text()
    house.write("publisher.toml", config.replace("artwork/cover.png", "episodes/a-talk/talk.vtt"))
    with pytest.raises(PublisherError, match="not a JPEG or PNG"):
        release(house.context())
    assert not list((house.root / "public").rglob("*"))


def test_what_a_kill_left_is_taken_away_once_nobody_can_be_at_it(house: House) -> None:
    import os

    house.add_post()
    house.approved("a-post")
    old = house.write("approvals/a-post/.x.dsse.json.abcdefgh.tmp", "half")
    new = house.write("revisions/a-post/.card.json.abcdefgh.tmp", "half")
    os.utime(old, (0, 0))
    release(house.context())
    assert not old.exists()
    assert new.exists()
