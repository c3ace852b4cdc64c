"""Evidence in one file: whoever has it can check it alone, and no byte can be another. Two checks say the same."""

import base64
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from review.docket import FINDING, PEOPLE, SLUG, START, Docket, a_revision, edited, flipped, forged, line
from review.test_branches_gate import MERGED, Act, both
from support.authenticator import Authenticator, Kind
from support.commands import REPOSITORY
from tampered.make import CASES as MADE

from evidence.files import (
    CHECK,
    LATER,
    Files,
    changed,
    failed_step,
    files_of,
    in_order,
    is_refused_by_the_other,
    laid_anew,
    pack,
    unpack,
    write_evidence,
)
from publisher.errors import PublisherError
from publisher.review.examine import examine
from publisher.review.gate import Refusal
from publisher.review.keys import Signature, fingerprint
from publisher.review.passkeys import Passkey, read_response, request_options
from publisher.review.statement import sealed, to_sign
from publisher.review.trust import place_of

NAME = a_revision().name
TAMPERED = REPOSITORY / "tests" / "tampered"


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
    assert [step.failed for step in examine(file, LATER)] == [False] * 7
    assert not is_refused_by_the_other(file)


def test_it_says_who_signed_what_and_when_and_what_is_under_a_signature(file: Path) -> None:
    said = [text for step in examine(file, LATER) for text in step.said]
    assert any(text.startswith("Lea Counsel, 2026-11-20 12:06:00 UTC: “I reviewed") for text in said)
    assert "7 of 10 lines, each under the root" in " ".join(said)
    assert "lines shown that stand under a signature: 5" in said
    assert "younger lines, for which there is the word of the house: 2" in said
    assert "approved by Lea Counsel; no rejection or takedown stands, and nobody who made it is among them" in said


def test_it_tells_nothing_of_other_pieces(docket: Docket, file: Path) -> None:
    assert b"another-piece" in docket.ledger_file.read_bytes()
    assert [one for one in unpack(file)["ledger.json"].split(b'\\n"') if b"another-piece" in one] != []
    assert unpack(file)["ledger.json"].count(b"another-piece") == 1, "the release that both came with"


def test_the_same_ledger_gives_the_same_bytes(docket: Docket, file: Path) -> None:
    before = file.read_bytes()
    assert write_evidence(docket, NAME).read_bytes() == before


def test_the_other_check_is_plain_python_of_less_than_a_hundred_lines() -> None:
    lines = [line_ for line_ in CHECK.read_text("utf-8").splitlines() if line_]
    assert len(lines) < 100
    assert "publisher" not in "".join(lines)
    assert max(map(len, lines)) <= 120


def test_the_other_check_runs_by_itself(file: Path) -> None:
    ran = subprocess.run([sys.executable, "-I", CHECK, file], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")
    assert ran.stdout.splitlines()[-1].startswith(f"✓ {NAME} is what lea approved")


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, 10**9), bit=st.integers(0, 7))
def test_whichever_bit_is_flipped_both_refuse(kept: Path, place: int, bit: int) -> None:
    data = kept.read_bytes()
    path = kept.with_name("flipped.zip")
    path.write_bytes(flipped(data, place % len(data), 1 << bit))
    assert failed_step(path)
    assert is_refused_by_the_other(path) or contents(path) == contents(kept)


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 10**9), length=st.integers(1, 300))
def test_whatever_is_cut_out_both_refuse(kept: Path, place: int, length: int) -> None:
    data = kept.read_bytes()
    place %= len(data)
    path = kept.with_name("cut.zip")
    path.write_bytes(data[:place] + data[place + length :])
    assert failed_step(path)
    assert is_refused_by_the_other(path) or contents(path) == contents(kept)


def contents(path: Path) -> dict[str, bytes]:
    """What any program finds in an archive; bytes around the members are for the long check alone."""
    with ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@settings(max_examples=200, deadline=None)
