"""A takedown takes one piece away at once, whatever else is wrong, and nothing brings it back but people."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import feedparser
import pytest
from PIL import Image
from release.watching import Watched
from support.house import House, snapshot

from publisher.errors import PublisherError
from publisher.release.target import Target
from publisher.workflow import release as verb
from publisher.workflow import removing
from publisher.workflow.context import Context
from publisher.workflow.release import release
from publisher.workflow.stage import standing

WORDS = b"It names Acme"
"""What only the piece says that is taken down."""


def public(house: House) -> Path:
    return house.root / "public"


def posts(house: House, *slugs: str) -> None:
    """Posts with a picture each, approved and released."""
    for number, slug in enumerate(slugs, 1):
        text = WORDS.decode() if slug == "bad" else f"Words of {slug}"
        path = house.add_post(slug, text=f"{text}.\n\n![A field](field.png)\n")
        path.write_text(path.read_text().replace("2026-11-05", f"2026-11-0{number}").replace("A post", f"On {slug}"))
        Image.new("RGB", (32, 32), (number * 40, 0, 0)).save(house.root / f"posts/{slug}/field.png")
        house.approved(slug)
    release(house.context())


def pictures(house: House) -> int:
    return len(list((public(house) / "media").rglob("field.png")))


def naming(house: House, folder: Path | None = None) -> list[str]:
    """Public files in which anything of the piece stands."""
    marks = (WORDS, b"posts/bad", b"On bad")
    root = folder or public(house)
    found = (path for path in root.rglob("*") if path.is_file() and path.name != "edition.json")
    return sorted(
        path.relative_to(root).as_posix() for path in found if any(mark in path.read_bytes() for mark in marks)
    )


def lose_the_revisions(house: House) -> None:
    shutil.rmtree(house.root / "revisions/bad")


def lose_the_folder_and_the_cache(house: House) -> None:
    shutil.rmtree(house.root / "posts/bad")
    shutil.rmtree(house.root / ".publisher")


def damage_its_revision(house: House) -> None:
    (path,) = house.root.glob("revisions/bad/*/card.json")
    path.write_bytes(b"{}")


def damage_another_revision(house: House) -> None:
    (path,) = house.root.glob("revisions/good/*/manifest.json")
    path.write_bytes(b"{}")


def damage_both(house: House) -> None:
    damage_its_revision(house)
    damage_another_revision(house)


def lose_another_from_the_ledger(house: House) -> None:
    """A kill between sending and writing it down."""
    path = house.root / "ledger.jsonl"
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))


def ask_for_more(house: House) -> None:
    config = (house.root / "publisher.toml").read_text()
    house.write("publisher.toml", config + "\n[review]\nrequired = { legal = 2 }\n")


def misspell_another(house: House) -> None:
    house.write("posts/good/post.md", "---\ntitel: A slip\n---\n")


def lose_a_cover(house: House) -> None:
    (house.root / "artwork/cover.png").unlink()


def misspell_a_guideline(house: House) -> None:
    house.write("guidelines.toml", "[rules.x]\nsayz = 'A slip.'\n")


def edit_everything(house: House) -> None:
    for slug in ("bad", "good"):
        house.write(f"posts/{slug}/post.md", "---\ntitle: Another\n---\n\nOther words.\n")


WRONG: dict[str, Callable[[House], None]] = {
    "nothing is wrong": lambda _: None,
    "its revisions are gone": lose_the_revisions,
    "its folder and the cache are gone": lose_the_folder_and_the_cache,
    "its revision is damaged": damage_its_revision,
    "another piece is damaged": damage_another_revision,
    "both are damaged": damage_both,
    "the ledger does not tell what is public": lose_another_from_the_ledger,
    "the house asks for more approvals by now": ask_for_more,
    "another piece has a slip of the pen": misspell_another,
    "the cover of a show is gone": lose_a_cover,
    "a guideline has a slip of the pen": misspell_a_guideline,
    "everything was edited": edit_everything,
}


@pytest.mark.slow
@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_everything_of_the_piece_goes_and_everything_else_stays(house: House, wrong: Callable[[House], None]) -> None:
    posts(house, "early", "bad", "good")
    before = {slug: (public(house) / f"posts/{slug}.html").read_bytes() for slug in ("early", "good")}
    assert naming(house) == [
        "feeds/blog.atom", "feeds/blog.json", "index.html", "posts.html", "posts/bad.html", "posts/early.html",
        "posts/good.html", "sitemap.xml",
    ]  # fmt: skip
    wrong(house)
    removed = house.take_down("bad")
    assert naming(house) == []
    assert not removed.still
    assert pictures(house) == 2
    for name in ("feeds/blog.atom", "feeds/blog.json", "index.html", "posts.html", "sitemap.xml"):
        text = (public(house) / name).read_text()
        assert "posts/good.html" in text, name
        assert "posts/early.html" in text, name
    for slug, page in before.items():
        body = page[page.index(b"<article") : page.index(b"</article>")]
        assert body in (public(house) / f"posts/{slug}.html").read_bytes()


def test_what_was_cut_out_is_what_a_release_puts_together(house: House, tmp_path: Path) -> None:
    posts(house, "early", "bad", "good")
    house.add_episode()
    house.approved("a-talk")
    release(house.context())
    shutil.copytree(house.root, tmp_path / "other")
    other = House(tmp_path / "other")
    damage_another_revision(other)
    house.take_down("bad")
    removed = other.take_down("bad")
    assert "manifest" in removed.flaw
    # Not the neighbours' pages: put together anew, they lead past the gap.
    names = ["index.html", "posts.html", "sitemap.xml", "shows/aloud.html", "feeds/aloud.xml", "feeds/blog.json"]
    differing = [name for name in names if (public(house) / name).read_bytes() != (public(other) / name).read_bytes()]
    assert differing == []


def test_an_episode_is_cut_out_of_its_feed_with_all_its_files(house: House) -> None:
    for slug in ("a-talk", "another"):
        house.add_episode(slug)
        house.approved(slug)
    release(house.context())
    damage_another = house.root / "revisions/another"
    shutil.rmtree(damage_another)
    house.take_down("a-talk")
    feed = (public(house) / "feeds/aloud.xml").read_text()
    assert "episodes/another.html" in feed
    assert "a-talk" not in feed
    assert [path.name for path in (public(house) / "media").rglob("a-talk*")] == []
    assert (public(house) / "episodes/another.html").is_file()


def test_the_feed_of_a_show_whose_only_episode_goes_stays_and_is_empty(house: House) -> None:
    """Apps would keep what they know of a feed that is not there any more."""
    house.add_episode()
    house.add_post()
    for slug in ("a-talk", "a-post"):
        house.approved(slug)
    release(house.context())
    house.take_down("a-talk")
    feed = feedparser.parse((public(house) / "feeds/aloud.xml").read_bytes())
    assert not feed.bozo
    assert feed.feed.title == "Aloud"
    assert feed.entries == []
    assert feed.feed.updated == "Tue, 03 Nov 2026 07:00:00 +0100", "the talk's own moment: no release sends it again"
    assert "A talk" not in (public(house) / "shows/aloud.html").read_text()
    before = snapshot(public(house))
    assert release(house.context()).plan.is_empty
    assert snapshot(public(house)) == before


def test_the_feeds_of_the_blog_stay_and_are_empty_when_the_only_post_goes(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    release(house.context())
    house.take_down("a-post")
    atom = feedparser.parse((public(house) / "feeds/blog.atom").read_bytes())
    assert not atom.bozo
    assert atom.feed.title == "Example House"
    assert atom.feed.updated == "2026-11-05T07:00:00+01:00", "the post's own moment: no release sends it again"
    assert atom.entries == []
    assert json.loads((public(house) / "feeds/blog.json").read_bytes())["items"] == []
    posts = (public(house) / "posts.html").read_text()
    assert "Nothing is public at the moment." in posts
    assert "feeds/blog.atom" in posts
    before = snapshot(public(house))
    assert release(house.context()).plan.is_empty
    assert snapshot(public(house)) == before


def test_a_feed_stays_when_the_folder_of_its_only_episode_is_gone(house: House) -> None:
    house.add_episode()
    house.add_post()
    for slug in ("a-talk", "a-post"):
        house.approved(slug)
    release(house.context())
    shutil.rmtree(house.root / "episodes/a-talk")
    release(house.context())
    assert feedparser.parse((public(house) / "feeds/aloud.xml").read_bytes()).entries == []
    assert not list((public(house) / "media").rglob("*.mp3"))


def test_sound_of_earlier_revisions_that_waits_to_go_goes_at_once(house: House) -> None:
    posts(house, "bad", "good")
    Image.new("RGB", (32, 32), "blue").save(house.root / "posts/bad/field.png")
    house.approved("bad")
    release(house.context())
    assert pictures(house) == 3
    house.take_down("bad")
    assert pictures(house) == 1


def test_a_picture_that_another_piece_shares_stays(house: House) -> None:
    posts(house, "bad", "good")
    shutil.copy(house.root / "posts/good/field.png", house.root / "posts/bad/field.png")
    house.approved("bad")
    release(house.context())
    house.take_down("bad")
    assert pictures(house) == 1


def test_no_release_brings_it_back_until_it_is_lifted_and_approved_anew(house: House) -> None:
    posts(house, "bad", "good")
    house.take_down("bad")
    release(house.context())
    assert naming(house) == []
    house.write("posts/bad/post.md", (house.root / "posts/bad/post.md").read_text() + "\nMended.\n")
    house.submit("bad")
    with pytest.raises(PublisherError, match="It names a customer"):
        house.decide("bad")
    release(house.context())
    assert naming(house) == []
    house.sign_takedown("bad", "max", lift=True)
    release(house.context())
    assert naming(house) == []
    house.decide("bad")
    release(house.context())
    assert "posts/bad.html" in naming(house)
    assert b"denied" not in (public(house) / "edition.json").read_bytes()


def test_another_copy_of_the_ledger_that_does_not_know_yet_puts_nothing_back(house: House, tmp_path: Path) -> None:
    posts(house, "bad", "good")
    shutil.copytree(house.root, tmp_path / "clone")
    clone = House(tmp_path / "clone")
    house.take_down("bad")
    with pytest.raises(PublisherError, match="does not know of it yet") as caught:
        release(clone.context(), str(public(house)))
    assert "git pull" in str(caught.value.hint)
    assert naming(house) == []


def reword(house: House, words: str) -> None:
    """Another revision of the other piece, approved."""
    house.add_post("good", text=f"{words} of good.\n")
    house.approved("good")


def test_a_takedown_publishes_nothing_that_was_not_public(house: House) -> None:
    posts(house, "bad", "good")
    reword(house, "Newer words")
    house.take_down("bad")
    assert "Words of good" in (public(house) / "posts/good.html").read_text()
    release(house.context())
    assert "Newer words of good" in (public(house) / "posts/good.html").read_text()


def test_another_piece_that_was_rejected_falls_back_as_with_a_release(house: House) -> None:
    posts(house, "bad", "good")
    reword(house, "Newer words")
    release(house.context())
    house.decide("good", "reject", "max", "No.")
    assert house.take_down("bad").left == ()
    assert "Words of good" in (public(house) / "posts/good.html").read_text()
    before = house.context().ledger.records()
    release(house.context())
    assert house.context().ledger.records() == before


def test_a_notice_stands_at_its_address_and_in_no_list(house: House) -> None:
    posts(house, "bad", "good")
    house.take_down("bad", notice="We named a customer.\n\nWe are <sorry>.")
    page = (public(house) / "posts/bad.html").read_text()
    assert "<p>We named a customer.</p>\n<p>We are &lt;sorry&gt;.</p>" in page
    assert '<meta name="robots" content="noindex">' in page
    assert naming(house) == []
    release(house.context())
    assert (public(house) / "posts/bad.html").read_text() == page
    assert naming(house) == []


@pytest.mark.parametrize("person", ["ann", "ada", "nobody"])
def test_nobody_signs_who_decides_nothing(house: House, person: str) -> None:
    posts(house, "bad")
    with pytest.raises(PublisherError, match=r"is nobody in people|has no key|none of the roles"):
        house.sign_takedown("bad", person)
    assert (public(house) / "posts/bad.html").is_file()


def test_a_role_that_the_house_names_may_take_down_but_not_lift(house: House) -> None:
    posts(house, "bad")
    house.write("publisher.toml", (house.root / "publisher.toml").read_text() + '\n[review]\ntakedown = ["admin"]\n')
    house.take_down("bad", "ada")
    assert naming(house) == []
    with pytest.raises(PublisherError, match="none of the roles"):
        house.sign_takedown("bad", "ada", lift=True)


def test_a_target_that_cannot_be_reached_leaves_a_takedown_that_counts(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts(house, "bad", "good")

    def down(_request: str) -> None:
        raise PublisherError("the network is down")

    with monkeypatch.context() as patch:
        watch(patch, down)
        with pytest.raises(PublisherError, match="network is down"):
            house.take_down("bad")
    release(house.context())
    assert naming(house) == []


def watch(patch: pytest.MonkeyPatch, heard: Callable[[str], None]) -> None:
    opened = verb.open_release_target

    def watched(context: Context, to: str | None = None) -> Target:
        return Watched(opened(context, to), heard)

    patch.setattr(removing, "open_release_target", watched)


class Killed(BaseException):
    """As SIGKILL: nobody catches it."""


def killing(number: int) -> Iterator[Callable[[str], None]]:
    left = [number]

    def heard(_request: str) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Killed

    yield heard


@pytest.mark.slow
def test_killed_at_any_request_it_goes_on_from_there(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts(house, "early", "bad", "good")
    house.sign_takedown("bad", notice="We named a customer.")
    shutil.copytree(house.root, tmp_path / "done")
    done = House(tmp_path / "done")
    done.remove("bad")
    wanted = {path.relative_to(public(done)): path.read_bytes() for path in public(done).rglob("*.html")}
    number, ended = 0, False
    while not ended:
        again = House(Path(shutil.copytree(house.root, tmp_path / f"killed-{number}")))
        with monkeypatch.context() as patch:
            watch(patch, next(killing(number)))
            try:
                again.remove("bad")
                ended = True
            except Killed:
                number += 1
        again.remove("bad")
        assert naming(again) == []
        assert {path.relative_to(public(again)): path.read_bytes() for path in public(again).rglob("*.html")} == wanted
        release(again.context())
        assert naming(again) == []
        shutil.rmtree(again.root)
    assert number > 10


def test_a_kill_after_signing_loses_neither_the_takedown_nor_its_line(house: House) -> None:
    posts(house, "bad", "good")
    ledger = (house.root / "ledger.jsonl").read_bytes()
    house.sign_takedown("bad")
    house.write("ledger.jsonl", ledger)
    release(house.context())
    assert naming(house) == []
    house.sign_takedown("bad", "max", lift=True)
    events = [record.event for record in house.context().ledger.records()]
    assert events[-2:] == ["takedown", "restore"]


def test_status_says_so_however_damaged_the_piece_is(house: House) -> None:
    posts(house, "bad")
    house.sign_takedown("bad")
    damage_its_revision(house)
    context = house.context()
    where = standing(context, context.evidence(), context.workspace.pieces["bad"])
    assert (where.stage, where.next) == ("taken down", "publish takedown bad")
    house.remove("bad")
    context = house.context()
    where = standing(context, context.evidence(), context.workspace.pieces["bad"])
    assert (where.stage, where.next) == ("taken down", "publish takedown bad --lift")


def test_a_damaged_record_stops_nothing_of_the_piece_itself_from_going(house: House) -> None:
    posts(house, "bad", "good")
    (public(house) / "edition.json").write_text("{}")
    with pytest.raises(PublisherError, match="its page and files are gone, but feeds and lists may name it still"):
        house.take_down("bad")
    assert not (public(house) / "posts/bad.html").exists()
    assert pictures(house) == 1
