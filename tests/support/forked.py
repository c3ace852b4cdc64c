"""`publish` as a process of its own that does not wait for Python and its libraries: a copy of one that has them.

    python forked.py

It reads a line of JSON for each command, `{"arguments", "at", "env", "files"}`, copies itself, and says how the copy
ended. The copy is what `python -m publisher` would be by then, with `files` as input, output and errors.
"""

import gc
import importlib
import json
import os
import pkgutil
import runpy
import sys
import traceback
from typing import Any

import publisher

LIBRARIES = (
    "boto3",
    "cryptography",
    "feedgen.feed",
    "jinja2",
    "lxml.etree",
    "mutagen",
    "numpy",
    "pydantic",
    "rich.table",
)
"""Those that commands load when they need them."""
HEAVY = ("publisher.__main__", "publisher.policy.entities.recognising")
"""What begins to work when it is loaded, or takes seconds and is rarely wanted."""


def load() -> None:
    """Load all that most commands load."""
    from publisher.release.s3_client import connect
    from publisher.release.target import TargetOptions

    found = (module.name for module in pkgutil.walk_packages(publisher.__path__, "publisher."))
    for name in (*LIBRARIES, *(name for name in found if name not in HEAVY)):
        importlib.import_module(name)
    connect(TargetOptions(endpoint="http://127.0.0.1:9"), signed=False)  # it asks nobody: botocore reads what it knows
    # What was loaded stays as it is, in memory that all copies share.
    gc.collect()
    gc.freeze()


def become(arguments: list[str], at: str, env: dict[str, str], files: list[str]) -> None:
    """Be the command, to its end."""
    os.chdir(at)
    os.environ.clear()
    os.environ.update(env)
    for number, (path, flags) in enumerate(zip(files, (os.O_RDONLY, os.O_WRONLY, os.O_WRONLY), strict=True)):
        os.dup2(os.open(path, flags), number)
    sys.stdin = open(0, encoding="utf-8", errors="surrogateescape", closefd=False)  # noqa: SIM115
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", errors="backslashreplace", closefd=False)  # noqa: SIM115
    sys.argv[:] = ["publish", *arguments]
    code: object = 0
    try:
        runpy.run_module("publisher", run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 - as Python itself does
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    # To take down all that was loaded would take longer than most commands.
    os._exit(code if isinstance(code, int) else int(code is not None))


def main() -> None:
    load()
    with os.fdopen(os.dup(0), "rb") as commands, os.fdopen(os.dup(1), "wb", buffering=0) as answers:
        while line := commands.readline():
            asked: dict[str, Any] = json.loads(line)
            if (child := os.fork()) == 0:
                commands.close()
                answers.close()
                become(**asked)
            _, status = os.waitpid(child, 0)
            answers.write(b"%d\n" % os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main()
