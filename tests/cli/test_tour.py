"""The README's commands, typed into a terminal one after the other, as a new user would."""

import re
import sys
import urllib.request
from pathlib import Path

import pytest
from support.commands import PUBLISH, REPOSITORY, environment, in_terminal, serving
from support.house import PASSPHRASE, House, key_file, write_tone

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")
WAITING = {"publish episode why-we-answer": 1, "publish post legal-in-a-day": 1}
"""Commands that end with exit code 3 the first time: legal has not signed yet."""
GOING_ON = {"publish serve", "publish review --as lena"}
"""Commands that serve pages until Ctrl-C: they are tried below, and in `desk/test_opening.py`."""


def typed() -> list[str]:
    """Every line of the README that begins with `$`."""
    blocks = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines() if line.startswith("$ ")]


def test_the_readme_shows_the_two_make_commands_first() -> None:
    assert typed()[:2] == ["make demo", "make test"]


@pytest.mark.slow
def test_every_command_of_the_readme_does_what_the_readme_says(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    shim = tmp_path / "bin" / "publish"
    shim.write_text(f'#!/bin/sh\nexec {sys.executable} -m publisher "$@"\n')
    shim.chmod(0o755)
    write_tone(tmp_path / "talk.wav", 5)
    env = environment({"PUBLISH_KEYS": str(tmp_path / "keys")})
    env["PATH"] = f"{shim.parent}:{env['PATH']}"
    here, waiting = tmp_path, dict(WAITING)
    for command in typed()[2:]:
        if command.startswith("cd "):
            here /= command.removeprefix("cd ")
            continue
        if command in GOING_ON:
            # Where the README has it: later it takes down what is listened to here.
            if command == "publish serve":
                _serve(here)
            continue
        ran = in_terminal(command, at=here, env=env, answer=PASSPHRASE)
        expected = 3 if waiting.pop(command, 0) else 0
        assert ran.code == expected, f"{command}\n{ran.text}"
    assert not waiting
    assert (here / "public" / "feeds" / "example-house.xml").is_file()


def _serve(folder: Path) -> None:
    with serving(at=folder) as line:
        address = line().strip()
        feed = line().rpartition(" ")[2].strip()
        assert feed == f"{address}feeds/example-house.xml"
        with urllib.request.urlopen(feed) as answer:  # noqa: S310 - the preview's own address
            assert b"Why we answer" in answer.read()


def test_whoever_signs_in_a_terminal_sees_the_question_for_the_passphrase(house: House) -> None:
    house.add_post()
    house.submit("a-post")
    key = key_file("lea")
    line = f"{' '.join(PUBLISH)} review approve a-post --as lea --key {key} --revision {house.submit('a-post')[:12]}"
    ran = in_terminal(line, at=house.root, env=environment(), answer=PASSPHRASE)
    assert ran.code == 0, ran.text
    # Nothing wipes the line away between the question and the answer.
    assert "\x1b[2K" not in ran.text.partition("Passphrase:")[2].partition("Signed")[0]
    assert "\x1b[?25l" not in ran.text
