"""What a user can do to a command line that nobody planned for: each ends in a message, never in a traceback."""

import json
import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from support.commands import PUBLISH, Ran, environment, in_terminal, publish, serving
from support.house import PASSPHRASE, House, key_file, make_house, snapshot

from publisher.cli.output import plain
from publisher.cli.session import target_of
from publisher.errors import PublisherError
from publisher.files import DigestCache, digest_bytes
from publisher.review.keys import make_key
from publisher.workspace.loading import load

LONG = "x" * 300


def says(ran: Ran, *words: str, code: int = 1) -> None:
    """The command ended as it should, with these words and a way out."""
    assert ran.code == code, ran.text
    assert "Traceback" not in ran.text
    for word in words:
        assert word in ran.err
    if code == 1:
        assert "→" in ran.err


def keys_of(house: House, id_: str) -> list[str]:
    """The public keys of a person, as they stand in people.toml."""
    keys: list[str] = tomllib.loads((house.root / "people.toml").read_text())["people"][id_].get("keys", [])
    return keys


# What the operating system refuses


@pytest.mark.parametrize("name", [".publisher", "revisions"])
def test_a_file_in_place_of_a_folder_of_ours_is_named(house: House, name: str) -> None:
    house.add_post()
    house.write(name, "")
    says(publish("post", "a-post", at=house.root), f"{name}/", "a file stands where a folder is needed")


def test_a_file_in_place_of_the_approvals_is_named_when_someone_signs(house: House) -> None:
    house.add_post()
    house.submit("a-post")
    assert publish("review", "show", "a-post", at=house.root).code == 0
    house.write("approvals", "")
    sign = ["review", "approve", "a-post", "--as", "lea", "--key", str(key_file("lea")), "--passphrase-stdin"]
    says(publish(*sign, at=house.root, stdin=f"{PASSPHRASE}\n"), "approvals")


@pytest.mark.parametrize(
    ("path", "what"),
    [("/dev/null/x/k", "a file stands where a folder is needed"), (f"../{LONG}", "the name is too long")],
)
def test_a_key_that_no_folder_can_hold_is_refused(house: House, path: str, what: str) -> None:
    ran = publish("people", "key", "ann", "--key", path, "--passphrase-stdin", at=house.root, stdin=PASSPHRASE)
    says(ran, what)
    assert keys_of(house, "ann") == []


@pytest.mark.parametrize(
    "command",
    [["schema", "--output", "publisher.toml"], ["schema", "--output", LONG], ["init", "people.toml/x"], ["init", LONG]],
    ids=["schema to a file", "schema to a long name", "init below a file", "init of a long name"],
)
def test_a_folder_that_cannot_be_made_is_refused(house: House, command: list[str]) -> None:
    before = snapshot(house.root)
    says(publish(*command, at=house.root))
    assert snapshot(house.root) == before


