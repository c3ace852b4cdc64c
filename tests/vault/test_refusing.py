"""A store that keeps no lock, a bucket that anybody reads, a vault out of reach: loud, and mended by running again."""

import json
import re
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from boto3.session import Session
from botocore.exceptions import ClientError
from support.commands import REPOSITORY, publish
from support.fault_proxy import Proxy
from support.faults import Ignore, Pretend, Refuse
from support.house import NOW
from support.s3_server import OWNER, open_to_all

from publisher.errors import PublisherError
from publisher.workflow.release import release
from publisher.workflow.removing import Afterwards, remove
from publisher.workflow.trying import try_vault
from publisher.workflow.vaulted import owed_since
from publisher.workflow.vaulting import Thorough
from vault.vaults import Vaulting

if TYPE_CHECKING:
    from collections.abc import Callable

    from types_boto3_s3 import S3Client
    from types_boto3_s3.type_defs import ObjectLockRetentionUnionTypeDef

    from publisher.workflow.telling import Step

ENVIRONMENT = {"AWS_ACCESS_KEY_ID": OWNER, "AWS_SECRET_ACCESS_KEY": OWNER, "AWS_CONFIG_FILE": "/nonexistent"}


@pytest.fixture
def approved(one: Vaulting) -> Vaulting:
    """With a post that waits for its release."""
    one.house.add_post()
    one.house.approved("a-post")
    return one


def failed(one: Vaulting) -> str:
    """Release, and give why nothing got into the vault."""
    found = release(one.house.context()).vaulted
    assert isinstance(found, PublisherError)
    return str(found)


def is_stopped(one: Vaulting) -> bool:
    """Release; whether the vault stopped it before anything was sent, or failed after."""
    try:
        return isinstance(release(one.house.context()).vaulted, PublisherError)
    except PublisherError as error:
        return error.what.startswith("what is public is not in the vault yet")


def test_a_store_that_takes_the_lock_and_ignores_it_is_named_before_any_evidence_is_sent(
    approved: Vaulting, proxy: Proxy
) -> None:
    proxy.on("PUT", "", Ignore("x-amz-object-lock"), times=100)
    approved.set_vault(endpoint=proxy.endpoint)
    text = failed(approved)

    assert "the store (ministack) took the lock and did not keep it: what was sent is not locked" in text
    assert "vault.json" in text
    assert approved.names() == ["vault.json"]


def test_a_store_that_ignores_a_longer_lock_is_told(approved: Vaulting, proxy: Proxy) -> None:
    approved.set_vault(endpoint=proxy.endpoint)
    approved.released(NOW)
    proxy.on("PUT", "retention", Pretend(), times=100)
    with pytest.raises(PublisherError, match=r"did not keep it: what was sent is locked until 2029-11-21"):
        approved.sent(NOW + timedelta(days=40), Thorough(whole=True))


def test_a_bucket_without_object_lock_is_refused_and_stays_red_until_it_is_mended(approved: Vaulting) -> None:
    plain = f"{approved.bucket}-plain"
    approved.server.client.create_bucket(Bucket=plain)
    root = approved.house.root
    config = (root / "publisher.toml").read_text()
    approved.house.write("publisher.toml", config.replace(f"s3://{approved.bucket}/", f"s3://{plain}/"))

    ran = publish("release", at=root, env=ENVIRONMENT)
    assert ran.code == 1, ran.text
    assert "its evidence is not in the vault" in ran.out
    assert "made without Object Lock" in ran.out
    assert (root / "public/posts/a-post.html").exists()
    ran = publish("status", at=root, env=ENVIRONMENT)
    assert ran.code == 1
    assert re.search(r"what was released on \d{4}-\d\d-\d\d is not in the vault: publish vault send", ran.out)
    ran = publish("post", "a-post", at=root, env=ENVIRONMENT)
    assert ran.code == 1
    assert "what is public is not in the vault yet, and a release would lose it" in ran.err
    ran = publish("vault", "check", "--json", at=root, env=ENVIRONMENT)
    assert ran.code == 1
    assert {one["name"] for one in json.loads(ran.out)["tried"] if one["holds"] is False} == {"lock"}
    said = " ".join(publish("vault", "check", at=root, env=ENVIRONMENT).out.split())
    assert "made without Object Lock: make another with it, as docs/vault.md shows" in said
    assert "InvalidRequest" not in said

    approved.house.write("publisher.toml", config)
    ran = publish("vault", "send", at=root, env=ENVIRONMENT)
    assert ran.code == 0, ran.text
    assert publish("status", at=root, env=ENVIRONMENT).code == 0
    ran = publish("vault", "verify", at=root, env=ENVIRONMENT)
    assert ran.code == 0, ran.text
    assert "are what was sent, and locked" in ran.out


