"""How long `publish --help` takes, beside an interpreter that does nothing."""

import sys
from pathlib import Path

from measuring import compare

BIN = Path(sys.executable).parent

print("## Start\n")
compare(
    {
        "python -c pass": [sys.executable, "-c", "pass"],
        "publish --help": [str(BIN / "publish"), "--help"],
        "publish --version": [str(BIN / "publish"), "--version"],
    },
    rounds=10,
)
