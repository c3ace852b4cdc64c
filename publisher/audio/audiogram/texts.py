"""Everything that is written in an audiogram, and where its authors find it when it cannot be."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Self

from publisher.audio.audiogram.spelling import Lacks, legible
from publisher.audio.audiogram.typeface import plain
from publisher.transcript.model import Cue
from publisher.transcript.timecode import format_tenths


@dataclass(frozen=True)
class Texts:
    """The words of one audiogram."""

    show: str
    """The show's title."""
    episode: str
    """The episode's title."""
    title: str
    """The soundbite's title."""
    cues: tuple[Cue, ...]
    """What is said, in the times of the master."""

    @property
    def each(self) -> Iterator[str]:
        """All of them, for who asks which letters there are."""
        yield from (self.show, self.episode, self.title)
        for cue in self.cues:
            yield from (cue.speaker or "", cue.text)

    def plain(self) -> Self:
        """As `plain` makes them, without cues that have nothing to show."""
        cues = tuple(replace(cue, speaker=plain(cue.speaker or ""), text=plain(cue.text)) for cue in self.cues)
        return replace(
            self, show=plain(self.show), episode=plain(self.episode), title=plain(self.title), cues=_shown(cues)
        )

    def legible(self, lacks: Lacks) -> Self:
        """As `legible` makes them, without cues that have nothing left. Raises PublisherError that says where it is."""
        return replace(
            self,
            show=legible(self.show, "the show's title", lacks),
            episode=legible(self.episode, "the episode's title", lacks),
            title=legible(self.title, f"the title of the soundbite “{self.title}”", lacks),
            cues=_shown(tuple(_legible(cue, lacks) for cue in self.cues)),
        )


def _legible(cue: Cue, lacks: Lacks) -> Cue:
    at = f"at {format_tenths(cue.start)} in the master"
    speaker = legible(cue.speaker or "", f"the speaker's name {at}", lacks)
    # An audiogram shows whole lines: it has no use for the times of words.
    return replace(cue, speaker=speaker, text=legible(cue.text, f"the transcript {at}", lacks), words=())


def _shown(cues: tuple[Cue, ...]) -> tuple[Cue, ...]:
    return tuple(replace(cue, speaker=cue.speaker or None) for cue in cues if cue.text)
