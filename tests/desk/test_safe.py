"""Who gets what from the desk, and who gets nothing."""

import pytest
from support.house import PASSPHRASE, House

from desk.opened import OWN, Opened, opened

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def revision_of(desk: Opened, slug: str = "a-post") -> str:
    return [one.revision for one in desk.house.context().ledger.records() if one.slug == slug][-1]


def test_the_launch_token_opens_the_desk_once(house: House) -> None:
    with opened(house) as desk:
        assert desk.enter().status == 200
        assert desk.get("/").status == 200
        again = desk.ask("GET", f"/launch?token={desk.desk.sessions.launch}")
        assert again.status == 401
        assert "set-cookie" not in again.headers


@pytest.mark.parametrize("token", ["x", "", "é"])
def test_another_token_opens_nothing_and_does_not_use_the_right_one_up(house: House, token: str) -> None:
    with opened(house) as desk:
        assert desk.ask("GET", f"/launch?token={token.encode().hex() if token else ''}").status == 401
        assert desk.enter().status == 200


def test_the_cookie_is_for_this_desk_alone_and_no_script_sees_it(house: House) -> None:
    with opened(house) as desk:
        cookie = desk.ask("GET", f"/launch?token={desk.desk.sessions.launch}").headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert cookie.startswith(f"publish-desk-{desk.port}=")


@pytest.mark.parametrize("path", ["/", "/pieces/a-post", "/pieces/a-talk/public", "/pieces/a-post/record"])
def test_without_the_cookie_nothing_is_shown(shared: Opened, path: str) -> None:
    answer = shared.ask("GET", path, headers=OWN)
    assert answer.status == 401
    assert b"A post" not in answer.body


def test_media_are_not_shown_without_the_cookie_either(shared: Opened) -> None:
    (audio,) = (file for file in files(shared, "a-talk") if file.role == "audio")
    assert shared.ask("GET", f"/media/{audio.sha256}", headers=OWN).status == 401


@pytest.mark.parametrize("host", ["attacker.example", "localhost", "127.0.0.1:1", "localhost.attacker.example", ""])
def test_another_name_for_this_computer_gets_nothing(shared: Opened, host: str) -> None:
    answer = shared.ask("GET", "/", headers={"Host": host, "Cookie": shared.cookie, **OWN})
    assert answer.status == 421


def test_both_names_of_this_computer_are_answered(shared: Opened) -> None:
    for name in ("localhost", "127.0.0.1"):
        headers = {"Host": f"{name}:{shared.port}", "Cookie": shared.cookie, **OWN}
        assert shared.ask("GET", "/", headers=headers).status == 200


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_another_site_asks_for_is_refused_even_with_the_cookie(shared: Opened, method: str, site: str) -> None:
    headers = {"Cookie": shared.cookie, "Sec-Fetch-Site": site, **FORM}
    body = f"csrf={shared.csrf}" if method == "POST" else ""
    assert shared.ask(method, "/pieces/a-post", body, headers).status == 403


def test_a_form_from_another_origin_is_refused(shared: Opened) -> None:
    answer = shared.post("/pieces/a-post/waive", {}, {"Origin": "https://attacker.example"})
    assert answer.status == 403


def test_a_browser_that_does_not_say_where_a_form_comes_from_is_refused(shared: Opened) -> None:
    answer = shared.ask("POST", "/pieces/a-post/waive", f"csrf={shared.csrf}", {"Cookie": shared.cookie, **FORM})
    assert answer.status == 403


@pytest.mark.parametrize("csrf", ["", "another"])
@pytest.mark.parametrize(
    "path", ["/pieces/a-post/waive", "/pieces/a-post/unwaive", "/pieces/a-talk/heard", "/pieces/a-post/statement"]
)
def test_a_form_without_the_token_of_the_session_changes_nothing(shared: Opened, path: str, csrf: str) -> None:
    before = shared.house.context().ledger.records()
    assert shared.post(path, {"csrf": csrf}).status == 403
    assert shared.house.context().ledger.records() == before


@pytest.mark.parametrize("kind", ["text/plain", "application/json", "multipart/form-data; boundary=x"])
def test_only_forms_are_taken(shared: Opened, kind: str) -> None:
    assert shared.post("/pieces/a-post/waive", {}, {"Content-Type": kind}).status == 415


def test_a_form_that_is_too_large_is_refused(shared: Opened) -> None:
    assert shared.post("/pieces/a-post/waive", {"reason": "x" * 300_000}).status == 413


@pytest.mark.parametrize("path", ["/", "/pieces/a-talk", "/pieces/none", "/nothing", "/static/desk.css", "/launch"])
def test_every_answer_says_that_nothing_foreign_may_run_in_it(shared: Opened, path: str) -> None:
    headers = shared.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert "referrer-policy" in headers


