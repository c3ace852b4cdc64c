"""A desk that a team shares: each person sees what their role may, and decides as nobody else."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from support.authenticator import Authenticator
from support.commands import REPOSITORY, publish
from support.house import House
from support.issuer import claims_of, token

from desk.shared_desk import ORIGIN, Shared, Visitor, shared_desk
from desk.test_passkey import options_on
from publisher.review.statement import open_envelope
from publisher.workflow.stage import admitted

PIECES = ("a-post", "of-service", "a-talk")


@pytest.fixture(scope="module")
def team(staffed: House) -> Iterator[Shared]:
    """For tests that decide nothing."""
    with shared_desk(staffed) as found:
        yield found


@pytest.fixture
def own(house_of_team: House) -> Iterator[Shared]:
    """A desk of a test's own."""
    with shared_desk(house_of_team) as found:
        yield found


def revision_of(shared: Shared, slug: str) -> str:
    return [one.revision for one in shared.house.context().ledger.records() if one.slug == slug][-1]


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
        for file in context.revisions.get(slug, revision_of(team, slug)).manifest.files:
            for who, seen in SEES:
                others = {
                    one.sha256
                    for other in seen.split()
                    for one in context.revisions.get(other, revision_of(team, other)).manifest.files
                }
                answer = team.visitor(f"{who}@example.com").get(f"/media/{file.sha256}")
                assert answer.status == (200 if file.sha256 in others else 404), (who, slug, file.name)


CHANGES = ["waive", "unwaive", "remark", "settle", "heard", "statement"]


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("who", ["gus", "sue", "nora"])
def test_nobody_changes_anything_of_a_piece_that_they_may_not_see(team: Shared, who: str, change: str) -> None:
    before = team.house.context().ledger.records()
    said = {"revision": revision_of(team, "a-post"), "decision": "approve", "text": "x", "stretches": "0-1"}
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
    said = {"revision": revision_of(team, "a-talk"), "reason": "Let it out.", "text": "Fine.", "finding": "x"}
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


def test_capitals_of_an_e_mail_do_not_matter_but_letters_that_only_look_so_do(team: Shared) -> None:
    assert team.visitor("Lea@Example.com").get("/").says("Lea Counsel")
    # The sign for Kelvin becomes a k when capitals are put aside; so do others.
    assert team.visitor("lea@e\u212aample.com").get("/").status == 403


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
    (file, *_) = own.house.context().revisions.get("of-service", revision_of(own, "of-service")).manifest.files
    preview = re.findall(r'src="(/preview/[^"]+)"', sue.get("/pieces/of-service/public").text)[0]
    drawn_up = sue.draw_up("of-service", revision_of(own, "of-service")).headers["location"]
    paths = ["/pieces/of-service", f"/media/{file.sha256}", preview, drawn_up]
    assert [sue.get(path).status for path in paths] == [200] * 4
    text = (own.house.root / "people.toml").read_text()
    own.house.write("people.toml", text.replace('roles = ["service"]', "roles = []"))
    own.house.sign_people()
    own.forget()
    assert [sue.get(path).status for path in paths] == [404] * 4


@pytest.mark.parametrize(
    "said", [{"Authorization": ""}, {"Authorization": "Bearer x"}, {"Authorization": token(key="rsa2")}]
)
@pytest.mark.parametrize("path", ["/", "/pieces/a-post", "/passkey"])
def test_without_a_token_that_holds_nothing_is_shown(team: Shared, path: str, said: dict[str, str]) -> None:
    lea = team.visitor("lea@example.com")
    lea.get("/")
    answer = lea.ask("GET", path, headers={**said, "X-Forwarded-Email": "lea@example.com", "X-Forwarded-User": "lea"})
    assert answer.status == 401
    assert answer.says("You are not signed in")
    assert "Lea" not in answer.text


def test_two_tokens_are_none(team: Shared) -> None:
    connection = HTTPConnection("127.0.0.1", team.port, timeout=30)
    connection.putrequest("GET", "/", skip_host=True)
    connection.putheader("Host", "review.example.com")
    for email in ("gus@example.com", "lea@example.com"):
        connection.putheader("Authorization", f"Bearer {token(claims_of(email))}")
    connection.endheaders()
    assert connection.getresponse().status == 401
    connection.close()


def test_the_cookie_is_for_this_host_over_https_and_no_script_sees_it(team: Shared) -> None:
    lea = team.visitor("lea@example.com")
    said = lea.get("/").headers["set-cookie"]
    assert re.fullmatch(r"__Host-publish-desk=[\w-]{43}; Path=/; Secure; HttpOnly; SameSite=Strict", said)
    assert "set-cookie" not in lea.get("/").headers


