"""How the desk is opened from a terminal."""

import re
import signal
import subprocess
from urllib.request import urlopen

import pytest
from support.commands import PUBLISH, environment, publish
from support.house import House


def test_the_address_that_is_printed_opens_the_desk_and_ctrl_c_ends_it(house: House) -> None:
    command = [*PUBLISH, "review", "--as", "lea", "--no-browser", "--port", "0"]
    running = subprocess.Popen(command, cwd=house.root, env=environment(), stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    try:
        printed = ""
        while (found := re.search(r"http://localhost:\d+/launch\?token=\S+", printed)) is None:
            printed += running.stdout.readline() or pytest.fail(f"no address came: {printed}")
        with urlopen(found[0], timeout=20) as answer:  # noqa: S310 - it begins with http
            assert answer.status == 200
    finally:
        running.send_signal(signal.SIGINT)
    assert running.wait(20) == 130
    running.stdout.close()


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (["--as", "nobody"], "'nobody' is nobody in people.toml"),
        (["--as", "ann"], "Ann Host has no key"),
        ([], "several people decide here: lea, max"),
    ],
)
def test_who_cannot_decide_here_is_told_before_anything_opens(house: House, said: list[str], words: str) -> None:
    ran = publish("review", "desk", "--no-browser", *said, at=house.root)
    assert ran.code == 1
    assert words in ran.text
