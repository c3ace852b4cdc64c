"""What is public is in the vault, with who approved it and since when, and nobody can take it away."""

import gzip
import hashlib
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree

import pytest
from botocore.exceptions import ClientError
from support.house import NOW

from publisher.release.record import RECORD_KEY
from publisher.review.archive import write_archive
from publisher.review.dossier import INDEX
from publisher.review.examine import examine
from publisher.review.manifest import short
from publisher.workflow.release import release
from publisher.workflow.vaulted import end_of, owed_since
from publisher.workflow.vaulting import Thorough
from vault.vaults import Vaulting

LATER = NOW + timedelta(days=100)


@pytest.mark.slow
def test_all_that_is_public_is_there_locked_with_its_evidence_and_first_day(vaulting: Vaulting) -> None:
    house = vaulting.house
    house.add_post()
    house.add_episode()
    post, talk = short(house.approved("a-post")), short(house.approved("a-talk"))
    vaulting.released(NOW)

    public = {path: path.read_bytes() for path in (house.root / "public").rglob("*") if path.is_file()}
    for path, data in public.items():
        if path.name != RECORD_KEY:
            key = f"bytes/{hashlib.sha256(data).hexdigest()}"
            assert vaulting.read(key) == data
    assert vaulting.json(f"use/a-talk/{talk}/first.json") == {
        "slug": "a-talk", "revision": talk, "first": "2026-11-20", "came": ["2026-11-20"],
    }  # fmt: skip
    assert f"evidence/a-post/{post}/0001.json" in vaulting.names()
    (document,) = (key for key in vaulting.names() if key.startswith("editions/"))
    assert vaulting.json(document)["record"] == json.loads((house.root / "public" / RECORD_KEY).read_text())
    assert vaulting.json(document)["ledger"]["size"] == 6
    assert {vaulting.lock(key) for key in vaulting.names()} == {("COMPLIANCE", "2029-11-21")}
    assert not vaulting.flaws(NOW)


def test_a_release_that_changes_nothing_sends_nothing_and_neither_does_sending_again(one: Vaulting) -> None:
    one.house.add_post()
    one.house.approved("a-post")
    one.released(NOW)
    before, ledger = one.versions(), (one.house.root / "ledger.jsonl").read_bytes()

    assert one.released(NOW).sent == 0
    assert one.sent(NOW, Thorough(whole=True)).sent == 0
    assert one.sent(NOW, Thorough(whole=True, deep=True)).sent == 0
    assert one.versions() == before
    assert (one.house.root / "ledger.jsonl").read_bytes() == ledger


@pytest.mark.slow
def test_what_was_replaced_gets_its_last_day_and_is_locked_for_years_from_then_on(vaulting: Vaulting) -> None:
    house = vaulting.house
    house.add_post()
    old = short(house.approved("a-post"))
    vaulting.released(NOW)
    page = hashlib.sha256((house.root / "public/posts/a-post.html").read_bytes()).hexdigest()
    house.add_post(text="Other words.\n")
    new = short(house.approved("a-post"))
    vaulting.released(LATER)

    assert vaulting.json(f"use/a-post/{old}/last.json")["last"] == f"{LATER:%Y-%m-%d}"
    assert f"use/a-post/{new}/last.json" not in vaulting.names()
    until = f"{end_of(LATER.date(), 3):%Y-%m-%d}"
    for key in (f"bytes/{page}", f"evidence/a-post/{old}/0001.json", f"use/a-post/{old}/first.json"):
        assert vaulting.lock(key) == ("COMPLIANCE", until)
    assert not vaulting.flaws(LATER)
    # It was extended no more by then: after its time, nobody asks for it.
    assert not vaulting.flaws(LATER, "a-post")


def two_posts(one: Vaulting) -> str:
    """Two posts that the public has; gives how the ledger's releases name the revision of the first."""
    for slug in ("a-post", "another-post"):
        one.house.add_post(slug)
    name = short(one.house.approved("a-post"))
    one.house.approved("another-post")
    one.released(NOW)
    return name


def test_a_piece_that_leaves_for_good_gets_its_last_day(one: Vaulting) -> None:
    old = two_posts(one)
    rmtree(one.house.root / "posts/a-post")
    one.released(LATER)

    assert one.json(f"use/a-post/{old}/last.json")["last"] == f"{LATER:%Y-%m-%d}"
    assert not one.flaws(LATER)
    assert one.released(LATER + timedelta(days=1)).sent == 0