def test_the_cookie_alone_lets_nobody_in_and_is_no_use_with_another_token(team: Shared) -> None:
    lea, gus = team.visitor("lea@example.com"), team.visitor("gus@example.com")
    lea.get("/")
    thief = Visitor(team, gus.token, lea.cookie, lea.csrf)
    assert thief.get("/pieces/a-post").status == 404
    stolen = {"csrf": lea.csrf, "answer": "{}"}
    assert Visitor(team, gus.token, lea.cookie, lea.csrf).post("/passkey", stolen).status == 403
    assert Visitor(team, "", lea.cookie, lea.csrf).post("/passkey", stolen).status == 401


def test_a_form_carries_what_only_the_desks_pages_know(team: Shared) -> None:
    lea = team.visitor("lea@example.com")
    lea.get("/")
    other = team.visitor("lea@example.com")
    other.get("/")
    before = team.house.context().ledger.records()
    for csrf in ("", "x", other.csrf, lea.cookie.partition("=")[2]):
        assert lea.post("/pieces/a-post/statement", {"csrf": csrf, "decision": "approve"}).status == 403
    assert Visitor(team, lea.token, "", lea.csrf).post("/pieces/a-post/heard", {}).status == 403
    assert team.house.context().ledger.records() == before


@pytest.mark.parametrize("host", ["localhost:7400", "127.0.0.1", "attacker.example", "review.example.com:443", ""])
def test_the_desk_answers_to_its_own_name_only(team: Shared, host: str) -> None:
    answer = team.visitor("lea@example.com").ask("GET", "/", headers={"Host": host or " "})
    assert answer.status == 421
    assert ORIGIN in answer.text


@pytest.mark.parametrize(
    "said",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://attacker.example"},
        {"Origin": "http://review.example.com"},
        {"Origin": "null"},
    ],
)
def test_what_another_site_asks_for_is_refused(team: Shared, said: dict[str, str]) -> None:
    lea = team.visitor("lea@example.com")
    assert lea.post("/pieces/a-post/statement", {"decision": "reject", "reason": "x"}, said).status == 403
    assert lea.ask("GET", "/pieces/a-post", headers=said).status == 403


def test_who_comes_by_a_link_goes_on_by_a_page_that_shows_nothing(team: Shared) -> None:
    came = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    lea = team.visitor("lea@example.com")
    answer = lea.ask("GET", "/pieces/a-post", headers=came)
    assert answer.status == 200
    assert 'content="0; url=/pieces/a-post"' in answer.text
    assert "A post" not in answer.text
    assert "set-cookie" not in answer.headers
    for path in ("//attacker.example", "/pieces/x%22onload=", "/\\attacker.example"):
        assert lea.ask("GET", path, headers=came).status == 403
    assert lea.ask("GET", "/", headers={**came, "Sec-Fetch-Dest": "iframe"}).status == 403