@given(data=st.data())
def test_whichever_byte_of_a_member_is_another_no_new_index_helps(kept: Path, data: st.DataObject) -> None:
    files = unpack(kept)
    name = data.draw(st.sampled_from(sorted(files.keys() - {"README.txt", "rules.json"})))
    # How many lines the ledger had when the file was written is the house's word, as its root is.
    size = files[name].rfind(b',"size":') if name == "ledger.json" else len(files[name])
    place, before = data.draw(st.integers(0, size - 1)), files[name]
    files[name] = flipped(before, place, 1 << data.draw(st.integers(0, 6)))
    path = kept.with_name("forged.zip")
    try:
        pack(files, path)
    except Exception:  # noqa: BLE001 - not even an index can be made of it
        return
    assert failed_step(path), (name, place)
    # The short one reads capital digits, too, and takes no notice of proofs of consistency.
    is_same = files[name].lower() == before.lower() or (name == "ledger.json" and place > before.index(b',"seen":'))
    assert is_refused_by_the_other(path) or is_same, (name, place)


Forge = Callable[[Files], object]


def ledger(change: Callable[..., object]) -> Forge:
    return lambda files: files.update({"ledger.json": changed(files["ledger.json"], change)})


def rules(**changes: object) -> Forge:
    return lambda files: files.update({"rules.json": changed(files["rules.json"], lambda found: found.update(changes))})


def people(**changes: object) -> Forge:
    """Version 1 with something else said of lea, as it was signed."""

    def forge(files: Files) -> None:
        said = json.loads(base64.b64decode(json.loads(files[FIRST])["payload"]))["people"]
        files[FIRST] = forged(files[FIRST], people={**said, "lea": {**said["lea"], **changes}})

    return forge


FIRST = "people/0001.dsse.json"


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
    "her key is another": (4, people(keys=[line("kim")])),
    "she was not valid on that day": (4, people(valid_to="2026-11-19")),
    "she has another role": (4, people(roles=["host"])),
    "somebody was added by editing": (
        4, lambda files: files.update({FIRST: forged(files[FIRST], people={"eva": {"name": "Eva"}})}),
    ),
    "the people are missing": (4, dropped("people/")),
    "a version lies there that no line names": (4, lambda files: files.update({FIRST.replace("1", "2"): files[FIRST]})),
    "a version lies there under another name": (
        4, lambda files: files.update({FIRST.replace("1", "2"): files.pop(FIRST)}),
    ),
    "the line of the people is left out": (4, ledger(lambda found: _without_lines(found, "people"))),
    "two are asked for": (7, rules(required={"legal": 2})),
    "another role is asked for": (7, rules(required={"finance": 1})),
    "nobody is asked for": (7, rules(required={})),
    "less than nobody is asked for": (4, rules(required={"legal": -1})),
    "an approval counts for no day": (7, rules(days=0)),
    "the approval is missing": (6, dropped("-approve-")),
    "the withdrawal is missing": (6, dropped("-withdraw-")),
    "the approval is about another revision": (5, statement("approve", revision="0" * 64)),
    "the approval is of another day": (5, statement("approve", time="2026-11-21T12:06:00+00:00")),
    "the approval has another head": (5, statement("approve", head={"size": 1, "root": "0" * 64, "tip": "0" * 64})),
    "a line has another time": (
        3, ledger(lambda found: _lines(found, "submit")[0].update(line=found["lines"][0]["line"].replace(":0", ":1"))),
    ),
    "a line stands in another place": (3, ledger(lambda found: found["lines"][-1].update(place=9))),
    "a line stands twice": (3, ledger(lambda found: found["lines"].append(found["lines"][-1]))),
    "a path is empty": (3, ledger(lambda found: found["lines"][0].update(path=[]))),
    "a path is longer": (3, ledger(lambda found: found["lines"][0]["path"].append("0" * 64))),
    "the root is another": (3, ledger(lambda found: found.update(root="0" * 64))),
    "the ledger is shorter": (3, ledger(lambda found: found.update(size=9))),
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
    "a file is added",
    "a file stands beside the rest",
    "a version lies there that no line names",
}
"""What the short check does not look for: it shows less, and nothing that is not so."""


