"""Which waivers stand: who let which finding pass, and why, as the ledger has it.

A waiver is about a finding's id, and so about a rule, words and their sentence: it holds in whatever revision these
stand, and for no others. Its line in the ledger bears no signature: the approval that rests on it names it, and is
signed.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final

from publisher.policy.findings import Waiver
from publisher.review.ledger import Record
from publisher.review.roles import decides
from publisher.workspace.people import Person

WAIVE: Final = "waive"
UNWAIVE: Final = "unwaive"


def standing_waivers(
    records: Iterable[Record], people: Mapping[str, Person], roles: Collection[str], makers: Collection[str]
) -> dict[str, Waiver]:
    """By the id of its finding, the first waiver that its giver has not taken back since.

    records: of one piece, in order. roles: those whose people decide. makers: ids of those who made or submitted the
    piece, and so may waive nothing in it. What is not whole, or by somebody who could not give it on that day, is none.
    """
    standing: dict[tuple[str, str], Waiver] = {}
    for record in records:
        finding, by = str(record.data.get("finding", "")), record.by
        if record.event == UNWAIVE:
            standing.pop((finding, by), None)
        elif record.event == WAIVE and by not in makers and (waiver := _waiver(record, people, roles)):
            standing.setdefault((finding, by), waiver)
    first: dict[str, Waiver] = {}
    for (finding, _), waiver in standing.items():
        first.setdefault(finding, waiver)
    return first


def _waiver(record: Record, people: Mapping[str, Person], roles: Collection[str]) -> Waiver | None:
    person, reason = people.get(record.by), str(record.data.get("reason", ""))
    if person is None or not reason.strip() or not decides(person, roles, date.fromisoformat(record.time[:10])):
        return None
    return Waiver(record.by, person.name, reason, record.time)


def makers_of(people: Iterable[str], records: Iterable[Record], revision: str) -> set[str]:
    """Ids of those who made a piece, or submitted this revision of it: nobody of them decides on it."""
    return {*people, *(one.by for one in records if one.event == "submit" and one.revision == revision)}
