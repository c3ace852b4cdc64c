"""SeaweedFS, whole in one process, as a second real S3 server: its own code, with its own habits."""

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from support.certificate import Certificate
from support.s3_server import OWNER, Server, free_port, installed, owners_client, started

PORTS = ("master.port", "volume.port", "filer.port", "admin.port")
"""Flags of what it runs besides; each has a port for gRPC beside it."""
OFF = (
    "-webdav=false",
    "-admin.ui=false",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-s3.autoCreateBucket=false",
    "-master.telemetry=false",
)
"""What the tests have no use for; it would tell its makers how it is used, too."""


@contextmanager
def running_seaweed(folder: Path, certificate: Certificate) -> Iterator[tuple[Server, Server]]:
    """Run it for the length of a block: over HTTP, and over HTTPS at a port of its own."""
    program = installed("weed")
    secure = free_port()
    owner = {"name": OWNER, "credentials": [{"accessKey": OWNER, "secretKey": OWNER}], "actions": ["Admin"]}
    (folder / "s3.json").write_text(json.dumps({"identities": [owner]}))
    (folder / "data").mkdir()

    def command(port: int) -> tuple[Sequence[str], Mapping[str, str]]:
        flags = [f"-{name}{kind}={free_port()}" for name in PORTS for kind in ("", ".grpc")]
        https = [
            f"-s3.port.https={secure}",
            f"-s3.cert.file={certificate.chain}",
            f"-s3.key.file={certificate.key}",
        ]
        where = ["-dir=data", "-ip=127.0.0.1", "-ip.bind=127.0.0.1", "-s3.config=s3.json"]
        # Paths of sockets may have a hundred letters only: these are of the folder that it runs in.
        sockets = ["-s3.localSocket=s3.sock", "-filer.localSocket=filer.sock"]
        s3 = [f"-s3.port={port}", f"-s3.port.grpc={free_port()}"]
        command = [program, "-logdir=.", "mini", *where, *sockets, *s3, *https, *flags, *OFF]
        return command, {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder)}

    with started(command, "/status", folder, None) as (endpoint, _):
        https = f"https://127.0.0.1:{secure}"
        yield (
            Server(endpoint, owners_client(endpoint, None), "seaweedfs", checks_credentials=True),
            Server(https, owners_client(https, certificate), "seaweedfs", checks_credentials=True),
        )
