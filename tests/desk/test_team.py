"""A desk that a team shares: each person sees what their role may."""

import re

import pytest

from desk.shared_desk import Shared

PIECES = ("a-post", "of-service", "a-talk")


SEES = [
    ("lea", "a-post of-service a-talk"),
    ("max", "a-post of-service a-talk"),
    ("sue", "of-service"),
    ("ann", "of-service a-talk"),
    ("ben", "a-post of-service a-talk"),
    ("gus", ""),
    ("nora", ""),
]
"""Ann and Ben speak in the talks, and Ben wrote the post."""


@pytest.mark.parametrize(("who", "seen"), SEES)
def test_each_person_sees_what_their_roles_decide_and_what_they_made(team: Shared, who: str, seen: str) -> None:
    visitor = team.visitor(f"{who}@example.com")
    queue = visitor.get("/")
    assert queue.status == 200
    assert {slug for slug in PIECES if f'href="/pieces/{slug}"' in queue.text} == {*seen.split()}
    for slug in PIECES:
        for page in ("", "/words", "/public", "/changes", "/record"):
            expected = 200 if slug in seen.split() else 404
            assert visitor.get(f"/pieces/{slug}{page}").status == expected, (who, slug, page)


@pytest.mark.parametrize("who", ["gus", "nora", "sue", "ann"])
@pytest.mark.parametrize("slug", ["a-post", "never-was"])
def test_whether_there_is_a_piece_that_one_may_not_see_is_not_said(team: Shared, who: str, slug: str) -> None:
    answer = team.visitor(f"{who}@example.com").get(f"/pieces/{slug}")
    assert (answer.status, answer.says("There is nothing for you to see here")) == (404, True)
    assert "A post" not in answer.text


def test_nobody_gets_a_file_of_a_piece_that_they_may_not_see(team: Shared) -> None:
    context = team.house.context()
    for slug in PIECES:
        for file in context.revisions.get(slug, team.revision(slug)).manifest.files:
            for who, seen in SEES:
                others = {
                    one.sha256
                    for other in seen.split()
                    for one in context.revisions.get(other, team.revision(other)).manifest.files
                }
                answer = team.visitor(f"{who}@example.com").get(f"/media/{file.sha256}")
                assert answer.status == (200 if file.sha256 in others else 404), (who, slug, file.name)


CHANGES = ["waive", "unwaive", "remark", "settle", "heard", "statement"]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("who", ["gus", "sue", "nora"])
def test_nobody_changes_anything_of_a_piece_that_they_may_not_see(team: Shared, who: str, change: str) -> None:
    before = team.house.context().ledger.records()
    said = {"revision": team.revision("a-post"), "decision": "approve", "text": "x", "stretches": "0-1"}
    assert team.visitor(f"{who}@example.com").post(f"/pieces/a-post/{change}", said).status == 404
    assert team.house.context().ledger.records() == before


def test_a_host_reads_what_is_said_of_their_piece_and_decides_nothing_about_it(team: Shared) -> None:
    ann, before = team.visitor("ann@example.com"), team.house.context().ledger.records()
    queue = ann.get("/")
    assert queue.says("Your pieces in review")
    assert queue.says("With those who decide")
    page = ann.get("/pieces/a-talk")
    for words in ('name="decision"', "/waive", "/remark", "/statement"):
        assert words not in page.text
    said = {"revision": team.revision("a-talk"), "reason": "Let it out.", "text": "Fine.", "finding": "x"}
    for decision in ("approve", "reject", "withdraw"):
        assert ann.post("/pieces/a-talk/statement", {**said, "decision": decision}).status == 422
    assert ann.post("/pieces/a-talk/waive", said).status == 422
    assert ann.post("/pieces/a-talk/remark", said).status == 422
    assert team.house.context().ledger.records() == before


def test_who_is_known_and_has_nothing_to_do_is_told_so(team: Shared) -> None:
    answer = team.visitor("gus@example.com").get("/")
    assert (answer.status, answer.says("Nothing waits for you")) == (200, True)
    assert answer.says("Gus Guest")
    passkey = team.visitor("gus@example.com").get("/passkey")
    assert passkey.says("A passkey of yours would sign nothing here")
    assert team.visitor("gus@example.com").post("/passkey", {"answer": "{}"}).status == 409


