"""`publish takedown` and `publish rollback`, as who has to type them on the worst day."""

import json
import shutil
from pathlib import Path

import pytest
from support.commands import Ran, publish
from support.house import PASSPHRASE, House, key_file

from publisher.workflow.release import release


@pytest.fixture
def released(house: House) -> House:
    """Two posts, released one after the other."""
    for slug in ("good", "bad"):
        house.add_post(slug)
        house.approved(slug)
        release(house.context())
    return house


def run(house: House, *arguments: str) -> Ran:
    return publish(
        *arguments, at=house.root, stdin=f"{PASSPHRASE}\n", env={"PUBLISH_KEYS": str(key_file("lea").parent)}
    )


def page(house: House) -> Path:
    return house.root / "public/posts/bad.html"


SIGN = ("--as", "lea", "--reason", "It names a customer.", "--passphrase-stdin")


def test_it_is_dry_first_then_done_then_lifted(released: House) -> None:
    dry = run(released, "takedown", "bad", "--dry-run")
    assert "- posts/bad.html" in dry.out
    assert page(released).is_file()
    assert not list(released.root.glob("approvals/bad/*-takedown-*"))

    done = run(released, "takedown", "bad", *SIGN)
    assert (done.code, "bad is gone from" in done.out) == (0, True), done.text
    assert not page(released).exists()
    assert "taken down" in run(released, "status").out
    assert "It names a customer." in run(released, "review", "list").out
    assert "taken down by Lea Counsel: bad" in run(released, "ledger", "show", "bad").out

    again = run(released, "takedown", "bad")
    assert (again.code, "nothing more is to sign" in again.out) == (0, True), again.text

    lifted = run(released, "takedown", "bad", "--lift", *SIGN)
    assert (lifted.code, "publish review show bad" in lifted.out) == (0, True), lifted.text
    assert "in review" in run(released, "status").out
    assert "the ledger is whole" in run(released, "ledger", "verify").out.lower()


def test_a_script_gets_data(released: House) -> None:
    done = run(released, "takedown", "bad", "--gone-page", "--json", *SIGN)
    found = json.loads(done.out)
    assert (found["deleted"], found["still"]) == (["posts/bad.html"], [])
    assert "It is not available any more." in page(released).read_text()
    numbers = [one["number"] for one in json.loads(run(released, "rollback", "--list", "--json").out)]
    assert numbers == [1, 2, 3]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("takedown", "bad", "--as", "lea"), "it must be said why"),
        (("takedown", "bad", "--reason", "x"), "it must be said who signs"),
        (
            ("takedown", "nothing", "--as", "lea", "--reason", "x"),
            "nothing that was ever submitted is called 'nothing'",
        ),
        (("takedown", "nothing", "--dry-run"), "nothing that was ever submitted is called 'nothing'"),
        (("takedown", "bad", "--as", "lea", "--reason", "x", "--lift"), "it is not taken down"),
        (("takedown", "bad", "--note", "x", "--gone-page"), "--note and --gone-page are two pages"),
        (("takedown", "bad", "--lift", "--dry-run"), "a lift leaves no page"),
        (("rollback", "9"), "there is no release 9"),
        (("rollback", "--undo"), "no rollback is in force"),
        (("rollback", "1", "--undo"), "are three things"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(released: House, arguments: tuple[str, ...], said: str) -> None:
    before = (released.root / "ledger.jsonl").read_bytes()
    ran = run(released, *arguments)
    assert (ran.code, said in ran.err) == (1, True), ran.text
    assert (released.root / "ledger.jsonl").read_bytes() == before
    assert page(released).is_file()


@pytest.mark.parametrize("folder", ["there", "gone", "set aside"])
def test_status_names_what_is_public_still_whatever_became_of_its_folder(released: House, folder: str) -> None:
    released.sign_takedown("bad")
    if folder == "gone":
        shutil.rmtree(released.root / "posts/bad")
    if folder == "set aside":
        released.write("posts/bad/post.md", "---\ntitle: [\n---\n\nWords.\n")
    shown = run(released, "status")
    assert (shown.code, "is public still" in shown.out) == (1, True), shown.text
    assert ("✗ bad was taken down, and it is public still: publish takedown bad" in shown.out) == (folder != "there")
    data = run(released, "status", "--json")
    assert (data.code, json.loads(data.out)["still_public"]) == (1, ["bad"])
    released.remove("bad")
    assert "public still" not in run(released, "status").out
    assert json.loads(run(released, "status", "--json").out)["still_public"] == []


@pytest.mark.slow
def test_caches_are_told_of_all_that_changed(released: House) -> None:
    config = (released.root / "publisher.toml").read_text()
    released.write("publisher.toml", config + '\n[announce]\ncommand = ["sh", "-c", "cat > told.json"]\n')
    done = run(released, "takedown", "bad", *SIGN)
    assert "told sh" in done.out, done.text
    told = json.loads((released.root / "told.json").read_text())
    assert {"posts/bad.html", "index.html", "feeds/blog.atom"} <= {*told["changed"]}
    assert "feeds/blog.atom" in told["feeds"]


def test_a_rollback_says_where_it_went_and_what_is_held(released: House) -> None:
    assert "went bad" not in run(released, "rollback", "--list").out
    done = run(released, "rollback", "--reason", "A slip.")
    assert "Went back to release 1" in done.out
    assert not page(released).exists()
    assert "held" in run(released, "status").out
    assert "A slip." in run(released, "ledger", "show").out
    assert "Nothing is held back any more" in run(released, "rollback", "--undo").out
    assert page(released).is_file()
