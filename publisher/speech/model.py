"""What goes through this room: stretches of time, and what was heard in them."""

from dataclasses import dataclass

from publisher.transcript.model import Word


@dataclass(frozen=True, order=True)
class Span:
    """A stretch of a recording."""

    start: float
    """Seconds."""
    end: float
    """Seconds; later than `start`."""

    @property
    def length(self) -> float:
        """Seconds."""
        return self.end - self.start

    def holds(self, at: float) -> bool:
        """Whether a moment is in it."""
        return self.start <= at < self.end


@dataclass(frozen=True)
class Recognised:
    """What a recogniser gave for one stretch."""

    words: tuple[Word, ...]
    """In their order, with times of the recording and probabilities."""
    span: Span
    """The stretch."""
    foreign: tuple[tuple[Span, str], ...] = ()
    """What of it is in another language than was expected, each with its code: `de`."""


@dataclass(frozen=True)
class Heard:
    """What was heard in a recording."""

    words: tuple[Word, ...]
    """In their order, with times of the recording and probabilities."""
    speech: tuple[Span, ...]
    """Where anybody speaks, whether it was understood or not; in order."""
    foreign: tuple[tuple[Span, str], ...] = ()
    """Stretches in another language than was expected, each with its code."""
