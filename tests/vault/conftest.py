"""Two real stores with Object Lock, and a house with a vault in each."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.certificate import make_certificate
from support.fault_proxy import Proxy, faulty
from support.s3_server import OWNER, Server, running_server
from support.seaweed import running_seaweed

from vault.vaults import Vaulting, make_vaulting


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("ministack")) as found:
        yield found


@pytest.fixture(scope="session")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    certificate = make_certificate(tmp_path_factory.mktemp("certificate"))
    with running_seaweed(tmp_path_factory.mktemp("seaweed"), certificate) as (plain, _):
        yield plain


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of the machine's own settings for AWS, and the servers' own key."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", OWNER)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", OWNER)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture(params=["ministack", "seaweedfs"])
def vaulting(request: pytest.FixtureRequest, tmp_path: Path) -> Vaulting:
    """A house with a vault in either store."""
    server = request.getfixturevalue(request.param)
    assert isinstance(server, Server)
    return make_vaulting(tmp_path / "house", server)


@pytest.fixture
def one(ministack: Server, tmp_path: Path) -> Vaulting:
    """A house with a vault in ministack."""
    return make_vaulting(tmp_path / "house", ministack)


@pytest.fixture
def proxy(ministack: Server) -> Iterator[Proxy]:
    """A strict store in front of ministack, at which anything can go wrong."""
    with faulty(ministack) as found:
        yield found