@pytest.mark.parametrize(("step", "forge"), FORGERIES.values(), ids=FORGERIES.keys())
def test_with_a_new_index_it_is_refused_at_the_step_where(
    file: Path, step: int, forge: Forge, request: pytest.FixtureRequest
) -> None:
    files = unpack(file)
    forge(files)
    path = pack(in_order(files), file.with_name("forged.zip"))
    assert failed_step(path) == step
    assert is_refused_by_the_other(path) or request.node.callspec.id in BLIND


def of_the_house(docket: Docket, file: Path) -> Path:
    """The file as a house would forge it that has its own ledger in hand."""
    return pack(laid_anew(docket, unpack(file)), file.with_name("forged.zip"), now=docket.now)


def test_a_rejection_that_stands_makes_it_no_evidence(docket: Docket, file: Path) -> None:
    docket.decide(NAME, "reject", "max")
    path = of_the_house(docket, file)
    assert failed_step(path) == 7
    assert is_refused_by_the_other(path)
    with pytest.raises(PublisherError, match="Max Counsel rejected it"):
        files_of(docket, docket.revisions.get(SLUG, NAME))


def take_down(docket: Docket) -> None:
    docket.decide(NAME, "takedown", "max", reason="It names a customer.")


def lift(docket: Docket) -> None:
    docket.decide(NAME, "restore")


TAKEN_DOWN: dict[str, tuple[Callable[[Docket], object], ...]] = {
    "it stands": (take_down,),
    "it was lifted, and nobody approved anew": (take_down, lift),
    "it was approved before it was lifted": (take_down, lambda docket: docket.decide(NAME, person="lea"), lift),
    "finance lifted it": (take_down, lambda docket: docket.decide(NAME, "restore", "kim"), lambda d: d.decide(NAME)),
    "it was taken down again": (take_down, lift, lambda docket: docket.decide(NAME), take_down),
}


@pytest.mark.parametrize("acts", TAKEN_DOWN.values(), ids=TAKEN_DOWN.keys())
def test_what_was_taken_down_is_no_evidence(
    docket: Docket, file: Path, acts: tuple[Callable[[Docket], object], ...]
) -> None:
    for act in acts:
        act(docket)
    path = of_the_house(docket, file)
    assert failed_step(path) == 7
    assert is_refused_by_the_other(path)
    with pytest.raises(PublisherError):
        files_of(docket, docket.revisions.get(SLUG, NAME))


def test_a_takedown_that_no_line_tells_of_makes_it_no_evidence(docket: Docket, file: Path) -> None:
    alone = docket.sign(NAME, "takedown", "max", reason="It names a customer.", head=None)
    files = {**unpack(file), f"approvals/{alone.file_name}": alone.data}
    path = pack({"README.txt": files.pop("README.txt"), **dict(sorted(files.items()))}, file.with_name("forged.zip"))
    assert failed_step(path) == 7
    assert is_refused_by_the_other(path)


def test_what_was_lifted_and_approved_anew_is_evidence(docket: Docket) -> None:
    for act in (take_down, lift, lambda docket: docket.decide(NAME)):
        act(docket)
    file = write_evidence(docket, NAME)
    assert [step.failed for step in examine(file, LATER)] == [False] * 7
    assert not is_refused_by_the_other(file)
    assert "    reason: It names a customer." in [text for step in examine(file, LATER) for text in step.said]


def test_a_lift_that_a_passkey_signed_is_checked_by_both(docket: Docket) -> None:
    MADE["takedown-lifted-by-a-passkey"].make(docket)
    path = write_evidence(docket, NAME)
    assert failed_step(path) == 0
    assert not is_refused_by_the_other(path)