@pytest.mark.parametrize("who", ["lea", "ann", "gus"])
def test_who_is_in_the_house_with_which_keys_is_shown_to_admins_only(team: Shared, who: str) -> None:
    visitor = team.visitor(f"{who}@example.com")
    answer = visitor.get("/people")
    assert (answer.status, answer.says("Admins sign the people")) == (409, True)
    assert "SHA256:" not in answer.text
    assert visitor.post("/people", {"answer": "{}", "roster": "0" * 64}).status == 409


def test_an_admin_sees_what_the_next_version_of_the_people_changes_and_can_make_a_passkey(own: Shared) -> None:
    text = (own.house.root / "people.toml").read_text()
    own.house.write("people.toml", text.replace('name = "Gus Guest"', 'name = "Gus Guest"\nroles = ["legal"]'))
    ada = own.visitor("ada@example.com")
    answer = ada.get("/people")
    assert answer.status == 200
    assert answer.says("Gus Guest (gus) gets the role legal")
    assert ada.get("/passkey").says("Make a passkey")
    assert own.visitor("lea@example.com").get("/people").status == 409


@pytest.mark.parametrize(
    "email",
    [
        "stranger@example.com",
        "una@example.com",
        "olaf@example.com",
        "lea@example.com.attacker.example",
        "\u217cea@example.com",
        "lea@example.com ",
        " ",
        "<script>alert(1)</script>@example.com",
    ],
)
def test_an_e_mail_that_is_nobodys_gets_a_page_that_says_whom_to_ask(team: Shared, email: str) -> None:
    answer = team.visitor(email).get("/")
    assert answer.status == 403
    assert answer.says("The desk does not know you")
    assert answer.says("Ask Ada Admin")
    assert "<script>" not in answer.text
    assert team.visitor(email).get("/pieces/a-post").status == 403
    assert team.visitor(email).post("/passkey", {"answer": "{}"}).status == 403


def test_capitals_of_an_e_mail_do_not_matter_but_letters_that_only_look_so_do(own: Shared) -> None:
    text = (own.house.root / "people.toml").read_text()
    own.house.write("people.toml", text.replace("gus@example.com", "Kurt@example.com"))
    own.house.sign_people()
    own.forget()
    assert own.visitor("kurt@Example.com").get("/").says("Gus Guest")
    # The sign for Kelvin, which becomes a k when capitals are put aside.
    assert own.visitor("\u212aurt@example.com").get("/").status == 403


def test_an_e_mail_counts_once_admins_signed_it(own: Shared) -> None:
    text = (own.house.root / "people.toml").read_text()
    own.house.write("people.toml", text.replace('name = "Una Unsigned"', 'name = "Una"\nemail = "una@example.com"'))
    own.forget()
    assert own.visitor("una@example.com").get("/").status == 403
    own.house.sign_people()
    own.forget()
    assert own.visitor("una@example.com").get("/").status == 200


def test_an_e_mail_of_another_beside_a_lawyers_name_lets_nobody_in_until_it_is_signed(own: Shared) -> None:
    text = (own.house.root / "people.toml").read_text()
    own.house.write("people.toml", text.replace("lea@example.com", "mallory@example.com"))
    own.forget()
    assert own.visitor("mallory@example.com").get("/").status == 403
    assert own.visitor("lea@example.com").get("/").says("Lea Counsel")


def test_an_e_mail_under_two_names_is_nobodys(own: Shared) -> None:
    text = (own.house.root / "people.toml").read_text()
    own.house.write("people.toml", text.replace("gus@example.com", "LEA@example.com"))
    own.house.sign_people()
    own.forget()
    assert own.visitor("lea@example.com").get("/").status == 403


def test_who_loses_a_role_sees_what_they_saw_no_more(own: Shared) -> None:
    sue = own.visitor("sue@example.com")
    (file, *_) = own.house.context().revisions.get("of-service", own.revision("of-service")).manifest.files
    preview = re.findall(r'src="(/preview/[^"]+)"', sue.get("/pieces/of-service/public").text)[0]
    drawn_up = sue.draw_up("of-service", own.revision("of-service")).headers["location"]
    paths = ["/pieces/of-service", f"/media/{file.sha256}", preview, drawn_up]
    assert [sue.get(path).status for path in paths] == [200] * 4
    text = (own.house.root / "people.toml").read_text()
    own.house.write("people.toml", text.replace('roles = ["service"]', "roles = []"))
    own.house.sign_people()
    own.forget()
    assert [sue.get(path).status for path in paths] == [404] * 4
