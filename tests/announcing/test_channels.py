"""Telling others what a release changed: each channel against a real server, and none that can make a release fail."""

import base64
import hashlib
import hmac
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from boto3.session import Session
from hypothesis import given
from hypothesis import strategies as st
from support.answering import Store, answering
from support.s3_server import OWNER, running_server

from publisher.announcing import cloudfront
from publisher.announcing.channels import CHANNELS, announce
from publisher.announcing.model import News, Told
from publisher.errors import PublisherError
from publisher.workspace.announce import Announce

NEWS = News(
    house="https://voices.example.com/",
    edition="a1" * 32,
    moment="2026-11-05T07:00:00+00:00",
    feeds=("feeds/aloud.xml", "feeds/blog.atom"),
    changed=("feeds/aloud.xml", "index.html", "posts/a post.html"),
    pieces={"a-talk": "0123456789ab", "gone": ""},
)
SECRET = "whsec_" + base64.b64encode(b"a secret of twenty-four!").decode()


def told(settings: Announce, secrets: Mapping[str, str] | None = None, news: News = NEWS) -> list[str]:
    """What came of it: whom it reached, and what went wrong."""
    answers = announce(news, settings, secrets or {})
    return [one.whom if isinstance(one, Told) else f"{one.what} → {one.hint}" for one in answers]


def host(store: Store) -> str:
    return urlsplit(store.endpoint).netloc


def test_the_hub_hears_of_each_feed_that_changed() -> None:
    with answering(204) as hub:
        assert told(Announce(websub=f"{hub.endpoint}/")) == [f"the hub {host(hub)}"]

    assert [parse_qs(body.decode()) for body in hub.bodies] == [
        {"hub.mode": ["publish"], "hub.url": [f"https://voices.example.com/{key}"]} for key in NEWS.feeds
    ]


def test_podping_hears_of_podcasts_only_and_gets_its_token_from_the_environment() -> None:
    with answering(200) as podping:
        assert told(Announce(podping=f"{podping.endpoint}/"), {"PODPING_TOKEN": "blahblah"}) == ["Podping"]

    ((method, path, headers),) = podping.requests
    assert method == "GET"
    assert parse_qs(urlsplit(path).query) == {
        "url": ["https://voices.example.com/feeds/aloud.xml"],
        "reason": ["update"],
        "medium": ["podcast"],
    }
    assert headers["authorization"] == "blahblah"


def test_podping_without_a_token_is_told_where_to_put_it() -> None:
    (said,) = told(Announce(podping="https://podping.example.com/"))
    assert said == "Podping wants a token → put it into the environment, never in a file"


def test_a_webhook_gets_json_that_it_can_verify() -> None:
    with answering(200) as receiver:
        told(Announce(webhook=f"{receiver.endpoint}/hook?key=k"), {"PUBLISH_WEBHOOK_SECRET": SECRET})

    ((_, path, headers),), (body,) = receiver.requests, receiver.bodies
    assert path == "/hook?key=k"
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = hmac.digest(b"a secret of twenty-four!", signed, hashlib.sha256)
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(expected).decode()}"
    assert json.loads(body) == {
        "type": "release",
        "timestamp": NEWS.moment,
        "data": {
            "house": NEWS.house,
            "edition": NEWS.edition,
            "feeds": ["https://voices.example.com/feeds/aloud.xml", "https://voices.example.com/feeds/blog.atom"],
            "pieces": [{"slug": "a-talk", "revision": "0123456789ab"}, {"slug": "gone", "revision": None}],
        },
    }


def test_a_webhook_without_a_secret_is_not_signed() -> None:
    with answering(200) as receiver:
        told(Announce(webhook=receiver.endpoint))
    assert "webhook-signature" not in receiver.requests[0][2]


def test_a_secret_that_cannot_be_read_is_told_and_not_shown() -> None:
    (said,) = told(Announce(webhook="https://example.com/"), {"PUBLISH_WEBHOOK_SECRET": "whsec_not base64!"})
    assert said.startswith("the webhook's secret cannot be read")
    assert "not base64!" not in said


