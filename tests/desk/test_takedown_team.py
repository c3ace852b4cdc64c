"""Taking down at the desk of a team: by role, with a passkey, and nothing is told of what is not theirs."""

import os
import re

import pytest
from support.authenticator import Authenticator
from support.house import House

from desk.shared_desk import TEAM, Shared, Visitor
from desk.test_team_signing import make_passkey, sign
from publisher.workflow.release import release
from publisher.workflow.stage import standing

PAGE = "/pieces/a-post/takedown"
SAID = {"decision": "takedown", "reason": "It names a customer."}
PRESS = """
[people.pia]
name = "Pia Press"
email = "pia@example.com"
roles = ["press"]
"""


@pytest.fixture
def public(own: Shared) -> Shared:
    """The same desk, and the public has the post."""
    own.house.decide("a-post")
    release(own.house.context())
    return own


@pytest.mark.parametrize(
    ("who", "page", "drawn_up"),
    [("lea", 200, 303), ("ben", 200, 422), ("sue", 404, 404), ("ann", 404, 404), ("gus", 404, 404), ("nora", 404, 404)],
)
def test_who_decides_takes_down_who_made_it_looks_and_for_others_there_is_nothing(
    public: Shared, who: str, page: int, drawn_up: int
) -> None:
    visitor = public.visitor(f"{who}@example.com")
    assert visitor.get("/pieces/a-post/takedown").status == page
    assert visitor.post("/pieces/a-post/takedown", SAID).status == drawn_up
    assert ("/pieces/a-post/takedown" in visitor.get("/public").text) == (who == "lea")
    assert ("A post" in visitor.get("/public").text) == (page == 200)
    assert not list((public.house.root / "approvals/a-post").glob("*-takedown-*"))


def test_a_passkey_of_the_teams_address_takes_down_and_everyone_who_may_see_it_is_told_what_is_left(
    public: Shared,
) -> None:
    lea, device, house = public.visitor("lea@example.com"), Authenticator(), public.house
    make_passkey(public, lea, device)
    address = lea.post("/pieces/a-post/takedown", SAID).headers["location"]
    assert public.visitor("max@example.com").get(address).status == 410
    (revision,) = {one.revision for one in house.context().ledger.of("a-post")}
    assert sign(lea, device, revision, address, "http://localhost:7400") == 422
    assert sign(lea, device, revision, address) == 303
    context = house.context()
    assert standing(context, context.evidence(), context.workspace.piece("a-post")).stage == "taken down"
    page = lea.get("/pieces/a-post/takedown")
    assert page.says("publish takedown a-post")
    assert page.says("in a clone that has pulled ledger.jsonl and approvals/")
    assert public.visitor("max@example.com").get("/").says("Taken down, and still public: a-post")
    assert not public.visitor("sue@example.com").get("/").says("still public")
    assert re.search(rf" lea takedown a-post {revision[:12]}$", "\n".join(public.log), re.MULTILINE)


def let_press_in(desk: Shared) -> Visitor:
    """Pia, who may take down and decides on nothing."""
    house = desk.house
    house.write("publisher.toml", TEAM.replace("[divisions", '[review]\ntakedown = ["press"]\n\n[divisions', 1))
    house.write("people.toml", (house.root / "people.toml").read_text() + PRESS)
    house.sign_people()
    desk.forget()
    return desk.visitor("pia@example.com")