def test_a_lift_that_a_passkey_signed_elsewhere_is_refused_by_both(docket: Docket, file: Path) -> None:
    MADE["takedown-lifted-by-a-passkey-at-another-port"].make(docket)
    path = of_the_house(docket, file)
    assert failed_step(path) == 7
    assert is_refused_by_the_other(path)


EVA: dict[str, object] = {"name": "Eva", "roles": ["legal", "admin"], "keys": [line("eva")]}
PEOPLE_FORGED: dict[str, tuple[int, Callable[[Docket], object]]] = {
    "a version was skipped": (4, lambda docket: docket.sign_people(roster=docket.roster(3))),
    "a version is signed by its own admin alone": (4, lambda docket: docket.set_people({**PEOPLE, "eva": EVA}, "eva")),
    "a version is signed by no admin": (4, lambda docket: docket.set_people({**PEOPLE, "eva": EVA}, "lea")),
    "a version names another before it": (
        4, lambda docket: docket.sign_people(roster=replace(docket.roster(), previous="0" * 64)),
    ),
    "she is taken out": (5, lambda docket: docket.set_people({**PEOPLE, "lea": {"name": "Lea Counsel"}})),
    "she has another role": (7, lambda docket: docket.change_person("lea", roles=["host"])),
    "she was not valid on that day": (5, lambda docket: docket.change_person("lea", valid_to="2026-11-19")),
    "her key stands under two names": (
        5, lambda docket: docket.change_person("max", keys=[line("max"), line("lea")]),
    ),
    "her key is revoked from before": (7, lambda docket: revoke(docket, 6)),
    "she has the name of the host": (7, lambda docket: docket.change_person("lea", name="Ann Host")),
}  # fmt: skip


def revoke(docket: Docket, since: int) -> None:
    """Lea's key is revoked from an entry of the ledger on; her approval is entry 7."""
    after = place_of(docket.ledger.records(), since)
    revoked = [{"key": fingerprint(line("lea")), "since": since, "after": after, "reason": "It was stolen."}]
    docket.change_person("lea", revoked=revoked)


@pytest.mark.parametrize(("step", "forge"), PEOPLE_FORGED.values(), ids=PEOPLE_FORGED.keys())
def test_whom_admins_did_not_sign_nobody_shows(
    docket: Docket, file: Path, step: int, forge: Callable[[Docket], object]
) -> None:
    forge(docket)
    path = of_the_house(docket, file)
    assert failed_step(path) == step
    assert is_refused_by_the_other(path)
    with pytest.raises(PublisherError):
        write_evidence(docket, NAME)


def test_what_a_key_signed_before_it_was_revoked_is_evidence(docket: Docket) -> None:
    revoke(docket, 8)
    path = write_evidence(docket, NAME)
    said = [text for step in examine(path, LATER) for text in step.said]
    assert f"    key {fingerprint(line('lea'))} counts for nothing from line 9 on: It was stolen." in said
    assert not is_refused_by_the_other(path)


def test_the_line_at_which_trust_ends_is_shown_whatever_it_is_about(docket: Docket) -> None:
    revoke(docket, 10)
    path = write_evidence(docket, NAME)
    assert unpack(path)["ledger.json"].count(b"another-piece") == 2
    assert failed_step(path) == 0
    assert not is_refused_by_the_other(path)


def test_every_version_is_shown_with_whoever_signed_it(docket: Docket) -> None:
    ivo = {"name": "Ivo Admin", "roles": ["admin"], "keys": [line("ivo")]}
    docket.write_people({**PEOPLE, "ivo": ivo}, threshold=2)
    docket.sign_people("ida", "ivo")
    path = write_evidence(docket, NAME)
    said = [text for step in examine(path, LATER) for text in step.said]
    assert "version 1 of 2026-11-20: signed by Ida Admin (ida); 1 admin must" in said
    assert "version 2 of 2026-11-20: signed by Ida Admin (ida), Ivo Admin (ivo); 2 admins must" in said
    assert not is_refused_by_the_other(path)