def test_a_piece_that_is_taken_down_gets_its_last_day_at_once(one: Vaulting) -> None:
    name = two_posts(one)
    one.house.take_down("a-post")

    assert one.json(f"use/a-post/{name}/last.json")["last"] == f"{NOW:%Y-%m-%d}"
    assert owed_since(one.house.context(NOW)) is None
    assert not one.flaws(NOW)


@pytest.mark.slow
def test_a_revision_that_comes_back_is_told_from_one_that_went(one: Vaulting) -> None:
    house = one.house
    house.add_post()
    first = short(house.approved("a-post"))
    one.released(NOW)
    for day, text in ((10, "Other words.\n"), (20, "Some *words*.\n"), (30, "Last words.\n")):
        house.add_post(text=text)
        if house.submit("a-post")[:12] != first:  # which is approved already
            house.decide("a-post")
        one.released(NOW + timedelta(days=day))
        assert not one.flaws(NOW + timedelta(days=day))

    days = [f"{NOW + timedelta(days=day):%Y-%m-%d}" for day in (0, 10, 20, 30)]
    assert one.json(f"use/a-post/{first}/first.json")["came"] == days[0::2]
    assert one.json(f"use/a-post/{first}/last.json")["went"] == days[1::2]


def test_what_stays_public_is_locked_for_longer_once_a_month_and_never_for_shorter(one: Vaulting) -> None:
    house = one.house
    house.add_post()
    house.approved("a-post")
    one.released(NOW)
    assert one.released(NOW + timedelta(days=29)).extended == 0

    day = NOW + timedelta(days=40)
    assert one.released(day).extended > 10
    until = ("COMPLIANCE", f"{end_of(day.date(), 3):%Y-%m-%d}")
    assert {one.lock(key) for key in one.names()} == {until}
    assert one.released(day).extended == 0
    one.set_vault(years=1)
    assert one.sent(day, Thorough(whole=True)).extended == 0
    assert {one.lock(key) for key in one.names()} == {until}


@pytest.mark.slow
def test_the_evidence_of_a_piece_can_be_put_together_from_the_vault_alone(one: Vaulting, tmp_path: Path) -> None:
    house = one.house
    house.add_episode()
    name = house.approved("a-talk")
    one.released(NOW)
    key = f"evidence/a-talk/{short(name)}/0001.json"
    members = {row["name"]: one.read(f"bytes/{row['sha256']}") for row in one.json(key)["members"]}
    write_archive(tmp_path / "file.zip", {INDEX: one.read(key), **members})

    steps = list(examine(tmp_path / "file.zip", NOW))
    assert not steps[-1].failed, steps[-1]


def test_another_approval_is_another_evidence(one: Vaulting) -> None:
    house = one.house
    house.add_post()
    name = short(house.approved("a-post"))
    one.released(NOW)
    house.decide("a-post", person="max")
    one.sent(NOW, Thorough(whole=True))

    assert [key for key in one.names() if key.startswith("evidence/")] == [
        f"evidence/a-post/{name}/0001.json",
        f"evidence/a-post/{name}/0002.json",
    ]
    assert not one.flaws(NOW)


@pytest.mark.slow
def test_a_file_that_two_revisions_share_is_sent_once(one: Vaulting) -> None:
    one.house.add_episode()
    one.house.approved("a-talk")
    one.released(NOW)
    audio = hashlib.sha256(next((one.house.root / "public/media").rglob("*.mp3")).read_bytes()).hexdigest()
    one.house.add_episode(text="Other notes.\n")
    one.house.approved("a-talk")
    one.released(LATER)

    assert len([name for name in one.versions() if audio in name]) == 1
    assert not one.flaws(LATER)


def test_what_was_public_before_there_was_a_vault_is_kept_before_it_is_replaced(one: Vaulting) -> None:
    house = one.house
    config = house.root / "publisher.toml"
    with_vault = config.read_text()
    config.write_text(with_vault.partition("\n[vault]")[0])
    house.add_post()
    old = house.approved("a-post")
    release(house.context())
    page = (house.root / "public/posts/a-post.html").read_bytes()
    config.write_text(with_vault)
    house.add_post(text="Other words.\n")
    house.approved("a-post")
    rmtree(house.root / ".publisher")
    one.released(LATER)

    assert one.read(f"bytes/{hashlib.sha256(page).hexdigest()}") == page
    assert one.json(f"use/a-post/{short(old)}/last.json")["last"] == f"{LATER:%Y-%m-%d}"
    assert not one.flaws(LATER)