def test_a_role_that_the_house_lists_sees_what_is_public_and_no_more(public: Shared) -> None:
    house, pia, device = public.house, let_press_in(public), Authenticator()
    assert pia.get("/").says("a role that signs, and no key that an admin signed")
    make_passkey(public, pia, device)
    assert 'href="/public"' in pia.get("/").text
    assert '"/pieces/a-post/takedown"' in pia.get("/public").text
    for path in ("", "/record", "/public", "/changes"):
        assert pia.get(f"/pieces/a-post{path}").status == 404
    house.decide("a-talk")
    assert "A talk" in public.visitor("max@example.com").get("/public").text
    assert "A talk" not in pia.get("/public").text
    assert pia.get("/pieces/a-talk/takedown").status == 404
    assert pia.post("/pieces/a-talk/takedown", SAID).status == 404
    address = pia.post("/pieces/a-post/takedown", SAID).headers["location"]
    (revision,) = {one.revision for one in house.context().ledger.of("a-post")}
    assert sign(pia, device, revision, address) == 303
    assert pia.get("/pieces/a-post/takedown").says("Somebody who decides on it can lift it.")
    lift = pia.post("/pieces/a-post/takedown", {"decision": "restore", "reason": "x"})
    assert lift.says("Pia Press has none of the roles that may do this (legal)")


def retitle(house: House, title: str) -> None:
    """Submit the post under another title, which is secret until it is public."""
    path = house.root / "posts/a-post/post.md"
    path.write_text(path.read_text().replace("title: A post", f"title: {title}"))
    house.submit("a-post", "ben")


def test_who_may_take_down_alone_reads_no_title_that_the_public_never_saw(public: Shared) -> None:
    house, pia = public.house, let_press_in(public)
    (revision,) = {one.revision for one in house.context().ledger.of("a-post")}
    retitle(house, "A secret merger")
    make_passkey(public, pia, Authenticator())
    statement = pia.post(PAGE, SAID).headers["location"]
    paths = ("/public", PAGE, statement)
    assert [pia.get(path).says("A post") for path in paths] == [True, True, True]
    (house.root / f"revisions/a-post/{revision[:12]}/manifest.json").write_text("{}")
    assert public.visitor("lea@example.com").get("/public").says("A secret merger")
    assert [pia.get(path).says("A secret merger") for path in paths] == [False, False, False]
    assert [pia.get(path).says("a-post") for path in paths] == [True, True, True]


def test_who_may_take_down_alone_is_not_told_that_what_was_public_once_comes_back(public: Shared) -> None:
    house, pia = public.house, let_press_in(public)
    make_passkey(public, pia, Authenticator())
    house.decide("a-post", "reject", reason="It is wrong.")
    release(house.context())
    house.decide("a-post", "withdraw")
    retitle(house, "A secret merger")
    house.decide("a-post")
    lea = public.visitor("lea@example.com")
    assert (lea.get("/public").says("Approved, not public yet"), lea.get(PAGE).says("It is approved")) == (True, True)
    assert pia.get("/public").says("Nothing that you may see.")
    page = pia.get(PAGE)
    assert page.says("The public does not have it, by the ledger here.")
    assert not [word for word in ("approved", "A secret merger", "a release makes") if page.says(word)]


def test_of_what_is_public_the_list_reads_each_revision_once(public: Shared, monkeypatch: pytest.MonkeyPatch) -> None:
    """All that a team asks waits for one lock, and a house has hundreds of pieces."""
    lea, opened, call = public.visitor("lea@example.com"), list[str](), os.open
    assert lea.get("/public").says("A post")

    def watched(path: str, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        opened.append(str(path))
        return call(path, flags, mode, dir_fd=dir_fd)

    monkeypatch.setattr(os, "open", watched)
    assert lea.get("/public").says("A post")
    assert len([path for path in opened if "revisions/a-post/" in path and path.endswith("manifest.json")]) == 1


def test_who_loses_the_role_has_no_statement_any_more(public: Shared) -> None:
    lea, house = public.visitor("lea@example.com"), public.house
    address = lea.post("/pieces/a-post/takedown", SAID).headers["location"]
    assert lea.get(address).status == 200
    text = (house.root / "people.toml").read_text()
    house.write("people.toml", text.replace('name = "Lea Counsel"\nroles = ["legal"]', 'name = "Lea Counsel"'))
    house.sign_people()
    public.forget()
    assert lea.get(address).status == 404
