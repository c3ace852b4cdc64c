"""A takedown at a bucket: others can write there, a cache may stand before it, and a process can end at any request."""

import shutil
from collections.abc import Callable, Mapping

import pytest
from release.memory import Memory
from release.watching import Watched
from support.house import URL, House

from publisher.errors import PublisherError
from publisher.release.target import Target
from publisher.workflow import release as verb
from publisher.workflow import removing
from publisher.workflow.context import Context
from publisher.workflow.release import release

ADDRESS = "s3://bucket"


def quiet(_request: str) -> None:
    """Nothing happens."""


class Bucket:
    """A bucket in memory in place of the target of every verb, and what its public address was asked for."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.memory = Memory()
        self.heard: Callable[[str], None] = quiet
        self.asked: Mapping[str, bytes | None] = {}
        self.answers: dict[str, str] = {}
        for module in (verb, removing):
            patch.setattr(module, "open_release_target", self._open)
        patch.setattr(verb, "is_visited", lambda *_: False)
        patch.setattr(removing, "is_visited", lambda *_: True)
        patch.setattr(removing, "watch_vanish", self._watch)

    def _open(self, _context: Context, _to: str | None = None) -> Target:
        return Watched(self.memory, lambda request: self.heard(request))  # noqa: PLW0108  who hears it changes

    def _watch(self, asked: Mapping[str, bytes | None], *_: object) -> dict[str, str]:
        self.asked = asked
        return self.answers

    @property
    def naming(self) -> list[str]:
        """Keys at which anything of the piece stands."""
        marks = (b"It names Acme", b"posts/bad", b"On bad")
        keys = self.memory.objects.keys() - {"edition.json"}
        return sorted(key for key in keys if any(mark in b"".join(self.memory.read(key)) for mark in marks))


@pytest.fixture
def bucket(house: House, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """With three posts."""
    found = Bucket(monkeypatch)
    for number, slug in enumerate(("early", "bad", "good"), 1):
        path = house.add_post(slug, text="It names Acme.\n" if slug == "bad" else f"Words of {slug}.\n")
        path.write_text(path.read_text().replace("2026-11-05", f"2026-11-0{number}").replace("A post", f"On {slug}"))
        house.approved(slug)
    release(house.context(), ADDRESS)
    return found


def test_it_goes_first_and_the_lease_is_taken_afterwards(house: House, bucket: Bucket) -> None:
    house.sign_takedown("bad")
    requests: list[str] = []
    bucket.heard = requests.append
    house.remove("bad", ADDRESS)
    writes = [one for one in requests if one.startswith(("put", "swap", "delete"))]
    assert writes[0].split()[1:] == ["episodes/bad.html", "posts/bad.html"]
    assert writes[1] == "swap lease.json"
    assert bucket.naming == []


def test_its_public_addresses_are_asked_and_who_keeps_copies_is_told(house: House, bucket: Bucket) -> None:
    house.sign_takedown("bad", notice="We named a customer.")
    told: list[str] = []
    after = removing.Afterwards(0, told.extend)
    bucket.answers = {f"{URL}posts/bad.html": "it answers 200"}
    removed = removing.remove(house.context(), "bad", ADDRESS, lambda _step: None, after)
    assert {"posts/bad.html", "feeds/blog.atom", "index.html"} <= {*told}
    assert removed.still == ((f"{URL}posts/bad.html", "it answers 200"),)
    notice = bucket.asked[f"{URL}posts/bad.html"]
    assert notice is not None
    assert b"We named a customer." in notice


@pytest.mark.parametrize("is_cut", [False, True], ids=["put together anew", "cut out"])
def test_where_texts_are_compressed_they_stay_so_and_nothing_else_is_sent_again(
    house: House, bucket: Bucket, *, is_cut: bool
) -> None:
    config = (house.root / "publisher.toml").read_text()
    house.write("publisher.toml", f"{config}\n[release]\ncompress = true\n")
    release(house.context(), ADDRESS)
    before = dict(bucket.memory.objects)
    assert before["posts/good.html"].content_encoding == before["index.html"].content_encoding == "gzip"
    # What publisher.toml says by now is for the next release.
    house.write("publisher.toml", config)
    house.sign_takedown("bad")
    if is_cut:
        shutil.rmtree(house.root / "revisions/early")
    removed = house.remove("bad", ADDRESS)

    assert bool(removed.flaw) == is_cut
    after = bucket.memory.objects
    assert bucket.naming == []
    assert not [key for key in removed.changed if key.startswith("assets/")]
    assert {key: after[key].content_encoding for key in removed.changed} == {
        key: before[key].content_encoding for key in removed.changed
    }
    assert b"Words of good" in b"".join(bucket.memory.read("posts/good.html"))


class Killed(BaseException):
    """As SIGKILL: nobody catches it."""


@pytest.mark.slow
def test_killed_at_any_request_it_goes_on_from_there(house: House, bucket: Bucket) -> None:
    house.sign_takedown("bad", notice="We named a customer.")
    before, ledger = dict(bucket.memory.objects), (house.root / "ledger.jsonl").read_bytes()
    house.remove("bad", ADDRESS)
    wanted = texts(bucket)
    number, ended = 0, False
    while not ended:
        bucket.memory.objects = dict(before)
        house.write("ledger.jsonl", ledger)
        left = [number]

        def heard(_request: str, left: list[int] = left) -> None:
            left[0] -= 1
            if left[0] < 0:
                raise Killed

        bucket.heard = heard
        try:
            house.remove("bad", ADDRESS)
            ended = True
        except Killed:
            number += 1
        bucket.heard = quiet
        # A process that ended holds no lease; here it is this one, and so is asked to have ended.
        bucket.memory.objects.pop("lease.json", None)
        house.remove("bad", ADDRESS)
        assert texts(bucket) == wanted
        assert bucket.naming == []
    assert number > 20


def texts(bucket: Bucket) -> dict[str, bytes]:
    """All that is public, without the release's own files."""
    return {key: one.data for key, one in bucket.memory.objects.items() if key not in {"edition.json", "lease.json"}}


def test_another_release_that_runs_meanwhile_stops_nothing_of_the_piece_from_going(
    house: House, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise PublisherError("another release to this place is running", where=ADDRESS, hint="wait until it has ended")

    house.sign_takedown("bad")
    with monkeypatch.context() as patch:
        patch.setattr(removing, "turn_at", busy)
        with pytest.raises(PublisherError, match="its page and files are gone, but feeds and lists may name it still"):
            house.remove("bad", ADDRESS)
    assert "posts/bad.html" not in bucket.memory.objects
    house.remove("bad", ADDRESS)
    assert bucket.naming == []
