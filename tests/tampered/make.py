"""Make the folders beside this file anew: `python -m tampered.make` in `tests/`, with the package on the path.

Each holds one approved episode with one flaw, and `why.toml` says why it must fail and at which step of the gate; step
0 is no failure. Keys come from fixed seeds and times are fixed, so the same code makes the same bytes.
"""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

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
    private_key,
)
from support.authenticator import PRESENT, VERIFIED, Authenticator

from publisher.files import digest_bytes
from publisher.review.keys import Signature, Signer, fingerprint
from publisher.review.ledger import Record
from publisher.review.passkeys import Passkey, read_response, request_options
from publisher.review.revisions import Revision
from publisher.review.roster import unsigned
from publisher.review.statement import Decision, Envelope, sealed, to_sign
from publisher.review.trust import place_of

HERE = Path(__file__).parent
NAME = a_revision().name
MENDED = edited(b"<p>Mended.</p>\n")
_AUDIO = next(file for file in a_manifest().files if file.role == "audio")
_CARDS = {
    "another piece": carded(a_card(slug="another-piece").to_bytes()),
    "a path": carded(a_card(slug="../../../pwned").to_bytes()),
    "other audio": carded(a_card(audio=f"media/{'0' * 64}/other.mp3").to_bytes()),
}
DESK = "http://localhost:7400"
FIRST = "people/signed/0001.dsse.json"
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
        docket.rewrite(lambda records: records[:2])
        docket.decide(NAME, **changes)  # type: ignore[arg-type]

    return make


W = (FINDING,)


def _waived_then(*steps: Callable[[Docket], object], first: bool = True) -> Callable[[Docket], None]:
    """What happens around a waiver by lea, in place of her approval."""

    def make(docket: Docket) -> None:
        _lose_approvals(docket)
        docket.rewrite(lambda records: records[:2])
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


def _steps(*steps: Callable[[Docket], object]) -> Callable[[Docket], None]:
    """One after the other."""

    def make(docket: Docket) -> None:
        for step in steps:
            step(docket)

    return make


def _without_lea(docket: Docket) -> None:
    docket.change_person("lea", roles=[])


ELSEWHERE = "https://other.example.com/"


def _moved(docket: Docket) -> None:
    docket.set_rules(house=ELSEWHERE, legal=1)


def _of_health(asked: str, legal: int) -> Callable[[Docket], object]:
    """A piece of a division that asks for something itself; lea approves."""

    def make(docket: Docket) -> None:
        docket.set_rules(more=f"[divisions.health.review.required]\n{asked}\n", legal=legal)
        docket.submit(HEALTH)
        docket.decide(HEALTH.name)

    return make


def _ending(docket: Docket) -> None:
    """Approvals end."""
    docket.set_rules(more="[review]\nexpires_days = 10\n")


def _asking_for_a_passkey(docket: Docket) -> None:
    """What was approved with a passphrase does not do any more."""
    docket.set_rules(more='[review]\ntier = "passkey"\n')


def _by_passkey(**how: Any) -> Callable[[Docket], object]:  # noqa: ANN401 - of the client data
    """Lea approves with a passkey, too. how: what is wrong with its answer."""

    def make(docket: Docket) -> None:
        _asking_for_a_passkey(docket)
        origin, tier = how.get("origin", DESK), how.get("tier", "passkey")
        device = Authenticator("EdDSA", key=private_key("pia"))
        passkey = Passkey(DESK, device.credential, device.cose)
        docket.change_person("lea", keys=[line("lea"), passkey.to_line()])
        said = replace(docket.sign(NAME).statement, tier=tier)
        more = {key: value for key, value in how.items() if key not in {"origin", "tier"}}
        answer = read_response(device.get(request_options([passkey], to_sign(said)), origin, **more))
        envelope = sealed(said, Signature(passkey.fingerprint, answer[2], answer[1]))
        docket.keep(envelope)
        docket.record(envelope)

    return make


def _ending_and_dated_ahead(docket: Docket) -> None:
    _ending(docket)
    _instead(time="2027-11-20T12:01:00+00:00")(docket)


def _approved_by_anna(docket: Docket) -> None:
    docket.set_people({**PEOPLE, "anna": {"name": "Ann Host", "roles": ["legal"], "keys": [line("anna")]}})
    _instead(person="anna")(docket)


def _counted_under_two_ids(docket: Docket) -> None:
    docket.set_rules(legal=2)
    docket.set_people({**PEOPLE, "lea-2": {**PEOPLE["lea"], "keys": [line("lea-2")]}})
    docket.decide(NAME, person="lea-2")


IVO: dict[str, object] = {"name": "Ivo Admin", "roles": ["admin"], "keys": [line("ivo")]}


def _with_eva(docket: Docket) -> None:
    docket.write_people({**PEOPLE, "eva": {"name": "Eva", "roles": ["legal", "admin"], "keys": [line("eva")]}})


