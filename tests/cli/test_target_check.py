"""`publish target check`: what a user is told about the place of their releases."""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from support.commands import Ran, publish
from support.fault_proxy import faulty
from support.faults import Answer, Exchange, Fault, Refuse, Reset
from support.house import House
from support.s3_server import Server, credentials, open_to_all, running_server

if TYPE_CHECKING:
    from types_boto3_s3.type_defs import CORSRuleTypeDef

BUCKET = "voices"
OTHER = "other"
VAULT = "vault"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A store with buckets that everybody may read, one of them from other pages, and one that can lock objects."""
    with running_server(tmp_path_factory.mktemp("server")) as found:
        for name in (BUCKET, OTHER):
            found.client.create_bucket(Bucket=name)
            open_to_all(found, name)
        everywhere: CORSRuleTypeDef = {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}
        found.client.put_bucket_cors(Bucket=BUCKET, CORSConfiguration={"CORSRules": [everywhere]})
        found.client.create_bucket(Bucket=VAULT, ObjectLockEnabledForBucket=True)
        yield found


def check(house: House, server: Server, *arguments: str, endpoint: str | None = None, to: str = BUCKET) -> Ran:
    env = credentials(endpoint or server.endpoint)
    public = f"{server.endpoint}/{to}/site"
    return publish("target", "check", "--to", f"s3://{to}/site", "--public", public, *arguments, at=house.root, env=env)


def outcomes(ran: Ran) -> dict[str, str]:
    return {probe["what"]: probe["outcome"] for probe in json.loads(ran.out)["probes"]}


def left(server: Server) -> list[str]:
    return [item["Key"] for item in server.client.list_objects_v2(Bucket=BUCKET).get("Contents", [])]


def test_a_store_that_is_fit_is_told_line_by_line_and_nothing_is_left_there(house: House, server: Server) -> None:
    ran = check(house, server, "--vault", f"s3://{VAULT}")

    assert ran.code == 0, ran.text
    for line in (
        "✓ create only what is new    one winner of 6, 6 times",
        "✓ replace only what was seen one winner of 6, 6 times",
        "✓ public: a part (Range)",
        "✓ public: for other pages",
        "✓ keep objects locked        .publisher-probe-",
        '    profile = "s3"',
        "✓ A release can go there",
    ):
        assert line in ran.text
    assert left(server) == []


def test_a_bucket_that_nobody_may_read_is_told(house: House, server: Server) -> None:
    server.client.create_bucket(Bucket="private")
    ran = check(house, server, to="private")

    assert ran.code == 1
    assert "answers 403" in ran.text
    assert "make the bucket or folder public there" in ran.text
    assert "✗ A release needs what is missing here" in ran.text


def test_where_nothing_can_be_written_nothing_else_is_asked(house: House, server: Server) -> None:
    ran = check(house, server, "--json", to="no-such-bucket")

    assert ran.code == 1
    assert outcomes(ran) == {"write": "fails"}
    assert "there is no such bucket" in ran.out


def test_a_store_without_conditions_leads_to_a_single_writer(house: House, server: Server) -> None:
    with faulty(server) as proxy:
        proxy.on("PUT", r"(new|seen)-\d\.json", Refuse(501, "NotImplemented"), times=999)
        ran = check(house, server, "--json", endpoint=proxy.endpoint, to=OTHER)

    assert ran.code == 0, ran.text
    assert json.loads(ran.out)["settings"] == {"single_writer": "true"}
    assert outcomes(ran)["create only what is new"] == outcomes(ran)["replace only what was seen"] == "lacks"
    assert outcomes(ran)["public: for other pages"] == "lacks"


class Ignored(Fault):
    """A condition that a store doesn't look at: everybody is told that they won."""

    def serve(self, exchange: Exchange) -> None:
        exchange.forward()
        exchange.answer(Answer(200, {"etag": '"0123"'}, b""))


def test_a_store_that_ignores_conditions_is_caught_by_writers_at_the_same_time(house: House, server: Server) -> None:
    with faulty(server) as proxy:
        proxy.on("PUT", r"(new|seen)-\d\.json", Ignored(), times=999)
        ran = check(house, server, endpoint=proxy.endpoint)

    assert "6 of 6 that wrote at the same time were told that they had won" in ran.text
    assert "single_writer = true" in ran.text


NEEDED = {
    "list": ("GET", "list-type", Refuse(403, "AccessDenied")),
    "read": ("GET", "page.html", Refuse(403, "AccessDenied")),
    "delete": ("DELETE", "page.html", Refuse(403, "AccessDenied")),
    "delete many at once": ("POST", "delete", Refuse(403, "AccessDenied")),
    "large files in parts": ("POST", "uploads", Refuse(501, "NotImplemented")),
}
"""What a release needs, and where a store may fall short of it."""


def test_all_that_a_release_needs_and_is_not_there_is_told(house: House, server: Server) -> None:
    with faulty(server) as proxy:
        for method, key, fault in NEEDED.values():
            proxy.on(method, key, fault, times=99)
        ran = check(house, server, "--json", endpoint=proxy.endpoint, to=OTHER)

    assert ran.code == 1
    assert {what for what, outcome in outcomes(ran).items() if outcome == "fails"} >= NEEDED.keys()


def test_a_store_that_goes_away_in_the_middle_is_told_without_a_traceback(house: House, server: Server) -> None:
    with faulty(server) as proxy:
        proxy.on("PUT", "seen", Reset(), times=99)
        ran = check(house, server, endpoint=proxy.endpoint, to=OTHER)

    assert ran.code == 1
    assert "Traceback" not in ran.text
    assert "✗ replace only what was seen the connection to the store broke" in ran.text
    assert "single_writer" not in ran.text


def test_a_folder_is_asked_too(house: House) -> None:
    ran = publish("target", "check", "--public", "http://127.0.0.1:9/", at=house.root)

    assert ran.code == 1
    assert "taken for: a folder" in ran.text
    assert "✓ replace only what was seen" in ran.text
    assert "✗ public" in ran.text
    assert not any((house.root / "public").iterdir())


def test_a_vault_that_is_no_bucket_is_told(house: House) -> None:
    ran = publish("target", "check", "--vault", "public", at=house.root)

    assert ran.code == 1
    assert "✗ public: a vault is a bucket\n  → give s3://bucket/prefix" in ran.text
