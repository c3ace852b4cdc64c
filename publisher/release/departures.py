"""What goes from a target, and when. Pure.

A page goes with the release that does not have it any more. Media stay a while: apps read a feed an hour ago, and will
ask for the sound that it named. What must not be heard any more goes at once.
"""

from collections.abc import Container, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from publisher.counting import counted
from publisher.edition.model import Edition, Phase
from publisher.errors import PublisherError
from publisher.release.record import Record, Recorded
from publisher.release.steps import Action, Reason, Step
from publisher.release.target import Listed

FREE_DELETES = 10
"""So many files may always go without anyone being asked."""
FREE_SHARE = 5
"""And one in so many of the recorded ones, if that is more."""


@dataclass(frozen=True)
class Grace:
    """How long media stay that no edition has any more."""

    now: datetime
    """The moment of the release, with a zone."""
    length: timedelta = timedelta(0)
    """From the first release without them on."""
    at_once: Container[str] = frozenset()
    """Keys that go without it."""
    foretold: Container[str] = frozenset()
    """Keys whose going was signed for in advance: they do not count against what may be deleted by a slip."""

    def since(self, recorded: Recorded) -> str:
        """Since when a file is not in the edition: ISO 8601 in UTC, whole seconds."""
        return recorded.gone or self.now.astimezone(UTC).isoformat(timespec="seconds")

    def is_over(self, key: str, recorded: Recorded) -> bool:
        """Whether a file that is not in the edition goes now."""
        left = self.now - datetime.fromisoformat(self.since(recorded))
        return recorded.phase is not Phase.MEDIA or key in self.at_once or left >= self.length


NONE = Grace(datetime.max.replace(tzinfo=UTC))
"""Everything goes at once."""


def departures(edition: Edition, record: Record, listing: Mapping[str, Listed], grace: Grace) -> list[Step]:
    """Every key of ours that the edition does not have: what points at others goes before what it points at."""
    keys = record.files.keys() & listing.keys() - edition.files.keys()
    steps = [_departure(key, record.files[key], listing[key], grace) for key in keys]
    return sorted(steps, key=lambda step: (step.action is Action.WAIT, -step.phase, step.key))


def _departure(key: str, recorded: Recorded, listed: Listed, grace: Grace) -> Step:
    is_over = _is_damaged(recorded, listed) or grace.is_over(key, recorded)
    action, reason = (Action.DELETE, Reason.GONE) if is_over else (Action.WAIT, Reason.LEAVING)
    return Step(action, key, reason, recorded.phase, listed.size, over=listed.etag)


def _is_damaged(recorded: Recorded, listed: Listed) -> bool:
    """Whether a stopped release left other bytes there than were signed: nobody is to have them for a while longer."""
    is_known = recorded.etag is None and recorded.sha256 is not None and listed.sha256 is not None
    return is_known and recorded.sha256 != listed.sha256


def waiting(recorded: Recorded, grace: Grace) -> Recorded:
    """What the record says of a file that stays a while."""
    return replace(recorded, gone=grace.since(recorded))


def refuse_departures(leaving: list[Step], record: Record, most: int | None, grace: Grace = NONE) -> None:
    """Refuse if more files leave than may. What left with an earlier release was counted then.

    most: None for ten, or a fifth of the recorded ones if that is more.
    """
    count = sum(record.files[step.key].gone is None and step.key not in grace.foretold for step in leaving)
    recorded = len(record.files)
    cap = max(FREE_DELETES, recorded // FREE_SHARE) if most is None else most
    if count > cap:
        raise PublisherError(
            f"{counted(count, 'file')} of {recorded:,} at the target would be deleted, and {cap:,} may be",
            hint=f"look at them with --dry-run; if they are to go, allow it with --max-deletes {count}",
        )
