"""What a rollback holds back: revisions that are newer than what the release had to which the house went back.

It is derived from the ledger each time. A revision that is submitted after the rollback is not held: somebody looked
again, and it needs its approvals as any other.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile

from publisher.review.evidence import Evidence
from publisher.review.gate import Refusal
from publisher.review.manifest import short
from publisher.review.records import Record

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
        submits = [record for record in evidence.of(slug) if record.event == "submit"]
        latest_first = list(dict.fromkeys(record.revision for record in reversed(submits)))
        newer = {*takewhile(lambda name: short(name) != self.had.get(slug), latest_first)}
        again = {record.revision for record in submits if evidence.order.precedes(self.line, record)}
        return frozenset(newer - again)


def public_at(records: Sequence[Record], target: str) -> dict[str, str]:
    """What the public has at a target, by these lines of the ledger: slug to the first digits of the revision."""
    public: dict[str, str] = {}
    for record in releases_to(records, target):
        public = after(public, record)
    return public


def releases_to(records: Iterable[Record], target: str) -> Iterator[Record]:
    """The lines of releases to a target."""
    return (one for one in records if one.event == "release" and one.data.get("target") == target)


def after(public: Mapping[str, str], release: Record) -> dict[str, str]:
    """What the public has after a release, by what it had before."""
    changes = (change.partition("@") for change in str(release.data.get("pieces", "")).split())
    now = {**public, **{slug: revision for slug, _, revision in changes}}
    return {slug: revision for slug, revision in now.items() if revision}


def hold_at(evidence: Evidence, target: str, line: Record | None = None) -> Hold | None:
    """The rollback of a target that is in force, if there is one. line: one that is not in the ledger yet."""
    lines = [record for record in evidence.of("") if record.event == ROLLBACK and record.data.get("target") == target]
    last = line or next(reversed(lines), None)
    release = last and last.data.get("release")
    if last is None or not release:
        return None
    records = evidence.of("")
    place = next((place for place, record in enumerate(records) if record.digest == release), -1)
    return Hold(last, public_at(records[: place + 1], target))
