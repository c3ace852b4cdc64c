"""The difference between an edition and a target, each line with its reason. Pure: nothing is read or sent here.

What always holds:
1. Only keys of the edition are put, only keys of the record are deleted, and what leaves stays under a cap.
2. A key that isn't in the record is a stranger's: if the edition needs it and its bytes aren't the same, that is a
   refusal.
3. A key is left as it is only if the record says that we put these bytes with these headers there, and the target
   lists what it listed then; or if its bytes are proven and only the record of them was lost to a kill.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import groupby

from publisher.counting import counted
from publisher.edition.model import Edition, Phase
from publisher.errors import PublisherError
from publisher.release.departures import NONE, Grace, departures, refuse_departures, waiting
from publisher.release.keys import check_keys
from publisher.release.record import RECORD_KEY, Record, Recorded, State, edition_digest
from publisher.release.steps import Action, Step, judge
from publisher.release.target import Listed

NAMED = 5
"""So many keys a refusal names before it only counts."""


@dataclass(frozen=True)
class Plan:
    """What a release would do. Equal inputs give equal plans."""

    edition: str
    """Digest of the edition that it is for; see `edition_digest`."""
    steps: tuple[Step, ...]
    """Puts and keeps by phase and key, then deletes, then what waits to go, by falling phase and key."""
    pending: Record
    """The record to write before anything is sent."""
    is_empty: bool
    """Whether the target and its record equal the edition, so that a release sends nothing at all."""

    @property
    def waves(self) -> tuple[tuple[Step, ...], ...]:
        """The changes in groups; each may begin only when the one before it is whole.

        New keys come first, by phase: nothing public points at them yet. Then what replaces something, by phase: all
        that it points at is there. Deletes come last, the phases the other way round: nothing points at what goes.
        """
        changes = sorted((step for step in self.steps if step.is_change), key=lambda step: step.wave)
        return tuple(tuple(wave) for _, wave in groupby(changes, key=lambda step: step.wave))

    @property
    def changes(self) -> tuple[Step, ...]:
        """The steps that send or delete, in the order in which they are made."""
        return tuple(step for wave in self.waves for step in wave)

    def of(self, action: Action, phase: Phase | None = None) -> tuple[Step, ...]:
        """Give the steps of one action, in one phase or in all."""
        return tuple(step for step in self.steps if step.action is action and phase in {None, step.phase})

    def size(self, action: Action) -> int:
        """Bytes of all files of one action."""
        return sum(step.size for step in self.of(action))

    def lines(self) -> Iterator[str]:
        """Give the plan as a user reads it: a line a change, then a line that counts."""
        yield from map(str, self.changes)
        yield (
            f"{len(self.of(Action.PUT))} to put ({self.size(Action.PUT):,} bytes), "
            f"{len(self.of(Action.DELETE))} to delete, {len(self.of(Action.KEEP))} unchanged"
        ) + (f", {len(waits)} to go later" if (waits := self.of(Action.WAIT)) else "")

    def as_dict(self) -> dict[str, object]:
        """Give the plan as JSON can hold it: sizes in bytes, phases by name, keeps included."""
        return {
            "edition": self.edition,
            "counts": {action.value: len(self.of(action)) for action in Action},
            "bytes": self.size(Action.PUT),
            "steps": [
                {
                    "action": step.action.value,
                    "key": step.key,
                    "reason": step.reason.value,
                    "headers": list(step.headers),
                    "phase": step.phase.name.lower(),
                    "size": step.size,
                }
                for step in self.steps
            ],
        }


def plan(  # noqa: PLR0913  what there is to compare, and what bounds it
    edition: Edition,
    record: Record,
    listing: Mapping[str, Listed],
    *,
    max_deletes: int | None = None,
    grace: Grace = NONE,
    denied: Mapping[str, str] | None = None,
) -> Plan:
    """Compare an edition with what `survey` found at a target.

    max_deletes: how many keys may go; None for ten, or a fifth of the recorded ones if that is more. denied: what the
    record says from now on of pieces that were taken down; None for what it says.
    Raises PublisherError if a key can't be public, if a stranger's file is in the way, or if too many would go.
    """
    _refuse_names(edition)
    _refuse_strangers(edition, record, listing)
    wanted = [
        judge(file, record.files.get(key), listing.get(key))
        for key, file in sorted(edition.files.items(), key=lambda item: (item[1].phase, item[0]))
    ]
    leaving = departures(edition, record, listing, grace)
    refuse_departures(leaving, record, max_deletes, grace)
    steps = (*wanted, *leaving)
    pending = _pending(edition, record, listing, steps, grace)
    pending = pending if denied is None else replace(pending, denied=denied)
    is_empty = not any(step.is_change for step in steps) and record == replace(pending, state=State.COMPLETE)
    return Plan(pending.edition, steps, pending, is_empty)


def _pending(
    edition: Edition, record: Record, listing: Mapping[str, Listed], steps: Iterable[Step], grace: Grace
) -> Record:
    """Give the record under which a kill at any moment of this plan leaves nothing unknown.

    What is kept stands as it is; what goes stays ours until it is gone; what is put where nothing was can be adopted
    later; what is put over something can be that or the new file, with old or new headers, and so has no digest.
    """
    files: dict[str, Recorded] = {}
    for step in steps:
        key, listed = step.key, listing.get(step.key)
        if step.action is Action.DELETE:
            files[key] = record.files[key]
        elif step.action is Action.WAIT:
            # Also of what an interrupted release sent: a record of what is there names it as the target does.
            files[key] = replace(waiting(record.files[key], grace), etag=step.over)
        elif step.action is Action.KEEP and listed is not None:
            files[key] = Recorded.of(edition.files[key], listed.etag)
        elif listed is None:
            files[key] = Recorded.of(edition.files[key], None)
        else:
            files[key] = replace(Recorded.of(edition.files[key], None), sha256=None)
    return replace(record, state=State.PENDING, edition=edition_digest(edition), files=files)


def _refuse_names(edition: Edition) -> None:
    check_keys(edition.files.keys())
    if RECORD_KEY in edition.files:
        raise PublisherError(
            "this name is taken by the record of what is public",
            where=RECORD_KEY,
            hint="give the file another name",
        )


def _refuse_strangers(edition: Edition, record: Record, listing: Mapping[str, Listed]) -> None:
    unrecorded = edition.files.keys() & listing.keys() - record.files.keys()
    strangers = sorted(key for key in unrecorded if listing[key].sha256 != edition.files[key].sha256)
    if strangers:
        more = f" and {len(strangers) - NAMED:,} more" if len(strangers) > NAMED else ""
        raise PublisherError(
            f"{counted(len(strangers), 'file')} at the target would be replaced that no release put there",
            where=", ".join(strangers[:NAMED]) + more,
            hint="move them away, or release to another directory or prefix",
        )
