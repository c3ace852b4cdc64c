"""The places that the tests release to: a directory, and a bucket of a real server that each worker starts."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.s3_server import OWNER, Server, running_server

from publisher.release.target import TargetOptions
from release.places import Bucket, Folder, Place

BUCKETS = itertools.count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An S3 server for all tests of this worker."""
    with running_server(tmp_path_factory.mktemp("ministack")) as found:
        yield found


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
