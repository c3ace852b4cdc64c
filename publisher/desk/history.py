"""What happened to a piece, a line an event, as a person would tell it. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from publisher.counting import counted
from publisher.review.ledger import Record
from publisher.review.manifest import short
from publisher.transcript.timecode import format_timecode


@dataclass(frozen=True)
class Told:
    """One event."""

    time: str
    """ISO 8601 in UTC."""
    who: str
    """Their name."""
    did: str
    """`approved revision 3f2a9c1b77aa`."""
    why: str
    """What they said; may be empty."""
    event: str


def told(records: Iterable[Record], names: Mapping[str, str], reasons: Mapping[str, str]) -> Iterator[Told]:
    """The events of one piece, in order. names: of people by id. reasons: what was signed, by digest of its file."""
    for record in records:
        say = _SAYS.get(record.event, _anything)
        why = reasons.get(record.envelope) or str(record.data.get("reason") or record.data.get("text") or "")
        yield Told(record.time, names.get(record.by, record.by), say(record), why, record.event)


def _submitted(record: Record) -> str:
    found = record.data.get("findings", 0)
    more = f", with {counted(found, 'finding')}" if isinstance(found, int) and found else ""
    return f"submitted revision {short(record.revision)}{more}"


def _approved(record: Record) -> str:
    heard, length = record.data.get("heard"), record.data.get("length")
    more = ""
    if isinstance(heard, int) and isinstance(length, int) and length:
        more = f", after hearing {format_timecode(heard)} of {format_timecode(length)}"
    return f"approved revision {short(record.revision)}{more}"


def _asked(record: Record) -> str:
    return f"asked for a change of revision {short(record.revision)}"


def _anything(record: Record) -> str:
    return record.event


_SAYS: Final[Mapping[str, Callable[[Record], str]]] = {
    "submit": _submitted,
    "approve": _approved,
    "reject": lambda record: f"rejected revision {short(record.revision)}",
    "withdraw": lambda _: "withdrew their rejection",
    "takedown": lambda _: "took it down",
    "restore": lambda _: "lifted the takedown: it needs new approvals",
    "waive": lambda record: f"waived a finding of {record.data.get('rule', 'a rule')}",
    "unwaive": lambda record: f"took back a waiver of {record.data.get('rule', 'a rule')}",
    "comment": lambda record: f"commented on revision {short(record.revision)}",
    "request": _asked,
    "settle": lambda record: str(record.data.get("how", "settled")) + " a remark",
    "accept": lambda _: "accepted a request as an edit",
}
"""What somebody did, by the event in the ledger."""
