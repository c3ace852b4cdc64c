"""Make the folders beside this file anew: `python -m tampered.make` in `tests/`, with the package on the path.

Each holds one approved episode with one flaw, and `why.toml` says why it must fail and at which step of the gate; step
0 is no failure. Keys come from fixed seeds and times are fixed, so the same code makes the same bytes.
"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from review.docket import (
    FINDING,
    PEOPLE,
    SLUG,
    Docket,
    a_card,
    a_manifest,
    a_revision,
    carded,
    edited,
    flipped,
    forged,
    line,
)

from publisher.files import digest_bytes
from publisher.review.ledger import Record
from publisher.review.revisions import Revision

HERE = Path(__file__).parent
NAME = a_revision().name
MENDED = edited(b"<p>Mended.</p>\n")
_AUDIO = next(file for file in a_manifest().files if file.role == "audio")
_CARDS = {
    "another piece": carded(a_card(slug="another-piece").to_bytes()),
    "a path": carded(a_card(slug="../../../pwned").to_bytes()),
    "other audio": carded(a_card(audio=f"media/{'0' * 64}/other.mp3").to_bytes()),
}
FOLDER = f"revisions/{SLUG}/{NAME[:12]}"


class Case(NamedTuple):
    """One flaw."""

    step: int
    why: str
    make: Callable[[Docket], object]
    revision: str = NAME
    """What the gate is asked about."""
    now: str = "2026-11-20T13:00:00+00:00"
    """The moment of judging."""


def _rewrite(docket: Docket, name: str, change: Callable[[bytes], bytes]) -> None:
    (path,) = docket.root.glob(name)
    before = path.read_bytes()
    path.write_bytes(change(before))
    assert path.read_bytes() != before, f"{name} stayed as it was"


def _part(change: Callable[[bytes], bytes], name: str = "body.html") -> Callable[[Docket], None]:
    return lambda docket: _rewrite(docket, f"{FOLDER}/{name}", change)


def _lines(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Docket], None]:
    return lambda docket: _rewrite(
        docket, "ledger.jsonl", lambda data: b"".join(change(data.splitlines(keepends=True)))
    )


def _records(change: Callable[[list[Record]], list[Record]]) -> Callable[[Docket], None]:
    """Edit the ledger and make its chain whole again."""
    return lambda docket: docket.rewrite(change)


def _envelope(change: Callable[[bytes], bytes], *, recorded: bool = True) -> Callable[[Docket], None]:
    """Change the approval's file; if recorded, have the ledger name what it is now."""

    def make(docket: Docket) -> None:
        _rewrite(docket, "approvals/*-approve-*", change)
        if recorded:
            (path,) = docket.root.glob("approvals/*-approve-*")
            digest = digest_bytes(path.read_bytes()).sha256
            docket.rewrite(lambda records: [_naming(record, digest) for record in records])

    return make


def _naming(record: Record, digest: str) -> Record:
    return replace(record, data={**record.data, "envelope": digest}) if record.event == "approve" else record


def _media(docket: Docket) -> None:
    _rewrite(docket, f"media/{_AUDIO.sha256}", lambda data: flipped(data, 7))


def _instead(**changes: str | tuple[str, ...]) -> Callable[[Docket], None]:
    """Another approval in place of lea's, properly recorded."""

    def make(docket: Docket) -> None:
        _lose_approvals(docket)
        docket.rewrite(lambda records: records[:1])
        docket.decide(NAME, **changes)  # type: ignore[arg-type]

    return make


W = (FINDING,)


def _waived_then(*steps: Callable[[Docket], object], first: bool = True) -> Callable[[Docket], None]:
    """What happens around a waiver by lea, in place of her approval."""

    def make(docket: Docket) -> None:
        _lose_approvals(docket)
        docket.rewrite(lambda records: records[:1])
        for step in (lambda docket: docket.waive(NAME), *steps) if first else steps:
            step(docket)

    return make


def _with_waiver(
    then: Callable[[Docket], object] = lambda _: None, finding: str = FINDING, person: str = "lea"
) -> Callable[[Docket], None]:
    """An approval by lea that names the finding of the docket, behind a waiver of a finding by somebody."""
    return _waived_then(
        lambda docket: docket.waive(NAME, finding, person),
        lambda docket: docket.decide(NAME, waived=W),
        then,
        first=False,
    )


