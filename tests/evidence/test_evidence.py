"""Evidence in one file: whoever has it can check it alone, and no byte can be another. Two checks say the same."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review.docket import FINDING, PEOPLE, SLUG, Docket, a_revision, edited, flipped, forged, line
from support.authenticator import Authenticator, Kind

from evidence.files import (
    CHECK,
    Files,
    changed,
    failed_step,
    files_of,
    is_refused_by_the_other,
    pack,
    unpack,
    write_evidence,
)
from publisher.review.dossier import INDEX
from publisher.review.examine import examine
from publisher.review.keys import Signature
from publisher.review.passkeys import Passkey, read_response, request_options
from publisher.review.statement import sealed, to_sign

NAME = a_revision().name


@pytest.fixture
def docket(tmp_path: Path) -> Docket:
    """Submitted, rejected, withdrawn, a finding waived, approved, released; another piece in between."""
    return lived(tmp_path)


def lived(root: Path) -> Docket:
    docket = Docket(root, signs_heads=True).open()
    docket.append("submit", "ann", {"revision": "0" * 64}, slug="another-piece")
    docket.submit(a_revision())
    docket.decide(NAME, "reject", "max")
    docket.append("submit", "ann", {"revision": "1" * 64}, slug="another-piece")
    docket.decide(NAME, "withdraw", "max")
    docket.waive(NAME)
    docket.decide(NAME, waived=(FINDING,))
    docket.append("release", "publish", {"target": "public", "pieces": f"another-piece@ {SLUG}@{NAME[:12]}"}, slug="")
    docket.append("submit", "ann", {"revision": "2" * 64}, slug="another-piece")
    return docket


@pytest.fixture
def file(docket: Docket) -> Path:
    return write_evidence(docket, NAME)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One for many examples, which write beside it."""
    return write_evidence(lived(tmp_path_factory.mktemp("kept")), NAME)


def test_both_checks_find_it_whole(file: Path) -> None:
    assert [step.failed for step in examine(file)] == [False] * 7
    assert not is_refused_by_the_other(file)


def test_it_says_who_signed_what_and_when_and_what_is_under_a_signature(file: Path) -> None:
    said = [text for step in examine(file) for text in step.said]
    assert any(text.startswith("Lea Counsel, 2026-11-20T12:06:00+00:00: “I reviewed") for text in said)
    assert "6 of 9 lines, each under the root" in " ".join(said)
    assert "under a signature: 4 of the lines shown; younger, and the word of the house: 2" in said
    assert "approved by Lea Counsel; no rejection stands, and nobody who made it is among them" in said


def test_it_tells_nothing_of_other_pieces(docket: Docket, file: Path) -> None:
    assert b"another-piece" in docket.ledger_file.read_bytes()
    assert [one for one in unpack(file)["ledger.json"].split(b'\\n"') if b"another-piece" in one] != []
    assert unpack(file)["ledger.json"].count(b"another-piece") == 1, "the release that both came with"


def test_the_same_ledger_gives_the_same_bytes(docket: Docket, file: Path) -> None:
    before = file.read_bytes()
    assert write_evidence(docket, NAME).read_bytes() == before


def test_the_other_check_is_plain_python_of_less_than_a_hundred_lines() -> None:
    text = CHECK.read_text("utf-8")
    assert len(text.splitlines()) < 100
    assert "publisher" not in text
    assert max(map(len, text.splitlines())) <= 120


def test_the_other_check_runs_by_itself(file: Path) -> None:
    ran = subprocess.run([sys.executable, "-I", CHECK, file], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines()[-1].startswith(f"✓ {NAME} is what {{'lea'}} approved")


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_whichever_bit_is_flipped_both_refuse(kept: Path, place: int, bit: int) -> None:
    data = kept.read_bytes()
    path = kept.with_name("flipped.zip")
    path.write_bytes(flipped(data, place % len(data), 1 << bit))
    assert failed_step(path)
    assert is_refused_by_the_other(path)


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 10**9), length=st.integers(1, 300))
def test_whatever_is_cut_out_both_refuse(kept: Path, place: int, length: int) -> None:
    data = kept.read_bytes()
    place %= len(data)
    path = kept.with_name("cut.zip")
    path.write_bytes(data[:place] + data[place + length :])
    assert failed_step(path)
    assert is_refused_by_the_other(path)


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_whichever_byte_of_a_member_is_another_no_new_index_helps(kept: Path, data: st.DataObject) -> None:
    files = unpack(kept)
    name = data.draw(st.sampled_from(sorted(files.keys() - {"README.txt", "people.json"})))
    # How many lines the ledger had when the file was written is the house's word, as its root is.
    size = files[name].rfind(b',"size":') if name == "ledger.json" else len(files[name])
    place = data.draw(st.integers(0, size - 1))
    files[name] = flipped(files[name], place, 1 << data.draw(st.integers(0, 6)))
    path = kept.with_name("forged.zip")
    try:
        pack(files, path)
    except Exception:  # noqa: BLE001 - not even an index can be made of it
        return
    assert failed_step(path), (name, place)
    if not name.startswith("revision/manifest"):
        assert is_refused_by_the_other(path), (name, place)