def test_what_a_bucket_keeps_compressed_is_in_the_vault_as_it_was_signed(one: Vaulting) -> None:
    house, client, site = one.house, one.server.client, f"site-of-{one.bucket}"
    client.create_bucket(Bucket=site)
    config = house.root / "publisher.toml"
    where = f'target = "s3://{site}"\nendpoint = "{one.server.endpoint}"\nprofile = "{one.server.profile}"\n'
    vault = config.read_text().partition("\n[vault]")[2]
    config.write_text(f"{config.read_text().partition('[vault]')[0]}[release]\n{where}compress = true\nvisit = false\n")
    house.add_post()
    house.approved("a-post")
    release(house.context())
    found = client.get_object(Bucket=site, Key="posts/a-post.html")
    page = gzip.decompress(found["Body"].read())
    config.write_text(f"{config.read_text()}\n[vault]{vault}")
    rmtree(house.root / ".publisher")
    one.sent(NOW, Thorough(whole=True))

    assert found["ContentEncoding"] == "gzip"
    assert one.read(f"bytes/{hashlib.sha256(page).hexdigest()}") == page
    assert not one.flaws(NOW)


def test_what_counts_as_approved_no_more_is_kept_with_what_was_said_since(one: Vaulting) -> None:
    house = one.house
    config = house.root / "publisher.toml"
    with_vault = config.read_text()
    config.write_text(with_vault.partition("\n[vault]")[0])
    house.add_post()
    house.add_post("another-post")
    name = short(house.approved("a-post"))
    house.approved("another-post")
    release(house.context())
    config.write_text(with_vault)
    house.decide("a-post", "reject", "max", "It was wrong.")

    assert one.sent(NOW, Thorough(whole=True)).unproven == (f"a-post@{name}",)
    members = [row["name"] for row in one.json(f"evidence/a-post/{name}/0002.json")["members"]]
    assert [member for member in members if "-reject-max-" in member]
    one.released(NOW)
    assert not (house.root / "public/posts/a-post.html").exists()
    assert not one.flaws(NOW)


def test_a_lock_lasts_for_years_after_the_last_day_which_counts_whole() -> None:
    assert end_of(datetime(2026, 11, 27, tzinfo=UTC).date(), 3) == datetime(2029, 11, 28, tzinfo=UTC)
    assert end_of(datetime(2028, 2, 28, tzinfo=UTC).date(), 3) == datetime(2031, 3, 1, tzinfo=UTC)
    assert end_of(datetime(2026, 12, 31, tzinfo=UTC).date(), 1) == datetime(2028, 1, 1, tzinfo=UTC)


def test_the_owner_of_a_store_cannot_take_it_away_either(vaulting: Vaulting) -> None:
    vaulting.house.add_post()
    vaulting.house.approved("a-post")
    vaulting.released(NOW)
    client = vaulting.server.client
    for item in client.list_object_versions(Bucket=vaulting.bucket)["Versions"]:
        with pytest.raises(ClientError, match="AccessDenied"):
            client.delete_object(
                Bucket=vaulting.bucket, Key=item["Key"], VersionId=item["VersionId"], BypassGovernanceRetention=True
            )


def test_a_stronger_lock_is_put_on_what_is_public_and_a_weaker_one_on_nothing(one: Vaulting) -> None:
    one.set_vault(mode="GOVERNANCE")
    one.house.add_post()
    name = short(one.house.approved("a-post"))
    one.released(NOW)
    assert {one.lock(key)[0] for key in one.names()} == {"GOVERNANCE"}
    (document,) = (key for key in one.names() if key.startswith("editions/"))
    members = {row["name"]: row["sha256"] for row in one.json(f"evidence/a-post/{name}/0001.json")["members"]}

    one.set_vault(mode="COMPLIANCE")
    one.sent(NOW, Thorough(whole=True))
    # The evidence was put together anew, with a longer ledger: what is part of it no more is not locked anew.
    gone = {document, f"bytes/{members['ledger.json']}"}
    assert {key for key in one.names() if one.lock(key)[0] == "GOVERNANCE"} == gone
    one.set_vault(mode="GOVERNANCE")
    later = NOW + timedelta(days=40)
    assert one.sent(later, Thorough(whole=True)).extended > 10
    until = f"{end_of(later.date(), 3):%Y-%m-%d}"
    assert {one.lock(f"bytes/{members[name]}") for name in ("rules.json", "README.txt")} == {("COMPLIANCE", until)}
