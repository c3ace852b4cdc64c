"""What others laid over what was sent, also of earlier releases, is put back from the versions beneath, or told."""

import hashlib
from datetime import timedelta

import pytest
from support.commands import publish
from support.fault_proxy import Proxy
from support.faults import Refuse
from support.house import NOW
from support.s3_server import OWNER

from publisher.cli.kept import is_kept, vaulted_lines
from publisher.workflow.vaulting import Thorough
from vault.vaults import Vaulting

ENVIRONMENT = {"AWS_ACCESS_KEY_ID": OWNER, "AWS_SECRET_ACCESS_KEY": OWNER, "AWS_CONFIG_FILE": "/nonexistent"}
DEEP = Thorough(whole=True, deep=True)
LATER = NOW + timedelta(days=1)


def replaced(one: Vaulting) -> str:
    """Release a post, then other words of it; give the key of the page that was replaced, which nobody needs now."""
    one.house.add_post()
    one.house.approved("a-post")
    one.released(NOW)
    page = (one.house.root / "public/posts/a-post.html").read_bytes()
    one.house.add_post(text="Other words.\n")
    one.house.approved("a-post")
    one.released(LATER)
    return f"bytes/{hashlib.sha256(page).hexdigest()}"


def lay(one: Vaulting, key: str, data: bytes = b"forged") -> None:
    """Lay other bytes over it, as whoever may write there can."""
    one.server.client.put_object(Bucket=one.bucket, Key=f"acme/{key}", Body=data)


@pytest.mark.slow
def test_what_lies_over_an_earlier_release_is_put_right_from_the_version_beneath(vaulting: Vaulting) -> None:
    page = replaced(vaulting)
    before, lock = vaulting.read(page), vaulting.lock(page)
    for number in range(3):
        lay(vaulting, page, b"forged %d" % number)
    assert vaulting.flaws(LATER).keys() == {page}

    done = vaulting.sent(LATER, DEEP)
    assert (done.restored, done.flaws) == (1, {})
    assert "1 put back from an earlier version" in next(vaulted_lines(done))
    assert vaulting.read(page) == before
    assert vaulting.lock(page) == lock
    assert not vaulting.flaws(LATER)
    assert "it has it all" in next(vaulted_lines(vaulting.sent(LATER, DEEP)))


@pytest.mark.slow
def test_what_was_deleted_or_laid_over_without_a_lock_is_put_right_with_the_documents_that_name_it(
    one: Vaulting,
) -> None:
    page = replaced(one)
    first, last = (name for name in sorted(one.names()) if name.startswith("editions/"))
    index = next(name for name in sorted(one.names()) if name.startswith("evidence/"))
    one.server.client.delete_object(Bucket=one.bucket, Key=f"acme/{page}")
    for key in (first, last):
        lay(one, key)
    lay(one, index, one.read(index))
    assert one.flaws(LATER).keys() == {first, last}, "they name the rest"

    done = one.sent(LATER, DEEP)
    assert (done.restored, done.lost, done.flaws) == (3, (), {})
    assert not one.flaws(LATER)


def test_what_is_in_no_version_any_more_is_told_as_verify_tells_it_and_never_called_whole(one: Vaulting) -> None:
    one.set_vault(mode="GOVERNANCE")
    page = replaced(one)
    client, key = one.server.client, f"acme/{page}"
    (version,) = client.list_object_versions(Bucket=one.bucket, Prefix=key)["Versions"]
    client.delete_object(Bucket=one.bucket, Key=key, VersionId=version["VersionId"], BypassGovernanceRetention=True)
    lay(one, page)

    sent = publish("vault", "send", "--deep", at=one.house.root, env=ENVIRONMENT)
    verified = publish("vault", "verify", at=one.house.root, env=ENVIRONMENT)
    assert (sent.code, verified.code) == (1, 1), sent.text
    assert "it has it all" not in sent.out
    said = f"✗ {page}: other bytes lie over it"
    assert f"{said}; it is in no earlier version of this key either" in " ".join(sent.out.split())
    assert said in " ".join(verified.out.split())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("asked", "why"),
    [("versions", "its versions cannot be listed; the"), ("versionId", "the vault refuses GetObject; its")],
)
def test_where_the_right_to_versions_lacks_that_is_told_and_all_else_is_done(
    one: Vaulting, proxy: Proxy, asked: str, why: str
) -> None:
    page = replaced(one)
    lay(one, page)
    style = next(name for name in sorted(one.names()) if one.read(name).startswith(b"<svg"))
    one.server.client.delete_object(Bucket=one.bucket, Key=f"acme/{style}")
    proxy.on("GET", asked, Refuse(403, "AccessDenied"), times=100)
    one.set_vault(endpoint=proxy.endpoint)
    done = one.sent(LATER, DEEP)

    assert not is_kept(done)
    said = f"other bytes lie over it; {why} credentials need the rights that docs/vault.md lists"
    assert done.flaws == {page: said}
    assert one.flaws(LATER).keys() == {page}