Forge = Callable[[Files], object]


def ledger(change: Callable[..., object]) -> Forge:
    return lambda files: files.update({"ledger.json": changed(files["ledger.json"], change)})


def people(change: Callable[..., object]) -> Forge:
    return lambda files: files.update({"people.json": changed(files["people.json"], change)})


def statement(decision: str, **changes: object) -> Forge:
    def forge(files: Files) -> None:
        (name,) = (name for name in files if f"-{decision}-" in name)
        files[name] = forged(files[name], **changes)

    return forge


def dropped(part: str) -> Forge:
    def forge(files: Files) -> None:
        (name,) = (name for name in files if part in name)
        del files[name]

    return forge


def _lines(found: dict[str, list[dict[str, str]]], event: str) -> list[dict[str, str]]:
    return [one for one in found["lines"] if f'"event":"{event}"' in one["line"]]


def _without_lines(found: dict[str, list[dict[str, object]]], event: str) -> None:
    """The lines left out, and those that stay numbered anew."""
    gone = [number for number, one in enumerate(found["lines"]) if f'"event":"{event}"' in str(one["line"])]
    found["lines"] = [one for number, one in enumerate(found["lines"]) if number not in gone]
    for seen in found["seen"]:
        kept = [one for one in seen["lines"] if one["line"] not in gone]  # type: ignore[attr-defined]
        seen["lines"] = [{**one, "line": one["line"] - sum(at < one["line"] for at in gone)} for one in kept]


FORGERIES: dict[str, tuple[int, Forge]] = {
    "the body has another word": (2, lambda files: files.update({"revision/parts/body.html": b"<p>No.</p>\n"})),
    "the audio is another": (2, lambda files: files.update(dict.fromkeys([n for n in files if "mp3" in n], b"other"))),
    "a part is missing": (2, dropped("card.json")),
    "a file is missing": (2, dropped(".vtt")),
    "a file is added": (2, lambda files: files.update({"revision/parts/more.html": b"more"})),
    "a file stands beside the rest": (2, lambda files: files.update({"zz.txt": b"more"})),
    "a person is missing": (4, people(lambda found: found["people"].pop("lea"))),
    "her key is another": (4, people(lambda found: found["people"]["lea"].update(keys=[line("kim")]))),
    "her key stands under two names": (
        3, people(lambda found: found["people"]["max"].update(keys=[line("max"), line("lea")])),
    ),
    "she was not valid on that day": (4, people(lambda found: found["people"]["lea"].update(valid_to="2026-11-19"))),
    "she has another role": (7, people(lambda found: found["people"]["lea"].update(roles=["host"]))),
    "two are asked for": (7, people(lambda found: found["required"].update(legal=2))),
    "nobody is asked for": (7, people(lambda found: found.update(required={}))),
    "the approval is missing": (6, dropped("-approve-")),
    "the withdrawal is missing": (6, dropped("-withdraw-")),
    "the approval is about another revision": (4, statement("approve", revision="0" * 64)),
    "the approval is of another day": (4, statement("approve", time="2026-11-21T12:06:00+00:00")),
    "the approval has another head": (4, statement("approve", head={"size": 1, "root": "0" * 64, "tip": "0" * 64})),
    "a line has another time": (
        5, ledger(lambda found: _lines(found, "submit")[0].update(line=found["lines"][0]["line"].replace(":0", ":1"))),
    ),
    "a line stands in another place": (5, ledger(lambda found: found["lines"][-1].update(place=8))),
    "a line stands twice": (5, ledger(lambda found: found["lines"].append(found["lines"][-1]))),
    "a path is empty": (5, ledger(lambda found: found["lines"][0].update(path=[]))),
    "a path is longer": (5, ledger(lambda found: found["lines"][0]["path"].append("0" * 64))),
    "the root is another": (5, ledger(lambda found: found.update(root="0" * 64))),
    "the ledger is shorter": (5, ledger(lambda found: found.update(size=8))),
    "the submission is left out": (7, ledger(lambda found: _without_lines(found, "submit"))),
    "the withdrawal is left out": (7, ledger(lambda found: _without_lines(found, "withdraw"))),
    "what lea saw is left out": (6, ledger(lambda found: found["seen"].pop())),
    "what lea saw is what max saw": (6, ledger(lambda found: found["seen"][2].update(lines=found["seen"][1]["lines"]))),
    "it goes on from something else": (6, ledger(lambda found: found["seen"][2].update(consistency=["0" * 64]))),
}  # fmt: skip
BLIND = {
    "it goes on from something else",
    "what lea saw is left out",
    "a line stands twice",
    "her key stands under two names",
}
"""What the short check does not look for: it shows less, and nothing that is not so."""


