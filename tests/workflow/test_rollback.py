"""A rollback publishes what an earlier release had, and holds newer revisions back until somebody looks again."""

import re
import shutil

import pytest
from PIL import Image
from support.house import House

from publisher.errors import PublisherError
from publisher.release.steps import Action
from publisher.workflow.release import release
from publisher.workflow.rollback import RolledBack, Wanted, go_on, releases, roll_back
from publisher.workflow.stage import standing


def post(house: House, slug: str, words: str) -> None:
    """Write, submit, approve."""
    path = house.add_post(slug, text=f"{words}\n")
    path.write_text(path.read_text().replace("A post", f"On {slug}"))
    house.approved(slug)


def public(house: House) -> dict[str, str]:
    """Slug to the words that the public reads."""
    pages = (house.root / "public/posts").glob("*.html")
    return {path.stem: next(word for word in WORDS if word in path.read_text()) for path in pages}


WORDS = ("First.", "Second.", "Third.", "Fourth.")


@pytest.fixture
def released(house: House) -> House:
    """Three releases: a post comes; it changes and another comes; the first changes again."""
    post(house, "one", "First.")
    release(house.context())
    post(house, "one", "Second.")
    post(house, "two", "Second.")
    release(house.context())
    post(house, "one", "Third.")
    release(house.context())
    return house


def back(house: House, number: int | None = None, **how: bool) -> RolledBack:
    return roll_back(house.context(), Wanted(number, "A slip.", **how))


def test_the_list_says_what_came_changed_and_went(released: House) -> None:
    found, now = releases(released.context())
    assert now == 3
    assert [(one.number, one.came, one.changed, one.went) for one in found] == [
        (1, ("one",), (), ()),
        (2, ("two",), ("one",), ()),
        (3, (), ("one",), ()),
    ]


def test_it_goes_to_the_release_before_and_further_each_time(released: House) -> None:
    back(released)
    assert public(released) == {"one": "Second.", "two": "Second."}
    back(released)
    assert public(released) == {"one": "First."}
    with pytest.raises(PublisherError, match="no release before"):
        back(released)


def test_what_is_newer_is_held_until_a_newer_one_is_approved(released: House) -> None:
    back(released, 1)
    release(released.context())
    assert public(released) == {"one": "First."}
    post(released, "one", "Fourth.")
    release(released.context())
    assert public(released) == {"one": "Fourth."}


def test_a_newer_one_that_waits_for_legal_brings_nothing_back(released: House) -> None:
    back(released, 2)
    released.add_post("one", text="Fourth.\n")
    released.submit("one")
    release(released.context())
    assert public(released) == {"one": "Second.", "two": "Second."}


def test_a_picture_that_waits_at_the_target_comes_back_without_the_cache(house: House) -> None:
    for number in range(2):
        house.add_post("one", text=f"{WORDS[number]}\n\n![A field](field.png)\n")
        Image.new("RGB", (8, 8), (number, 0, 0)).save(house.root / "posts/one/field.png")
        house.approved("one")
        release(house.context())
    shutil.rmtree(house.root / ".publisher")
    back(house)
    named = re.search(r"media/\w+/field.png", (house.root / "public/posts/one.html").read_text())
    assert named is not None
    with Image.open(house.root / "public" / named[0]) as picture:
        assert picture.convert("RGB").getpixel((0, 0)) == (0, 0, 0)


def test_undo_lets_go_out_what_was_held(released: House) -> None:
    back(released, 1)
    go_on(released.context(), Wanted(None, ""))
    assert public(released) == {"one": "Third.", "two": "Second."}
    with pytest.raises(PublisherError, match="no rollback is in force"):
        go_on(released.context(), Wanted(None, ""))


def test_a_dry_run_changes_nothing(released: House) -> None:
    before = released.context().ledger.records()
    found = back(released, 1, dry_run=True)
    assert [step.key for step in found.released.plan.of(Action.DELETE)] == ["posts/two.html"]
    assert (public(released), released.context().ledger.records()) == ({"one": "Third.", "two": "Second."}, before)


def test_what_was_taken_down_or_rejected_since_does_not_come_back(released: House) -> None:
    released.take_down("one")
    released.decide("two", "reject", reason="No.")
    back(released, 2)
    assert public(released) == {}


def test_an_approval_that_does_not_count_any_more_refuses_it_before_anything_is_written(released: House) -> None:
    config = (released.root / "publisher.toml").read_text()
    released.write("publisher.toml", config + "\n[review]\nrequired = { legal = 2 }\n")
    before = released.context().ledger.records()
    with pytest.raises(PublisherError, match=r"release 2 had revision \w+, and its approval does not count"):
        back(released)
    assert released.context().ledger.records() == before
    assert public(released)["one"] == "Third."


def test_too_many_deletes_refuse_it_before_anything_is_written(released: House) -> None:
    before = released.context().ledger.records()
    with pytest.raises(PublisherError, match="would be deleted, and 0 may be"):
        roll_back(released.context(), Wanted(1, "", max_deletes=0))
    assert released.context().ledger.records() == before


def test_a_kill_after_the_line_is_made_good_by_the_next_release(
    released: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    from publisher.workflow import rollback

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(rollback, "release", killed)
        with pytest.raises(KeyboardInterrupt):
            back(released, 1)
    release(released.context())
    assert public(released) == {"one": "First."}


def test_status_says_that_it_is_held(released: House) -> None:
    back(released, 2)
    context = released.context()
    where = standing(context, context.evidence(), context.workspace.pieces["one"])
    assert (where.stage, where.next) == ("held", "publish rollback --undo")
    where = standing(context, context.evidence(), context.workspace.pieces["two"])
    assert where.stage == "published"


def test_there_is_no_release_of_that_number(released: House) -> None:
    with pytest.raises(PublisherError, match="there is no release 7"):
        back(released, 7)