def test_cloudfront_is_asked_to_forget_what_changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_server(tmp_path) as server:
        for name, value in {
            "AWS_ACCESS_KEY_ID": OWNER,
            "AWS_SECRET_ACCESS_KEY": OWNER,
            "AWS_ENDPOINT_URL_CLOUDFRONT": server.endpoint,
        }.items():
            monkeypatch.setenv(name, value)
        client = Session(region_name="us-east-1").client("cloudfront")
        origin = {"Id": "o", "DomainName": "b.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
        made = client.create_distribution(
            DistributionConfig={
                "CallerReference": "once",
                "Comment": "",
                "Enabled": True,
                "Origins": {"Quantity": 1, "Items": [origin]},
                "DefaultCacheBehavior": {"TargetOriginId": "o", "ViewerProtocolPolicy": "https-only"},
            }
        )
        id_ = made["Distribution"]["Id"]
        assert told(Announce(cloudfront=id_)) == ["CloudFront (4 paths)"]
        (listed,) = client.list_invalidations(DistributionId=id_)["InvalidationList"]["Items"]
        batch = client.get_invalidation(DistributionId=id_, Id=listed["Id"])["Invalidation"]["InvalidationBatch"]
        assert sorted(batch["Paths"]["Items"]) == ["/", "/feeds/aloud.xml", "/index.html", "/posts/a%20post.html"]
        (said,) = told(Announce(cloudfront="E0000000000000"))
        assert said.startswith("CloudFront keeps what it has: NoSuchDistribution → it needs cloudfront:CreateInv")


def test_very_many_paths_are_one_for_all_of_them() -> None:
    many = replace(NEWS, changed=tuple(f"{number}.html" for number in range(1001)))
    assert cloudfront.paths_of(many) == ["/*"]


@given(st.lists(st.text("abc/. ", min_size=1, max_size=12)))
def test_every_path_is_ascii_begins_with_a_slash_and_none_is_lost(keys: list[str]) -> None:
    paths = cloudfront.paths_of(replace(NEWS, changed=tuple(keys)))
    assert all(path.startswith("/") and path.isascii() and " " not in path for path in paths)
    assert len(paths) >= len(keys)


def test_a_command_of_the_house_gets_what_changed_on_its_standard_input(tmp_path: Path) -> None:
    out = tmp_path / "heard.json"
    script = f"import sys, pathlib; pathlib.Path({str(out)!r}).write_bytes(sys.stdin.buffer.read())"
    assert told(Announce(command=[sys.executable, "-c", script])) == [sys.executable]

    assert json.loads(out.read_bytes()) == {
        "house": NEWS.house, "changed": sorted(NEWS.changed), "feeds": list(NEWS.feeds),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("command", "said"),
    [
        ([sys.executable, "-c", "import sys; sys.exit('the cache is asleep')"], "it ended with 1: the cache is asleep"),
        ([sys.executable, "-c", "raise SystemExit(3)"], "it ended with 3: it said nothing"),
        (["/no/such/command"], "it cannot be run: No such file or directory"),
    ],
)
def test_a_command_that_fails_says_so_in_its_own_words(command: list[str], said: str) -> None:
    assert told(Announce(command=command)) == [f"{said} → mend it, then: publish announce"]


@pytest.mark.parametrize(("status", "said"), [(404, "answers 404"), (302, "answers 302"), (500, "answers 500")])
def test_whatever_is_no_success_is_told(status: int, said: str) -> None:
    with answering(status) as elsewhere, answering(status) as hub:
        hub.headers["Location"] = elsewhere.endpoint
        (found,) = told(Announce(websub=hub.endpoint), news=replace(NEWS, feeds=NEWS.feeds[:1]))
        assert said in found
        assert elsewhere.requests == []


def test_one_that_cannot_be_reached_keeps_no_other_from_being_told() -> None:
    with answering(200) as gone:
        nobody = gone.endpoint
    with answering(200) as receiver:
        first, second = told(Announce(websub=nobody, webhook=receiver.endpoint))
    assert first.startswith(f"the hub {urlsplit(nobody).netloc} cannot be reached → what was released is public")
    assert second == f"the webhook at {host(receiver)}"


def test_nobody_is_told_where_nobody_is_named() -> None:
    assert told(Announce()) == []


def test_hubs_and_caches_are_left_alone_where_nothing_of_theirs_changed() -> None:
    quiet = replace(NEWS, feeds=(), changed=())
    settings = Announce(
        websub="https://hub.example.com/", podping="https://p.example.com/", cloudfront="E0000000000000"
    )
    assert told(settings, news=quiet) == []


def test_every_channel_is_told_of_by_a_setting() -> None:
    assert {channel.__module__.rpartition(".")[2] for channel in CHANNELS} == set(Announce.model_fields)


def test_a_secret_in_an_address_is_not_in_a_message() -> None:
    with answering(403) as receiver:
        address = f"{receiver.endpoint}/T0/secret-path?key=hidden"
        (answer,) = announce(NEWS, Announce(webhook=address), {})
    assert isinstance(answer, PublisherError)
    assert "secret-path" not in str(answer)
    assert "hidden" not in str(answer)