def test_an_approval_that_ended_is_evidence_of_the_moment_before(docket: Docket) -> None:
    docket.set_rules(more="[review]\nexpires_days = 10\n")
    path = write_evidence(docket, NAME)
    assert not is_refused_by_the_other(path)
    for day, over in ((START, False), (START + timedelta(11), True)):
        *_, last = examine(path, day)
        assert not last.failed
        assert any("judged as of 2026-11-20 12:09:00 UTC" in text for text in last.said)
        assert any("it counts until 2026-11-30 12:06:00 UTC" in text for text in last.said)
        assert any("it is over by now, and still evidence of that moment" in text for text in last.said) == over
    late = pack(unpack(path), path.with_name("late.zip"), now=START + timedelta(11))
    assert failed_step(late) == 7
    assert is_refused_by_the_other(late)


def test_remarks_and_edits_that_were_accepted_are_lines_like_others(docket: Docket) -> None:
    docket.append("request", "max", {"revision": NAME, "kind": "cut", "text": "Cut this.", "at": 100, "until": 900})
    docket.append("comment", "max", {"revision": NAME, "text": "Well said."})
    docket.append("settle", "max", {"remark": "12345678", "how": "resolved"})
    docket.append("accept", "ann", {"remark": "12345678"})
    path = write_evidence(docket, NAME)
    assert failed_step(path) == 0
    assert not is_refused_by_the_other(path)


CASES = sorted(path.parent for path in TAMPERED.glob("*/why.toml") if (path.parent / "ledger.jsonl").stat().st_size)


@pytest.mark.parametrize("case", CASES, ids=[path.name for path in CASES])
def test_a_file_shows_what_the_gate_admits_and_nothing_else(case: Path, tmp_path: Path) -> None:
    docket = Docket(Path(shutil.copytree(case, tmp_path / case.name, symlinks=True)))
    said = tomllib.loads((case / "why.toml").read_text("utf-8"))
    docket.now = said["now"]
    try:
        path = pack(
            files_of(docket, docket.revisions.get(SLUG, said["revision"])), tmp_path / "file.zip", now=docket.now
        )
    except PublisherError:
        assert said["step"]
        return
    assert bool(failed_step(path)) == bool(said["step"])
    assert is_refused_by_the_other(path) == bool(said["step"])


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
    said = [text for step in examine(path, LATER) for text in step.said]
    assert "lines shown that stand under a signature: 0" in said
    assert "younger lines, for which there is the word of the house: 3" in said
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
    assert is_refused_by_the_other(path) == (kind == "RS256"), "which the short one does not know"
    passkey = Passkey(origin, device.credential, Authenticator(kind).cose)
    docket.change_person("lea", keys=[f"{passkey.to_line()} laptop"])
    path = of_the_house(docket, path)
    assert failed_step(path) == 5
    assert is_refused_by_the_other(path)


def test_a_ledger_that_signers_never_saw_gives_no_evidence(docket: Docket) -> None:
    docket.rewrite(lambda records: [replace(records[0], by="eva"), *records[1:]])
    with pytest.raises(Exception, match="not the ledger that they saw"):
        files_of(docket, docket.revisions.get(SLUG, NAME))


def test_a_version_that_a_passkey_signed_is_found_whole_by_both_checks(docket: Docket) -> None:
    MADE["people-signed-by-a-passkey"].make(docket)
    path = write_evidence(docket, NAME)
    steps = list(examine(path, LATER))
    assert not any(step.failed for step in steps)
    assert any(text.startswith("    passkey SHA256:") for text in steps[3].said)
    assert not is_refused_by_the_other(path)


