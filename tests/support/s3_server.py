"""A real S3 server on 127.0.0.1, which the tests start and stop themselves."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from boto3.session import Session
from botocore.config import Config

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

OWNER = "test"
"""Access key and secret that the server takes for its owner's."""


@dataclass(frozen=True)
class Server:
    """A running server, and its owner's client."""

    endpoint: str
    client: "S3Client"
    checks_credentials: bool
    """Whether it refuses unknown keys; ministack does from 1.5 on."""


@contextmanager
def running_server(folder: Path) -> Iterator[Server]:
    """A server for the length of a block. Where it is missing, tests that need it are skipped, but fail in CI."""
    program = shutil.which("ministack", path=Path(sys.executable).parent)
    if program is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("ministack is not installed beside this Python")
    with _started(program, folder) as (endpoint, health):
        yield Server(endpoint, _owner(endpoint), b'"auth": "enabled"' in health)


@contextmanager
def _started(program: str, folder: Path) -> Iterator[tuple[str, bytes]]:
    """Where the server answers, and what it says of itself; another process may have taken its port meanwhile."""
    for _ in range(5):
        port = _free_port()
        endpoint = f"http://127.0.0.1:{port}"
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen([program], env=_environment(folder, port), cwd=folder, stdout=log, stderr=log)
        try:
            if health := _health(endpoint, process):
                yield endpoint, health
                return
        finally:
            process.terminate()
            process.wait()
    pytest.fail(f"the S3 server did not start:\n{(folder / 'log').read_text(errors='replace')}")


def _owner(endpoint: str) -> "S3Client":
    client: S3Client = Session(OWNER, OWNER).client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", config=Config(s3={"addressing_style": "path"})
    )
    return client


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _environment(folder: Path, port: int) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AUTH": "true",
        "SERVICES": "s3,iam,sts",
        # Two more services that would listen to every address of the machine.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
    }


def _health(endpoint: str, process: subprocess.Popen[bytes]) -> bytes:
    """What the server says of itself, once it does; nothing if it ended instead."""
    while process.poll() is None:
        try:
            with urllib.request.urlopen(f"{endpoint}/_ministack/health") as answer:  # noqa: S310  it is our http://
                found: bytes = answer.read()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return found
    return b""
