"""`publish … --to s3://bucket/prefix` from the command line, against a real server."""

from collections.abc import Iterator

import feedparser
import pytest
from support.commands import publish
from support.house import House
from support.s3_server import OWNER, Server, running_server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("server")) as found:
        found.client.create_bucket(Bucket="voices")
        yield found


def credentials(server: Server, **more: str) -> dict[str, str]:
    """Where boto3 looks, and nowhere else."""
    return {
        "AWS_ACCESS_KEY_ID": OWNER,
        "AWS_SECRET_ACCESS_KEY": OWNER,
        "AWS_REGION": "us-east-1",
        "AWS_ENDPOINT_URL_S3": server.endpoint,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_CONFIG_FILE": "/nonexistent",
        "AWS_SHARED_CREDENTIALS_FILE": "/nonexistent",
        **more,
    }


def test_an_episode_is_released_to_a_bucket_with_the_endpoint_from_the_environment(
    house: House, server: Server
) -> None:
    house.add_episode()
    house.approved("a-talk")
    env = credentials(server)
    ran = publish("episode", "a-talk", "--to", "s3://voices/site", at=house.root, env=env)
    assert ran.code == 0, ran.text
    feed = server.client.get_object(Bucket="voices", Key="site/feeds/aloud.xml")
    assert feed["ContentType"] == "application/rss+xml; charset=utf-8"
    (item,) = feedparser.parse(feed["Body"].read()).entries
    enclosure = item.enclosures[0]
    key = "site/" + enclosure.href.removeprefix("https://voices.example.com/")
    audio = server.client.get_object(Bucket="voices", Key=key)
    assert audio["ContentLength"] == int(enclosure.length)
    assert audio["ContentType"] == "audio/mpeg"
    assert "immutable" in audio["CacheControl"]
    again = publish("release", "--to", "s3://voices/site", at=house.root, env=env)
    assert "nothing to send" in again.out


def test_an_episode_is_released_to_a_bucket_with_the_endpoint_from_the_config(house: House, server: Server) -> None:
    config = (house.root / "publisher.toml").read_text()
    house.write(
        "publisher.toml", f'{config}\n[release]\ntarget = "s3://voices/config"\nendpoint = "{server.endpoint}"\n'
    )
    house.add_post()
    house.approved("a-post")
    env = {key: value for key, value in credentials(server).items() if key != "AWS_ENDPOINT_URL_S3"}
    assert publish("post", "a-post", at=house.root, env=env).code == 0
    page = server.client.get_object(Bucket="voices", Key="config/posts/a-post.html")
    assert page["ContentType"] == "text/html; charset=utf-8"
    assert publish("status", at=house.root).out.count("published") == 1


def test_no_secret_is_printed_or_written_when_it_goes_wrong(house: House, server: Server) -> None:
    house.add_post()
    house.approved("a-post")
    env = credentials(server, AWS_ACCESS_KEY_ID="AKIAUNKNOWN", AWS_SECRET_ACCESS_KEY="a-secret-that-nobody-may-see")
    ran = publish("post", "a-post", "--to", "s3://voices/wrong", at=house.root, env=env)
    assert ran.code == 1, ran.text
    assert "→" in ran.err
    assert "a-secret-that-nobody-may-see" not in ran.text
    for path in house.root.rglob("*"):
        assert not path.is_file() or b"a-secret-that-nobody-may-see" not in path.read_bytes()


def test_a_bucket_that_does_not_exist_is_named(house: House, server: Server) -> None:
    house.add_post()
    house.approved("a-post")
    ran = publish("post", "a-post", "--to", "s3://no-such-bucket/site", at=house.root, env=credentials(server))
    assert ran.code == 1
    assert "no-such-bucket" in ran.err
