"""The command line itself: help, documentation, exit codes, JSON, completion."""

import json
import re
import subprocess
from pathlib import Path
from shutil import rmtree

import pytest
from support.commands import PUBLISH, REPOSITORY, environment, publish
from support.house import PASSPHRASE, House, key_file, write_tone

COMMANDS = [
    ["init"],
    ["new", "episode"],
    ["new", "post"],
    ["schema"],
    ["people", "add"],
    ["people", "key"],
    ["people", "rotate"],
    ["people", "revoke"],
    ["people", "sign"],
    ["people", "list"],
    ["episode"],
    ["post"],
    ["status"],
    ["accept"],
    ["check"],
    ["transcribe"],
    ["transcriber", "check"],
    ["guidelines", "test"],
    ["guidelines", "learn"],
    ["review", "desk"],
    ["review", "serve"],
    ["review", "list"],
    ["review", "show"],
    ["review", "diff"],
    ["review", "waive"],
    ["review", "unwaive"],
    ["review", "approve"],
    ["review", "reject"],
    ["review", "withdraw"],
    ["release"],
    ["announce"],
    ["takedown"],
    ["rollback"],
    ["verify"],
    ["serve"],
    ["target", "check"],
    ["ledger", "verify"],
    ["ledger", "show"],
    ["ledger", "head"],
    ["ledger", "merge"],
    ["evidence", "write"],
    ["evidence", "check"],
    ["vault", "check"],
    ["vault", "verify"],
    ["vault", "send"],
]


def subcommands(*path: str) -> list[str]:
    """Names of the commands below a group, as its help lists them."""
    text = publish(*path, "--help", at=REPOSITORY).out
    return re.findall(r"^  ([a-z]+)  +\S", text.partition("Commands:")[2], re.MULTILINE)