def test_who_signed_on_a_branch_is_shown_on_it(tmp_path: Path) -> None:
    ours = Docket(tmp_path / "ours", signs_heads=True).open()
    ours.submit(a_revision())
    theirs = Docket(tmp_path / "theirs", signs_heads=True).open()
    theirs.now = ours.now
    theirs.revisions.keep(a_revision())
    theirs.ledger_file.write_bytes(ours.ledger_file.read_bytes())
    theirs.decide(NAME, person="max")
    ours.append("submit", "ann", {"revision": "0" * 64}, slug="another-piece")
    theirs.append("submit", "ann", {"revision": "3" * 64}, slug="a-third")
    theirs.decide(NAME, person="lea")
    for envelope in theirs.envelope_files:
        ours.write(f"approvals/{envelope.name}", envelope.read_bytes())
    added = theirs.ledger_file.read_bytes().splitlines(keepends=True)[2:]
    ours.ledger_file.write_bytes(ours.ledger_file.read_bytes() + b"".join(added))
    ours.ledger.merge("publish", datetime.fromisoformat("2026-11-20T13:00:00+00:00"))
    path = write_evidence(ours, NAME)
    said = [text for step in examine(path, LATER) for text in step.said]
    assert "Lea Counsel saw 4 lines and signed that, on a branch that was merged later; 3 shown here" in said
    assert not is_refused_by_the_other(path)


@pytest.mark.parametrize("turned", [False, True], ids=["this way round", "the other way round"])
@pytest.mark.parametrize("case", MERGED.values(), ids=MERGED.keys())
def test_after_a_merge_a_file_shows_what_the_gate_admits_and_nothing_else(
    tmp_path: Path, case: tuple[int, str, Act, Act, Act], *, turned: bool
) -> None:
    step, name, before, ours, theirs = case
    docket = both(tmp_path, before, *((theirs, ours) if turned else (ours, theirs)))
    if step:
        with pytest.raises(PublisherError, match="takes the whole ledger to show"):
            files_of(docket, docket.revisions.get(SLUG, name))
        return
    path = write_evidence(docket, name)
    assert failed_step(path) == 0
    assert not is_refused_by_the_other(path)


def branched(root: Path, since: int) -> Docket:
    """Two must approve: max did on our branch, lea on another. Her key is revoked from an entry of the ledger on."""
    ours = Docket(root).open()
    ours.set_rules(legal=2)
    ours.submit(a_revision())
    common = ours.ledger_file.read_bytes()
    ours.decide(NAME, person="max")
    before = ours.ledger_file.read_bytes()
    ours.ledger_file.write_bytes(common)
    ours.decide(NAME)
    added = ours.ledger_file.read_bytes().removeprefix(common)
    ours.ledger_file.write_bytes(before + added)
    ours.ledger.merge("publish", ours.now)
    ours.append("submit", "ann", {"revision": "0" * 64}, slug="another-piece")
    revoke(ours, since)
    return ours


@pytest.mark.parametrize("since", [3, 4])
def test_of_two_branches_none_came_before_the_line_at_which_trust_ends(tmp_path: Path, since: int) -> None:
    """Entry 2 is max's approval, entry 3 lea's beside it, entry 4 the merge, which follows from max's."""
    file = write_evidence(branched(tmp_path / "later", 5), NAME)
    assert failed_step(file) == 0
    assert not is_refused_by_the_other(file)
    docket = branched(tmp_path / "earlier", since)
    with pytest.raises(Refusal, match="its key is revoked"):
        docket.judge(NAME)
    path = of_the_house(docket, file)
    assert failed_step(path) == 7
    assert is_refused_by_the_other(path)


def test_the_index_says_what_it_is_about(file: Path) -> None:
    index = changed(b"{}", lambda found: found.update({"schema": "corporate-voices/evidence/2"}))
    pack(unpack(file), file, index)
    assert failed_step(file) == 1
    assert is_refused_by_the_other(file)