def test_a_bucket_that_anybody_can_read_gets_nothing_but_what_is_no_secret(approved: Vaulting) -> None:
    open_to_all(approved.server, approved.bucket)

    assert "anybody can read in this bucket" in failed(approved)
    assert approved.names() == ["vault.json"]
    tried = {one.name: one.holds for one in try_vault(approved.house.context())}
    assert tried["private"] is False


def test_the_bucket_of_releases_is_never_locked(approved: Vaulting) -> None:
    for to in (f"s3://{approved.bucket}/site", f"s3://{approved.bucket}"):
        with pytest.raises(PublisherError, match="this is the bucket of the vault"):
            release(approved.house.context(), to)
    assert not approved.versions()


def test_what_was_stopped_at_any_request_is_finished_by_the_next_run(approved: Vaulting, proxy: Proxy) -> None:
    approved.set_vault(endpoint=proxy.endpoint)
    # Each time a little further: what was sent stays, so these are states that a kill leaves, too.
    for number in (2, 10, 8, 12, 17, 23, 30):
        proxy.at(number, Refuse(403, "AccessDenied"))
        assert is_stopped(approved), number
    approved.released(NOW)

    assert not approved.reread(NOW).owed
    assert not approved.flaws(NOW)
    kept = [name for name in approved.versions() if "/bytes/" in name]
    assert len(kept) == len({name.partition(" ")[0] for name in kept})


def test_what_is_missing_changed_or_unlocked_is_found_and_sent_anew(approved: Vaulting) -> None:
    approved.released(NOW)
    client = approved.server.client
    # The proof of the ledger's lines is of its moment, and can be made no second time: what is public can.
    public = {approved.read(name)[:9].lower(): name for name in sorted(approved.names()) if name.startswith("bytes/")}
    page, style = public[b"<!doctype"], next(name for data, name in public.items() if data.startswith(b"<svg"))
    index = next(name for name in sorted(approved.names()) if name.startswith("evidence/"))
    client.delete_object(Bucket=approved.bucket, Key=f"acme/{page}")
    client.put_object(Bucket=approved.bucket, Key=f"acme/{style}", Body=b"forged" * 50)
    client.put_object(Bucket=approved.bucket, Key=f"acme/{index}", Body=approved.read(index))

    assert approved.flaws(NOW) == {
        page: "it is not there",
        style: "other bytes lie over it",
        index: "it is not locked",
    }
    approved.sent(NOW, Thorough(whole=True, deep=True))
    assert not approved.flaws(NOW)


def test_a_document_that_was_forged_is_told_from_the_one_that_the_ledger_names(approved: Vaulting) -> None:
    approved.released(NOW)
    (name,) = (name for name in approved.names() if name.startswith("editions/"))
    forged = approved.read(name).replace(b"post", b"past")
    approved.server.client.put_object(Bucket=approved.bucket, Key=f"acme/{name}", Body=forged)

    assert approved.flaws(NOW) == {name: "it is not what the ledger says was sent"}


