"""`compress = true` in publisher.toml, as its users meet it: a bucket, a folder, and a store that spoils text."""

import gzip
import itertools
import json
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import feedparser
import pytest
from support.commands import Ran, publish
from support.fault_proxy import faulty
from support.faults import Ignore
from support.house import URL, House
from support.s3_server import Server, credentials, open_to_all, running_server

BUCKETS = itertools.count(1)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("server")) as found:
        yield found


@pytest.fixture
def site(house: House, server: Server) -> str:
    """The address of a house with a post, in a bucket that everybody may read from everywhere."""
    name = f"voices-{next(BUCKETS)}"
    server.client.create_bucket(Bucket=name)
    open_to_all(server, name)
    server.client.put_bucket_cors(
        Bucket=name, CORSConfiguration={"CORSRules": [{"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]}
    )
    address = f"{server.endpoint}/{name}/site/"
    config = (house.root / "publisher.toml").read_text().replace(URL, address)
    more = f'[release]\ntarget = "s3://{name}/site"\nprofile = "ministack"\ncompress = true\n'
    house.write("publisher.toml", f"{config}\n{more}")
    house.sign_people()
    house.add_post(text="Some *words*, and the same again. " * 60)
    house.approved("a-post")
    return address


def run(house: House, endpoint: str, *arguments: str) -> Ran:
    return publish(*arguments, at=house.root, env=credentials(endpoint))


def differences(house: House, server: Server, *arguments: str) -> dict[str, str]:
    """What verify tells, by address; ministack itself takes the charset off the type of the site map."""
    ran = run(house, server.endpoint, "verify", "--json", *arguments)
    found = [one for step in json.loads(ran.out)["steps"] for one in step["differences"]]
    return {one["where"]: one["what"] for one in found if not one["where"].endswith("/sitemap.xml")}


def switched_off(house: House) -> None:
    config = (house.root / "publisher.toml").read_text()
    house.write("publisher.toml", config.replace("compress = true\n", ""))


def names(server: Server, site: str) -> list[str]:
    found = server.client.list_objects_v2(Bucket=site.split("/")[3]).get("Contents", [])
    return [one["Key"].removeprefix("site/") for one in found]


def test_texts_are_given_compressed_and_verified_as_they_were_signed(house: House, server: Server, site: str) -> None:
    first = run(house, server.endpoint, "release")
    assert first.code == 0, first.text
    assert not [name for name in names(server, site) if "probe" in name]
    with urllib.request.urlopen(f"{site}posts/a-post.html") as answer:  # noqa: S310  it is ours
        assert b"<h1>A post</h1>" in gzip.decompress(answer.read())
        assert answer.headers["Content-Encoding"] == "gzip"
    with urllib.request.urlopen(f"{site}feeds/blog.atom") as answer:  # noqa: S310  it is ours
        assert [one.title for one in feedparser.parse(answer.read()).entries] == ["A post"], "by any app"
        assert answer.headers["Content-Encoding"] is None
    assert differences(house, server) == differences(house, server, "--deep") == {}
    assert "nothing to send" in run(house, server.endpoint, "release").out
    assert "nothing to send" in run(house, server.endpoint, "release", "--mend").out


@pytest.mark.usefixtures("site")
def test_switched_off_texts_are_sent_once_more_and_verify_says_so_before(house: House, server: Server) -> None:
    assert run(house, server.endpoint, "release").code == 0
    switched_off(house)
    assert "the workspace gives another edition by now" in " ".join(run(house, server.endpoint, "verify").out.split())
    plan = json.loads(run(house, server.endpoint, "release", "--dry-run", "--json").out)["plan"]
    puts = [step for step in plan["steps"] if step["action"] == "put"]
    assert {(step["reason"], *step["headers"]) for step in puts} == {("changed header", "Content-Encoding")}
    assert plan["counts"]["keep"] > 0
    assert "changed header: Content-Encoding" in run(house, server.endpoint, "release").out
    assert "nothing to send" in run(house, server.endpoint, "release").out
    assert differences(house, server) == {}


def test_a_file_that_somebody_changed_is_told_also_where_it_is_compressed(
    house: House, server: Server, site: str
) -> None:
    assert run(house, server.endpoint, "release").code == 0
    name = site.split("/")[3]
    for body, said in (
        (gzip.compress(bytes(9 << 20)), "it decompresses to more than"),
        (b"<p>", "does not decompress"),
    ):
        server.client.put_object(
            Bucket=name, Key="site/posts/a-post.html", Body=body, ContentEncoding="gzip",
            ContentType="text/html; charset=utf-8", CacheControl="public, max-age=300",
        )  # fmt: skip
        found = differences(house, server)
        assert found.keys() == {f"{site}posts/a-post.html"}
        assert said in found[f"{site}posts/a-post.html"]
    assert run(house, server.endpoint, "release", "--mend").code == 0
    assert differences(house, server) == {}


@pytest.mark.slow
def test_a_store_that_loses_the_header_is_told_and_nothing_is_sent_to_it(
    house: House, server: Server, site: str
) -> None:
    with faulty(server) as proxy:
        proxy.on("PUT", "probe", Ignore("content-encoding"), times=999)
        ran = run(house, proxy.endpoint, "release")
        asked = run(house, proxy.endpoint, "target", "check", "--json")
        switched_off(house)
        without = run(house, proxy.endpoint, "target", "check", "--json")
    assert ran.code == 1
    said = " ".join(ran.err.split())
    assert "compressed text would not reach its readers: the store does not keep the Content-Encoding" in said
    assert "leave out compress = true" in said
    assert {"lease.json"} >= {*names(server, site)}
    assert outcome(asked) == (1, "fails")
    assert outcome(without) == (0, "lacks")


@pytest.mark.usefixtures("site")
def test_where_texts_are_kept_compressed_it_is_not_tried_again(house: House, server: Server) -> None:
    assert run(house, server.endpoint, "release").code == 0
    house.add_post("another")
    house.approved("another")
    with faulty(server) as proxy:
        ran = run(house, proxy.endpoint, "release")
        assert ran.code == 0, ran.text
        assert not [request for request in proxy.requests if "probe" in request.key]


def test_another_target_is_not_looked_for_at_the_houses_address(house: House, server: Server, site: str) -> None:
    elsewhere = f"s3://{site.split('/')[3]}/elsewhere"
    ran = run(house, server.endpoint, "release", "--to", elsewhere)
    assert ran.code == 0, ran.text
    found = server.client.get_object(Bucket=site.split("/")[3], Key="elsewhere/posts/a-post.html")
    assert found["ContentEncoding"] == "gzip"
    house.sign_takedown("a-post")
    ran = run(house, server.endpoint, "takedown", "a-post", "--to", elsewhere)
    assert ran.code == 0, ran.text
    assert "not asked: the house's address serves another target" in " ".join(ran.text.split())


def outcome(ran: Ran) -> tuple[int, str]:
    found = {probe["what"]: probe["outcome"] for probe in json.loads(ran.out)["probes"]}
    return ran.code, found["compressed text"]


def test_what_a_bucket_cannot_promise_is_told(house: House, server: Server, site: str) -> None:
    ran = run(house, server.endpoint, "target", "check", "--public", site)
    assert ran.code == 0, ran.text
    assert "✓ compressed text            also to who does not take it" in ran.out
    assert "✓ public: compressed text    also to who does not take it" in ran.out
    assert names(server, site) == []


@pytest.mark.usefixtures("site")
def test_a_folder_keeps_texts_as_they_are_and_that_is_said(house: House, tmp_path: Path) -> None:
    ran = publish("release", "--to", str(tmp_path / "look"), at=house.root)
    assert ran.code == 0, ran.text
    assert "compress = true is for buckets" in ran.out
    assert (tmp_path / "look/posts/a-post.html").read_text(encoding="utf-8").startswith("<!")
    assert "its web server compresses" in publish("target", "check", "--to", str(tmp_path / "look"), at=house.root).out
    verified = publish("verify", "--to", str(tmp_path / "look"), at=house.root)
    assert verified.code == 0, verified.text