def _approved_by_eva(docket: Docket) -> None:
    _with_eva(docket)
    _instead(person="eva")(docket)


def _forged_without_a_line(docket: Docket) -> None:
    _approved_by_eva(docket)
    forged_ = unsigned(docket.roster()).signed_by(Signer(private_key("eva")))
    docket.write(f"people/signed/{forged_.roster.file_name}", forged_.data)


def _forged_from_the_start(docket: Docket) -> None:
    _approved_by_eva(docket)
    roster = replace(docket.roster(1), previous="")
    docket.write(FIRST, unsigned(roster).signed_by(Signer(private_key("eva"))).data)


def _two_admins(*signed_by: str) -> Callable[[Docket], None]:
    """Version 2 asks for two admins; version 3 is signed by these."""

    def make(docket: Docket) -> None:
        ida = {**PEOPLE["ida"], "keys": [line("ida"), line("ida's other one")]}
        docket.write_people({**PEOPLE, "ida": ida, "ivo": IVO}, threshold=2)
        docket.sign_people("ida", "ivo")
        docket.write_people({**PEOPLE, "ida": ida, "ivo": IVO, "kim": {**PEOPLE["kim"], "roles": []}}, threshold=2)
        docket.sign_people(*signed_by)

    return make


def _revoked_from(docket: Docket, since: int) -> None:
    """Have lea's key revoked from an entry of the ledger on."""
    after = place_of(docket.ledger.records(), since)
    revoked = [{"key": fingerprint(line("lea")), "since": since, "after": after, "reason": "It was stolen."}]
    docket.change_person("lea", revoked=revoked)


def _revoked_later(docket: Docket) -> None:
    _revoked_from(docket, 3)


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


def _takedown(docket: Docket, **changes: Any) -> Envelope:  # noqa: ANN401 - of the statement
    return docket.decide(NAME, "takedown", **{"reason": "It names a customer.", **changes})


def _lifted(docket: Docket, **changes: Any) -> Envelope:  # noqa: ANN401 - of the statement
    return docket.decide(NAME, "restore", **changes)


def _taken_down(*then: Callable[[Docket], object], **changes: Any) -> Callable[[Docket], None]:  # noqa: ANN401
    """Max takes it down, and this is done; changes: of his statement."""
    return _steps(lambda docket: _takedown(docket, **{"person": "max", **changes}), *then)


def _approved_again(docket: Docket) -> None:
    docket.decide(NAME, person="max")


def _only_signed(decision: Decision, **changes: Any) -> Callable[[Docket], object]:  # noqa: ANN401
    """A signed file that no line of the ledger tells of."""
    return lambda docket: docket.keep(docket.sign(NAME, decision, **{"reason": "It names a customer.", **changes}))


def _losing(what: str) -> Callable[[Docket], object]:
    """Its signed file is taken away."""
    return lambda docket: next(docket.root.glob(f"approvals/*-{what}-*")).unlink()


def _lifted_by_replay(docket: Docket) -> None:
    _takedown(docket)
    lift = _lifted(docket)
    _takedown(docket, reason="It names another customer.")
    docket.record(lift)
    _approved_again(docket)


def _lifted_by_a_statement_of_another(**changes: Any) -> Callable[[Docket], None]:  # noqa: ANN401
    """A lift that is about something else, in a line about this piece."""

    def make(docket: Docket) -> None:
        _takedown(docket)
        lift = docket.sign(NAME, "restore", **changes)
        docket.keep(lift)
        docket.append("restore", "lea", {"revision": NAME, "envelope": lift.sha256})
        _approved_again(docket)

    return make


def _taken_down_elsewhere(docket: Docket) -> None:
    """On another branch than its lift and a new approval."""
    _takedown(docket)
    common = docket.ledger_file.read_bytes()
    _lifted(docket)
    _approved_again(docket)
    ours = docket.ledger_file.read_bytes()
    docket.ledger_file.write_bytes(common)
    _takedown(docket, person="max")
    docket.ledger_file.write_bytes(ours + docket.ledger_file.read_bytes()[len(common) :])
    _merge(docket)


def _seen(then: Callable[[Docket], object], **changes: object) -> Callable[[Docket], None]:
    """An approval that says what lea saw of the ledger, where another piece was submitted, too; then what is done."""

    def make(docket: Docket) -> None:
        _lose_approvals(docket)
        docket.rewrite(lambda records: records[:2])
        docket.append("submit", "ann", {"revision": "0" * 64}, slug="another-piece")
        docket.signs_heads = True
        head = replace(docket.ledger.head(), **changes)  # type: ignore[arg-type] # by name
        docket.decide(NAME, head=head)
        then(docket)

    return make


