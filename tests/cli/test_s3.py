"""`publish … --to s3://bucket/prefix` from the command line, against a real server."""

import itertools
import threading
from collections.abc import Iterator

import feedparser
import pytest
from support.commands import publish
from support.house import URL, House
from support.s3_server import Server, credentials, open_to_all, running_server

from publisher.release.lease import Holder, Lease

BUCKETS = itertools.count(1)


@pytest.fixture
def bucket(house: House, server: Server) -> str:
    """A new bucket that everybody may read, below whose address the house publishes."""
    name = f"voices-{next(BUCKETS)}"
    server.client.create_bucket(Bucket=name)
    open_to_all(server, name)
    config = (house.root / "publisher.toml").read_text().replace(URL, f"{server.endpoint}/{name}/site/")
    house.write("publisher.toml", f'{config}\n[release]\nprofile = "ministack"\n')
    house.sign_people()
    return name


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("server")) as found:
        yield found


def test_an_episode_is_released_to_a_bucket_with_the_endpoint_from_the_environment(
    house: House, server: Server, bucket: str
) -> None:
    house.add_episode()
    house.approved("a-talk")
    env = credentials(server.endpoint)
    ran = publish("episode", "a-talk", "--to", f"s3://{bucket}/site", at=house.root, env=env)
    assert ran.code == 0, ran.text
    feed = server.client.get_object(Bucket=bucket, Key="site/feeds/aloud.xml")
    assert feed["ContentType"] == "application/rss+xml; charset=utf-8"
    (item,) = feedparser.parse(feed["Body"].read()).entries
    enclosure = item.enclosures[0]
    key = "site/" + enclosure.href.removeprefix(f"{server.endpoint}/{bucket}/site/")
    audio = server.client.get_object(Bucket=bucket, Key=key)
    assert audio["ContentLength"] == int(enclosure.length)
    assert audio["ContentType"] == "audio/mpeg"
    assert "immutable" in audio["CacheControl"]
    again = publish("release", "--to", f"s3://{bucket}/site", at=house.root, env=env)
    assert "nothing to send" in again.out


def test_an_episode_is_released_to_a_bucket_with_the_endpoint_from_the_config(
    house: House, server: Server, bucket: str
) -> None:
    config = (house.root / "publisher.toml").read_text()
    house.write("publisher.toml", f'{config}target = "s3://{bucket}/site"\nendpoint = "{server.endpoint}"\n')
    house.add_post()
    house.approved("a-post")
    env = {key: value for key, value in credentials(server.endpoint).items() if key != "AWS_ENDPOINT_URL_S3"}
    assert publish("post", "a-post", at=house.root, env=env).code == 0
    page = server.client.get_object(Bucket=bucket, Key="site/posts/a-post.html")
    assert page["ContentType"] == "text/html; charset=utf-8"
    assert publish("status", at=house.root).out.count("published") == 1


def test_media_that_the_public_cannot_get_stop_the_release_before_a_feed_names_them(
    house: House, server: Server, bucket: str
) -> None:
    house.add_episode()
    house.approved("a-talk")
    house.write("publisher.toml", (house.root / "publisher.toml").read_text() + f'target = "s3://{bucket}/site"\n')
    server.client.delete_bucket_policy(Bucket=bucket)
    ran = publish("release", at=house.root, env=credentials(server.endpoint))
    assert ran.code == 1
    assert "a listener would not get it: the address answers 403" in ran.err
    assert "feeds are as they were" in " ".join(ran.err.split())
    names = [item["Key"] for item in server.client.list_objects_v2(Bucket=bucket).get("Contents", [])]
    assert [name for name in names if name.startswith("site/media/")]
    assert not [name for name in names if name.endswith((".html", ".xml"))]


def test_a_store_of_which_nobody_knows_whether_it_keeps_releases_apart_is_not_written_to(
    house: House, server: Server, bucket: str
) -> None:
    house.add_post()
    house.approved("a-post")
    config = (house.root / "publisher.toml").read_text().replace('profile = "ministack"', "")
    house.write("publisher.toml", config)
    ran = publish("release", "--to", f"s3://{bucket}/site", at=house.root, env=credentials(server.endpoint))
    assert ran.code == 1
    assert "nobody knows whether this store keeps two releases apart" in ran.err
    assert "publish target check" in ran.err
    assert "Contents" not in server.client.list_objects_v2(Bucket=bucket)
    house.write("publisher.toml", f"{config}single_writer = true\n")
    assert publish("release", "--to", f"s3://{bucket}/site", at=house.root, env=credentials(server.endpoint)).code == 0


@pytest.mark.slow
def test_a_release_that_finds_another_one_running_waits_and_says_so(house: House, server: Server, bucket: str) -> None:
    house.add_post()
    house.approved("a-post")
    theirs = Lease(3, 1, Holder("another workspace", 1))
    server.client.put_object(Bucket=bucket, Key="site/lease.json", Body=theirs.to_bytes())
    stop = threading.Event()

    def stay() -> None:
        beat = 1
        while not stop.wait(0.2):
            beat += 1
            server.client.put_object(
                Bucket=bucket, Key="site/lease.json", Body=Lease(3, beat, theirs.holder).to_bytes()
            )

    staying = threading.Thread(target=stay)
    staying.start()
    try:
        ran = publish("release", "--to", f"s3://{bucket}/site", at=house.root, env=credentials(server.endpoint))
    finally:
        stop.set()
        staying.join()
    assert ran.code == 1
    assert "another release to this place is running" in ran.err
    names = [item["Key"] for item in server.client.list_objects_v2(Bucket=bucket)["Contents"]]
    assert names == ["site/lease.json"]


def test_no_secret_is_printed_or_written_when_it_goes_wrong(house: House, server: Server, bucket: str) -> None:
    house.add_post()
    house.approved("a-post")
    env = credentials(
        server.endpoint, AWS_ACCESS_KEY_ID="AKIAUNKNOWN", AWS_SECRET_ACCESS_KEY="a-secret-that-nobody-may-see"
    )
    ran = publish("post", "a-post", "--to", f"s3://{bucket}/wrong", at=house.root, env=env)
    assert ran.code == 1, ran.text
    assert "→" in ran.err
    assert "a-secret-that-nobody-may-see" not in ran.text
    for path in house.root.rglob("*"):
        assert not path.is_file() or b"a-secret-that-nobody-may-see" not in path.read_bytes()


def test_a_bucket_that_does_not_exist_is_named(house: House, server: Server, bucket: str) -> None:  # noqa: ARG001
    house.add_post()
    house.approved("a-post")
    ran = publish("post", "a-post", "--to", "s3://no-such-bucket/site", at=house.root, env=credentials(server.endpoint))
    assert ran.code == 1
    assert "no-such-bucket" in ran.err
