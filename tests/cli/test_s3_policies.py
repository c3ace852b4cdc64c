"""The policies that docs/s3.md shows, at a store that checks them: they are enough for a release, and for no more."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from shutil import rmtree

import pytest
from boto3.session import Session
from botocore.exceptions import ClientError
from support.commands import REPOSITORY, publish
from support.house import URL, House
from support.s3_server import OWNER, Server, running_server

BUCKET = "voices-example-com"
"""As the documentation calls it."""


def shown(heading: str) -> str:
    """The policy below a heading of the documentation."""
    text = (REPOSITORY / "docs/s3.md").read_text(encoding="utf-8").partition(f"### {heading}\n")[2]
    found = re.search(r"```json\n(.*?)```", text, re.DOTALL)
    assert found
    return found[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A store with a bucket that the public may read, by the policy that is shown."""
    with running_server(tmp_path_factory.mktemp("server")) as found:
        found.client.create_bucket(Bucket=BUCKET)
        found.client.delete_public_access_block(Bucket=BUCKET)
        found.client.put_bucket_policy(Bucket=BUCKET, Policy=shown("What everybody may"))
        yield found


@pytest.fixture(scope="module")
def key(server: Server) -> dict[str, str]:
    """Of an identity that may do what is shown."""
    people = Session(OWNER, OWNER).client("iam", endpoint_url=server.endpoint, region_name="us-east-1")
    people.create_user(UserName="host")
    people.put_user_policy(UserName="host", PolicyName="release", PolicyDocument=shown("What a release may"))
    made = people.create_access_key(UserName="host")["AccessKey"]
    return {"AWS_ACCESS_KEY_ID": made["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"]}


def status(address: str) -> int:
    """What anybody gets there."""
    try:
        with urllib.request.urlopen(address) as answer:  # noqa: S310  it is our http://
            found: int = answer.status
    except urllib.error.HTTPError as error:
        return error.code
    return found


def test_a_release_needs_no_more_than_the_policies_that_are_shown(
    house: House, server: Server, key: dict[str, str]
) -> None:
    config = (house.root / "publisher.toml").read_text().replace(URL, f"{server.endpoint}/{BUCKET}/site/")
    more = f'target = "s3://{BUCKET}/site"\nendpoint = "{server.endpoint}"\nprofile = "ministack"\n'
    house.write("publisher.toml", f"{config}\n[release]\n{more}")
    house.sign_people()
    house.add_episode()
    house.approved("a-talk")
    nowhere = {"AWS_CONFIG_FILE": "/nonexistent", "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent"}
    env = {**key, **nowhere, "AWS_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"}
    for arguments in (["target", "check"], ["release"], ["release", "--mend"]):
        ran = publish(*arguments, at=house.root, env=env)
        assert ran.code == 0, ran.text
    assert status(f"{server.endpoint}/{BUCKET}/site/feeds/aloud.xml") == 200
    house.write("episodes/a-talk/episode.md", (house.root / "episodes/a-talk/episode.md").read_text() + "\nMore.\n")
    house.approved("a-talk")
    assert publish("release", at=house.root, env=env).code == 0
    rmtree(house.root / "episodes/a-talk")
    ran = publish("release", at=house.root, env=env)
    assert ran.code == 0, ran.text
    assert status(f"{server.endpoint}/{BUCKET}/site/episodes/a-talk.html") in {403, 404}


def test_nobody_else_may_do_anything(server: Server, key: dict[str, str]) -> None:
    client = Session(key["AWS_ACCESS_KEY_ID"], key["AWS_SECRET_ACCESS_KEY"]).client(
        "s3", endpoint_url=server.endpoint, region_name="us-east-1"
    )
    private = "private/notes.txt"
    server.client.put_object(Bucket=BUCKET, Key=private, Body=b"ours")
    refusals: list[Callable[[], object]] = [
        lambda: client.put_object(Bucket=BUCKET, Key=private, Body=b"theirs"),
        lambda: client.get_object(Bucket=BUCKET, Key=private),
        lambda: client.delete_object(Bucket=BUCKET, Key=private),
        lambda: client.delete_bucket(Bucket=BUCKET),
        lambda: client.create_bucket(Bucket="another"),
        lambda: client.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({})),
    ]
    for refused in refusals:
        with pytest.raises(ClientError, match=r"AccessDenied|403|not authorized"):
            refused()
    assert status(f"{server.endpoint}/{BUCKET}/{private}") == 403
    assert status(f"{server.endpoint}/{BUCKET}?list-type=2") == 403