def test_the_table_of_commands_here_is_complete() -> None:
    groups = {"new", "target", "people", "review", "guidelines", "transcriber", "ledger", "evidence", "vault"}
    found = [[name] for name in subcommands() if name not in groups]
    found += [[group, name] for group in groups for name in subcommands(group)]
    assert sorted(found) == sorted(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_command_has_a_help_text_and_stands_in_the_documentation(command: list[str]) -> None:
    ran = publish(*command, "--help", at=REPOSITORY)
    assert ran.code == 0
    assert len(ran.out.partition("\n\n")[2].strip()) > 20
    assert f"`publish {' '.join(command)}" in (REPOSITORY / "docs" / "commands.md").read_text(encoding="utf-8")


def test_help_imports_no_heavy_library() -> None:
    code = "import sys; from publisher.cli.app import app; print(*sorted(m for m in sys.modules if '.' not in m))"
    python = PUBLISH[0]
    out = subprocess.run([python, "-c", code], env=environment(), capture_output=True, text=True, check=True).stdout
    heavy = {
        "boto3",
        "pydantic",
        "lxml",
        "PIL",
        "mutagen",
        "feedgen",
        "jinja2",
        "cryptography",
        "starlette",
        "rich",
        "numpy",
    }
    assert not heavy & set(out.split())


def test_wrong_usage_ends_with_2() -> None:
    assert publish("episode", at=REPOSITORY).code == 2
    assert publish("nonsense", at=REPOSITORY).code == 2
    assert publish("release", "--max-deletes", "many", at=REPOSITORY).code == 2


def test_an_error_ends_with_1_and_says_what_where_and_what_to_do(house: House) -> None:
    ran = publish("post", "nothing-like-it", at=house.root)
    assert ran.code == 1
    assert "there is no post 'nothing-like-it'" in ran.err
    assert "→" in ran.err
    assert "Traceback" not in ran.text


def test_a_piece_that_waits_ends_with_3_and_a_published_one_with_0(house: House) -> None:
    house.add_post()
    assert publish("post", "a-post", at=house.root).code == 3
    house.decide("a-post")
    ran = publish("post", "a-post", at=house.root)
    assert ran.code == 0
    assert "https://voices.example.com/posts/a-post.html" in ran.out


def test_status_review_and_release_speak_json(house: House) -> None:
    house.add_post()
    publish("post", "a-post", at=house.root)
    status = json.loads(publish("status", "--json", at=house.root).out)
    assert [(piece["slug"], piece["stage"]) for piece in status["pieces"]] == [("a-post", "in review")]
    (waiting,) = json.loads(publish("review", "list", "--json", at=house.root).out)
    assert waiting["slug"] == "a-post"
    shown = json.loads(publish("review", "show", "a-post", "--json", at=house.root).out)
    assert shown["revision"] == waiting["revision"] == status["pieces"][0]["revision"]
    assert Path(shown["proof"]).is_file()
    house.decide("a-post")
    planned = json.loads(publish("release", "--dry-run", "--json", at=house.root).out)
    assert planned["dry_run"] is True
    assert not (house.root / "public").exists()
    done = json.loads(publish("release", "--json", at=house.root).out)
    assert done["plan"] == planned["plan"]
    diff = json.loads(publish("review", "diff", "a-post", "--json", at=house.root).out)
    assert diff["old"] is None


def test_status_lists_what_waits_and_counts_what_has_been_public_for_long(house: House) -> None:
    slugs = [f"post-{number:02}" for number in range(22)]
    for slug in slugs:
        house.add_post(slug)
        house.approved(slug)
    house.add_post("a-draft")
    assert publish("release", at=house.root).code == 0

    shown = publish("status", at=house.root).out
    assert [slug for slug in slugs if slug in shown] == slugs[2:]
    assert "a-draft" in shown
    assert "And 2 that were public before these and stay: publish status --all" in shown
    whole = publish("status", "--all", at=house.root).out
    assert all(slug in whole for slug in slugs)
    assert "--all" not in whole
    assert len(json.loads(publish("status", "--json", at=house.root).out)["pieces"]) == 23


def test_a_reviewer_signs_with_a_passphrase_from_standard_input(house: House) -> None:
    house.add_post()
    house.submit("a-post")
    assert publish("review", "show", "a-post", at=house.root).code == 0
    sign = ["review", "approve", "a-post", "--as", "lea", "--key", str(key_file("lea")), "--passphrase-stdin"]
    wrong = publish(*sign, at=house.root, stdin="not the passphrase\n")
    assert wrong.code == 1
    assert "did not open" in wrong.err
    assert not (house.root / "approvals").exists()
    assert publish(*sign, at=house.root, stdin=f"{PASSPHRASE}\n").code == 0
    assert publish("post", "a-post", at=house.root).code == 0


def test_a_decision_speaks_json_too(house: House) -> None:
    house.add_post()
    revision = house.submit("a-post")
    sign = ["--as", "lea", "--key", str(key_file("lea")), "--passphrase-stdin", "--json", "--reason", "Because."]
    for decision in ("reject", "withdraw"):
        ran = publish("review", decision, "a-post", *sign, at=house.root, stdin=f"{PASSPHRASE}\n")
        said = json.loads(ran.out)
        assert (said["decision"], said["revision"], said["person"]) == (decision, revision, "lea")
        assert (house.root / said["file"]).is_file()


def test_an_approval_of_a_revision_that_is_no_longer_in_review_is_not_signed(house: House) -> None:
    house.add_post()
    seen = house.submit("a-post")
    house.add_post(text="Other words.\n")
    house.submit("a-post")
    sign = ["review", "approve", "a-post", "--as", "lea", "--key", str(key_file("lea")), "--passphrase-stdin"]
    ran = publish(*sign, "--revision", seen[:12], at=house.root, stdin=f"{PASSPHRASE}\n")
    assert ran.code == 1
    assert "review diff a-post" in ran.err


def test_the_shell_completes_slugs(house: House) -> None:
    house.add_post("a-first-post")
    house.add_post("another-post", matter="guid: other\n")
    words = {"_PUBLISH_COMPLETE": "complete_bash", "COMP_WORDS": "publish post a", "COMP_CWORD": "2"}
    done = subprocess.run(
        [*PUBLISH, "post", "a"], cwd=house.root, env=environment(words), capture_output=True, text=True, check=False
    )
    assert done.stdout.split() == ["a-first-post", "another-post"]


def test_init_and_new_take_paths_from_where_the_user_stands(tmp_path: Path) -> None:
    assert publish("init", "sub/voices", "--name", "My House", at=tmp_path).code == 0
    write_tone(tmp_path / "talk.wav", 1)
    below = tmp_path / "sub" / "voices" / "posts"
    ran = publish("new", "episode", "Über Größe & 10 Fragen", "--recording", "../../../talk.wav", at=below)
    assert ran.code == 0, ran.text
    assert (tmp_path / "sub/voices/episodes/uber-grosse-10-fragen/talk.wav").read_bytes() == (
        tmp_path / "talk.wav"
    ).read_bytes()
    again = publish("new", "episode", "Über Größe & 10 Fragen", "--recording", "../../../talk.wav", at=below)
    assert again.code == 1
    assert "taken" in again.err


def test_a_new_workspace_has_no_problems_and_makes_a_post_that_reaches_legal(tmp_path: Path) -> None:
    publish("init", "voices", at=tmp_path)
    root = tmp_path / "voices"
    assert publish("status", at=root).code == 0
    rmtree(root / "guidelines/exemplars")  # which would be learnt here, and are when the README's tour is typed
    publish("new", "post", "Hello", at=root)
    ran = publish("post", "hello", at=root)
    assert ran.code == 3
    assert "publish people add" in ran.out


def test_the_demo_workspace_itself_has_no_problems() -> None:
    assert json.loads(publish("status", "--json", at=REPOSITORY).out)["problems"] == []
