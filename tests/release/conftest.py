"""The places that the tests release to: a directory, and buckets of real servers that each worker starts if asked."""

import itertools
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.certificate import Certificate, make_certificate
from support.fault_proxy import Proxy, faulty
from support.s3_server import OWNER, Server, running_server
from support.seaweed import running_seaweed

from publisher.release.target import TargetOptions
from release.places import Bucket, Folder, Place

BUCKETS = itertools.count(1)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An S3 server for all tests of this worker."""
    with running_server(tmp_path_factory.mktemp("ministack")) as found:
        yield found


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture(scope="session")
def secure_server(tmp_path_factory: pytest.TempPathFactory, certificate: Certificate) -> Iterator[Server]:
    """The same over HTTPS."""
    with running_server(tmp_path_factory.mktemp("secure"), certificate) as found:
        yield found


@pytest.fixture(scope="session")
def seaweed_servers(tmp_path_factory: pytest.TempPathFactory, certificate: Certificate) -> Iterator[dict[str, Server]]:
    with running_seaweed(tmp_path_factory.mktemp("seaweed"), certificate) as (plain, secure):
        yield {"http": plain, "https": secure}


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
    """A new bucket of ministack, and a site below a prefix of it."""
    return new_bucket(server)


@pytest.fixture
def careful_bucket(server: Server, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """The same where something is set up that only botocore understands; see `publisher.release.s3_plain`."""
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "8")
    return new_bucket(server)


@pytest.fixture
def seaweed(seaweed_servers: dict[str, Server]) -> Bucket:
    """The same of SeaweedFS."""
    return new_bucket(seaweed_servers["http"])


@pytest.fixture
def secure_bucket(secure_server: Server, certificate: Certificate, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate.authority))
    return new_bucket(secure_server)


@pytest.fixture
def secure_seaweed(
    seaweed_servers: dict[str, Server], certificate: Certificate, monkeypatch: pytest.MonkeyPatch
) -> Bucket:
    monkeypatch.setenv("AWS_CA_BUNDLE", str(certificate.authority))
    return new_bucket(seaweed_servers["https"])


@pytest.fixture
def proxy(server: Server) -> Iterator[Proxy]:
    """A strict store in front of ministack, at which anything can go wrong."""
    with faulty(server) as found:
        yield found


def new_bucket(server: Server) -> Bucket:
    name = f"bucket-{next(BUCKETS)}"
    server.client.create_bucket(Bucket=name)
    options = TargetOptions(endpoint=server.endpoint, profile=server.profile)
    return Bucket(f"s3://{name}/site", options, server.client, name, "site/")


@pytest.fixture(params=["folder", "bucket"])
def place(request: pytest.FixtureRequest) -> Place:
    """A target of either kind."""
    return asked_for(request)


def asked_for(request: pytest.FixtureRequest) -> Place:
    """The place that a fixture's parameter names."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Place)
    return found
