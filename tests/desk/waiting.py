"""A command that waits for a signature at the desk that it opened, and the passkey that gives one."""

import re
import subprocess
from typing import Self

import pytest
from support.authenticator import Authenticator
from support.commands import HANGS, PUBLISH, environment
from support.house import House

from publisher.review.passkeys import Passkey
from publisher.workflow.revoking import replaced
from publisher.workspace.enlist import change_keys

DEVICE = Authenticator(credential=b"\7" * 16)


def give_passkey(house: House, origin: str, *, alone: bool = False) -> None:
    """Lea has a passkey at that address, signed by an admin. alone: and no key with a passphrase any more."""
    context, line = house.context(), Passkey(origin, DEVICE.credential, DEVICE.cose).to_line()
    change_keys(context.workspace, "lea", [line], replaced(context, "lea", "passphrase") if alone else [])
    house.sign_people()


class Waiting:
    """`publish takedown … --passkey`, which waits for a signature in the browser."""

    def __init__(self, house: House, port: str, *words: str) -> None:
        env = {**environment(), "BROWSER": "true", "PUBLISH_DESK_PORT": port}
        command = [*PUBLISH, "takedown", "a-post", "--as", "lea", *words, "--passkey"]
        self.process = subprocess.Popen(
            command, cwd=house.root, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        self.printed = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End it, if the test did not come so far."""
        self.process.kill()
        self.process.communicate()

    def address(self, *, quietly: bool = False) -> str:
        """The one that opens the desk. quietly: it is no part of the result."""
        stream = self.process.stderr if quietly else self.process.stdout
        assert stream is not None
        while (found := re.search(r"http://localhost:\d+/launch\?token=\S+", self.printed)) is None:
            self.printed += stream.readline() or pytest.fail(f"no address came: {self.printed}")
        return found[0]

    def end(self, code: int) -> str:
        """What it printed after that, once it has ended."""
        out, err = self.process.communicate(timeout=HANGS)
        assert self.process.returncode == code, self.printed + out + err
        return out
