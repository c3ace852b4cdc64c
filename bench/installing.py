"""Packages that we are compared with, each set in an environment of its own: nothing of ours depends on them."""

import subprocess
import venv
from collections.abc import Sequence
from pathlib import Path


def install(home: Path, wanted: Sequence[str]) -> None:
    """Make the environment `home`, if it is not there yet with what is wanted."""
    done = home / "installed.txt"
    if done.exists() and done.read_text() == "\n".join(wanted):
        return
    venv.create(home, clear=True, with_pip=True)
    (home / ".gitignore").write_text("*\n")
    subprocess.run([home / "bin" / "pip", "install", "--quiet", *wanted], check=True)
    done.write_text("\n".join(wanted))