def test_what_the_system_says_in_its_own_words_comes_with_a_hint(house: House) -> None:
    code = (
        "import errno, os\nfrom publisher.cli import app, main, make\n"
        "def refuse(_): raise OSError(errno.EOVERFLOW, os.strerror(errno.EOVERFLOW), 'a-file')\n"
        "import publisher.workspace.schema as schema\nschema.write_schemas = refuse\nmain()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "schema"],
        cwd=house.root,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    says(Ran(done.returncode, done.stdout, done.stderr), "a-file", "too large")


# What is not what it seems


@pytest.mark.parametrize("content", ['{"path": 5}', '{"path": ["x", 1, 2, 3]}', '{"path": [1]}', "[]", "{", "[" * 9999])
def test_a_cache_of_digests_that_is_broken_counts_as_empty(tmp_path: Path, content: str) -> None:
    file, cache = tmp_path / "file", tmp_path / "digests.json"
    file.write_bytes(b"words")
    cache.write_text(content.replace("path", str(file)))
    digests = DigestCache(cache)
    assert digests.digest(file) == digest_bytes(b"words")
    digests.save()
    assert list(json.loads(cache.read_text())) == [str(file)]


@pytest.mark.parametrize("text", ["99999999999999999", "9" * 5000, "-1", "", "soon", "253402300799"])
def test_a_moment_that_is_none_is_refused(house: House, text: str) -> None:
    says(publish("status", at=house.root, env={"SOURCE_DATE_EPOCH": text}), "SOURCE_DATE_EPOCH", "not a number")


def test_output_that_cannot_show_a_mark_shows_another(house: House) -> None:
    house.add_post()
    ran = publish("post", "a-post", at=house.root, env={"PYTHONIOENCODING": "ascii"})
    assert ran.code == 3, ran.text
    assert "? guidelines" in ran.out


def test_json_loses_no_letter_where_the_output_has_no_room_for_it(house: House) -> None:
    text = house.add_post().read_text().replace("A post", "Größe")
    house.write("posts/a-post/post.md", text)
    ran = publish("status", "--json", at=house.root, env={"PYTHONIOENCODING": "ascii"})
    assert [piece["title"] for piece in json.loads(ran.out)["pieces"]] == ["Größe"]


@pytest.mark.parametrize(
    "command", [["new", "post", "a\udcff"], ["review", "reject", "a-post", "--as", "lea", "--reason", "\udcff"]]
)
def test_an_argument_that_is_not_text_is_wrong_usage(house: House, command: list[str]) -> None:
    before = snapshot(house.root)
    says(publish(*command, at=house.root), "not text in UTF-8", code=2)
    assert snapshot(house.root) == before


def test_a_passphrase_that_is_not_text_is_refused(house: House, tmp_path: Path) -> None:
    command = [*PUBLISH, "people", "key", "ann", "--key", str(tmp_path / "k"), "--passphrase-stdin"]
    done = subprocess.run(
        command, cwd=house.root, env=environment(), input=b"\xff" * 20, capture_output=True, check=False
    )
    says(Ran(done.returncode, "", done.stderr.decode()), "the passphrase holds something that is no character")


def test_a_text_that_would_steer_the_terminal_is_shown_without_it(house: House) -> None:
    assert plain("a\x1b[2Jb\x9bc\r\td\n\x7f") == "a\ufffd[2Jb\ufffdc\ufffd\td\n\ufffd"
    ran = publish("post", "\x1b[31mred", at=house.root)
    assert ran.code == 1
    assert "\x1b" not in ran.text


# Ctrl-C


@pytest.mark.parametrize("answer", ["\x03", "\x04"], ids=["Ctrl-C", "Ctrl-D"])
def test_a_question_that_is_not_answered_leaves_nothing(house: House, tmp_path: Path, answer: str) -> None:
    command = f"{sys.executable} -m publisher people key ann --key {tmp_path / 'k'}"
    ran = in_terminal(command, at=house.root, env=environment(), answer=answer)
    code, words = {"\x03": (130, "Stopped."), "\x04": (1, "the input ended")}[answer]
    assert ran.code == code, ran.text
    assert words in ran.text
    assert not (tmp_path / "k").exists()


def test_processes_that_tests_start_can_be_stopped() -> None:
    code = "import signal; raise SystemExit(signal.getsignal(signal.SIGINT) is not signal.default_int_handler)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


# Which workspace


def test_a_workspace_that_is_named_must_be_there(house: House) -> None:
    says(publish("-C", "nowhere", "status", at=house.root), "nowhere", "there is no such folder")
    says(publish("-C", "people.toml", "status", at=house.root), "this is a file")
    says(publish("-C", LONG, "status", at=house.root))


def test_a_workspace_that_is_named_is_the_one_above_the_folder(house: House, tmp_path: Path) -> None:
    house.add_post()
    assert "a-post" in publish("-C", "house/posts/a-post", "status", at=tmp_path).out
    says(publish("-C", ".", "status", at=tmp_path), "this is not a workspace")


@pytest.mark.parametrize(("named", "slugs"), [("house", ["a-post"]), ("nowhere", [])])
def test_the_shell_completes_slugs_of_the_workspace_that_is_named(
    house: House, tmp_path: Path, named: str, slugs: list[str]
) -> None:
    house.add_post()
    words = {"_PUBLISH_COMPLETE": "complete_bash", "COMP_WORDS": f"publish -C {named} post a", "COMP_CWORD": "4"}
    done = subprocess.run(PUBLISH, cwd=tmp_path, env=environment(words), capture_output=True, text=True, check=False)
    assert done.stdout.split() == slugs, done.stderr


# Keys


def test_a_key_whose_making_was_stopped_half_way_is_taken_up(house: House, tmp_path: Path) -> None:
    path = tmp_path / "ann.key"
    line = make_key(path, PASSPHRASE)
    command = ["people", "key", "ann", "--key", str(path), "--passphrase-stdin"]
    says(publish(*command, at=house.root, stdin="a wrong one\n"), "did not open")
    assert keys_of(house, "ann") == []
    before = path.read_bytes()
    ran = publish(*command, at=house.root, stdin=f"{PASSPHRASE}\n")
    assert ran.code == 0, ran.text
    assert "there already" in ran.out
    assert "added to people.toml" in ran.out
    again = publish(*command, at=house.root, stdin=f"{PASSPHRASE}\n")
    assert (again.code, "nothing to do" in again.out) == (0, True)
    assert (keys_of(house, "ann"), path.read_bytes()) == ([line], before)


def test_a_key_of_someone_else_is_not_taken_up(house: House) -> None:
    command = ["people", "key", "ann", "--key", str(key_file("lea")), "--passphrase-stdin"]
    says(publish(*command, at=house.root, stdin=f"{PASSPHRASE}\n"), "this is the key of lea")
    assert keys_of(house, "ann") == []


@pytest.mark.parametrize("path", ["ann.key", "people/ann.key", ".ann.key", ".publisher/keys/ann.key"])
def test_a_private_key_in_the_workspace_is_refused(house: House, path: str) -> None:
    before = snapshot(house.root)
    command = ["people", "key", "ann", "--key", path, "--passphrase-stdin"]
    says(publish(*command, at=house.root, stdin=f"{PASSPHRASE}\n"), "does not belong in the workspace")
    assert snapshot(house.root) == before


def test_a_private_key_below_a_hidden_folder_is_made(house: House) -> None:
    env = {"PUBLISH_KEYS": str(house.root / ".demo" / "keys")}
    ran = publish("people", "key", "ann", "--passphrase-stdin", at=house.root, stdin=PASSPHRASE, env=env)
    assert ran.code == 0, ran.text
    assert (house.root / ".demo/keys/ann.key").is_file()


# Targets


def test_a_target_is_named_from_where_the_user_stands(house: House, tmp_path: Path) -> None:
    below = house.write("notes/a.txt", "").parent
    assert publish("release", "--to", "../../site", at=below).code == 0
    assert (tmp_path / "site/index.html").is_file()
    assert publish("release", "--to", "~/home-site", at=below, env={"HOME": str(tmp_path)}).code == 0
    assert (tmp_path / "home-site/index.html").is_file()


def test_the_target_of_the_workspace_has_one_name_in_the_ledger(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    assert publish("release", "--to", "../public", at=house.root / "posts").code == 0
    records = [json.loads(line) for line in (house.root / "ledger.jsonl").read_text().splitlines()]
    assert [record["data"]["target"] for record in records if record["event"] == "release"] == ["public"]


def test_what_a_target_is_called(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace = load(house.root)
    monkeypatch.chdir(house.root.parent)
    expected = {
        "house/public": "public",
        f"file://{house.root}/public": "public",
        "site": str(house.root.parent / "site"),
        "s3://bucket/prefix": "s3://bucket/prefix",
        f"file://{house.root.parent}/site": f"file://{house.root.parent}/site",
    }
    assert {to: target_of(workspace, to) for to in expected} == expected
    assert target_of(workspace, None) is None


@pytest.mark.parametrize(
    "to", [".", "..", "/", "posts", "episodes/x", "revisions", "approvals/a-post", ".publisher/site", "file://x", ""]
)
def test_a_target_that_would_harm_the_workspace_is_refused(house: House, to: str) -> None:
    before = snapshot(house.root)
    says(publish("release", "--to", to, at=house.root))
    assert snapshot(house.root) == before


def test_a_link_to_a_folder_of_the_workspace_is_no_target_either(house: House, tmp_path: Path) -> None:
    house.add_post()
    (tmp_path / "link").symlink_to(house.root / "posts")
    with pytest.raises(PublisherError, match="keeps its own files"):
        target_of(load(house.root), str(tmp_path / "link"))


def _served(at: Path, *arguments: str) -> str:
    """The first line that the preview prints."""
    with serving(*arguments, at=at) as line:
        return line()


def test_the_folder_to_serve_is_named_from_where_the_user_stands(house: House) -> None:
    assert publish("release", "--to", "../site", at=house.root).code == 0
    below = house.write("notes/a.txt", "").parent
    assert _served(below, "--from", "../../site").startswith("http://127.0.0.1:")
    says(publish("serve", "--from", "site", at=below), os.fspath(below / "site"), "nothing is released here")


def test_a_bucket_is_not_served_and_neither_is_what_was_released_before_it(tmp_path: Path) -> None:
    house = make_house(tmp_path / "house")
    assert publish("release", at=house.root).code == 0
    with (house.root / "publisher.toml").open("a") as file:
        file.write('[release]\ntarget = "s3://bucket/site"\n')
    says(publish("serve", "--port", "0", at=house.root), "s3://bucket/site", "no local folder", "--from DIR")
    assert _served(house.root, "--from", "public").startswith("http://127.0.0.1:")


def test_a_piece_is_released_to_a_folder_from_where_the_user_stands(house: House) -> None:
    house.add_post()
    house.approved("a-post")
    below = house.root / "posts"
    assert publish("post", "a-post", "--to", "../../site", at=below).code == 0
    assert (house.root.parent / "site/posts/a-post.html").is_file()
