"""`publish ledger` and `publish evidence`, as people type them; two clones of a real repository."""

import json
import subprocess
from pathlib import Path

import pytest
from support.commands import publish
from support.house import House


def git(*arguments: str, at: Path) -> str:
    """Run git, with a name to commit under and nothing of the user's settings."""
    config = ["-c", "user.name=Ann", "-c", "user.email=ann@example.com", "-c", "commit.gpgsign=false"]
    ran = subprocess.run(["git", *config, *arguments], cwd=at, capture_output=True, text=True, check=True)
    return ran.stdout


def commit(house: House) -> None:
    git("add", "-A", at=house.root)
    git("commit", "-q", "-m", "What was done", at=house.root)


@pytest.fixture
def repository(house: House) -> House:
    """Two posts in review, committed; with what `publish init` tells git."""
    init = publish("init", "made", at=house.root.parent)
    assert init.code == 0, init.text
    for name in (".gitattributes", ".gitignore"):
        house.write(name, (house.root.parent / "made" / name).read_bytes())
    for slug in ("one", "two"):
        house.add_post(slug)
        house.submit(slug)
    git("init", "-q", "-b", "main", at=house.root)
    commit(house)
    return house


def clone(house: House, name: str) -> House:
    git("clone", "-q", str(house.root), name, at=house.root.parent)
    return House(house.root.parent / name)


def test_one_approves_and_the_other_rejects_on_two_branches_and_git_and_publish_merge_them(repository: House) -> None:
    ours, theirs = clone(repository, "ours"), clone(repository, "theirs")
    ours.decide("one")
    theirs.decide("one", "reject", person="max", reason="Not yet.")
    theirs.decide("two", person="max")
    commit(ours)
    commit(theirs)
    git("pull", "-q", "--no-rebase", "--no-edit", str(theirs.root), "main", at=ours.root)

    refused = publish("status", at=ours.root)
    assert "people appended on two branches" in publish("ledger", "verify", at=ours.root).text
    assert "publish ledger merge" in refused.text

    merged = publish("ledger", "merge", at=ours.root)
    assert merged.code == 0, merged.text
    assert "✓ 2 lines of other branches joined" in merged.out
    assert "rejected by max: one" in merged.out
    assert publish("ledger", "verify", at=ours.root).code == 0
    commit(ours)
    status = publish("status", at=ours.root).out
    assert "rejected" in status
    assert "approved" in status

    git("pull", "-q", str(ours.root), "main", at=theirs.root)
    theirs.decide("one", "withdraw", person="max")
    assert publish("ledger", "verify", at=theirs.root).code == 0


def test_both_merge_the_other_at_the_same_time(repository: House) -> None:
    ours, theirs = clone(repository, "ours"), clone(repository, "theirs")
    ours.decide("one")
    theirs.decide("two", person="max")
    commit(ours)
    commit(theirs)
    heads = [git("rev-parse", "HEAD", at=one.root).strip() for one in (ours, theirs)]
    for one, other, head in ((ours, theirs, heads[1]), (theirs, ours, heads[0])):
        git("fetch", "-q", str(other.root), "main", at=one.root)
        git("merge", "-q", "--no-edit", head, at=one.root)
        assert publish("ledger", "merge", at=one.root).code == 0
        commit(one)
    git("pull", "-q", "--no-rebase", "--no-edit", str(theirs.root), "main", at=ours.root)
    merged = publish("ledger", "merge", at=ours.root)
    assert merged.code == 0, merged.text
    assert publish("ledger", "verify", at=ours.root).code == 0
    assert len(ours.context().ledger.records()) == 8


def test_a_ledger_that_was_changed_ends_with_1_and_names_line_and_step(repository: House) -> None:
    path = repository.root / "ledger.jsonl"
    path.write_bytes(path.read_bytes().replace(b'"ann"', b'"eva"', 1))
    ran = publish("ledger", "verify", at=repository.root)
    assert ran.code == 1
    assert "✗ 1. Lines" in ran.out
    assert "ledger.jsonl, line 3" in ran.out
    told = json.loads(publish("ledger", "verify", "--json", at=repository.root).out)
    assert (told["whole"], told["steps"][0]["state"]) == (False, "failed")


def test_it_shows_who_did_what(repository: House) -> None:
    repository.decide("one", "reject", reason="Take out the name.")
    shown = publish("ledger", "show", "one", at=repository.root).out.splitlines()
    assert len(shown) == 2
    assert "rejected by Lea Counsel: one, revision" in shown[1]
    rows = json.loads(publish("ledger", "show", "--json", at=repository.root).out)
    assert [row["event"] for row in rows] == ["people", "submit", "submit", "reject"]
    assert "no line about nothing" in publish("ledger", "show", "nothing", at=repository.root).out
    head = json.loads(publish("ledger", "head", "--json", at=repository.root).out)
    assert head == repository.context().ledger.head().as_dict()
    assert head["root"] in publish("ledger", "head", at=repository.root).out


def test_evidence_is_written_and_checked_without_a_workspace(repository: House, tmp_path: Path) -> None:
    refused = publish("evidence", "one", "--output", "out", at=repository.root)
    assert refused.code == 1
    assert "0 of 1 approvals by legal" in refused.text
    repository.decide("one")
    written = publish("evidence", "one", "--output", str(tmp_path / "out"), at=repository.root)
    assert written.code == 0, written.text
    (file,) = (tmp_path / "out").iterdir()
    checked = publish("evidence", "check", str(file), at=tmp_path)
    assert checked.code == 0, checked.text
    assert "✓ 7. Decision" in checked.out
    file.write_bytes(file.read_bytes()[:-1])
    cut = publish("evidence", "check", "--json", str(file), at=tmp_path)
    assert cut.code == 1
    assert json.loads(cut.out)["steps"][-1]["failed"]
    assert publish("evidence", "check", "nothing.zip", at=tmp_path).code == 1
    assert publish("evidence", "nothing", "--output", "out", at=repository.root).code == 1
    earlier = publish("evidence", "one", "--revision", "ffff", "--output", "out", at=repository.root)
    assert "0 of its revisions begin with 'ffff'" in earlier.text