def test_nothing_is_launched_and_nothing_foreign_may_run(team: Shared) -> None:
    lea = team.visitor("lea@example.com")
    assert lea.get("/launch?token=").status == 404
    for path in ("/", "/pieces/a-post", "/nothing", "/static/desk.css", "/launch"):
        headers = lea.get(path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "unsafe" not in headers["content-security-policy"]
        assert headers["x-frame-options"] == "DENY"


def test_a_preview_needs_its_address_alone_and_is_framed_by_the_desk_only(team: Shared) -> None:
    preview = re.findall(r'src="(/preview/[^"]+)"', team.visitor("lea@example.com").get("/pieces/a-post/public").text)[
        0
    ]
    answer = team.visitor(None).ask("GET", preview, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 200
    assert f"frame-ancestors {ORIGIN}" in answer.headers["content-security-policy"]
    assert team.visitor(None).get(f"/preview/x{preview[10:]}").status == 404


def test_what_one_draws_up_the_other_cannot_sign(team: Shared) -> None:
    lea, max_ = team.visitor("lea@example.com"), team.visitor("max@example.com")
    address = lea.draw_up("a-post", revision_of(team, "a-post")).headers["location"]
    assert lea.get(address).says("Lea Counsel")
    assert max_.get(address).status == 410
    assert max_.post(address, {"revision": revision_of(team, "a-post"), "way": "passkey"}).status == 410


def test_a_passphrase_is_not_asked_for_and_signs_nothing(team: Shared) -> None:
    lea, revision = team.visitor("lea@example.com"), revision_of(team, "a-post")
    address = lea.draw_up("a-post", revision).headers["location"]
    page = lea.get(address)
    assert page.says("No passkey of yours counts at this address")
    assert "passphrase" not in page.text.lower()
    answer = lea.post(address, {"revision": revision, "way": "passphrase", "passphrase": "x"})
    assert (answer.status, answer.says("There is no such way to sign")) == (400, True)


def test_too_many_attempts_of_one_stop_nobody_else(team: Shared) -> None:
    revision = revision_of(team, "of-service")
    sue, max_ = team.visitor("sue@example.com"), team.visitor("max@example.com")
    said = {"revision": revision, "way": "passkey", "answer": "{}"}
    mine, theirs = (one.draw_up("of-service", revision).headers["location"] for one in (sue, max_))
    assert [sue.post(mine, said).status for _ in range(6)] == [422] * 5 + [429]
    assert max_.post(theirs, said).status == 422


def make_passkey(shared: Shared, visitor: Visitor, device: Authenticator) -> None:
    options = options_on(visitor.get("/passkey"))
    answer = visitor.post("/passkey", {"answer": json.dumps(device.create(options, ORIGIN))})
    assert (answer.status, answer.headers["location"]) == (303, "/passkey")
    shared.house.sign_people()
    shared.forget()


def sign(visitor: Visitor, device: Authenticator, revision: str, address: str, origin: str = ORIGIN) -> int:
    response = device.get(options_on(visitor.get(address)), origin)
    return visitor.post(address, {"revision": revision, "way": "passkey", "answer": json.dumps(response)}).status


def test_a_passkey_that_is_made_at_the_teams_address_signs_there_and_the_gate_lets_the_piece_out(own: Shared) -> None:
    lea, device, revision = own.visitor("lea@example.com"), Authenticator(), revision_of(own, "a-post")
    make_passkey(own, lea, device)
    assert f"passkey {ORIGIN} " in (own.house.root / "people.toml").read_text()
    address = lea.draw_up("a-post", revision).headers["location"]
    assert sign(lea, device, revision, address, "http://localhost:7400") == 422
    assert sign(lea, device, revision, address) == 303
    (file,) = (own.house.root / "approvals" / "a-post").iterdir()
    said = open_envelope(file.read_bytes(), "here").statement
    assert (said.person, said.tier) == ("lea", "passkey")
    with lea.shared.team.open() as context:
        approved, refusal = admitted(context, context.evidence(), "a-post")
    assert (approved is not None, refusal) == (True, None)


def test_somebody_new_makes_their_passkey_first_and_decides_once_it_is_signed(own: Shared) -> None:
    nora, device = own.visitor("nora@example.com"), Authenticator()
    assert nora.get("/").says("no key that an admin signed")
    assert nora.get("/pieces/a-post").status == 404
    make_passkey(own, nora, device)
    revision = revision_of(own, "a-post")
    address = nora.draw_up("a-post", revision, "reject", "It names a customer.").headers["location"]
    assert sign(nora, device, revision, address) == 303
    assert own.house.context().ledger.records()[-1].by == "new"


def test_what_is_decided_and_who_is_refused_is_logged_in_a_line_and_no_token_is(
    own: Shared, capfd: pytest.CaptureFixture[str]
) -> None:
    lea, device, revision = own.visitor("lea@example.com"), Authenticator(), revision_of(own, "a-post")
    make_passkey(own, lea, device)
    assert sign(lea, device, revision, lea.draw_up("a-post", revision).headers["location"]) == 303
    own.visitor("a\nb\x1b[2J@example.com").get("/")
    own.visitor(None).get("/")
    time, made, refused, out = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", *own.log[:1], *own.log[2:]
    assert re.fullmatch(f"{time} lea new-passkey", made)
    assert re.fullmatch(f"{time} lea approve a-post {revision[:12]}", own.log[1])
    assert refused == r"refused a request: 'a\nb\x1b[2J@example.com' is nobody here"
    assert out == "refused a request: of its token, there is no token"
    printed = "".join(capfd.readouterr()) + "".join(own.log)
    for secret in (lea.token, lea.csrf, lea.cookie.partition("=")[2]):
        assert secret not in printed
        for path in own.house.root.rglob("*"):
            assert not path.is_file() or secret.encode() not in path.read_bytes()


def test_a_workspace_that_cannot_be_read_is_said_and_lets_nobody_in(own: Shared) -> None:
    own.house.write("people.toml", "[people")
    own.forget()
    answer = own.visitor("lea@example.com").get("/")
    assert (answer.status, "cannot read its workspace" in answer.text) == (503, True)
    assert "people.toml" in own.log[-1]


def test_evidence_of_a_house_whose_people_sign_in_is_checked_offline_with_and_without_the_toolkit(own: Shared) -> None:
    own.house.decide("a-post")
    assert publish("evidence", "a-post", "--output", "proof", at=own.house.root).code == 0
    (file,) = (own.house.root / "proof").iterdir()
    assert publish("evidence", "check", str(file), at=own.house.root).code == 0
    command = [sys.executable, str(REPOSITORY / "docs/check_evidence.py"), str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_preview_of_a_workspace_that_cannot_be_read_is_nothing(own: Shared) -> None:
    page = own.visitor("lea@example.com").get("/pieces/a-post/public")
    preview = re.findall(r'src="(/preview/[^"]+)"', page.text)[0]
    own.house.write("people.toml", "[people")
    own.forget()
    assert own.visitor(None).get(preview).status == 404


def test_a_browser_asks_anew_for_a_file_since_another_may_have_signed_in(team: Shared) -> None:
    (file, *_) = team.house.context().revisions.get("a-talk", revision_of(team, "a-talk")).manifest.files
    answer = team.visitor("lea@example.com").get(f"/media/{file.sha256}")
    assert answer.headers["cache-control"] == "private, no-cache"
