"""Which store is behind an address, and how it is spoken to."""

import re
from pathlib import Path

import pytest
from support.answering import answering

from publisher.errors import PublisherError
from publisher.release.profiles import GENERIC, PROFILES, Profile, profile_of
from publisher.release.s3_client import connect
from publisher.release.target import TargetOptions, open_target

STORES = Path(__file__).parents[2] / "docs" / "s3.md"


@pytest.mark.parametrize(
    ("endpoint", "name"),
    [
        (None, "aws"),
        ("https://s3.eu-central-1.amazonaws.com", "aws"),
        ("https://s3.cn-north-1.amazonaws.com.cn", "aws"),
        ("https://0123456789abcdef.r2.cloudflarestorage.com", "r2"),
        ("https://0123456789abcdef.eu.r2.cloudflarestorage.com/", "r2"),
        ("https://s3.eu-central-003.backblazeb2.com", "b2"),
        ("https://s3.wasabisys.com", "wasabi"),
        ("https://fra1.digitaloceanspaces.com", "spaces"),
    ],
)
def test_a_store_is_told_by_its_address(endpoint: str | None, name: str) -> None:
    assert profile_of(None, endpoint) is PROFILES[name]


@pytest.mark.parametrize("endpoint", ["https://s3.example.com", "http://127.0.0.1:9000", "https://notamazonaws.com"])
def test_of_a_store_that_nobody_knows_nothing_is_taken_for_granted(endpoint: str) -> None:
    assert profile_of(None, endpoint) is GENERIC
    assert not any(
        vars(GENERIC.promises)[name] for name in ("conditional_create", "conditional_replace", "object_lock")
    )


def test_a_named_profile_counts_more_than_the_address() -> None:
    assert profile_of("ceph", "https://s3.wasabisys.com") is PROFILES["ceph"]


def test_a_profile_that_there_is_not_is_told_with_those_that_there_are() -> None:
    with pytest.raises(PublisherError, match=r"called 'cehp' \(give one of aws, b2, ceph, .*, or leave it out\)"):
        open_target("s3://bucket", TargetOptions(profile="cehp"))


@pytest.mark.parametrize("profile", PROFILES)
def test_a_target_promises_what_its_store_does(profile: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_REGION", "us-east-1")

    assert open_target("s3://bucket", TargetOptions(profile=profile)).promises == PROFILES[profile].promises


def test_r2_is_signed_for_its_only_region() -> None:
    with answering(200, "<ListBucketResult><IsTruncated>false</IsTruncated></ListBucketResult>") as store:
        open_target("s3://bucket", TargetOptions(endpoint=store.endpoint, profile="r2")).listing()

    assert "/auto/s3/aws4_request" in store.requests[0][2]["authorization"]


@pytest.mark.parametrize(("name", "etag"), [("aws", '"seen"'), ("ceph", "seen"), ("spaces", "seen")])
def test_an_etag_is_quoted_as_the_store_takes_it(name: str, etag: str) -> None:
    with answering(200) as store:
        options = TargetOptions(endpoint=store.endpoint, region="us-east-1", profile=name)
        open_target("s3://bucket", options).swap("state.json", b"{}", "seen")

    assert store.requests[-1][2]["if-match"] == etag


def test_a_bucket_stands_in_the_host_name_at_aws_and_in_the_path_elsewhere() -> None:
    urls = [
        connect(TargetOptions(region="eu-west-1", profile=name)).generate_presigned_url(
            "get_object", Params={"Bucket": "voices", "Key": "a.html"}
        )
        for name in ("aws", "minio")
    ]

    assert urls[0].startswith("https://voices.s3.")
    assert urls[1].partition("?")[0].endswith("/voices/a.html")


def test_the_stores_of_the_documentation_are_those_of_the_table() -> None:
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \| (.*?) \| (.*?) \| (.*?) \|$", STORES.read_text(), re.MULTILINE)

    del rows[0]
    assert [name for name, *_ in rows] == sorted(PROFILES)
    for name, title, told_by, conditions, lock in rows:
        profile = PROFILES[name]
        assert title.startswith(profile.title)
        assert told_by.endswith("its name here") or set(hosts(told_by)) <= set(profile.hosts)
        assert (conditions == "yes") == atomic(profile)
        assert (lock == "yes") == profile.promises.object_lock


def hosts(told_by: str) -> list[str]:
    return re.findall(r"`([a-z0-9.]+)`", told_by)


def atomic(profile: Profile) -> bool:
    return profile.promises.conditional_create and profile.promises.conditional_replace
