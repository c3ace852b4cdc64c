"""SIGKILL after every request of a real release: the public sees nothing broken, and another run ends it."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, rmtree

import pytest
from support.commands import kill_running, publish
from support.fault_proxy import faulty
from support.faults import Exchange, Fault
from support.house import URL, House, make_house
from support.s3_server import OWNER, Server, running_server
from workflow.test_nothing_dangles import ADDRESS

BUCKET = "voices"


class Kill(Fault):
    """The store does what it was asked, and nobody is there any more to hear of it."""

    def serve(self, exchange: Exchange) -> None:
        exchange.forward()
        kill_running()
        exchange.reset()


@dataclass(frozen=True)
class Scene:
    """A site that is public, and the next one that is approved."""

    house: House
    server: Server
    before: dict[str, bytes]
    after: dict[str, bytes]

    def contents(self) -> dict[str, bytes]:
        """What is in the bucket."""
        found = self.server.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])
        names = [item["Key"] for item in found]
        return {name: self.server.client.get_object(Bucket=BUCKET, Key=name)["Body"].read() for name in names}

    def reset(self, kept: Path) -> None:
        """As it was before the release."""
        for name in self.contents().keys() - self.before.keys():
            self.server.client.delete_object(Bucket=BUCKET, Key=name)
        for name, data in self.before.items():
            self.server.client.put_object(Bucket=BUCKET, Key=name, Body=data)
        rmtree(self.house.root)
        copytree(kept, self.house.root)

    def release(self, endpoint: str) -> int:
        """By the command, as a host does."""
        keys = {"AWS_ACCESS_KEY_ID": OWNER, "AWS_SECRET_ACCESS_KEY": OWNER, "AWS_REGION": "us-east-1"}
        nowhere = {"AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"}
        env = {**keys, **nowhere, "AWS_EC2_METADATA_DISABLED": "true", "AWS_ENDPOINT_URL_S3": endpoint}
        ran = publish("release", at=self.house.root, env=env)
        assert ran.code in {0, -9}, ran.text
        return ran.code


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    """A post and an episode are public; the post was edited, the episode made anew, and another post is new."""
    (tmp_path / "server").mkdir()
    house = make_house(tmp_path / "house")
    with running_server(tmp_path / "server") as server:
        server.client.create_bucket(Bucket=BUCKET)
        config = (house.root / "publisher.toml").read_text()
        more = f'[release]\ntarget = "s3://{BUCKET}/site"\nprofile = "ministack"\nvisit = false\n'
        house.write("publisher.toml", f"{config}\n{more}")
        house.add_post()
        house.add_episode(seconds=4)
        for slug in ("a-post", "a-talk"):
            house.approved(slug)
        scene = Scene(house, server, {}, {})
        assert scene.release(server.endpoint) == 0
        before = scene.contents()
        house.add_post(text="Other *words*.\n")
        house.add_post("b-post", text="New.\n")
        house.add_episode(seconds=5)
        for slug in ("a-post", "b-post", "a-talk"):
            house.approved(slug)
        copytree(house.root, tmp_path / "kept")
        assert scene.release(server.endpoint) == 0
        after = scene.contents()
        yield Scene(house, server, before, after)


def broken(contents: dict[str, bytes]) -> list[str]:
    """What pages and feeds point at that is not there."""
    found = []
    for name, data in contents.items():
        for match in ADDRESS.findall(data) if name.endswith((".html", ".xml", ".atom")) else ():
            address = (match[0] or match[1]).decode()
            if address.startswith(URL) and address != URL:
                key = "site/" + address.removeprefix(URL)
                found += [f"{name} → {key}"] if key not in contents else []
    return found


def public(contents: dict[str, bytes]) -> dict[str, bytes]:
    """What is not the release's own."""
    return {name: data for name, data in contents.items() if name not in {"site/edition.json", "site/lease.json"}}


@pytest.mark.slow
def test_a_release_that_is_killed_after_any_request_breaks_nothing_and_another_run_ends_it(
    scene: Scene, tmp_path: Path
) -> None:
    signed = {*public(scene.before).items(), *public(scene.after).items()}
    assert broken(scene.before) == broken(scene.after) == []
    for number in itertools.count(1):
        scene.reset(tmp_path / "kept")
        with faulty(scene.server) as proxy:
            proxy.at(number, Kill())
            code = scene.release(proxy.endpoint)
        found = scene.contents()
        assert broken(found) == [], f"after request {number}"
        assert {*public(found).items()} <= signed, f"after request {number}"
        if code == 0:
            break
        assert scene.release(scene.server.endpoint) == 0, f"after request {number}"
        assert public(scene.contents()) == public(scene.after), f"after request {number}"
        assert json.loads(scene.contents()["site/edition.json"])["state"] == "complete"
    assert number > len(public(scene.after)) // 2
