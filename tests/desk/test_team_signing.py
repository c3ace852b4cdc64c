"""Deciding at the desk of a team: with a passkey of its address, and as nobody else."""

import json
import re
import subprocess
import sys

import pytest
from support.authenticator import Authenticator
from support.commands import REPOSITORY, publish

from desk.shared_desk import ORIGIN, Shared, Visitor
from desk.test_passkey import options_on
from publisher.review.statement import open_envelope
from publisher.workflow.stage import admitted


def test_what_one_draws_up_the_other_cannot_sign(team: Shared) -> None:
    lea, max_ = team.visitor("lea@example.com"), team.visitor("max@example.com")
    address = lea.draw_up("a-post", team.revision("a-post")).headers["location"]
    assert lea.get(address).says("Lea Counsel")
    assert max_.get(address).status == 410
    assert max_.post(address, {"revision": team.revision("a-post"), "way": "passkey"}).status == 410


def test_a_passphrase_is_not_asked_for_and_signs_nothing(team: Shared) -> None:
    lea, revision = team.visitor("lea@example.com"), team.revision("a-post")
    address = lea.draw_up("a-post", revision).headers["location"]
    page = lea.get(address)
    assert page.says("No passkey of yours counts at this address")
    assert "passphrase" not in page.text.lower()
    answer = lea.post(address, {"revision": revision, "way": "passphrase", "passphrase": "x"})
    assert (answer.status, answer.says("There is no such way to sign")) == (400, True)


def test_too_many_attempts_of_one_stop_nobody_else(team: Shared) -> None:
    revision = team.revision("of-service")
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
    lea, device, revision = own.visitor("lea@example.com"), Authenticator(), own.revision("a-post")
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
    revision = own.revision("a-post")
    address = nora.draw_up("a-post", revision, "reject", "It names a customer.").headers["location"]
    assert sign(nora, device, revision, address) == 303
    assert own.house.context().ledger.records()[-1].by == "new"


def test_what_is_decided_and_who_is_refused_is_logged_in_a_line_and_no_token_is(
    own: Shared, capfd: pytest.CaptureFixture[str]
) -> None:
    lea, device, revision = own.visitor("lea@example.com"), Authenticator(), own.revision("a-post")
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


def test_evidence_of_a_house_whose_people_sign_in_is_checked_offline_with_and_without_the_toolkit(own: Shared) -> None:
    own.house.decide("a-post")
    assert publish("evidence", "a-post", "--output", "proof", at=own.house.root).code == 0
    (file,) = (own.house.root / "proof").iterdir()
    assert publish("evidence", "check", str(file), at=own.house.root).code == 0
    command = [sys.executable, str(REPOSITORY / "docs/check_evidence.py"), str(file)]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
