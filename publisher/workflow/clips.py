"""Films of an episode's soundbites, for where people look before they listen."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from publisher.audio.master import Master
from publisher.files import Digest
from publisher.rendering.model import MediaFile
from publisher.rendering.piece import Soundbite
from publisher.workflow.context import Context
from publisher.workflow.retiming import Retimed
from publisher.workspace import pieces
from publisher.workspace.pieces import Episode

if TYPE_CHECKING:
    from publisher.audio.audiogram.model import Made, Shape

ROLE = "clip:"
"""What the role of every film begins with; its name follows."""


def name_of(number: int, shape: str) -> str:
    """The name of a film of the soundbite with this number, from 1."""
    return f"{number}-{shape}"


def public_soundbites(retimed: Retimed) -> tuple[Soundbite, ...]:
    """The soundbites as pages and feeds have them, with the names of their films."""
    return tuple(
        Soundbite(
            bite.start,
            round(bite.end - bite.start, 3),
            bite.title,
            {shape: name_of(number, shape) for shape in bite.clip},
        )
        for number, bite in enumerate(retimed.soundbites, 1)
    )


@dataclass(frozen=True)
class Studio:
    """Makes the films of one episode."""

    context: Context
    episode: Episode
    master: Master
    retimed: Retimed
    artwork: Path

    def films(self) -> Iterator[MediaFile]:
        """Every film that the soundbites ask for, made or taken from the cache."""
        for number, bite in enumerate(self.retimed.soundbites, 1):
            for shape in bite.clip:
                made, name = self._film(bite, shape), name_of(number, shape)
                yield MediaFile(
                    ROLE + name, f"{self.episode.slug}-{name}.mp4", Digest(made.sha256, made.size), made.path
                )

    def _film(self, bite: pieces.Soundbite, shape: "Shape") -> "Made":
        from publisher.audio.audiogram.make import audiogram
        from publisher.audio.audiogram.model import Soundbite as Stretch

        transcript = self.retimed.transcript
        return audiogram(
            self.master.path,
            Stretch(bite.start, bite.end, bite.title),
            shape,
            transcript.cues if transcript else (),
            artwork=self.artwork,
            show=self.context.workspace.show(self.episode).title,
            episode=self.episode.matter.title,
            cache=self.context.cache / "audio",
            progress=self.context.progress,
        )
