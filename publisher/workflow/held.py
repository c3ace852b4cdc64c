"""What a rollback holds back: revisions that are newer than what the release had to which the house went back.

It is derived from the ledger each time. A revision that is submitted after the rollback is not held: somebody looked
again, and it needs its approvals as any other.
"""

from dataclasses import dataclass
from itertools import takewhile

from publisher.review.evidence import Evidence
from publisher.review.gate import Refusal
from publisher.review.manifest import short
from publisher.review.records import Record
from publisher.workflow.lines import public_revisions, submissions

ROLLBACK = "rollback"
"""The event of a line by which a target goes back to an earlier release, or on again."""


class Held(Refusal):
    """The gate was not asked: a rollback holds it back."""

    def __init__(self, slug: str, hold: "Hold") -> None:
        day, number = hold.line.time[:10], hold.line.data.get("number", "")
        super().__init__(
            0, f"held since the rollback to release {number} on {day}", where=slug,
            hint="submit a newer revision, or let it go out as it is: publish rollback --undo",
        )  # fmt: skip


@dataclass(frozen=True)
class Hold:
    """A rollback that is in force."""

    line: Record
    """In the ledger, or as it would be."""
    had: dict[str, str]
    """What the release had: slug to the first digits of the revision."""

    def held(self, evidence: Evidence, slug: str) -> frozenset[str]:
        """Revisions of a piece that do not go out."""
        records = evidence.of(slug)
        newer = {*takewhile(lambda name: short(name) != self.had.get(slug), submissions(records))}
        again = {one.revision for one in records if one.event == "submit" and evidence.order.precedes(self.line, one)}
        return frozenset(newer - again)


def hold_at(evidence: Evidence, target: str, line: Record | None = None) -> Hold | None:
    """The rollback of a target that is in force, if there is one. line: one that is not in the ledger yet."""
    lines = [record for record in evidence.of("") if record.event == ROLLBACK and record.data.get("target") == target]
    last = line or next(reversed(lines), None)
    release = last and last.data.get("release")
    if last is None or not release:
        return None
    records = evidence.of("")
    place = next((place for place, record in enumerate(records) if record.digest == release), -1)
    return Hold(last, public_revisions(records[: place + 1], target))
