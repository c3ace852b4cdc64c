"""Whom the house trusts: the newest roster that the ledger has, after every version of it was verified.

The versions are gone through in order, and the first flaw means that nobody is trusted:

1. The ledger names them 1, 2, 3, …, without a gap, a repeat or a step back.
2. The file that it names by digest lies in `people/signed/`, in the one form of a roster.
3. It has that number, and names the version before. The newest is of this house.
4. Enough different admins of the version before signed it, and enough of its own. The first is signed by its own alone:
   it is trusted because it stands in the ledger, which cannot be begun anew unseen.
5. A key that was revoked stays revoked, from the same entry of the ledger or an earlier one; and the line whose digest
   the revocation holds, which is the last that the key is trusted for, stands in the ledger.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from publisher.errors import PublisherError
from publisher.review.humans import Humans
from publisher.review.records import GENESIS, Record
from publisher.review.roster import Roster, SignedRoster, open_roster
from publisher.workspace.people import Person

PEOPLE: Final = "people"
"""The ledger's event for a new version: `version` and, as `roster`, the digest of its file."""
FOLDER: Final = "people/signed"


@dataclass(frozen=True)
class Trust:
    """Whom the house trusts, and how that is known."""

    roster: Roster | None = None
    """The newest version; None if nothing was ever signed, or not everything is as it was signed."""
    lines: tuple[Record, ...] = ()
    """The ledger's lines about it."""
    ends: Mapping[str, Record] = field(default_factory=dict)
    """By fingerprint of a revoked key, the last line that it is trusted for; none for one that never was to be."""
    flaw: PublisherError | None = field(default=None, compare=False)
    """Why nobody is trusted although there are versions."""

    @property
    def people(self) -> Mapping[str, Person]:
        """By id, those who hold keys; nobody if there is a flaw."""
        return self.roster.people if self.roster and self.flaw is None else {}


def lines_of(records: Sequence[Record]) -> tuple[Record, ...]:
    """The lines that name a version of people, in order."""
    return tuple(record for record in records if record.event == PEOPLE and not record.slug)


def trust_of(house: str, records: Sequence[Record], files: Mapping[str, bytes]) -> Trust:
    """Verify every version.

    records: the whole ledger, its chain verified. files: those of `people/signed/`, by digest.
    """
    lines, roster = lines_of(records), None
    try:
        for number, line in enumerate(lines, 1):
            roster = _following(roster, _signed(line, number, files), number, line)
        ends = _ends(roster, records) if roster else {}
    except PublisherError as flaw:
        return Trust(lines=lines, flaw=flaw)
    return Trust(roster, lines, ends, _moved(roster, house) if roster and roster.house != house else None)


def _signed(line: Record, number: int, files: Mapping[str, bytes]) -> SignedRoster:
    if line.data.get("version") != number:
        said = f"the ledger has version {line.data.get('version')} of the people where {number} follows"
        raise _flawed(said, number, "restore ledger.jsonl from git")
    data = files.get(str(line.data.get("roster")))
    if data is None:
        raise _flawed(f"version {number} of the people is missing, or not as it was signed", number)
    return open_roster(data, f"{FOLDER}/{number:04}.dsse.json")


def _following(before: Roster | None, signed: SignedRoster, number: int, line: Record) -> Roster:
    """The roster of a version, if it follows from the one before."""
    roster = signed.roster
    if (roster.version, roster.previous) != (number, before.sha256 if before else ""):
        raise _flawed(f"this is version {roster.version} of the people, or follows another one", number)
    if lacking := lacks(signed, before, date.fromisoformat(line.time[:10])):
        raise _flawed(lacking, number)
    if lifted := lifts(roster, before):
        raise _flawed(lifted, number)
    return roster


def lacks(signed: SignedRoster, before: Roster | None, day: date) -> str:
    """Which signatures a version lacks on that day (UTC): `1 of 2 admins of version 1 signed it`; empty if none."""
    for roster in filter(None, (before, signed.roster)):
        count = len(signed.admins(roster, day))
        if count < roster.threshold:
            asked = f"{count} of {roster.threshold} admins of version {roster.version}"
            return f"{asked} signed version {signed.roster.version}"
    return ""


def lifts(roster: Roster, before: Roster | None) -> str:
    """Which revocation of the version before a version lacks or puts off; empty if none."""
    now = Humans(roster.people).revoked
    for key, old in Humans(before.people).revoked.items() if before else ():
        if key not in now or now[key].since > old.since:
            return f"the key {key} was revoked from entry {old.since} on, and that is not taken back"
    return ""


def place_of(records: Sequence[Record], since: int) -> str:
    """What fixes a place in the ledger: the digest of the line before line `since`; empty beyond the next one."""
    if since < len(records):
        return records[since].previous
    end = records[-1].digest if records else GENESIS
    return end if since == len(records) else ""


def _ends(roster: Roster, records: Sequence[Record]) -> dict[str, Record]:
    """Where the trust in each revoked key ends. It is found by digest: a number can be made to mean another line."""
    revoked = Humans(roster.people).revoked
    lines = {record.digest: record for record in records} if revoked else {}
    for key, one in revoked.items():
        if one.after not in lines and one.after != GENESIS:
            raise _flawed(f"entry {one.since}, from which {key} is revoked, is not where it was", roster.version)
    return {key: lines[one.after] for key, one in revoked.items() if one.after in lines}


def _moved(roster: Roster, house: str) -> PublisherError:
    """The only flaw that admins mend by signing: what they hand on, they may take elsewhere."""
    return PublisherError(
        f"the people were signed for {roster.house}, and the house is at {house}", where=f"{FOLDER}/{roster.file_name}",
        hint="if it moved, an admin signs: publish people sign --as ADMIN",
    )  # fmt: skip


def _flawed(what: str, number: int, hint: str = "restore people/signed/ and ledger.jsonl from git") -> PublisherError:
    return PublisherError(what, where=f"{FOLDER}/{number:04}.dsse.json", hint=f"{hint}; until then nobody is trusted")
