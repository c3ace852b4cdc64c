"""How the desk is opened from a terminal."""

import re
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from threading import Event
from urllib.request import urlopen

import pytest
from support.authenticator import Authenticator
from support.commands import PUBLISH, environment, publish
from support.house import House

from desk.opened import opened
from publisher.loopback import listening
from publisher.review.passkeys import Passkey
from publisher.workflow.context import Context
from publisher.workspace.enlist import change_keys


def opening(house: House, *words: str, **env: str) -> tuple[str, str]:
    """What is printed until the desk is open, and the page that its address shows; Ctrl-C ends it."""
    command, own = [*PUBLISH, *words], {**environment(), "BROWSER": "true", **env}
    running = subprocess.Popen(command, cwd=house.root, env=own, stdout=subprocess.PIPE, text=True)
    assert running.stdout is not None
    try:
        printed = ""
        while (found := re.search(r"http://localhost:\d+/launch\?token=\S+", printed)) is None:
            printed += running.stdout.readline() or pytest.fail(f"no address came: {printed}")
        with urlopen(found[0], timeout=20) as answer:  # noqa: S310 - it begins with http
            page = answer.read().decode()
    finally:
        running.send_signal(signal.SIGINT)
    assert running.wait(20) == 130
    running.stdout.close()
    return printed, page


def test_the_address_that_is_printed_opens_the_desk_and_ctrl_c_ends_it(house: House) -> None:
    _, page = opening(house, "review", "--as", "lea", "--no-browser", "--port", "0")
    assert "Opening the desk" in page


def test_an_admin_who_signs_with_a_passkey_comes_to_the_page_that_says_what(house: House) -> None:
    with listening(0) as free:
        port = str(free.getsockname()[1])
    device = Authenticator()
    passkey = Passkey(f"http://localhost:{port}", device.credential, device.cose)
    change_keys(house.context().workspace, "ada", [passkey.to_line()], [])
    house.sign_people()
    text = (house.root / "people.toml").read_text()
    house.write("people.toml", text.replace('"Max Counsel"', '"Max M. Counsel"'))
    printed, page = opening(house, "people", "sign", "--as", "ada", "--passkey", PUBLISH_DESK_PORT=port)
    assert "Max Counsel (max) is Max M. Counsel now" in printed
    assert "url=/people" in page
    ran = publish("people", "sign", "--as", "ada", "--passkey", at=house.root, env={"PUBLISH_DESK_PORT": "7"})
    assert (ran.code, "Ada Admin has no passkey that signs this here" in ran.err) == (1, True)
    assert "publish people key ada --passkey" in ran.err


def test_a_request_that_is_cut_off_when_the_desk_ends_leaves_no_traceback(
    house: House, capfd: pytest.CaptureFixture[str]
) -> None:
    with opened(house) as desk:
        desk.enter()
        begun, work = Event(), desk.desk.open

        def slow() -> AbstractContextManager[Context]:
            begun.set()
            time.sleep(2.5)
            return work()

        desk.desk.open = slow
        with ThreadPoolExecutor(1) as pool:
            asked = pool.submit(desk.get, "/")
            assert begun.wait(20)
            desk.stop()
            assert asked.result(20).status == 500
    assert capfd.readouterr().err == ""


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
