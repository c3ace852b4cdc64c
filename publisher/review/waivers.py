"""Which waivers stand: who let which finding pass, and why, as the ledger has it.

A waiver is about a finding's id, and so about a rule, words and their sentence: it holds in whatever revision these
stand, and for no others. Its line in the ledger bears no signature: the approval that rests on it names it, and is
signed.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final

from publisher.policy.findings import Waiver
from publisher.review.lineage import Listed, Order
from publisher.review.records import Record
from publisher.review.roles import decides
from publisher.workspace.people import Person

WAIVE: Final = "waive"
UNWAIVE: Final = "unwaive"


def standing_waivers(
    records: Iterable[Record],
    people: Mapping[str, Person],
    roles: Collection[str],
    makers: Collection[str],
    order: Order | None = None,
) -> dict[str, Waiver]:
    """By the id of its finding, the first waiver that its giver has not taken back since.

    records: of one piece, in order. roles: those whose people decide. makers: ids of those who made or submitted the
    piece, and so may waive nothing in it. order: what came first, where branches of the ledger were merged. What is not
    whole, or by somebody who could not give it on that day, is none.
    """
    lines = tuple(records)
    known = order or Listed(lines)
    standing: dict[str, Waiver] = {}
    for record in lines:
        if record.event == WAIVE and record.by not in makers and (waiver := _waiver(record, people, roles)):
            ends = (line for line in lines if line.event == UNWAIVE and _about(line) == _about(record))
            if all(known.precedes(end, record) for end in ends):
                standing.setdefault(_about(record)[0], waiver)
    return standing


def _about(record: Record) -> tuple[str, str]:
    """The finding, and whose waiver of it."""
    return str(record.data.get("finding", "")), record.by


def _waiver(record: Record, people: Mapping[str, Person], roles: Collection[str]) -> Waiver | None:
    person, reason = people.get(record.by), str(record.data.get("reason", ""))
    if person is None or not reason.strip() or not decides(person, roles, date.fromisoformat(record.time[:10])):
        return None
    return Waiver(record.by, person.name, reason, record.time)


def makers_of(people: Iterable[str], records: Iterable[Record], revision: str) -> set[str]:
    """Ids of those who made a piece, or submitted this revision of it: nobody of them decides on it."""
    return {*people, *(one.by for one in records if one.event == "submit" and one.revision == revision)}
