"""When the public may have a piece: from one moment on, and until another if its author says so. Pure."""

from dataclasses import dataclass
from datetime import datetime


def in_words(moment: datetime) -> str:
    """A moment as people write it, in its own zone: `2026-12-01 07:00+01:00`."""
    return moment.isoformat(" ", "minutes")


@dataclass(frozen=True)
class Window:
    """The time in which a piece is public. Moments have a zone, and so are compared as such, whatever a clock shows."""

    begins: datetime
    """From then on it is public."""
    ends: datetime | None = None
    """From then on it is not any more; None if it stays."""

    @classmethod
    def of(cls, date: datetime, publish_at: datetime | None, unpublish_at: datetime | None) -> "Window":
        """Of what a piece says: never before its date, and never before `publish_at`."""
        return cls(max(date, publish_at) if publish_at else date, unpublish_at)

    def holds(self, now: datetime) -> bool:
        """Whether the public may have it now."""
        return self.begins <= now and not self.is_over(now)

    def is_over(self, now: datetime) -> bool:
        """Whether its time has passed."""
        return self.ends is not None and self.ends <= now
