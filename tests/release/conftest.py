"""The places that the tests release to: a directory, and a bucket of a real server that each worker starts."""

import itertools
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from boto3.session import Session
from botocore.config import Config

from publisher.release.target import TargetOptions
from release.places import Bucket, Folder, Place

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

OWNER = "test"
"""Access key and secret that the server takes for its owner's."""
BUCKETS = itertools.count(1)


@dataclass(frozen=True)
class Server:
    """A running server, and its owner's client."""

    endpoint: str
    client: "S3Client"
    checks_credentials: bool
    """Whether it refuses unknown keys; ministack does from 1.5 on."""


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An S3 server on 127.0.0.1. Where it is missing, tests that need it are skipped, but fail in CI."""
    program = shutil.which("ministack", path=Path(sys.executable).parent)
    if program is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing("ministack is not installed beside this Python")
    folder = tmp_path_factory.mktemp("ministack")
    with (folder / "log").open("wb") as log:
        port = _free_port()
        process = subprocess.Popen([program], env=_environment(folder, port), cwd=folder, stdout=log, stderr=log)
    try:
        endpoint = f"http://127.0.0.1:{port}"
        health = _health(endpoint, process, folder / "log")
        yield Server(endpoint, _owner(endpoint), b'"auth": "enabled"' in health)
    finally:
        process.terminate()
        process.wait(timeout=10)


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine's own settings for AWS, and the server's own key."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", OWNER)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", OWNER)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    root = tmp_path / "public"
    return Folder(str(root), TargetOptions(digest_cache=tmp_path / "digests.json"), root)


@pytest.fixture
def bucket(server: Server) -> Bucket:
    """A new bucket, and a site below a prefix of it."""
    name = f"bucket-{next(BUCKETS)}"
    server.client.create_bucket(Bucket=name)
    return Bucket(f"s3://{name}/site", TargetOptions(endpoint=server.endpoint), server.client, name, "site/")


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest) -> Place:
    """Every kind of target there is."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Place)
    return found


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


def _health(endpoint: str, process: subprocess.Popen[bytes], log: Path) -> bytes:
    for _ in range(200):
        try:
            with urllib.request.urlopen(f"{endpoint}/_ministack/health") as answer:  # noqa: S310  it is our http://
                found: bytes = answer.read()
                return found
        except (urllib.error.URLError, ConnectionError):
            if process.poll() is not None:
                break
            time.sleep(0.05)
    pytest.fail(f"the S3 server did not start:\n{log.read_text(errors='replace')}")
