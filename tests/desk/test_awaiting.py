"""The desk that `publish takedown --passkey` opens has what that one signature needs, and nothing else."""

import re
from contextlib import nullcontext

from support.commands import publish
from support.house import GUIDELINES, House

from desk.opened import Opened
from desk.test_passkey import sign
from desk.waiting import DEVICE, Waiting, give_passkey
from publisher.desk.app import CHANGE, READ
from publisher.desk.room import Desk
from publisher.review.statement import open_envelope
from publisher.workflow.release import release

PAGE = "/pieces/a-post/takedown"
NEEDED = {"/pieces/{slug}/takedown", "/statements/{name}"}


def addresses(paths: set[str], slug: str) -> list[str]:
    """Addresses of the desk about a piece."""
    return [re.sub(r"{[^}]+}", slug, path) for path in sorted(paths)]


def launched(house: House, waiting: Waiting, port: str) -> Opened:
    """Who opened the address that the command printed."""
    browser = Opened(house, Desk(lambda: nullcontext(house.context()), "lea", int(port), ()))
    browser.enter(waiting.address().partition("token=")[2])
    return browser


def test_where_a_guideline_has_a_slip_it_takes_down_and_approves_nothing_that_is_forbidden(
    house: House, port: str
) -> None:
    house.add_post()
    revision = house.approved("a-post")
    release(house.context())
    house.write("guidelines.toml", "")
    house.add_post("bad", text="It is top secret.\n")
    bad = house.submit("bad")
    give_passkey(house, f"http://localhost:{port}")
    house.write("guidelines.toml", GUIDELINES + "\n[rules.x]\nsayz = 'A slip.'\n")
    with Waiting(house, port, "--reason", "It names a customer.") as waiting:
        desk = launched(house, waiting, port)
        assert desk.draw_up("bad", bad).status == 404
        for slug in ("bad", "a-post"):
            for path in addresses(READ.keys() - NEEDED, slug):
                assert desk.get(path).status == 404, path
            for path in addresses(CHANGE.keys() - NEEDED, slug):
                assert desk.post(path, {"decision": "approve", "reason": "x"}).status == 404, path
        assert desk.get("/pieces/bad/takedown").status == 404
        assert desk.post("/pieces/bad/takedown", {"decision": "takedown", "reason": "x"}).status == 404
        # A statement that lay for too long is drawn up again at the page of the piece.
        again = desk.post(PAGE, {"decision": "takedown", "reason": "It names a customer."})
        signed = sign(desk, DEVICE, again.headers["location"], revision)
        assert (signed.status, signed.headers["location"]) == (303, PAGE)
        last = desk.get(PAGE)
        assert (last.status, last.says("Taken down") or last.says("Signed")) == (200, True)
        assert f'class="name" href="{PAGE}"' in last.text
        assert "a-post is gone from" in waiting.end(0)
    (file,) = (house.root / "approvals/a-post").glob("*-takedown-*")
    assert open_envelope(file.read_bytes(), "here").statement.tier == "passkey"
    assert not (house.root / "approvals/bad").exists()
    house.write("guidelines.toml", GUIDELINES)
    assert publish("ledger", "verify", at=house.root).code == 0