def _branched(then: Callable[[Docket], object]) -> Callable[[Docket], None]:
    """Max rejects on another branch while lea approves on this one; then what is done with both."""

    def make(docket: Docket) -> None:
        ours = docket.ledger_file.read_bytes()
        docket.rewrite(lambda records: records[:2])
        docket.decide(NAME, "reject", "max")
        theirs = docket.ledger_file.read_bytes().splitlines(keepends=True)[2:]
        docket.ledger_file.write_bytes(ours + b"".join(theirs))
        then(docket)

    return make


def _merge(docket: Docket) -> None:
    docket.ledger.merge("publish", docket.now)


def _merge_then(change: Callable[[list[bytes]], list[bytes]]) -> Callable[[Docket], None]:
    def make(docket: Docket) -> None:
        _merge(docket)
        _lines(change)(docket)

    return make


def _withdrawn_later(docket: Docket) -> None:
    _merge(docket)
    docket.decide(NAME, "withdraw", "max")


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
    return [lines[0], lines[2], lines[1]]


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
        _lines(lambda lines: [lines[0], lines[1].replace(b'"ann"', b'"eva"'), lines[2]]),
    ),
    "ledger-line-removed": Case(
        1, "The submission is missing: the approval's line follows from it.", _lines(lambda lines: [lines[0], lines[2]])
    ),
    "ledger-line-inserted": Case(
        1,
        "A line stands between two that follow from each other.",
        _lines(lambda lines: [*lines[:2], lines[1].replace(b'"ann"', b'"eva"'), lines[2]]),
    ),
    "ledger-line-doubled": Case(
        1, "A line stands twice; each has one number and one predecessor.", _lines(lambda lines: [*lines, lines[-1]])
    ),
    "ledger-lines-swapped": Case(1, "The approval stands before the submission that it follows from.", _lines(_swap)),
    "ledger-line-cut-in-the-middle": Case(
        1,
        "Half a line in the middle is no torn end: somebody cut it.",
        _lines(lambda lines: [lines[0], lines[1][:60] + b"\n", lines[2]]),
    ),
    "ledger-with-garbage-at-its-end": Case(
        1,
        "A whole line that is none follows: no kill leaves a line feed.",
        _lines(lambda lines: [*lines, b"garbage\n"]),
    ),
    "ledger-with-an-empty-line": Case(
        1, "An empty line is no record.", _lines(lambda lines: [*lines[:2], b"\n", lines[2]])
    ),
    "ledger-with-windows-line-ends": Case(
        1,
        "Line ends were converted: these are other bytes than those that were written.",
        _lines(lambda lines: [one.replace(b"\n", b"\r\n") for one in lines]),
    ),
    "ledger-with-a-space-more": Case(
        1,
        "The same content in another form: one content has one form, or digests mean nothing.",
        _lines(lambda lines: [lines[0], lines[1].replace(b",", b", ", 1), lines[2]]),
    ),
    "ledger-with-a-key-twice": Case(
        1,
        "Two programs may read two different values from one line.",
        _lines(lambda lines: [lines[0], lines[1].replace(b"{", b'{"by":"eva",', 1), lines[2]]),
    ),
    "ledger-that-is-a-link": Case(1, "The ledger is a link: what it leads to is not what the workspace keeps.", _link),
    "ledger-with-two-branches": Case(
        1,
        "Two people appended on two branches, and nobody joined these: nobody can tell what came last.",
        _branched(lambda _: None),
    ),
    "ledger-with-branches-in-another-order": Case(
        1,
        "Lines of two merged branches changed places: their order is that of the line that joins them.",
        _branched(_merge_then(lambda lines: [*lines[:2], lines[3], lines[2], lines[4]])),
    ),
    "ledger-with-a-branch-removed": Case(
        1,
        "The branch with the rejection was taken out, and the line that joins it names it.",
        _branched(_merge_then(lambda lines: [*lines[:3], lines[4]])),
    ),
    "ledger-with-merged-branches": Case(
        0,
        "Max rejected on another branch and withdrew after the merge: lea's approval counts.",
        _branched(_withdrawn_later),
    ),
    # 2. The rules.
    "rules-that-ask-for-nobody": Case(
        2,
        "Nobody is asked to approve: that means no approval, never nothing to check.",
        lambda docket: docket.set_rules(legal=0),
    ),
    # 3. The people.
    "people-never-signed": Case(
        3,
        "Nobody ever signed people.toml: whoever can write there could approve.",
        _records(lambda records: records[1:]),
    ),
    "people-edited-after-signing": Case(
        9, "Somebody gave themselves a role and a key, and approved: no admin signed that.", _approved_by_eva
    ),
    "people-forged": Case(
        3,
        "Somebody wrote a version of their own, signed with their own key, and recorded it.",
        _steps(_approved_by_eva, lambda docket: docket.sign_people("eva")),
    ),
    "people-forged-without-a-line": Case(
        9,
        "Somebody wrote a version of their own beside the others: the ledger knows nothing of it.",
        _forged_without_a_line,
    ),
    "people-forged-from-the-start": Case(
        3,
        "Somebody wrote another first version, signed by its own admin: the ledger names the true one by its digest.",
        _forged_from_the_start,
    ),
    "people-version-skipped": Case(
        3,
        "Version 3 follows version 1.",
        lambda docket: docket.sign_people(roster=docket.roster(3)),
    ),
    "people-version-twice": Case(
        3,
        "Version 1 stands in the ledger a second time, behind version 2: nobody goes back.",
        _steps(_without_lea, lambda docket: docket.rewrite(lambda all_: [*all_, all_[0]])),
    ),
    "people-version-put-back": Case(
        3,
        "Version 1 lies in the place of version 2, in which she is no longer of legal: the ledger knows a newer one.",
        _steps(
            _without_lea,
            lambda docket: docket.write("people/signed/0002.dsse.json", (docket.root / FIRST).read_bytes()),
        ),
    ),
    "people-version-missing": Case(
        3,
        "The file of a version is gone.",
        lambda docket: (docket.root / FIRST).unlink(),
    ),
    "people-version-with-a-bit-flipped": Case(
        3,
        "One bit of a version was changed.",
        lambda docket: _rewrite(docket, FIRST, lambda data: flipped(data, 100)),
    ),
    "people-version-of-another-line": Case(
        3,
        "Version 2 names another version 1 as the one before it.",
        lambda docket: docket.sign_people(roster=replace(docket.roster(), previous="0" * 64)),
    ),
    "people-signed-by-too-few": Case(
        3, "Two admins sign each version here, and one signed the second.", _two_admins("ida")
    ),
    "people-signed-by-two": Case(0, "Two admins sign each version here, and two did.", _two_admins("ida", "ivo")),
    "people-signed-by-one-admin-twice": Case(
        3, "Two admins sign each version here; ida signed with both of her keys.", _two_admins("ida", "ida's other one")
    ),
    "people-signed-by-a-former-admin": Case(
        3,
        "She was taken out of the admins in version 2, and signed version 3.",
        _steps(
            lambda docket: docket.set_people({**PEOPLE, "ivo": IVO}),
            lambda docket: docket.set_people(
                {**PEOPLE, "ida": {**PEOPLE["ida"], "roles": []}, "ivo": IVO}, "ida", "ivo"
            ),
            lambda docket: docket.set_people(PEOPLE, "ida"),
        ),
    ),
    "people-signed-by-no-admin": Case(
        3, "She is of legal, and no admin.", lambda docket: docket.set_people({**PEOPLE, "ivo": IVO}, "lea")
    ),
    "people-handed-on-by-themselves": Case(
        3,
        "The admins of version 2 signed it, and none of version 1, who alone could hand on their trust.",
        lambda docket: docket.set_people({**PEOPLE, "ivo": IVO}, "ivo"),
    ),
    "people-of-another-house": Case(3, "The site has another address, for which no admin signed its people.", _moved),
    "people-revocation-taken-back": Case(
        3,
        "A key that was revoked is trusted again.",
        _steps(_revoked_later, lambda docket: docket.set_people(PEOPLE)),
    ),
    "people-revocation-shifted": Case(
        3,
        "A line was put in before the entry from which her key is revoked, which moved it; the chain was made whole.",
        _steps(
            lambda docket: _revoked_from(docket, 2),
            lambda docket: docket.rewrite(lambda all_: [all_[0], replace(all_[1], by="ben"), *all_[1:]]),
        ),
    ),
    # 4. The place.
    "revision-of-another-house": Case(
        4,
        "The site has another address: an approval for one house is none for another, although its admins moved along.",
        _steps(_moved, lambda docket: docket.sign_people(roster=replace(docket.roster(), house=ELSEWHERE))),
    ),
    "card-of-another-piece": Case(
        4,
        "Its card would have the page of another piece, although legal approved these bytes.",
        _approved_too(_CARDS["another piece"]),
        _CARDS["another piece"].name,
    ),
    "card-that-leads-out": Case(
        4,
        "Its card's slug is a path, and would have its page written outside the workspace.",
        _approved_too(_CARDS["a path"]),
        _CARDS["a path"].name,
    ),
    "card-with-the-audio-of-another": Case(
        4,
        "Its card names audio that is none of the revision's files.",
        _approved_too(_CARDS["other audio"]),
        _CARDS["other audio"].name,
    ),
    # 5. The submission.
    "submission-missing": Case(
        5,
        "Nobody submitted it; the chain was made whole again around the gap.",
        _records(lambda records: [records[0], records[2]]),
    ),
    "submission-of-another-piece": Case(
        5,
        "The line submits another piece.",
        _records(lambda records: [records[0], replace(records[1], slug="another-piece"), records[2]]),
    ),
    "ledger-emptied": Case(
        3,
        "The ledger was emptied: what is not recorded did not happen, so nobody is trusted either.",
        lambda docket: docket.ledger_file.write_bytes(b""),
    ),
    # 6. The bytes.
    "body-with-another-word": Case(
        6,
        "A word of the page was changed after legal read it.",
        _part(lambda data: data.replace(b"within", b"without")),
    ),
    "card-with-another-title": Case(
        6, "The title in lists was changed.", _part(lambda data: data.replace(b"Legal", b"Sales"), "card.json")
    ),
    "feed-item-with-another-title": Case(
        6, "The title in the feed was changed.", _part(lambda data: data.replace(b"Legal", b"Sales"), "item.rss.xml")
    ),
    "part-with-an-end-of-line-more": Case(6, "One byte more is another page.", _part(lambda data: data + b"\n")),
    "part-missing": Case(6, "A part is gone.", lambda docket: (docket.root / FOLDER / "card.json").unlink()),
    "part-that-is-a-link": Case(
        6, "The part is a link that leads out of the revision, although to the same bytes.", _link_part
    ),
    "audio-with-a-bit-flipped": Case(6, "One bit of the audio was changed in the cache.", _media),
    "manifest-with-another-type": Case(
        6,
        "Only a header was changed: listeners' apps would get the audio as a page.",
        _part(lambda data: data.replace(b"audio/mpeg", b"text/html"), "manifest.json"),
    ),
    "manifest-with-fewer-people": Case(
        6,
        "A maker was taken out of the manifest, to let them approve.",
        _part(lambda data: data.replace(b'"ann",', b""), "manifest.json"),
    ),
    "manifest-with-a-space-more": Case(
        6, "The same manifest in another form.", _part(lambda data: data.replace(b",", b", ", 1), "manifest.json")
    ),
    "manifest-of-another-revision": Case(
        6,
        "In the revision's folder lies the manifest of another one.",
        lambda docket: docket.write(f"{FOLDER}/manifest.json", MENDED.manifest.to_bytes()),
    ),
    # 7. Takedowns.
    "takedown-standing": Case(7, "It was approved and released, then somebody took it down.", _taken_down()),
    "takedown-whose-file-is-missing": Case(
        7, "The ledger tells of a takedown, and nobody can read it: it stands.", _taken_down(_losing("takedown"))
    ),
    "takedown-without-a-line": Case(
        7,
        "A signed takedown that the ledger does not tell of: a kill, or a merge that lost the line. It stands.",
        _only_signed("takedown", person="max"),
    ),
    "takedown-without-a-line-of-another-piece": Case(
        0,
        "A signed takedown of another piece says nothing of this one.",
        _only_signed("takedown", slug="another-piece"),
    ),
    "takedown-without-a-line-of-another-house": Case(
        0, "A signed takedown of a piece of that name in another house.", _only_signed("takedown", house=ELSEWHERE)
    ),
    "takedown-without-a-line-by-nobody": Case(
        0, "Anybody can leave a file here that nobody of the house signed.", _only_signed("takedown", key="eva")
    ),
    "takedown-replayed-from-another-piece": Case(
        7,
        "A line names a takedown that was signed of another piece: a line stands whatever its file says.",
        lambda docket: docket.append(
            "takedown", "lea", {"envelope": docket.keep(docket.sign(NAME, "takedown", slug="other")).name}
        ),
    ),
    "takedown-by-an-author": Case(
        7,
        "Its author signed it, who may not: what keeps a piece from the public stands until somebody lifts it who may.",
        _taken_down(person="ann"),
    ),
    "takedown-by-somebody-without-a-role": Case(
        7,
        "Signed by somebody who decides on nothing: it stands until somebody lifts it who may.",
        _taken_down(person="kim"),
    ),
    "takedown-outrun-by-an-edit": Case(
        7,
        "A revision that was submitted and approved after the takedown: it is the piece that was taken down.",
        _taken_down(_approved_too(MENDED)),
        MENDED.name,
    ),
    "takedown-lifted-and-approved-again": Case(
        0, "Somebody who may lifted it, then it was approved anew.", _taken_down(_lifted, _approved_again)
    ),
    "takedown-lifted-by-another-role": Case(
        7, "Finance does not decide on this piece.", _taken_down(lambda d: _lifted(d, person="kim"), _approved_again)
    ),
    "takedown-lifted-with-anothers-key": Case(
        7, "Lea's name, and the key of Max.", _taken_down(lambda d: _lifted(d, key="max"), _approved_again)
    ),
    "takedown-lifted-by-nobody": Case(
        7,
        "Signed by somebody who is nobody of the house.",
        _taken_down(lambda d: _lifted(d, person="eva", key="eva"), _approved_again),
    ),
    "takedown-lifted-by-replay": Case(
        7, "The lift of an earlier takedown stands in the ledger again, behind a second one.", _lifted_by_replay
    ),
    "takedown-lifted-by-a-lift-of-another-piece": Case(
        7, "What was signed is about another piece.", _lifted_by_a_statement_of_another(slug="another-piece")
    ),
    "takedown-lifted-by-a-lift-of-another-house": Case(
        7, "What was signed is about another house.", _lifted_by_a_statement_of_another(house=ELSEWHERE)
    ),
    "takedown-lifted-without-a-file": Case(
        7, "The ledger tells of a lift that nobody can show.", _taken_down(_lifted, _losing("restore"), _approved_again)
    ),
    "takedown-lifted-without-a-line": Case(
        7,
        "A signed lift that stands in no line: what lets something out counts with its line alone.",
        _taken_down(_only_signed("restore", reason=""), _approved_again),
    ),
    "takedown-without-a-line-and-lifted": Case(
        7,
        "Nobody can tell whether the lift came after a takedown that has no line.",
        _steps(_only_signed("takedown", person="max"), _lifted, _approved_again),
    ),
    "takedown-on-another-branch-than-its-lift": Case(
        7, "One lifted it, another took it down on another branch: the lift does not follow.", _taken_down_elsewhere
    ),
    "takedown-lifted-without-a-new-approval": Case(
        9, "It was lifted, and who approved before did not know what led to the takedown.", _taken_down(_lifted)
    ),
    "approval-between-takedown-and-lift": Case(
        9,
        "It was approved anew before the takedown was lifted: the lift alone must put nothing before the public.",
        _taken_down(_approved_again, _lifted),
    ),
    # 8. Rejections.
    "rejection-standing": Case(8, "One reviewer approved, another rejected: the rejection stands.", _rejected_then()),
    "rejection-whose-file-is-missing": Case(
        8, "What was rejected can't be read any more: it stands until it is withdrawn.", _rejected_then("lose the file")
    ),
    "rejection-without-a-line": Case(
        8,
        "The line was taken out and the chain made whole; the signed file still says no.",
        _rejected_then("lose the line"),
    ),
    "ledger-cut-before-the-rejection": Case(
        8, "The ledger's last line was cut off, which leaves its chain whole.", _rejected_then("cut the ledger")
    ),
    "rejection-whose-line-lacks-its-end": Case(
        8,
        "The ledger's last byte was cut off: a line that lacks only its end counts.",
        _rejected_then("cut the last byte"),
    ),
    "rejection-on-another-branch": Case(
        8,
        "Lea approved on one branch, max rejected on another: neither came first, so the rejection stands.",
        _branched(_merge),
    ),
    "rejection-withdrawn-by-another": Case(
        8, "Only the person who rejected can withdraw.", _rejected_then("another withdraws")
    ),
    "rejection-withdrawn-with-another-key": Case(
        8, "The withdrawal is signed by someone else's key.", _rejected_then("forge a withdrawal")
    ),
    "rejection-withdrawn-by-replay": Case(
        8,
        "The withdrawal of an earlier rejection was recorded again after a later one.",
        _rejected_then("withdraw again"),
    ),
    "rejection-outrun-by-an-edit": Case(
        8,
        "The edit was approved by someone else, but the rejection stands against it, too.",
        _rejected_then("submit an edit"),
        MENDED.name,
    ),
    "rejection-outrun-by-submitting-again": Case(
        8,
        "The rejected revision was submitted again after the edit, to make the edit look older than the rejection.",
        _rejected_then("submit an edit", "submit it again"),
        MENDED.name,
    ),
    # 9. Approvals.
    "approval-missing": Case(9, "The ledger says that she approved, but the signed file is gone.", _lose_approvals),
    "approval-without-a-line": Case(
        9, "The file lies there, but the ledger knows nothing of it.", _records(lambda records: records[:2])
    ),
    "approval-before-the-submission": Case(
        9,
        "It was recorded before anybody submitted the revision.",
        _records(lambda records: [records[0], records[2], records[1]]),
    ),
    "approval-with-another-name": Case(
        9,
        "Another person's name was written into the statement.",
        _envelope(lambda data: forged(data, name="Max Counsel")),
    ),
    "approval-with-another-revision": Case(
        9,
        "Another revision was written into the statement, under the old signature.",
        lambda docket: (docket.submit(MENDED), _envelope(lambda data: forged(data, revision=MENDED.name))(docket)),
        MENDED.name,
    ),
    "approval-with-a-bit-flipped": Case(
        9, "The ledger names the file by its digest.", _envelope(lambda data: flipped(data, 100), recorded=False)
    ),
    "approval-with-a-space-more": Case(
        9,
        "The same envelope in another form, which the ledger was made to name.",
        _envelope(lambda data: data.replace(b'":"', b'": "', 1)),
    ),
    "approval-with-a-field-more": Case(
        9,
        "A field that nobody signed stands beside the payload.",
        _envelope(lambda data: data.replace(b"{", b'{"note":"ok",', 1)),
    ),
    "approval-with-a-key-twice": Case(
        9,
        "Two programs may read two different values from one envelope.",
        _envelope(lambda data: data.replace(b'{"keyid"', b'{"keyid":"x","keyid"', 1)),
    ),
    "approval-in-another-base64": Case(
        9,
        "The same signature with a line feed in its base64.",
        _envelope(lambda data: data.replace(b'=="}', b'==\\n"}')),
    ),
    "approval-with-two-signatures": Case(
        9,
        "An envelope holds one signature, so that it is one person's.",
        _envelope(lambda data: data.replace(b"}]", b'},{"keyid":"","sig":""}]')),
    ),
    "approval-under-another-keys-name": Case(
        9,
        "The envelope names another key than the one that signed.",
        _envelope(lambda data: data.replace(b"SHA256:", b"SHA257:")),
    ),
    "approval-replayed-on-an-edit": Case(
        9, "The approval of the first revision was recorded for the second.", _replayed_on_an_edit, MENDED.name
    ),
    "approval-by-an-unknown-key": Case(9, "It is signed by a key that nobody knows.", _instead(key="somebody")),
    "approval-by-anothers-key": Case(9, "It is signed by another reviewer's key.", _instead(key="max")),
    "approval-by-nobody": Case(9, "The person is nobody in people.toml.", _instead(person="somebody")),
    "approval-by-a-maker": Case(
        9, "The host has the role and a key, and still can't approve her own piece.", _instead(person="ann")
    ),
    "approval-by-the-submitter": Case(
        9, "Who submitted a revision, once, can't approve it.", lambda docket: docket.submit(a_revision(), by="lea")
    ),
    "approval-by-another-role": Case(9, "Finance approved where legal is asked for.", _instead(person="kim")),
    "approval-before-validity": Case(9, "She signed a day before she was to begin.", _instead(person="una")),
    "approval-after-validity": Case(
        9, "She signed the day after her last one.", _instead(person="una", time="2026-12-01T00:00:00+00:00")
    ),
    "approval-for-another-house": Case(
        9, "It says that it is about another house.", _instead(house="https://other.example.com/")
    ),
    "approval-that-means-something-else": Case(
        9, "The sentence above the signature is not that of an approval.", _instead(meaning="I had a look at it.")
    ),
    "approval-in-local-time": Case(
        9,
        "A time in another zone could move the signature into her days of validity.",
        _instead(time="2026-11-20T13:00:00+01:00"),
    ),
    "approval-overtaken-by-a-rejection": Case(
        9,
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
        9, "The approval names a finding as waived, and nobody waived it.", _instead(waived=(FINDING,))
    ),
    "waiver-of-another-finding": Case(9, "Another finding was waived.", _with_waiver(finding="6a" * 16)),
    "waiver-by-a-maker": Case(9, "The host waived what was found in her own piece.", _with_waiver(person="ann")),
    "waiver-by-another-role": Case(9, "Finance waived where legal decides.", _with_waiver(person="kim")),
    "waiver-by-nobody": Case(9, "Nobody in people.toml waived it.", _with_waiver(person="somebody")),
    "waiver-before-validity": Case(9, "She waived it a day before she was to begin.", _with_waiver(person="una")),
    "waiver-taken-back": Case(
        9,
        "It was taken back before the approval.",
        _waived_then(lambda docket: docket.waive(NAME, event="unwaive"), lambda docket: docket.decide(NAME, waived=W)),
    ),
    "waiver-after-the-approval": Case(
        9,
        "It was waived after the approval that names it.",
        _waived_then(lambda docket: docket.decide(NAME, waived=W), lambda docket: docket.waive(NAME), first=False),
    ),
    "waiver-without-a-reason": Case(
        9,
        "The reason was taken out of the waiver, and the chain made whole.",
        _with_waiver(lambda docket: docket.rewrite(_without_reasons)),
    ),
    "waiver-in-another-piece": Case(
        9,
        "The waiver stands in another piece.",
        _with_waiver(lambda docket: docket.rewrite(_of_another_piece)),
    ),
    "approval-with-a-head": Case(
        0, "She signed what the ledger was, and it went on from there.", _seen(lambda _: None)
    ),
    "approval-with-a-head-of-a-longer-ledger": Case(
        9, "She signed that the ledger had more lines than it has.", _seen(lambda _: None, size=4)
    ),
    "approval-with-a-head-of-another-ledger": Case(
        9, "She signed another ledger than this.", _seen(lambda _: None, tip="1" * 64)
    ),
    "ledger-cut-before-an-approval-with-a-head": Case(
        9,
        "A line that she saw was taken out, and the chain made whole: her signature says that it was there.",
        _seen(lambda docket: docket.rewrite(lambda records: [*records[:2], records[3]])),
    ),
    "ledger-edited-before-an-approval-with-a-head": Case(
        9,
        "A line that she saw is another, and the chain was made whole: her signature says what it was.",
        _seen(lambda docket: docket.rewrite(lambda all_: [*all_[:2], replace(all_[2], by="eva"), all_[3]])),
    ),
    "approvals-of-two-keys-of-one-person": Case(
        9, "Two of legal are asked for: two keys of one person are one person.", _counted_twice
    ),
    "people-key-removed": Case(
        9,
        "Her key is no longer in people.toml.",
        lambda docket: docket.change_person("lea", keys=[line("lea's other one")]),
    ),
    "approval-with-a-key-revoked-later": Case(
        0, "Her key is revoked from an entry behind her approval on: what it signed before counts.", _revoked_later
    ),
    "approval-with-a-key-revoked-before": Case(
        9,
        "Her key was stolen, and is revoked from the entry of this approval on.",
        lambda docket: _revoked_from(docket, 2),
    ),
    "people-key-under-two-names": Case(
        9,
        "One key stands under two names, so it speaks for neither.",
        lambda docket: docket.change_person("max", keys=[line("max"), f"{line('lea')} lea"]),
    ),
    "people-role-removed": Case(9, "She is no longer of legal.", lambda docket: docket.change_person("lea", roles=[])),
    "people-person-removed": Case(
        9,
        "She is no longer in people.toml.",
        lambda docket: docket.set_people({id_: one for id_, one in PEOPLE.items() if id_ != "lea"}),
    ),
    "people-validity-over": Case(
        9,
        "Her last day was the one before she signed.",
        lambda docket: docket.change_person("lea", valid_to="2026-11-19"),
    ),
    "rules-that-ask-for-two": Case(9, "The house asks for two of legal now.", lambda docket: docket.set_rules(legal=2)),
    "rules-that-ask-for-another-role": Case(
        9, "The house asks for finance now, too.", lambda docket: docket.set_rules(legal=1, finance=1)
    ),
    "rules-of-a-tag-that-ask-for-two": Case(
        9,
        "Pieces with its tag need two of legal.",
        lambda docket: docket.set_rules(more="[review.tags.trust]\nrequired.legal = 2\n"),
    ),
    "rules-of-a-division-that-ask-for-another-role": Case(
        9,
        "Pieces of its division need finance, too; what the manifest's authors became since says nothing about it.",
        _of_health("finance = 1", legal=1),
        HEALTH.name,
    ),
    "rules-of-a-division-that-ask-for-less": Case(
        9,
        "A division that asks for one of legal loosens nothing: the house asks for two.",
        _of_health("legal = 1", legal=2),
        HEALTH.name,
    ),
    "approval-by-a-passkey": Case(
        0,
        "A passkey signed at the desk, and one is asked for: it is admitted, so those below fail for their flaw.",
        _by_passkey(),
    ),
    "approval-by-a-passphrase-where-a-passkey-is-asked-for": Case(
        9, "The house asks for a passkey, and a passphrase signed.", _asking_for_a_passkey
    ),
    "approval-by-a-passkey-as-a-passphrase": Case(
        9, "A passkey signed a statement that says that a passphrase did.", _by_passkey(tier="passphrase")
    ),
    "approval-by-a-passkey-at-another-port": Case(
        9,
        "It was signed at another address than that at which the passkey signs.",
        _by_passkey(origin="http://localhost:7401"),
    ),
    "approval-by-a-passkey-of-another-site": Case(
        9, "The browser used it for another site.", _by_passkey(rp="desk.example")
    ),
    "approval-by-a-passkey-with-nobody-there": Case(
        9, "Nobody touched the authenticator.", _by_passkey(flags=VERIFIED)
    ),
    "approval-by-a-passkey-of-somebody-unknown": Case(
        9, "The authenticator did not find out who was there: no fingerprint, no PIN.", _by_passkey(flags=PRESENT)
    ),
    "approval-by-a-passkey-in-a-frame": Case(
        9, "It was signed in a page within another one.", _by_passkey(crossOrigin=True)
    ),
    "approval-by-a-passkey-of-other-words": Case(
        9,
        "The authenticator signed another challenge than the digest of this statement.",
        _by_passkey(challenge="AAAA"),
    ),
    "approval-that-ended": Case(
        9, "Approvals end after ten days here, and these are over.", _ending, now="2026-11-30T12:01:00+00:00"
    ),
    "approval-about-to-end": Case(
        0, "Approvals end after ten days here, in a second.", _ending, now="2026-11-30T12:00:59+00:00"
    ),
    "approval-dated-ahead": Case(
        9,
        "Approvals end here, and hers is dated a year ahead, so that it would count a year longer.",
        _ending_and_dated_ahead,
    ),
    "approval-by-a-maker-under-another-id": Case(
        9, "The host stands in people.toml a second time, with the role and another key.", _approved_by_anna
    ),
    "approvals-of-two-entries-of-one-person": Case(
        9, "Two of legal are asked for: two entries with one name are one person.", _counted_under_two_ids
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
