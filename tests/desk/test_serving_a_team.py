"""How the desk of a team is served from a terminal, and what must be right before it is."""

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from http.client import HTTPConnection

import pytest
from support.commands import PUBLISH, REPOSITORY, environment, publish
from support.house import CONFIG, House
from support.issuer import AUDIENCE, ISSUER, claims_of, jwks, token

from desk.shared_desk import ORIGIN
from publisher.workspace.loading import load

DESK = f"""
[desk]
origin = "{ORIGIN}"
issuer = "{ISSUER}"
audience = "{AUDIENCE}"
jwks = "keys.json"
header = "X-Id-Token"
claim = "upn"
"""


@pytest.fixture
def served(house_of_team: House) -> Iterator[tuple[House, "subprocess.Popen[str]", int]]:
    """A team's desk at a free port."""
    house = house_of_team
    house.write("publisher.toml", (house.root / "publisher.toml").read_text() + DESK)
    house.write("keys.json", jwks("ec1"))
    command = [*PUBLISH, "review", "serve", "--port", "0"]
    pipe = subprocess.PIPE
    running = subprocess.Popen(command, cwd=house.root, env=environment(), stdout=pipe, stderr=pipe, text=True)
    assert running.stdout is not None
    printed = ""
    try:
        while (found := re.search(rf"{ORIGIN} → http://127\.0\.0\.1:(\d+)", printed)) is None:
            printed += running.stdout.readline() or pytest.fail(f"no address came: {printed}")
        assert "8 people can sign in, by an e-mail that admins signed." in printed
        yield house, running, int(found[1])
    finally:
        running.kill()
        running.communicate()


def test_a_desk_that_is_served_knows_who_asks_by_the_header_and_claim_of_the_house(
    served: tuple[House, "subprocess.Popen[str]", int],
) -> None:
    _, running, port = served
    good = token(claims_of(email=None, upn="lea@example.com"), "ec1", "ES256")
    asked = [({"X-Id-Token": good}, 200), ({"Authorization": f"Bearer {good}"}, 401)]
    for headers, status in asked:
        connection = HTTPConnection("127.0.0.1", port, timeout=30)
        connection.request("GET", "/", headers={"Host": "review.example.com", **headers})
        answer = connection.getresponse()
        assert (answer.status, b"Lea Counsel" in answer.read()) == (status, status == 200)
        connection.close()
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=20)
    assert running.returncode == 130
    assert "refused a request: of its token, there is no token" in err
    assert good not in out + err


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("", "there is no table [desk]"),
        (DESK, "the keys of the issuer cannot be read"),
        (DESK.replace("keys.json", "people.toml"), "it is no JSON Web Key Set"),
        (DESK.replace("keys.json", "http://login.example.com/keys"), "begin it with https://"),
        (DESK.replace("keys.json", "https://127.0.0.1:1/keys"), "the keys of the issuer cannot be read"),
        (DESK.replace("keys.json", "../keys.json"), "name a file in the same folder or below it"),
        (DESK.replace(ORIGIN, "http://review.example.com"), "write scheme and host alone"),
        (DESK.replace(ORIGIN, f"{ORIGIN}/"), "write scheme and host alone"),
        (DESK.replace(ORIGIN, f"{ORIGIN}:443"), "write scheme and host alone"),
        (DESK.replace(ORIGIN, "https://Review.example.com"), "write scheme and host alone"),
        (DESK.replace("X-Id-Token", "X Id Token"), "write the name of a header"),
        (DESK.replace('audience = "review-desk"\n', ""), "desk.audience"),
        (DESK + 'secret = "x"\n', "desk.secret"),
    ],
)
def test_what_is_wrong_with_the_table_is_told_before_anything_is_served(house: House, said: str, words: str) -> None:
    house.write("publisher.toml", CONFIG + said)
    ran = publish("review", "serve", "--port", "0", at=house.root)
    assert ran.code == 1
    assert words in " ".join(ran.text.split())
    assert "Traceback" not in ran.text


def test_a_new_person_gets_the_e_mail_that_they_sign_in_with(house: House) -> None:
    said = ("people", "add", "lena", "--name", "Lena Legal", "--email")
    assert publish(*said, "lena", at=house.root).code == 1
    assert publish(*said, "lena@example.com", at=house.root).code == 0
    assert 'email = "lena@example.com"' in (house.root / "people/lena.toml").read_text()
    ran = publish("people", "list", at=house.root)
    assert "Lena Legal (lena) is added: no role; signs in as lena@example.com" in " ".join(ran.text.split())


def test_a_house_that_names_no_e_mail_signs_people_as_it_did(house: House) -> None:
    signed = json.loads((house.root / "people/signed/0001.dsse.json").read_bytes())
    assert "email" not in json.dumps(signed)


def test_the_table_in_the_documentation_is_one(house: House) -> None:
    page = (REPOSITORY / "docs/desk.md").read_text(encoding="utf-8")
    (table,) = re.findall(r"```toml\n(\[desk\]\n.+?)```", page, re.DOTALL)
    house.write("publisher.toml", CONFIG + table)
    desk = load(house.root).config.desk
    assert desk is not None
    assert (desk.origin, desk.header, desk.claim) == (ORIGIN, "Authorization", "email")