@pytest.mark.parametrize(("step", "forge"), FORGERIES.values(), ids=FORGERIES.keys())
def test_with_a_new_index_it_is_refused_at_the_step_where(
    file: Path, step: int, forge: Forge, request: pytest.FixtureRequest
) -> None:
    files = unpack(file)
    forge(files)
    path = pack({"README.txt": files.pop("README.txt"), **dict(sorted(files.items()))}, file.with_name("forged.zip"))
    assert failed_step(path) == step
    assert is_refused_by_the_other(path) or request.node.callspec.id in BLIND


def test_a_rejection_that_stands_makes_it_no_evidence(docket: Docket) -> None:
    docket.decide(NAME, "reject", "max")
    path = pack(files_of(docket, docket.revisions.get(SLUG, NAME)), docket.root / "rejected.zip")
    assert failed_step(path) == 7
    assert is_refused_by_the_other(path)


def test_an_earlier_revision_stays_approved_when_a_later_one_was_rejected(docket: Docket) -> None:
    later = docket.submit(edited(b"<p>Later.</p>\n"))
    docket.decide(later, "reject", "max")
    path = write_evidence(docket, NAME)
    assert failed_step(path) == 0
    assert not is_refused_by_the_other(path)


def test_approvals_from_before_heads_are_evidence_too(tmp_path: Path) -> None:
    docket = Docket(tmp_path)
    docket.approved()
    path = write_evidence(docket, NAME)
    said = [text for step in examine(path) for text in step.said]
    assert "under a signature: 0 of the lines shown; younger, and the word of the house: 2" in said
    assert not is_refused_by_the_other(path)


@pytest.mark.parametrize("kind", ["ES256", "EdDSA", "RS256"])
def test_a_passkey_is_checked_by_both(tmp_path: Path, kind: Kind) -> None:
    docket, device, origin = Docket(tmp_path, signs_heads=True).open(), Authenticator(kind), "http://localhost:7400"
    docket.submit(a_revision())
    passkey = Passkey(origin, device.credential, device.cose)
    docket.change_person("lea", keys=[f"{passkey.to_line()} laptop"])
    said = replace(docket.sign(NAME).statement, tier="passkey")
    answer = device.get(request_options([passkey], to_sign(said)), origin)
    _, assertion, signature = read_response(answer)
    envelope = sealed(said, Signature(passkey.fingerprint, signature, assertion))
    docket.keep(envelope)
    docket.record(envelope)
    path = write_evidence(docket, NAME)
    assert failed_step(path) == 0
    assert not is_refused_by_the_other(path)
    other = Authenticator(kind)
    files = unpack(path)
    line_ = Passkey(origin, device.credential, other.cose).to_line()
    people(lambda found: found["people"]["lea"].update(keys=[line_]))(files)
    assert failed_step(pack(files, path)) == 4
    assert is_refused_by_the_other(path)


def test_a_ledger_that_signers_never_saw_gives_no_evidence(docket: Docket) -> None:
    docket.rewrite(lambda records: [replace(records[0], by="eva"), *records[1:]])
    with pytest.raises(Exception, match="not the ledger that they saw"):
        files_of(docket, docket.revisions.get(SLUG, NAME))


def test_who_signed_on_a_branch_is_shown_on_it(tmp_path: Path) -> None:
    ours = Docket(tmp_path / "ours", signs_heads=True).open()
    ours.submit(a_revision())
    theirs = Docket(tmp_path / "theirs", ours.now, signs_heads=True).open()
    theirs.revisions.keep(a_revision())
    theirs.ledger_file.write_bytes(ours.ledger_file.read_bytes())
    theirs.decide(NAME, person="max")
    ours.append("submit", "ann", {"revision": "0" * 64}, slug="another-piece")
    theirs.append("submit", "ann", {"revision": "3" * 64}, slug="a-third")
    theirs.decide(NAME, person="lea")
    for envelope in theirs.envelope_files:
        ours.write(f"approvals/{envelope.name}", envelope.read_bytes())
    added = theirs.ledger_file.read_bytes().splitlines(keepends=True)[1:]
    ours.ledger_file.write_bytes(ours.ledger_file.read_bytes() + b"".join(added))
    ours.ledger.merge("publish", datetime.fromisoformat("2026-11-20T13:00:00+00:00"))
    path = write_evidence(ours, NAME)
    said = [text for step in examine(path) for text in step.said]
    assert "Lea Counsel signed that it had 3 lines, on a branch that was merged later; of these shown here: 2" in said
    assert not is_refused_by_the_other(path)


def test_the_index_says_what_it_is_about(file: Path) -> None:
    index = changed(b"{}", lambda found: found.update({"schema": "corporate-voices/evidence/2"}))
    pack(unpack(file), file, index)
    assert failed_step(file) == 1
    assert is_refused_by_the_other(file)


def test_nobody_is_left_out_of_the_people(file: Path) -> None:
    text = unpack(file)["people.json"].decode()
    assert [id_ in text for id_ in PEOPLE] == [True, True, False, True, True, False]
    assert INDEX not in unpack(file)
