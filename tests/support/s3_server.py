"""Real S3 servers on 127.0.0.1, which the tests start and stop themselves: ministack here, and SeaweedFS beside it."""

import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from boto3.session import Session
from botocore.config import Config

from support.certificate import Certificate

if TYPE_CHECKING:
    from types_boto3_s3 import S3Client

OWNER = "test"
"""Access key and secret that the servers take for their owner's."""


@dataclass(frozen=True)
class Server:
    """A running server, and its owner's client."""

    endpoint: str
    client: "S3Client"
    profile: str
    """What publisher.toml calls this kind of store."""
    checks_credentials: bool
    """Whether it refuses unknown keys; ministack does from 1.5 on."""


def open_to_all(server: Server, bucket: str) -> None:
    """Let everybody read what is in a bucket, and nobody list it."""
    server.client.delete_public_access_block(Bucket=bucket)
    allow = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{bucket}/*"}
    server.client.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [allow]}))


def credentials(endpoint: str, **more: str) -> dict[str, str]:
    """Where boto3 looks for the owner's keys, and nowhere else."""
    return {
        "AWS_ACCESS_KEY_ID": OWNER,
        "AWS_SECRET_ACCESS_KEY": OWNER,
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_S3": endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        **more,
    }


@contextmanager
def running_server(folder: Path, certificate: Certificate | None = None) -> Iterator[Server]:
    """Run ministack for the length of a block, over HTTPS where there is a certificate."""
    program = installed("ministack")

    def command(port: int) -> tuple[Sequence[str], Mapping[str, str]]:
        return [program], _environment(folder, port, certificate)

    with started(command, "/_ministack/health", folder, certificate) as (endpoint, health):
        client = owners_client(endpoint, certificate)
        yield Server(endpoint, client, "ministack", b'"auth": "enabled"' in health)


def installed(name: str) -> str:
    """The path of a program. Where it is missing, tests that need it are skipped, but fail in CI."""
    program = shutil.which(name, path=Path(sys.executable).parent)
    if program is None:
        missing = pytest.fail if os.environ.get("CI") else pytest.skip
        missing(f"{name} is not installed beside this Python")
    return program


@contextmanager
def started(
    command: Callable[[int], tuple[Sequence[str], Mapping[str, str]]],
    health: str,
    folder: Path,
    certificate: Certificate | None,
) -> Iterator[tuple[str, bytes]]:
    """Where the server answers, and what it says of itself; another process may have taken its port meanwhile."""
    for _ in range(5):
        port = free_port()
        endpoint = f"{'https' if certificate else 'http'}://127.0.0.1:{port}"
        arguments, environment = command(port)
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(arguments, env=environment, cwd=folder, stdout=log, stderr=log)
        try:
            if answer := _health(endpoint + health, process, certificate):
                yield endpoint, answer
                return
        finally:
            process.kill()  # nothing that it holds is to be kept
            process.wait()
    pytest.fail(f"the S3 server did not start:\n{(folder / 'log').read_text(errors='replace')}")


def owners_client(endpoint: str, certificate: Certificate | None) -> "S3Client":
    client: S3Client = Session(OWNER, OWNER).client(
        "s3",
        endpoint_url=endpoint,
        region_name="us-east-1",
        config=Config(s3={"addressing_style": "path"}),
        verify=str(certificate.authority) if certificate else None,
    )
    return client


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _environment(folder: Path, port: int, certificate: Certificate | None) -> dict[str, str]:
    secure = (
        {
            "USE_SSL": "1",
            "MINISTACK_SSL_CERT": str(certificate.chain),
            "MINISTACK_SSL_KEY": str(certificate.key),
        }
        if certificate
        else {}
    )
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AUTH": "true",
        "SERVICES": "s3,iam,sts,cloudfront",
        # Two more services that would listen to every address of the machine.
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        **secure,
    }


def _health(address: str, process: subprocess.Popen[bytes], certificate: Certificate | None) -> bytes:
    """What the server says of itself, once it does; nothing if it ended instead."""
    trust = ssl.create_default_context(cafile=certificate.authority) if certificate else None
    while process.poll() is None:
        try:
            with closing(urllib.request.urlopen(address, context=trust)) as answer:  # noqa: S310  it is ours
                found: bytes = answer.read()
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.05)
        else:
            return found or b"healthy"
    return b""
