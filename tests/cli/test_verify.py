"""`publish verify` and `publish release --due` as their users and their timers run them."""

import json
import shutil
from pathlib import Path

import pytest
from support.commands import publish
from support.house import House, make_house
from support.public_server import served

SOON = "2099-12-24T18:00:00+01:00"


@pytest.fixture(scope="module")
def approved(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A post that is approved and one that comes in a long time; nothing was sent."""
    house = make_house(tmp_path_factory.mktemp("approved") / "house")
    house.add_post()
    house.add_post("soon", matter=f"guid: the-one-to-come\npublish_at: {SOON}\nunpublish_at: 2100-01-06T00:00:00Z\n")
    house.approved("a-post")
    house.approved("soon")
    return house


@pytest.fixture
def house(approved: House, tmp_path: Path) -> House:
    shutil.copytree(approved.root, tmp_path / "house")
    return House(tmp_path / "house")


def test_a_timer_sends_what_is_due_and_is_silent_before_and_after(house: House) -> None:
    first = publish("release", "--due", at=house.root)
    assert first.code == 0, first.text
    assert "a-post: its moment has come, 2026-11-05 07:00+01:00" in first.out
    again = publish("release", "--due", at=house.root)
    assert (again.code, again.text) == (0, "")
    script = publish("release", "--due", "--json", at=house.root)
    assert json.loads(script.out) == {"due": [], "released": False}


def test_a_timer_opens_no_connection_while_nothing_is_due(house: House) -> None:
    house.write("posts/a-post/post.md", (house.root / "posts/a-post/post.md").read_text() + "Edited.\n")
    shutil.rmtree(house.root / "posts/a-post")
    bucket = publish(
        "release", "--due", "--to", "s3://no-such/bucket", at=house.root, env={"AWS_ENDPOINT_URL": "http://127.0.0.1:1"}
    )
    assert (bucket.code, bucket.text) == (0, "")


def test_when_a_piece_comes_and_goes_is_said_where_one_looks(house: House) -> None:
    status = publish("status", at=house.root)
    assert "scheduled" in status.out
    assert "its moment, 2099-12-24 18:00+01:00" in status.out
    rows = {row["slug"]: row for row in json.loads(publish("status", "--json", at=house.root).out)["pieces"]}
    assert rows["soon"]["publish_at"] == SOON
    assert rows["a-post"]["unpublish_at"] is None
    shown = publish("review", "show", "soon", at=house.root).out
    assert f"to be public from {SOON}\ndated 2026-11-05T07:00:00+01:00 · until 2100-01-06T00:00:00+00:00" in shown
    moved = publish("post", "soon", at=house.root)
    assert moved.code == 3
    assert "waits for its moment, 2099-12-24 18:00+01:00" in moved.out


def test_verifying_ends_with_0_if_all_is_the_same_and_with_1_if_not(house: House) -> None:
    publish("release", at=house.root)
    whole = publish("verify", at=house.root)
    assert whole.code == 0, whole.text
    assert [line[:4] for line in whole.out.splitlines()[:5]] == ["✓ 1.", "✓ 2.", "✓ 3.", "✓ 4.", "✓ 5."]
    page = house.root / "public/posts/a-post.html"
    page.write_text(page.read_text().replace("Some", "None"))
    broken = publish("verify", at=house.root)
    assert broken.code == 1
    assert f"{page}: its bytes are not what was approved\n     → publish release --mend" in broken.out
    data = json.loads(publish("verify", "--json", at=house.root).out)
    assert not data["same"]
    assert [step["state"] for step in data["steps"]] == ["passed", "passed", "failed", "passed", "passed"]
    publish("release", "--mend", at=house.root)
    assert publish("verify", at=house.root).code == 0


def test_an_address_is_asked_if_one_is_named(house: House) -> None:
    publish("release", at=house.root)
    with served(house.root / "public") as site:
        whole = publish("verify", "--url", site.url, "--deep", at=house.root)
        assert whole.code == 0, whole.text
        assert f"at {site.url}, every byte and header" in whole.out
        site.everywhere = lambda reply: reply.saying(Cache_Control="no-store")
        many = publish("verify", "--url", site.url, at=house.root)
    assert many.code == 1
    assert "more: Cache-Control is 'no-store', not 'public, max-age=300'" in many.out


@pytest.mark.slow
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--url", "voices.example.com"], "this is not the address of a site"),
        (["--url", ""], "this is not the address of a site"),
        (["--url", "https://"], "cannot be reached"),
        (["--url", "http://127.0.0.1:1"], "cannot be reached: Connection refused"),
        (["--to", "elsewhere"], "nothing was released there yet"),
        (["--to", "ftp://x"], "there is no target of the kind 'ftp'"),
    ],
)
def test_what_cannot_be_verified_is_one_error_with_what_to_do(house: House, options: list[str], said: str) -> None:
    publish("release", at=house.root)
    ran = publish("verify", *options, at=house.root)
    assert ran.code == 1
    assert said in ran.err
    assert len(ran.err.splitlines()) == 2
