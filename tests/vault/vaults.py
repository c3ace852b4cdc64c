"""A house with a vault, and a back door to that: what an auditor, or somebody who tampers, does there."""

import itertools
import json
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from support.house import House, make_house
from support.s3_server import Server

from publisher.workflow.release import open_release_target, release
from publisher.workflow.rereading import Reread, reread
from publisher.workflow.vaulted import Vaulted
from publisher.workflow.vaulting import Thorough, keep

if TYPE_CHECKING:
    from pathlib import Path

BUCKETS = itertools.count(1)


@dataclass(frozen=True)
class Vaulting:
    """A house, and the bucket that is its vault."""

    house: House
    server: Server
    bucket: str

    def set_vault(self, *, mode: str = "COMPLIANCE", years: int = 3, endpoint: str = "", more: str = "") -> None:
        """Write `[vault]` into publisher.toml, in place of what is there."""
        config = (self.house.root / "publisher.toml").read_text().partition("\n[vault]")[0]
        said = {
            "target": f"s3://{self.bucket}/acme",
            "endpoint": endpoint or self.server.endpoint,
            "profile": self.server.profile,
            "mode": mode,
        }
        lines = "".join(f"{key} = {json.dumps(value)}\n" for key, value in said.items())
        self.house.write("publisher.toml", f"{config}\n[vault]\n{lines}years = {years}\n{more}")

    def released(self, now: datetime) -> Vaulted:
        """Release, and give what the vault was given."""
        found = release(self.house.context(now)).vaulted
        assert isinstance(found, Vaulted), found
        return found

    def sent(self, now: datetime, how: Thorough) -> Vaulted:
        context = self.house.context(now)
        found = keep(context, open_release_target(context), how=how)
        assert found
        return found

    def reread(self, now: datetime, slug: str | None = None) -> Reread:
        return reread(self.house.context(now), slug)

    def flaws(self, now: datetime, slug: str | None = None) -> dict[str, str]:
        return {flaw.key: flaw.what for flaw in self.reread(now, slug).flaws}

    def names(self) -> list[str]:
        found = self.server.client.list_objects_v2(Bucket=self.bucket, Prefix="acme/").get("Contents", [])
        return [item["Key"].removeprefix("acme/") for item in found]

    def versions(self) -> list[str]:
        """Every state of every object that was ever sent."""
        found = self.server.client.list_object_versions(Bucket=self.bucket).get("Versions", [])
        return [f"{item['Key']} {item['VersionId']}" for item in found]

    def read(self, key: str) -> bytes:
        return self.server.client.get_object(Bucket=self.bucket, Key=f"acme/{key}")["Body"].read()

    def json(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.read(key))
        return found

    def lock(self, key: str) -> tuple[str, str]:
        """Mode, and the day until which it is locked."""
        found = self.server.client.get_object_retention(Bucket=self.bucket, Key=f"acme/{key}")["Retention"]
        return found["Mode"], f"{found['RetainUntilDate']:%Y-%m-%d}"


def make_vaulting(root: "Path", server: Server) -> Vaulting:
    """A house with a new vault."""
    bucket = f"evidence-{next(BUCKETS)}"
    server.client.create_bucket(Bucket=bucket, ObjectLockEnabledForBucket=True)
    found = Vaulting(make_house(root), server, bucket)
    found.set_vault()
    return found