@pytest.mark.parametrize("path", ["/", "/pieces/a-talk", "/pieces/a-talk/public", "/pieces/a-talk/record"])
def test_no_page_holds_a_script_or_style_within_it(shared: Opened, path: str) -> None:
    text = shared.get(path).text
    assert "<style" not in text
    assert " style=" not in text
    assert " onclick=" not in text
    assert text.count("<script") == text.count('<script type="module" src="/static/')


def files(desk: Opened, slug: str):  # type: ignore[no-untyped-def]  # noqa: ANN201 - entries of a manifest
    context = desk.house.context()
    return context.revisions.get(slug, revision_of(desk, slug)).manifest.files


def test_a_file_is_served_by_its_digest_whole_and_in_ranges(shared: Opened) -> None:
    (audio,) = (file for file in files(shared, "a-talk") if file.role == "audio")
    whole = shared.get(f"/media/{audio.sha256}")
    assert (whole.status, len(whole.body)) == (200, audio.size)
    assert whole.headers["content-type"] == "audio/mpeg"
    part = shared.get(f"/media/{audio.sha256}", Range="bytes=100-199")
    assert (part.status, part.body) == (206, whole.body[100:200])
    assert shared.get(f"/media/{audio.sha256}", Range=f"bytes={audio.size}-").status == 416


def test_a_digest_that_nobody_submitted_is_nothing(shared: Opened) -> None:
    path = shared.house.root / ".publisher/media"
    stray = "0" * 64
    (path / "00").mkdir(parents=True, exist_ok=True)
    (path / "00" / stray).write_bytes(b"a draft that was never submitted")
    assert shared.get(f"/media/{stray}").status == 404


@pytest.mark.parametrize(
    "path", ["/media/..%2f..%2fpeople.toml", "/media/people.toml", "/static/..%2fguard.py", "/static/x"]
)
def test_no_path_leads_to_a_file(shared: Opened, path: str) -> None:
    assert shared.get(path).status == 404


def test_bytes_that_are_not_those_of_the_manifest_are_not_served(house: House) -> None:
    house.add_episode()
    house.submit("a-talk")
    with opened(house) as desk:
        desk.enter()
        (audio,) = (file for file in files(desk, "a-talk") if file.role == "audio")
        assert desk.get(f"/media/{audio.sha256}").status == 200
        path = house.context().media.path(audio)
        data = bytearray(path.read_bytes())
        data[len(data) // 2] ^= 1
        path.write_bytes(data)
        assert desk.get(f"/media/{audio.sha256}").status == 404


def preview_of(desk: Opened, slug: str = "a-talk") -> str:
    return desk.get(f"/pieces/{slug}/public").text.partition('src="/preview/')[2].partition('"')[0]


def test_a_preview_is_in_a_sandbox_and_needs_no_cookie_but_its_own_address(shared: Opened) -> None:
    address = preview_of(shared)
    answer = shared.ask("GET", f"/preview/{address}", headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 200
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts; default-src 'none'")
    assert "allow-same-origin" not in policy
    assert f"frame-ancestors http://localhost:{shared.port}" in policy
    assert shared.ask("GET", f"/preview/x{address[1:]}").status == 404


def test_a_preview_reaches_no_file_of_another_piece(shared: Opened) -> None:
    (secret, _, _) = preview_of(shared, "a-post").partition("/")
    (audio,) = (file for file in files(shared, "a-talk") if file.role == "audio")
    assert shared.ask("GET", f"/preview/{secret}/{audio.name}").status == 404


def test_no_more_than_five_attempts_a_minute_to_sign(desk: Opened) -> None:
    revision = revision_of(desk)
    address = desk.draw_up("a-post", revision).headers["location"]
    tried = [desk.sign(address, revision, "") for _ in range(6)]
    assert [one.status for one in tried] == [422] * 5 + [429]
    assert tried[-1].says("too many attempts to sign") or tried[-1].says("Too many attempts to sign")
    assert desk.sign(address, revision, PASSPHRASE).status == 429
    assert [one.event for one in desk.house.context().ledger.records() if one.slug] == ["submit"]


def test_no_secret_is_printed_or_kept(desk: Opened, capfd: pytest.CaptureFixture[str]) -> None:
    revision = revision_of(desk)
    address = desk.draw_up("a-post", revision).headers["location"]
    assert desk.sign(address, revision, "not " + PASSPHRASE).status == 422
    assert desk.sign(address, revision, PASSPHRASE).status == 303
    printed = "".join(capfd.readouterr())
    for secret in (PASSPHRASE, desk.cookie, desk.csrf, desk.desk.sessions.launch):
        assert secret not in printed
        for path in desk.house.root.rglob("*"):
            assert not path.is_file() or secret.encode() not in path.read_bytes()