def _without_reasons(records: list[Record]) -> list[Record]:
    return [replace(one, data={**one.data, "reason": " "}) if one.event == "waive" else one for one in records]


def _of_another_piece(records: list[Record]) -> list[Record]:
    return [replace(one, slug="another-piece") if one.event == "waive" else one for one in records]


def _replayed_on_an_edit(docket: Docket) -> None:
    docket.submit(MENDED)
    (path,) = docket.envelope_files
    data = {"revision": MENDED.name, "envelope": digest_bytes(path.read_bytes()).sha256}
    docket.append("approve", "lea", data)


def _approved_too(revision: Revision) -> Callable[[Docket], object]:
    """Another revision, properly submitted and approved."""
    return lambda docket: (docket.submit(revision), docket.decide(revision.name))


def _counted_twice(docket: Docket) -> None:
    docket.set_rules(legal=2)
    docket.decide(NAME, key="lea's other one")


HEALTH = carded(a_card(division="health").to_bytes())


def _of_health(docket: Docket, asked: str = "finance = 1", **house: int) -> None:
    docket.set_rules(more=f"[divisions.health.review.required]\n{asked}\n", **house)


def _ending(docket: Docket) -> None:
    docket.set_rules(more="[review]\nexpires_days = 10\n")


def _approved_by_anna(docket: Docket) -> None:
    docket.set_people({**PEOPLE, "anna": {"name": "Ann Host", "roles": ["legal"], "keys": [line("anna")]}})
    _instead(person="anna")(docket)


def _counted_under_two_ids(docket: Docket) -> None:
    docket.set_rules(legal=2)
    docket.set_people({**PEOPLE, "lea-2": {**PEOPLE["lea"], "keys": [line("lea-2")]}})
    docket.decide(NAME, person="lea-2")


def _rejected_then(*then: str) -> Callable[[Docket], None]:
    def make(docket: Docket) -> None:
        docket.decide(NAME, person="max")
        docket.decide(NAME, "reject")
        for step in then:
            _AFTER[step](docket)

    return make


def _lose_the_file(docket: Docket) -> None:
    (path,) = docket.root.glob("approvals/*-reject-*")
    path.unlink()


def _withdraw_again(docket: Docket) -> None:
    withdrawal = docket.decide(NAME, "withdraw")
    docket.decide(NAME, "reject", reason="Take out the number, too.")
    docket.record(withdrawal)


def _submit_an_edit(docket: Docket) -> None:
    docket.submit(MENDED)
    docket.decide(MENDED.name, person="max")


_AFTER: dict[str, Callable[[Docket], object]] = {
    "lose the file": _lose_the_file,
    "lose the line": lambda docket: docket.rewrite(lambda all_: [one for one in all_ if one.event != "reject"]),
    "cut the ledger": lambda docket: docket.ledger_file.write_bytes(
        b"".join(docket.ledger_file.read_bytes().splitlines(keepends=True)[:-1])
    ),
    "another withdraws": lambda docket: docket.decide(NAME, "withdraw", "max"),
    "forge a withdrawal": lambda docket: docket.decide(NAME, "withdraw", key="max"),
    "withdraw again": _withdraw_again,
    "withdraw": lambda docket: docket.decide(NAME, "withdraw"),
    "submit an edit": _submit_an_edit,
    "submit it again": lambda docket: docket.submit(a_revision()),
    "cut the last byte": lambda docket: docket.ledger_file.write_bytes(docket.ledger_file.read_bytes()[:-1]),
}


def _link(docket: Docket) -> None:
    docket.ledger_file.rename(docket.root / "elsewhere.jsonl")
    docket.ledger_file.symlink_to("elsewhere.jsonl")


def _link_part(docket: Docket) -> None:
    (docket.root / FOLDER / "body.html").rename(docket.root / "body.html")
    (docket.root / FOLDER / "body.html").symlink_to("../../../body.html")


def _lose_approvals(docket: Docket) -> None:
    for path in docket.envelope_files:
        path.unlink()


def _swap(lines: list[bytes]) -> list[bytes]:
    return [lines[1], lines[0]]


