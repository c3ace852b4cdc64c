"""A transcript: cues in the order of the recording."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cue:
    """One line of a transcript."""

    start: float
    """Seconds from the beginning of the audio."""
    end: float
    """Seconds; later than `start`."""
    speaker: str | None
    """The name as it is shown, or None where nobody said who speaks."""
    text: str
    """Plain words, at least one, one space between them, no markup."""


@dataclass(frozen=True)
class Turn:
    """What one speaker says until another one begins: several cues."""

    speaker: str | None
    cues: tuple[Cue, ...]

    @property
    def start(self) -> float:
        """Seconds at which the turn begins."""
        return self.cues[0].start


@dataclass(frozen=True)
class Transcript:
    """The words with their times and speakers."""

    cues: tuple[Cue, ...]

    def turns(self) -> tuple[Turn, ...]:
        """The cues, joined while the speaker stays the same."""
        turns: list[Turn] = []
        for cue in self.cues:
            if turns and turns[-1].speaker == cue.speaker:
                turns[-1] = Turn(cue.speaker, (*turns[-1].cues, cue))
            else:
                turns.append(Turn(cue.speaker, (cue,)))
        return tuple(turns)
