"""Whom the desk of a team lets in, and what else a request must be."""

import re
from http.client import HTTPConnection

import pytest
from support.issuer import claims_of, token

from desk.shared_desk import ORIGIN, Shared, Visitor
from publisher.desk.app import CHANGE, READ, SHARED


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


def test_a_workspace_that_cannot_be_read_is_said_and_lets_nobody_in(own: Shared) -> None:
    own.house.write("people.toml", "[people")
    own.forget()
    answer = own.visitor("lea@example.com").get("/")
    assert (answer.status, "cannot read its workspace" in answer.text) == (503, True)
    assert "people.toml" in own.log[-1]


def test_a_preview_of_a_workspace_that_cannot_be_read_is_nothing(own: Shared) -> None:
    page = own.visitor("lea@example.com").get("/pieces/a-post/public")
    preview = re.findall(r'src="(/preview/[^"]+)"', page.text)[0]
    own.house.write("people.toml", "[people")
    own.forget()
    assert own.visitor(None).get(preview).status == 404


def test_a_browser_asks_anew_for_a_file_since_another_may_have_signed_in(team: Shared) -> None:
    (file, *_) = team.house.context().revisions.get("a-talk", team.revision("a-talk")).manifest.files
    answer = team.visitor("lea@example.com").get(f"/media/{file.sha256}")
    assert answer.headers["cache-control"] == "private, no-cache"


def test_pages_that_a_team_is_served_are_listed_and_each_of_them_is_there() -> None:
    assert {path for path in {*READ, *CHANGE} if "{slug}" not in path} >= SHARED