CASES = {
    # The control.
    "untampered": Case(
        0, "Nothing was changed: it is admitted, so the others fail for their flaw alone.", lambda _: None
    ),
    "ledger-with-a-torn-line-at-its-end": Case(
        0,
        "A kill left the beginning of a line, which was never acknowledged: nothing is lost, nothing to refuse.",
        lambda docket: _rewrite(docket, "ledger.jsonl", lambda data: data + b'{"by":"ann","data":{"find'),
    ),
    # 1. The chain.
    "ledger-line-edited": Case(
        1,
        "Another person stands as the submitter: the next line holds the digest of what was there.",
        _lines(lambda lines: [lines[0].replace(b'"ann"', b'"eva"'), lines[1]]),
    ),
    "ledger-line-removed": Case(
        1, "The submission is missing: the approval's line follows from it.", _lines(lambda lines: lines[1:])
    ),
    "ledger-line-inserted": Case(
        1,
        "A line stands between two that follow from each other.",
        _lines(lambda lines: [lines[0], lines[0].replace(b'"ann"', b'"eva"'), lines[1]]),
    ),
    "ledger-line-doubled": Case(
        1, "A line stands twice; each has one number and one predecessor.", _lines(lambda lines: [*lines, lines[-1]])
    ),
    "ledger-lines-swapped": Case(1, "The approval stands before the submission that it follows from.", _lines(_swap)),
    "ledger-line-cut-in-the-middle": Case(
        1,
        "Half a line in the middle is no torn end: somebody cut it.",
        _lines(lambda lines: [lines[0][:60] + b"\n", lines[1]]),
    ),
    "ledger-with-garbage-at-its-end": Case(
        1,
        "A whole line that is none follows: no kill leaves a line feed.",
        _lines(lambda lines: [*lines, b"garbage\n"]),
    ),
    "ledger-with-an-empty-line": Case(
        1, "An empty line is no record.", _lines(lambda lines: [lines[0], b"\n", lines[1]])
    ),
    "ledger-with-windows-line-ends": Case(
        1,
        "Line ends were converted: these are other bytes than those that were written.",
        _lines(lambda lines: [one.replace(b"\n", b"\r\n") for one in lines]),
    ),
    "ledger-with-a-space-more": Case(
        1,
        "The same content in another form: one content has one form, or digests mean nothing.",
        _lines(lambda lines: [lines[0].replace(b",", b", ", 1), lines[1]]),
    ),
    "ledger-with-a-key-twice": Case(
        1,
        "Two programs may read two different values from one line.",
        _lines(lambda lines: [lines[0].replace(b"{", b'{"by":"eva",', 1), lines[1]]),
    ),
    "ledger-that-is-a-link": Case(1, "The ledger is a link: what it leads to is not what the workspace keeps.", _link),
    # 2. The rules.
    "rules-that-ask-for-nobody": Case(
        2,
        "Nobody is asked to approve: that means no approval, never nothing to check.",
        lambda docket: docket.set_rules(legal=0),
    ),
    # 3. The place.
    "revision-of-another-house": Case(
        3,
        "The site has another address: an approval for one house is none for another.",
        lambda docket: docket.set_rules(house="https://other.example.com/", legal=1),
    ),
    "card-of-another-piece": Case(
        3,
        "Its card would have the page of another piece, although legal approved these bytes.",
        _approved_too(_CARDS["another piece"]),
        _CARDS["another piece"].name,
    ),
    "card-that-leads-out": Case(
        3,
        "Its card's slug is a path, and would have its page written outside the workspace.",
        _approved_too(_CARDS["a path"]),
        _CARDS["a path"].name,
    ),
    "card-with-the-audio-of-another": Case(
        3,
        "Its card names audio that is none of the revision's files.",
        _approved_too(_CARDS["other audio"]),
        _CARDS["other audio"].name,
    ),
    # 4. The submission.
    "submission-missing": Case(
        4, "Nobody submitted it; the chain was made whole again around the gap.", _records(lambda records: records[1:])
    ),
    "submission-of-another-piece": Case(
        4,
        "The line submits another piece.",
        _records(lambda records: [replace(records[0], slug="another-piece"), records[1]]),
    ),
    "ledger-emptied": Case(
        4,
        "The ledger was emptied: what is not recorded did not happen.",
        lambda docket: docket.ledger_file.write_bytes(b""),
    ),
    # 5. The bytes.
    "body-with-another-word": Case(
        5,
        "A word of the page was changed after legal read it.",
        _part(lambda data: data.replace(b"within", b"without")),
    ),
    "card-with-another-title": Case(
        5, "The title in lists was changed.", _part(lambda data: data.replace(b"Legal", b"Sales"), "card.json")
    ),
    "feed-item-with-another-title": Case(
        5, "The title in the feed was changed.", _part(lambda data: data.replace(b"Legal", b"Sales"), "item.rss.xml")
    ),
    "part-with-an-end-of-line-more": Case(5, "One byte more is another page.", _part(lambda data: data + b"\n")),
    "part-missing": Case(5, "A part is gone.", lambda docket: (docket.root / FOLDER / "card.json").unlink()),
    "part-that-is-a-link": Case(
        5, "The part is a link that leads out of the revision, although to the same bytes.", _link_part
    ),
    "audio-with-a-bit-flipped": Case(5, "One bit of the audio was changed in the cache.", _media),
    "manifest-with-another-type": Case(
        5,
        "Only a header was changed: listeners' apps would get the audio as a page.",
        _part(lambda data: data.replace(b"audio/mpeg", b"text/html"), "manifest.json"),
    ),
    "manifest-with-fewer-people": Case(
        5,
        "A maker was taken out of the manifest, to let them approve.",
        _part(lambda data: data.replace(b'"ann",', b""), "manifest.json"),
    ),
    "manifest-with-a-space-more": Case(
        5, "The same manifest in another form.", _part(lambda data: data.replace(b",", b", ", 1), "manifest.json")
    ),
    "manifest-of-another-revision": Case(
        5,
        "In the revision's folder lies the manifest of another one.",
        lambda docket: docket.write(f"{FOLDER}/manifest.json", MENDED.manifest.to_bytes()),
    ),
    # 6. Rejections.
    "rejection-standing": Case(6, "One reviewer approved, another rejected: the rejection stands.", _rejected_then()),
    "rejection-whose-file-is-missing": Case(
        6, "What was rejected can't be read any more: it stands until it is withdrawn.", _rejected_then("lose the file")
    ),
    "rejection-without-a-line": Case(
        6,
        "The line was taken out and the chain made whole; the signed file still says no.",
        _rejected_then("lose the line"),
    ),
    "ledger-cut-before-the-rejection": Case(
        6, "The ledger's last line was cut off, which leaves its chain whole.", _rejected_then("cut the ledger")
    ),
    "rejection-whose-line-lacks-its-end": Case(
        6,
        "The ledger's last byte was cut off: a line that lacks only its end counts.",
        _rejected_then("cut the last byte"),
    ),
    "rejection-withdrawn-by-another": Case(
        6, "Only the person who rejected can withdraw.", _rejected_then("another withdraws")
    ),
    "rejection-withdrawn-with-another-key": Case(
        6, "The withdrawal is signed by someone else's key.", _rejected_then("forge a withdrawal")
    ),
    "rejection-withdrawn-by-replay": Case(
        6,
        "The withdrawal of an earlier rejection was recorded again after a later one.",
        _rejected_then("withdraw again"),
    ),
    "rejection-outrun-by-an-edit": Case(
        6,
        "The edit was approved by someone else, but the rejection stands against it, too.",
        _rejected_then("submit an edit"),
        MENDED.name,
    ),
    "rejection-outrun-by-submitting-again": Case(
        6,
        "The rejected revision was submitted again after the edit, to make the edit look older than the rejection.",
        _rejected_then("submit an edit", "submit it again"),
        MENDED.name,
    ),
    # 7. Approvals.
    "approval-missing": Case(7, "The ledger says that she approved, but the signed file is gone.", _lose_approvals),
    "approval-without-a-line": Case(
        7, "The file lies there, but the ledger knows nothing of it.", _records(lambda records: records[:1])
    ),
    "approval-before-the-submission": Case(
        7, "It was recorded before anybody submitted the revision.", _records(lambda records: [records[1], records[0]])
    ),
    "approval-with-another-name": Case(
        7,
        "Another person's name was written into the statement.",
        _envelope(lambda data: forged(data, name="Max Counsel")),
    ),
    "approval-with-another-revision": Case(
        7,
        "Another revision was written into the statement, under the old signature.",
        lambda docket: (docket.submit(MENDED), _envelope(lambda data: forged(data, revision=MENDED.name))(docket)),
        MENDED.name,
    ),
    "approval-with-a-bit-flipped": Case(
        7, "The ledger names the file by its digest.", _envelope(lambda data: flipped(data, 100), recorded=False)
    ),
    "approval-with-a-space-more": Case(
        7,
        "The same envelope in another form, which the ledger was made to name.",
        _envelope(lambda data: data.replace(b'":"', b'": "', 1)),
    ),
    "approval-with-a-field-more": Case(
        7,
        "A field that nobody signed stands beside the payload.",
        _envelope(lambda data: data.replace(b"{", b'{"note":"ok",', 1)),
    ),
    "approval-with-a-key-twice": Case(
        7,
        "Two programs may read two different values from one envelope.",
        _envelope(lambda data: data.replace(b'{"keyid"', b'{"keyid":"x","keyid"', 1)),
    ),
    "approval-in-another-base64": Case(
        7,
        "The same signature with a line feed in its base64.",
        _envelope(lambda data: data.replace(b'=="}', b'==\\n"}')),
    ),
    "approval-with-two-signatures": Case(
        7,
        "An envelope holds one signature, so that it is one person's.",
        _envelope(lambda data: data.replace(b"}]", b'},{"keyid":"","sig":""}]')),
    ),
    "approval-under-another-keys-name": Case(
        7,
        "The envelope names another key than the one that signed.",
        _envelope(lambda data: data.replace(b"SHA256:", b"SHA257:")),
    ),
    "approval-replayed-on-an-edit": Case(
        7, "The approval of the first revision was recorded for the second.", _replayed_on_an_edit, MENDED.name
    ),
    "approval-by-an-unknown-key": Case(7, "It is signed by a key that nobody knows.", _instead(key="somebody")),
    "approval-by-anothers-key": Case(7, "It is signed by another reviewer's key.", _instead(key="max")),
    "approval-by-nobody": Case(7, "The person is nobody in people.toml.", _instead(person="somebody")),
    "approval-by-a-maker": Case(
        7, "The host has the role and a key, and still can't approve her own piece.", _instead(person="ann")
    ),
    "approval-by-the-submitter": Case(
        7, "Who submitted a revision, once, can't approve it.", lambda docket: docket.submit(a_revision(), by="lea")
    ),
    "approval-by-another-role": Case(7, "Finance approved where legal is asked for.", _instead(person="kim")),
    "approval-before-validity": Case(7, "She signed a day before she was to begin.", _instead(person="una")),
    "approval-after-validity": Case(
        7, "She signed the day after her last one.", _instead(person="una", time="2026-12-01T00:00:00+00:00")
    ),
    "approval-for-another-house": Case(
        7, "It says that it is about another house.", _instead(house="https://other.example.com/")
    ),
    "approval-that-means-something-else": Case(
        7, "The sentence above the signature is not that of an approval.", _instead(meaning="I had a look at it.")
    ),
    "approval-in-local-time": Case(
        7,
        "A time in another zone could move the signature into her days of validity.",
        _instead(time="2026-11-20T13:00:00+01:00"),
    ),
    "approval-overtaken-by-a-rejection": Case(
        7,
        "She rejected what she had approved; withdrawing that is no approval.",
        lambda docket: (docket.decide(NAME, "reject"), docket.decide(NAME, "withdraw")),
    ),
    "approval-that-names-a-waiver": Case(
        0, "Max waived a finding, and lea approved with it: both counts.", _with_waiver(person="max")
    ),
    "waiver-taken-back-later": Case(
        0,
        "He took it back after the approval, as late as any change of mind: to stop the piece, he rejects it.",
        _with_waiver(lambda docket: docket.waive(NAME, person="max", event="unwaive"), person="max"),
    ),
    "waiver-missing": Case(
        7, "The approval names a finding as waived, and nobody waived it.", _instead(waived=(FINDING,))
    ),
    "waiver-of-another-finding": Case(7, "Another finding was waived.", _with_waiver(finding="6a" * 16)),
    "waiver-by-a-maker": Case(7, "The host waived what was found in her own piece.", _with_waiver(person="ann")),
    "waiver-by-another-role": Case(7, "Finance waived where legal decides.", _with_waiver(person="kim")),
    "waiver-by-nobody": Case(7, "Nobody in people.toml waived it.", _with_waiver(person="somebody")),
    "waiver-before-validity": Case(7, "She waived it a day before she was to begin.", _with_waiver(person="una")),
    "waiver-taken-back": Case(
        7,
        "It was taken back before the approval.",
        _waived_then(lambda docket: docket.waive(NAME, event="unwaive"), lambda docket: docket.decide(NAME, waived=W)),
    ),
    "waiver-after-the-approval": Case(
        7,
        "It was waived after the approval that names it.",
        _waived_then(lambda docket: docket.decide(NAME, waived=W), lambda docket: docket.waive(NAME), first=False),
    ),
    "waiver-without-a-reason": Case(
        7,
        "The reason was taken out of the waiver, and the chain made whole.",
        _with_waiver(lambda docket: docket.rewrite(_without_reasons)),
    ),
    "waiver-in-another-piece": Case(
        7,
        "The waiver stands in another piece.",
        _with_waiver(lambda docket: docket.rewrite(_of_another_piece)),
    ),
    "approvals-of-two-keys-of-one-person": Case(
        7, "Two of legal are asked for: two keys of one person are one person.", _counted_twice
    ),
    "people-key-removed": Case(
        7,
        "Her key is no longer in people.toml.",
        lambda docket: docket.change_person("lea", keys=[line("lea's other one")]),
    ),
    "people-key-under-two-names": Case(
        7,
        "One key stands under two names, so it speaks for neither.",
        lambda docket: docket.change_person("max", keys=[line("max"), f"{line('lea')} lea"]),
    ),
    "people-role-removed": Case(7, "She is no longer of legal.", lambda docket: docket.change_person("lea", roles=[])),
    "people-person-removed": Case(
        7,
        "She is no longer in people.toml.",
        lambda docket: docket.set_people({id_: one for id_, one in PEOPLE.items() if id_ != "lea"}),
    ),
    "people-validity-over": Case(
        7,
        "Her last day was the one before she signed.",
        lambda docket: docket.change_person("lea", valid_to="2026-11-19"),
    ),
    "rules-that-ask-for-two": Case(7, "The house asks for two of legal now.", lambda docket: docket.set_rules(legal=2)),
    "rules-that-ask-for-another-role": Case(
        7, "The house asks for finance now, too.", lambda docket: docket.set_rules(legal=1, finance=1)
    ),
    "rules-of-a-tag-that-ask-for-two": Case(
        7,
        "Pieces with its tag need two of legal.",
        lambda docket: docket.set_rules(more="[review.tags.trust]\nrequired.legal = 2\n"),
    ),
    "rules-of-a-division-that-ask-for-another-role": Case(
        7,
        "Pieces of its division need finance, too; what the manifest's authors became since says nothing about it.",
        lambda docket: (_of_health(docket), docket.submit(HEALTH), docket.decide(HEALTH.name)),
        HEALTH.name,
    ),
    "rules-of-a-division-that-ask-for-less": Case(
        7,
        "A division that asks for one of legal loosens nothing: the house asks for two.",
        lambda docket: (_of_health(docket, "legal = 1", legal=2), docket.submit(HEALTH), docket.decide(HEALTH.name)),
        HEALTH.name,
    ),
    "approval-that-ended": Case(
        7, "Approvals end after ten days here, and these are over.", _ending, now="2026-11-30T12:01:00+00:00"
    ),
    "approval-about-to-end": Case(
        0, "Approvals end after ten days here, in a second.", _ending, now="2026-11-30T12:00:59+00:00"
    ),
    "approval-dated-ahead": Case(
        7,
        "Approvals end here, and hers is dated a year ahead, so that it would count a year longer.",
        lambda docket: (_ending(docket), _instead(time="2027-11-20T12:01:00+00:00")(docket)),
    ),
    "approval-by-a-maker-under-another-id": Case(
        7, "The host stands in people.toml a second time, with the role and another key.", _approved_by_anna
    ),
    "approvals-of-two-entries-of-one-person": Case(
        7, "Two of legal are asked for: two entries with one name are one person.", _counted_under_two_ids
    ),
}


def make(name: str, root: Path) -> None:
    """Make the folder of one case."""
    case = CASES[name]
    docket = Docket(root)
    docket.approved()
    case.make(docket)
    docket.write(
        "why.toml", f'why = "{case.why}"\nstep = {case.step}\nrevision = "{case.revision}"\nnow = {case.now}\n'.encode()
    )
    shutil.rmtree(root / ".locks")
    for path in root.glob("media/*"):
        if path.name != _AUDIO.sha256:  # what does not lie here is no reason to refuse
            path.unlink()


def main() -> None:
    """Make all, and take away what is no case any more."""
    for path in HERE.iterdir():
        if path.is_dir() and path.name != "__pycache__":
            shutil.rmtree(path)
    for name in CASES:
        make(name, HERE / name)
    (HERE / ".gitattributes").write_text("# What is tested here is bytes: no line end is converted.\n* -text\n")


if __name__ == "__main__":
    main()