def test_a_vault_that_is_down_stops_no_takedown_and_is_owed_the_last_day(approved: Vaulting, proxy: Proxy) -> None:
    approved.set_vault(endpoint=proxy.endpoint)
    approved.released(NOW)
    proxy.on("GET", "", Refuse(403, "AccessDenied"), times=100)
    proxy.on("PUT", "", Refuse(403, "AccessDenied"), times=100)
    house = approved.house
    house.sign_takedown("a-post")
    steps: list[Step] = []
    removed = remove(house.context(NOW), "a-post", None, steps.append, Afterwards())

    assert not removed.still
    assert not (house.root / "public/posts/a-post.html").exists()
    assert [(step.name, step.done) for step in steps][-1] == ("vault", False)
    assert "publish vault send" in steps[-1].text
    assert owed_since(house.context(NOW)) == f"{NOW:%Y-%m-%d}"


def test_a_change_of_the_pages_alone_is_owed_to_the_vault_too(approved: Vaulting, proxy: Proxy) -> None:
    approved.set_vault(endpoint=proxy.endpoint)
    approved.released(NOW)
    config = (approved.house.root / "publisher.toml").read_text()
    approved.house.write("publisher.toml", config.replace("The voices of a house", "The voice of a house"))
    proxy.on("PUT", "editions/", Refuse(403, "AccessDenied"))

    assert "the vault refuses PutObject" in failed(approved)
    assert approved.reread(NOW).owed == "2026-11-20"
    assert approved.released(NOW).sent == 1  # what was there already is not sent again
    assert approved.reread(NOW).owed is None


def test_the_smallest_policy_is_enough_and_neither_deletes_nor_shortens(
    approved: Vaulting, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    page = (REPOSITORY / "docs/vault.md").read_text(encoding="utf-8")
    policy = page.partition("```json\n")[2].partition("```")[0].replace("acme-evidence", approved.bucket)
    people = Session().client("iam", endpoint_url=approved.server.endpoint, region_name="us-east-1")
    people.create_user(UserName="vault")
    people.put_user_policy(UserName="vault", PolicyName="vault", PolicyDocument=policy)
    key = people.create_access_key(UserName="vault")["AccessKey"]
    profile = tmp_path_factory.mktemp("aws") / "credentials"
    profile.write_text(
        f"[evidence]\naws_access_key_id = {key['AccessKeyId']}\naws_secret_access_key = {key['SecretAccessKey']}\n"
    )
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(profile))
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    approved.set_vault(more='aws_profile = "evidence"\n')

    approved.released(NOW)
    assert approved.sent(NOW + timedelta(days=40), Thorough(whole=True)).extended > 10
    assert not approved.flaws(NOW + timedelta(days=40))
    assert all(one.holds is not False for one in try_vault(approved.house.context()))

    client: S3Client = Session(key["AccessKeyId"], key["SecretAccessKey"]).client(
        "s3", endpoint_url=approved.server.endpoint, region_name="us-east-1"
    )
    (item, *_) = approved.server.client.list_object_versions(Bucket=approved.bucket)["Versions"]
    bucket, key, version = approved.bucket, item["Key"], item["VersionId"]
    sooner: ObjectLockRetentionUnionTypeDef = {"Mode": "COMPLIANCE", "RetainUntilDate": NOW + timedelta(days=365)}
    refused: list[Callable[[], object]] = [
        lambda: client.delete_object(Bucket=bucket, Key=key, VersionId=version),
        lambda: client.delete_object(Bucket=bucket, Key=key),
        lambda: client.put_object_retention(Bucket=bucket, Key=key, Retention=sooner),
        lambda: client.put_bucket_policy(Bucket=bucket, Policy="{}"),
    ]
    for ask in refused:
        with pytest.raises(ClientError, match="AccessDenied"):
            ask()


def test_a_release_that_changes_nothing_asks_nothing_of_the_vault(approved: Vaulting, proxy: Proxy) -> None:
    approved.set_vault(endpoint=proxy.endpoint)
    approved.released(NOW)
    asked = len(proxy.requests)
    approved.released(NOW)

    assert len(proxy.requests) == asked
    assert not proxy.refused or set(proxy.refused) == {"AccessDenied"}  # of who asked without credentials
