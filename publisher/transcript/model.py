"""A transcript: cues in the order of the recording."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Word:
    """When one word is said. Whoever found out the times, they are no better than a tenth of a second or two."""

    start: float
    """Seconds from the beginning of the audio."""
    end: float
    """Seconds; not before `start`."""
    text: str
    """The word with its punctuation, no space around it."""
    probability: float | None = None
    """How sure the hearer was, 0 to 1; None where nobody said."""


@dataclass(frozen=True)
class Doubt:
    """Words of a cue that whoever made the transcript was not sure of."""

    start: int
    """Index of the first letter in the text of the cue."""
    end: int
    """Index behind the last one; after `start`."""
    kind: str = ""
    """Why, like `gap` or `repeats`; empty where they were only heard badly."""


@dataclass(frozen=True)
class Cue:
    """One line of a transcript.

    Raises ValueError for `words` that spell something else than `text`, and for `doubts` that are not within it.
    """

    start: float
    """Seconds from the beginning of the audio."""
    end: float
    """Seconds; later than `start`."""
    speaker: str | None
    """The name as it is shown, or None where nobody said who speaks."""
    text: str
    """Plain words, at least one, one space between them, no markup."""
    words: tuple[Word, ...] = ()
    """When each word of the text is said, in its order and within the cue; empty where nobody knows."""
    doubts: tuple[Doubt, ...] = ()
    """What the host should listen to before the public reads it, in the order of the text; none overlaps another."""

    def __post_init__(self) -> None:
        # What is left out of the text must not stand in the words: legal and the guidelines read the text.
        if self.words and _spelt(word.text for word in self.words) != _spelt([self.text]):
            raise ValueError("the words of a cue spell something else than its text")
        edges = [0, *(edge for doubt in self.doubts for edge in (doubt.start, doubt.end)), len(self.text)]
        if edges != sorted(edges) or any(doubt.start == doubt.end for doubt in self.doubts):
            raise ValueError("a doubt of a cue is about something else than its text")


def _spelt(texts: Iterable[str]) -> str:
    """All letters, without the spaces, of which some languages have none between words."""
    return "".join("".join(texts).split())


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
